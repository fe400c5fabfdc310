//! From the answers to the paper to the hall, with the cable pulled: the real programs, on both databases.

use crate::programs::{Hall, Kiosk, json, postgres, tool};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;

/// Items for applications, one after the other.
fn items(kiosk: &Kiosk, count: usize) -> Vec<String> {
    let all = kiosk.command(&["search", ""]);
    let all: Vec<String> =
        all.as_array().unwrap().iter().map(|row| row["item"].as_str().unwrap().to_owned()).collect();
    assert!(all.len() >= 60, "{} items", all.len());
    all.into_iter().cycle().take(count).collect()
}

fn accepted_offline_arrives_once(database: Option<String>) {
    let mut hall = Hall::start(database);
    let kiosk = hall.terminal();
    hall.stop();
    let accepted: Vec<Value> = items(&kiosk, 20).iter().map(|item| kiosk.apply(item)).collect();
    let numbers: HashSet<&str> = accepted.iter().map(|one| one["registration"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), 20);
    let failed = kiosk.try_command(&["sync", "--once"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("cannot be reached"));
    assert!(kiosk.outbox().iter().all(|(_, state)| state == "waiting"));

    hall.start_again();
    let report = kiosk.command(&["sync", "--once"]);
    let expected = |sent| json!({"sent": sent, "acknowledged": sent, "quarantined": 0, "waiting": 0, "unknown_changes": 0});
    assert_eq!(report, expected(20));
    let again = kiosk.command(&["sync", "--once"]);
    assert_eq!(again, expected(0));
    let cases = hall.cases();
    let at_hall: HashSet<&str> = cases.iter().map(|case| case["registration"].as_str().unwrap()).collect();
    assert_eq!(cases.len(), 20);
    assert_eq!(at_hall, numbers);
    let case_numbers: HashSet<&str> =
        cases.iter().map(|case| case["case_number"].as_str().unwrap()).collect();
    assert_eq!(case_numbers.len(), 20);
    let rows = kiosk.command(&["outbox", "list"]);
    for row in rows.as_array().unwrap() {
        assert!(case_numbers.contains(row["case_number"].as_str().unwrap()), "{row}");
    }
}

#[test]
fn accepted_offline_arrives_once_on_sqlite() {
    accepted_offline_arrives_once(None);
}

#[test]
fn accepted_offline_arrives_once_on_postgresql() {
    accepted_offline_arrives_once(Some(postgres()));
}

/// The hall dies without warning between applications; what it had acknowledged is there, the rest comes.
fn a_killed_hall_loses_nothing(database: Option<String>) {
    let mut hall = Hall::start(database);
    let kiosk = hall.terminal();
    for round in 0..3 {
        for item in items(&kiosk, 3) {
            kiosk.apply(&item);
        }
        kiosk.command(&["sync", "--once"]);
        hall.kill();
        hall.start_again();
        assert_eq!(hall.cases().len(), 3 * (round + 1));
    }
}

#[test]
fn a_killed_hall_loses_nothing_on_sqlite() {
    a_killed_hall_loses_nothing(None);
}

#[test]
fn a_killed_hall_loses_nothing_on_postgresql() {
    a_killed_hall_loses_nothing(Some(postgres()));
}

#[test]
fn the_hall_opens_what_the_terminal_cannot() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let item = items(&kiosk, 1).remove(0);
    let accepted = kiosk.apply(&item);
    kiosk.command(&["sync", "--once"]);
    let shown = hall.command(&["case", "show", accepted["application_id"].as_str().unwrap()]);
    let example: Value = serde_json::from_slice(&kiosk.example(&item)).unwrap();
    for (field, value) in example["answers"].as_object().unwrap() {
        assert!(shown.to_string().contains(value.as_str().unwrap()), "{field}");
    }
    // The catalogue's own example has the same published number, so its cache is not looked at.
    let files = std::fs::read_dir(kiosk.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    for path in files.filter(|path| !path.to_string_lossy().contains("catalogue")) {
        let bytes = std::fs::read(&path).unwrap();
        let canary = "11010519491231002X".as_bytes();
        assert!(!bytes.windows(canary.len()).any(|window| window == canary), "{path:?}");
    }
}

#[test]
fn what_is_wrong_is_told_at_once_and_by_field() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let item = items(&kiosk, 1).remove(0);
    let output = kiosk.try_apply(&item, br#"{"answers":{"phone":"1380000"},"materials":[]}"#);
    assert_eq!(output.status.code(), Some(1));
    let words: Value = serde_json::from_slice(&output.stdout).unwrap();
    let errors = words["errors"].as_array().unwrap();
    assert!(errors.len() >= 2);
    for error in errors {
        for key in ["field", "code", "message"] {
            assert!(!error[key].as_str().unwrap().is_empty(), "{error}");
        }
    }
    let broken = kiosk.try_apply(&item, br#"{"answers":{"applicant_name":12345678"#);
    assert_eq!(broken.status.code(), Some(1));
    let message = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(message.contains("line 1") && !message.contains("12345678"), "{message}");
    assert_eq!(kiosk.try_command(&["apply"]).status.code(), Some(2));
    assert!(kiosk.outbox().is_empty());
}

#[test]
fn a_receipt_is_checked_without_network_or_database_and_a_changed_one_refused() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let accepted = kiosk.apply(&items(&kiosk, 1)[0]);
    let token = accepted["token"].as_str().unwrap();
    // Only the public key: another folder without anything else in it.
    let bare = tempfile::tempdir().unwrap();
    std::fs::copy(hall.folder.path().join("hall.pub"), bare.path().join("hall.pub")).unwrap();
    let data = bare.path().to_str().unwrap();
    let verify = |token: &str| {
        let program = crate::programs::program("bianmin-hall");
        tool(program.to_str().unwrap(), &["receipt", "verify", token, "--data", data, "--json"])
    };
    assert_eq!(json(verify(token))["registration"], accepted["registration"]);
    for position in [0, token.len() / 3, token.len() / 2, token.len() - 1] {
        let mut changed = token.as_bytes().to_vec();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let output = verify(std::str::from_utf8(&changed).unwrap());
        assert_eq!(output.status.code(), Some(1), "position {position}");
    }
}

#[test]
fn the_slip_says_what_it_must_and_its_code_is_read_back() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let accepted = kiosk.apply("HJ02");
    let number = accepted["registration"].as_str().unwrap();
    let token = accepted["token"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (form, name) in
        [("png", "slip.png"), ("escpos", "slip.escpos"), ("pdf", "slip.pdf"), ("pdf-a4", "a4.pdf")]
    {
        let made = kiosk.try_command(&["slip", number, "--as", form, "-o", &path(name)]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mode = std::fs::metadata(path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} bears a name and a code: it is its owner's alone");
    }
    let read = tool("zbarimg", &["-q", "--raw", &path("slip.png")]);
    let url = String::from_utf8_lossy(&read.stdout).trim().to_owned();
    assert!(url.ends_with(&format!("/r#{token}")), "{url}");
    for name in ["slip.pdf", "a4.pdf"] {
        let size = std::fs::metadata(path(name)).unwrap().len();
        assert!(size <= 19 * 1024, "{name}: {size} bytes");
        let text = String::from_utf8(tool("pdftotext", &["-layout", &path(name), "-"]).stdout).unwrap();
        let text: String = text.split_whitespace().collect();
        for part in ["申请登记回执", number, "张*", "从大厅收到申请时开始计算"] {
            assert!(text.contains(part), "{name}: {part}");
        }
        assert!(!text.contains("张三") && !text.contains("110105"));
    }
    let bytes = std::fs::read(path("slip.escpos")).unwrap();
    assert!(bytes.starts_with(&[0x1b, b'@']));
}

#[test]
fn a_revoked_terminal_is_refused_and_says_so() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    kiosk.apply(&items(&kiosk, 1)[0]);
    let terminals = hall.command(&["terminal", "list"]);
    let id = terminals[0]["terminal"].as_str().or(terminals[0]["id"].as_str()).unwrap().to_owned();
    hall.command(&["terminal", "revoke", &id]);
    let output = kiosk.try_command(&["sync", "--once"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("enrolment"));
    assert!(hall.cases().is_empty());
    assert_eq!(kiosk.outbox().len(), 1);
}

#[test]
fn a_code_enrols_one_terminal_and_an_enrolled_terminal_stays_itself() {
    let hall = Hall::start(None);
    let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
    let first = Kiosk { folder: tempfile::tempdir().unwrap() };
    let second = Kiosk { folder: tempfile::tempdir().unwrap() };
    first.command(&["enrol", "--hall", &hall.url, "--code", &code]);
    let refused = second.try_command(&["enrol", "--hall", &hall.url, "--code", &code]);
    assert_eq!(refused.status.code(), Some(1));
    let another = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
    let again = first.try_command(&["enrol", "--hall", &hall.url, "--code", &another]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("already enrolled"));
    second.command(&["enrol", "--hall", &hall.url, "--code", &another]);
}
