//! What independent readers make of it: zbar of the code, poppler of the PDF.

use std::path::Path;
use std::process::Command;

use bianmin_document::{Bitmap, Block, Document, Fonts, Item, Media, Renderer, Row, png};

use crate::example;

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn read_code(picture: &str, folder: &Path) -> String {
    let found = run("zbarimg", &["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture], folder);
    found.trim_end().to_owned()
}

fn raster(document: &Document, media: Media) -> Bitmap {
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(document, media).unwrap();
    renderer.raster(&layout)
}

fn pdf(document: &Document, media: Media) -> Vec<u8> {
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(document, media).unwrap();
    renderer.pdf(&layout).unwrap()
}

/// A folder with `slip.pdf` in it. `BIANMIN_KEEP=FOLDER` keeps a copy to look at.
fn pdf_folder(bytes: &[u8], name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("slip.pdf"), bytes).unwrap();
    if let Some(keep) = std::env::var_os("BIANMIN_KEEP") {
        std::fs::write(Path::new(&keep).join(format!("{name}.pdf")), bytes).unwrap();
    }
    folder
}

fn extracted(folder: &Path) -> String {
    run("pdftotext", &["-layout", "-enc", "UTF-8", "slip.pdf", "-"], folder)
}

#[test]
fn a_phone_reads_the_code_from_the_dots() {
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("slip.png"), png(&raster(&example::receipt(), media))).unwrap();
        assert_eq!(read_code("slip.png", folder.path()), example::link(), "{media:?}");
    }
}

#[test]
fn a_phone_reads_the_code_from_the_pdf() {
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let folder = pdf_folder(&pdf(&example::receipt(), media), &format!("receipt-{media:?}"));
        run("pdftoppm", &["-r", "203", "-png", "-singlefile", "slip.pdf", "page"], folder.path());
        assert_eq!(read_code("page.png", folder.path()), example::link(), "{media:?}");
    }
}

#[test]
fn the_pdf_can_be_searched_and_copied() {
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let folder = pdf_folder(&pdf(&example::receipt(), media), "text");
        let text: String = extracted(folder.path()).split_whitespace().collect();
        for expected in example::receipt().texts() {
            let expected: String = expected.split_whitespace().collect();
            // A text broken over lines in one of two columns comes out line by line.
            if media == Media::A4 || expected.chars().count() < 12 {
                assert!(text.contains(&expected), "{media:?} lacks {expected}: {text}");
            } else {
                let head: String = expected.chars().take(6).collect();
                assert!(text.contains(&head), "{media:?} lacks {head}: {text}");
            }
        }
        assert!(text.contains(example::NUMBER));
    }
}

#[test]
fn the_pdf_is_small_and_always_the_same() {
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let bytes = pdf(&example::receipt(), media);
        assert!(bytes.len() <= 19_000, "{media:?}: {} bytes", bytes.len());
        assert_eq!(bytes, pdf(&example::receipt(), media), "{media:?}");
    }
}

#[test]
fn the_pdf_of_a_roll_is_as_wide_as_the_paper() {
    let folder = pdf_folder(&pdf(&example::receipt(), Media::Roll80), "roll");
    let info = run("pdfinfo", &["slip.pdf"], folder.path());
    assert!(info.contains("Pages:           1\n"), "{info}");
    assert!(info.contains("226.772 x"), "80 mm are 226.77 points: {info}");
    assert!(info.contains("Title:           申请登记回执"), "{info}");
}

#[test]
fn the_face_is_embedded() {
    let folder = pdf_folder(&pdf(&example::receipt(), Media::A4), "faces");
    let faces = run("pdffonts", &["slip.pdf"], folder.path());
    let lines: Vec<&str> = faces.lines().skip(2).collect();
    assert_eq!(lines.len(), 1, "{faces}");
    assert!(lines.iter().all(|line| line.contains("yes yes yes")), "{faces}");
}

#[test]
fn a_long_document_has_numbered_pages_and_loses_nothing() {
    let mut document = Document::new("zh-CN").with(Block::title("办事指南"));
    for section in 1..=12 {
        document = document.with(Block::heading(format!("第 {section} 节"))).with(Block::Rows {
            rows: (1..=9).map(|row| Row::new(format!("条 {section}.{row}"), "按规定的时限办理。")).collect(),
        });
    }
    let folder = pdf_folder(&pdf(&document, Media::A4), "long");
    let text = extracted(folder.path());
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 2, "{}", pages.len());
    for (i, page) in pages.iter().enumerate() {
        let mut lines = page.lines().rev().map(|line| line.split_whitespace().collect::<String>());
        let mut lines = lines.by_ref().filter(|line| !line.is_empty());
        assert_eq!(lines.next(), Some(format!("{}/{}", i + 1, pages.len())));
        assert!(lines.next().unwrap().contains('条'), "a heading is never the last thing on page {}", i + 1);
    }
    for section in 1..=12 {
        for row in 1..=9 {
            assert!(text.contains(&format!("条 {section}.{row} ")), "{section}.{row}");
        }
    }
}

#[test]
fn a_rare_name_can_be_copied_from_the_pdf() {
    let rows = vec![Row::strong("申请人", "𠮷䶮𪚥")];
    let document = Document::new("zh-CN").with(Block::Rows { rows });
    let folder = pdf_folder(&pdf(&document, Media::A4), "rare");
    let text = extracted(folder.path());
    assert!(["𠮷", "䶮", "𪚥"].iter().all(|name| text.contains(name)), "{text}");
}

#[test]
fn an_empty_document_is_an_empty_page() {
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let folder = pdf_folder(&pdf(&Document::default(), media), "empty");
        assert!(run("pdfinfo", &["slip.pdf"], folder.path()).contains("Pages:           1\n"));
        let bitmap = raster(&Document::default(), media);
        assert_eq!(bitmap.width(), media.dots());
    }
}

#[test]
fn a_table_says_its_head_again_on_every_sheet_and_no_row_is_lost_or_cut() {
    let head = ["材料", "要求", "情况"].map(str::to_owned).to_vec();
    let row = |i: usize| {
        vec![format!("材料 {i}."), "原件一份，信息清楚，在有效期内".repeat(i % 4 + 1), "已带".into()]
    };
    let rows: Vec<Vec<String>> = (1..=60).map(row).collect();
    let document = Document::new("zh-CN").with(Block::Table { head, rows });
    let folder = pdf_folder(&pdf(&document, Media::A4), "table");
    let text = extracted(folder.path());
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 2, "{}", pages.len());
    for page in &pages {
        let first = page.lines().find(|line| !line.trim().is_empty()).unwrap();
        assert_eq!(first.split_whitespace().collect::<Vec<_>>(), ["材料", "要求", "情况"]);
        let last = page.lines().rev().filter(|line| !line.trim().is_empty()).nth(1).unwrap();
        assert!(!last.contains("情况"), "a head is never the last thing on a sheet");
    }
    for i in 1..=60 {
        assert_eq!(text.matches(&format!("材料 {i}.")).count(), 1, "row {i}");
    }
}

#[test]
fn what_is_signed_stays_together_with_its_line() {
    let labels = vec!["申请人签名".to_owned(), "日期".to_owned()];
    for lines in 40..60 {
        let mut document = Document::new("zh-CN");
        for i in 0..lines {
            document = document.with(Block::paragraph(format!("第 {i} 行")));
        }
        let document = document.with(Block::Signature { labels: labels.clone() });
        let layout = Renderer::new(Fonts::bundled()).layout(&document, Media::A4).unwrap();
        let signed = layout.pages.iter().filter(|page| {
            page.items.iter().any(|item| matches!(item, Item::Text(run) if run.text == "申请人签名"))
        });
        for page in signed {
            let lines = page.items.iter().filter(|item| matches!(item, Item::Fill { .. })).count();
            assert_eq!(lines, 2, "both lines are where their labels are");
        }
    }
}
