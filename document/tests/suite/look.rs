//! Golden pictures. Look at them before you accept them: `UPDATE_SNAPSHOTS=1 cargo test -p bianmin-document`.

use std::path::PathBuf;

use bianmin_document::{Bitmap, Block, Document, Fonts, Media, Renderer, Row, Step, png};

use crate::example;

fn snapshot(name: &str, bitmap: &Bitmap) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let golden = folder.join(format!("{name}.png"));
    let picture = png(bitmap);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&golden, picture).unwrap();
        return;
    }
    let actual = folder.join(format!("{name}.actual.png"));
    let expected = std::fs::read(&golden).unwrap_or_default();
    if pixels(&expected) != pixels(&picture) {
        std::fs::write(&actual, picture).unwrap();
        panic!("{} is not what {} shows; look at both", actual.display(), golden.display());
    }
    let _ = std::fs::remove_file(actual);
}

/// Size and dots; nothing for what is no PNG.
fn pixels(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut data).ok()?;
    Some((info.width, info.height, data))
}

fn draw(document: &Document, media: Media) -> Bitmap {
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(document, media).unwrap();
    renderer.raster(&layout)
}

#[test]
fn receipt_on_58_mm() {
    snapshot("receipt-58", &draw(&example::receipt(), Media::Roll58));
}

#[test]
fn receipt_on_80_mm() {
    snapshot("receipt-80", &draw(&example::receipt(), Media::Roll80));
}

#[test]
fn receipt_on_a4() {
    snapshot("receipt-a4", &draw(&example::receipt(), Media::A4));
}

/// Everything that strains a layout, on the narrowest paper.
#[test]
fn rare_and_long_on_58_mm() {
    let document = Document::new("zh-CN")
        .with(Block::reprint("补打 · 第 2 份 · 2026年11月21日 15:02"))
        .with(Block::title("跨省异地就医直接结算备案登记回执"))
        .with(Block::Rows {
            rows: vec![
                Row::strong("申请人", "𠮷䶮𪚥\u{7}"),
                Row::new("统一社会信用代码", "91110000MA01ABCDEF0123456789ABCDEFGHJK"),
            ],
        })
        .with(Block::Notice {
            title: Some("请注意".into()),
            text: "这一句正好在行末有标点，看它是否避头：“甲、乙、丙。”（见《办法》第一条！）".into(),
        })
        .with(Block::Steps {
            steps: vec![
                Step::new("Registration at the service hall begins on receipt", "within 3 working days")
                    .chip("waiting for network"),
                Step { title: "完".into(), chip: None, detail: None },
            ],
        })
        .with(Block::qr("https://bianmin.example.cn/r/1", "short code"));
    snapshot("rare-and-long-58", &draw(&document, Media::Roll58));
}
