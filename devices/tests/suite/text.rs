//! Slips in the printer's own characters, drawn by a reader that shares nothing with their writer.
//!
//! Look at the pictures before you accept them: `UPDATE_SNAPSHOTS=1 cargo test -p bianmin-devices`.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use bianmin_devices::printer::{Dpi, Options, Slip, Width};
use bianmin_document::escpos::{Characters, Cutter, KeyCode, Mark, Profile, graphics, write};
use bianmin_document::{Block, Density, Document, Fonts, Media, Renderer, Row, Space, Step};

use crate::{TIMEOUT, connect, start};

const TEXT_80: Profile = Profile { characters: Characters::Gb18030, qr: true, ..Profile::ROLL_80 };
const TEXT_58: Profile = Profile { dots: 384, ..TEXT_80 };
const TEXT_180: Profile = Profile { dots: 512, density: Density::Dpi180, ..TEXT_80 };

/// As long as a signed token is.
fn link() -> String {
    format!("https://bianmin.example.cn/r#{}", "Az09-_bY".repeat(37))
}

/// An ordinary receipt of demonstration data.
fn receipt(applicant: &str) -> Document {
    Document::new("zh-CN")
        .with(Block::Mark)
        .with(Block::title("申请登记回执"))
        .with(Block::subtitle("示例社区便民服务站"))
        .with(Block::big_number("登记号", "HP07-261121-0036-85"))
        .with(Block::Rows {
            rows: vec![
                Row::strong("事项", "城乡居民基本养老保险参保登记"),
                Row::new("申请人", applicant),
                Row::new("登记时间", "2026-11-21 10:31"),
            ],
        })
        .with(Block::notice("办理时限从大厅收到申请时开始计算，不是从打印这张回执时开始。这不是受理通知书。"))
        .with(Block::qr(link(), "手机扫码查进度"))
        .with(Block::heading("接下来"))
        .with(Block::Steps {
            steps: vec![
                Step::new("送到大厅", "网络恢复后自动上传，您不用再来").chip("等待网络"),
                Step::new("大厅收到，开始计时", "承诺 3 个工作日办结"),
                Step::new("补交材料", "按您的承诺，把下面列出的材料交到窗口"),
                Step::new("领取结果", "参保登记表，窗口领取或邮寄"),
            ],
        })
        .with(Block::heading("要补交的材料"))
        .with(Block::Bullets {
            items: vec![
                "户口簿复印件（首页和本人页，大厅收到后 5 个工作日内）".into(),
                "近期一寸照片（大厅收到后 5 个工作日内）".into(),
            ],
        })
        .with(Block::heading("在哪里问"))
        .with(Block::Rows {
            rows: vec![
                Row::new("窗口", "一楼综合窗口"),
                Row::new("时间", "工作日 9:00-17:00"),
                Row::new("电话", "12345"),
            ],
        })
        .with(Block::Rule)
        .with(Block::footer("请妥善保管。凭登记号或二维码查进度，不需要注册。"))
        .with(Block::Spacer { size: Space::Small })
}

fn bytes(document: &Document, profile: &Profile) -> Vec<u8> {
    let media = if profile.dots == 384 { Media::Roll58 } else { Media::Roll80 };
    write(&mut Renderer::new(Fonts::bundled()), document, media, profile).unwrap()
}

fn printed(bytes: &[u8], profile: &Profile) -> Slip {
    let width = if profile.dots == 384 { Width::Mm58 } else { Width::Mm80 };
    let dpi = if profile.density == Density::Dpi180 { Dpi::Dpi180 } else { Dpi::Dpi203 };
    let (printer, control) = start(Options { width, dpi, ..Options::default() });
    let mut host = connect(&printer);
    host.write_all(bytes).unwrap();
    let mut slips = control.wait_for_slips(1, TIMEOUT).unwrap();
    assert_eq!(control.status().unknown_commands, 0);
    slips.remove(0)
}

fn looks(name: &str, slip: &Slip) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let golden = folder.join(format!("{name}.png"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&golden, slip.png().unwrap()).unwrap();
        return;
    }
    let actual = folder.join(format!("{name}.actual.png"));
    if std::fs::read(&golden).ok() != slip.png().ok() {
        std::fs::write(&actual, slip.png().unwrap()).unwrap();
        panic!("{} is not what {} shows; look at both", actual.display(), golden.display());
    }
}

/// What a phone reads from the paper.
fn scanned(slip: &Slip) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slip.png");
    std::fs::write(&path, slip.png().unwrap()).unwrap();
    let output = Command::new("zbarimg").args(["--raw", "-q"]).arg(&path).output();
    let output = output.expect("zbarimg is missing: run scripts/install.sh test");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let (wanted, _, _) = encoding_rs::GB18030.encode(text);
    bytes.windows(wanted.len()).any(|window| window == &*wanted)
}

#[test]
fn an_ordinary_receipt_is_short_on_the_wire_and_whole_on_the_paper() {
    for (name, profile) in [("receipt-80", TEXT_80), ("receipt-58", TEXT_58), ("receipt-180-dpi", TEXT_180)] {
        let bytes = bytes(&receipt("张*"), &profile);
        println!("{name}: {} bytes", bytes.len());
        assert!(bytes.len() <= 2048, "{name}: {} bytes", bytes.len());
        assert!(holds(&bytes, "申请登记回执") && holds(&bytes, "张*"));
        let slip = printed(&bytes, &profile);
        assert_eq!(scanned(&slip), link(), "{name}");
        looks(name, &slip);
    }
}

#[test]
fn a_name_that_the_printer_lacks_comes_out_right() {
    let name = "阿卜杜拉·䶮𠮷";
    for (picture, profile) in [("rare-80", TEXT_80), ("rare-58", TEXT_58)] {
        let bytes = bytes(&receipt(name), &profile);
        assert!(holds(&bytes, "申请登记回执"), "only the line that needs it is dots");
        assert!(!holds(&bytes, "阿卜杜拉") && !holds(&bytes, "䶮"));
        assert!(bytes.len() <= 3072, "{} bytes", bytes.len());
        looks(picture, &printed(&bytes, &profile));
    }
}

#[test]
fn a_printer_with_few_characters_and_no_codes_of_its_own_prints_the_same_words() {
    let profile = Profile { characters: Characters::Gb2312, qr: false, cutter: Cutter::Full, ..TEXT_58 };
    let bytes = bytes(&receipt("喆*"), &profile);
    assert!(!holds(&bytes, "喆"));
    let slip = printed(&bytes, &profile);
    assert_eq!(scanned(&slip), link());
    looks("few-characters-58", &slip);
}

#[test]
fn a_ticket_and_a_form_keep_to_the_grid_too() {
    let ticket = Document::new("zh-CN")
        .with(Block::title("排队号"))
        .with(Block::big_number("您的号码", "A012"))
        .with(Block::paragraph("示例数据"));
    let form = Document::new("zh-CN")
        .with(Block::title("一次性告知"))
        .with(Block::Checklist {
            entries: vec![
                Step::new("居民户口簿", "原件，能核对一致的可以后补"),
                Step::new("数字照片回执", ""),
            ],
        })
        .with(Block::Table {
            head: vec!["材料".into(), "份数".into(), "怎么准备".into()],
            rows: vec![vec!["居民户口簿".into(), "2".into(), "窗口当场看完退还".into()]],
        })
        .with(Block::Terms { rows: vec![Row::new("能不能代办？", "不能，本人必须到场。")] })
        .with(Block::Fields { rows: vec![Row::new("姓名", "张三"), Row::new("电话", "13800000000")] })
        .with(Block::Signature { labels: vec!["签名".into(), "日期".into()] });
    for (name, document) in [("ticket-80", ticket), ("form-80", form)] {
        looks(name, &printed(&bytes(&document, &TEXT_80), &TEXT_80));
    }
}

#[test]
fn english_and_a_reprint_keep_to_the_grid() {
    let document = Document::new("en")
        .with(Block::reprint("Reprint · copy 1"))
        .with(Block::title("Application registration receipt"))
        .with(Block::subtitle("Example Community Service Station"))
        .with(Block::big_number("Number", "HP07-261121-0036-85"))
        .with(Block::Rows {
            rows: vec![
                Row::strong("Service", "Registration for the residents’ basic old-age pension insurance"),
                Row::new("Applicant", "Zhang *"),
            ],
        })
        .with(Block::paragraph(
            "A word as long as Donaudampfschifffahrtsgesellschaftskapitän is broken inside.",
        ))
        .with(Block::Steps {
            steps: vec![Step::new("Sent to the hall", "By itself, once the network is back")],
        })
        .with(Block::Bullets {
            items: vec!["A copy of the household register (within 5 working days)".into()],
        })
        .with(Block::footer("Keep this slip. The number or the code shows how things stand."));
    for (name, profile) in [("english-80", TEXT_80), ("english-58", TEXT_58)] {
        looks(name, &printed(&bytes(&document, &profile), &profile));
    }
}

/// As on a printer that draws nothing itself: the same slip in dots, of both densities, with the mark in the job and
/// from the printer's memory.
#[test]
fn a_mark_from_memory_and_one_in_the_job_are_the_same_on_the_paper() {
    let dots_80 = Profile::ROLL_80;
    let dots_180 = Profile { dots: 512, density: Density::Dpi180, ..dots_80 };
    for (name, profile) in [("dots-80", dots_80), ("dots-180-dpi", dots_180), ("text-80", TEXT_80)] {
        let sent = bytes(&receipt("张*"), &profile);
        let slip = printed(&sent, &profile);
        assert_eq!(scanned(&slip), link(), "{name}");
        let key = KeyCode::of_digest([7, 9]);
        let kept = bytes(&receipt("张*"), &Profile { mark: Mark::Kept(key), ..profile });
        assert!(kept.len() < sent.len(), "{name}");
        let whole = [graphics::define(key, &profile.mark_picture()), kept].concat();
        assert!(printed(&whole, &profile).inked() == slip.inked(), "{name}");
        if name == "dots-180-dpi" {
            looks(name, &slip);
        }
    }
}
