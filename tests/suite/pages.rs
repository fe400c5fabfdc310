//! Guides, filled-in forms, one-time notices and sample tickets by the technician's command line, from the hall's own catalogue.

use crate::programs::{Hall, Kiosk, tool};
use serde_json::Value;
use std::path::Path;

/// What a page says, as an independent reader extracts it.
#[track_caller]
fn said(kiosk: &Kiosk, folder: &Path, arguments: &[&str]) -> String {
    let path = folder.join("page.pdf").display().to_string();
    let made = kiosk.try_command(&[arguments, &["--as", "pdf", "-o", &path]].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = tool("pdftotext", &["-layout", "-enc", "UTF-8", &path, "-"]);
    String::from_utf8(text.stdout).unwrap().split_whitespace().collect()
}

#[test]
fn a_technician_gets_every_page_as_a_file() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let folder = tempfile::tempdir().unwrap();
    let guide = said(&kiosk, folder.path(), &["page", "guide", "BD02"]);
    assert!(
        guide.contains("二手房转移登记")
            && guide.contains("不动产登记暂行条例")
            && guide.contains("示例数据"),
        "{guide}"
    );
    let english = said(&kiosk, folder.path(), &["page", "guide", "BD02", "--language", "en"]);
    assert!(english.contains("Bring4documents"), "{english}");

    let mut answers: Value = serde_json::from_slice(&kiosk.example("BD02")).unwrap();
    answers["answers"]["applicant_name"] = "𠮷田·䶮".into();
    let file = folder.path().join("answers.json").display().to_string();
    std::fs::write(&file, answers.to_string()).unwrap();
    let form = said(&kiosk, folder.path(), &["page", "form", "BD02", "--answers", &file]);
    assert!(form.contains("𠮷田·䶮") && form.contains("110105") && form.contains("还没有登记"), "{form}");

    answers["answers"].as_object_mut().unwrap().remove("phone");
    std::fs::write(&file, answers.to_string()).unwrap();
    let notice = said(&kiosk, folder.path(), &["page", "notice", "BD02", "--answers", &file]);
    assert!(
        notice.contains("还差2样") && notice.contains("手机号码") && !notice.contains("𠮷田"),
        "{notice}"
    );

    // A sample says so first, and looks like a ticket.
    for (language, sample) in [("zh-CN", "不能用来排队"), ("en", "notaplaceinaqueue")] {
        let ticket = said(&kiosk, folder.path(), &["page", "ticket", "--language", language]);
        let first = ticket.find(sample).expect(&ticket);
        assert!(first < ticket.find("A000").expect(&ticket), "{ticket}");
    }

    for (form, begin) in [("png", &b"\x89PNG"[..]), ("escpos", b"\x1b@")] {
        let path = folder.path().join(form);
        let made =
            kiosk.try_command(&["page", "guide", "BD02", "--as", form, "-o", &path.display().to_string()]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert!(std::fs::read(&path).unwrap().starts_with(begin), "{form}");
    }
    // What cannot be made is told in one line.
    let refused = kiosk.try_command(&["page", "guide", "ZZ99", "--as", "pdf", "-o", "x.pdf"]);
    assert_eq!(
        (refused.status.code(), String::from_utf8_lossy(&refused.stderr).lines().count()),
        (Some(1), 1)
    );
}
