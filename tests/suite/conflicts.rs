//! Two residents with one number, as when a terminal's folder was copied: the hall keeps both, and staff decide which of
//! them goes on. On either database, with the real programs.

use crate::enrolled::unmark;
use crate::programs::{Hall, Kiosk, postgres};
use bianmin_protocol::v1::{PHONE_PROGRESS, PhoneQuery, ProgressAnswer};
use serde_json::Value;

/// Two copies of one terminal that have given the same number, and what each receipt's token is.
struct Two {
    hall: Hall,
    first: Kiosk,
    second: Kiosk,
    number: String,
    tokens: [String; 2],
}

impl Two {
    fn at(database: Option<String>) -> Self {
        let mut hall = Hall::start(database);
        let first = hall.terminal();
        hall.stop();
        unmark(first.folder.path());
        let second = Kiosk { folder: tempfile::tempdir().unwrap() };
        for entry in std::fs::read_dir(first.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, second.folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let applied = [first.apply("HJ02"), second.apply("HJ02")];
        let text = |which: usize, key: &str| applied[which][key].as_str().unwrap().to_owned();
        assert_eq!(text(0, "registration"), text(1, "registration"));
        let (number, tokens) = (text(0, "registration"), [text(0, "token"), text(1, "token")]);
        hall.start_again();
        first.command(&["sync", "--once"]);
        let _ = second.try_command(&["sync", "--once"]);
        Self { hall, first, second, number, tokens }
    }

    fn conflicts(&self) -> Vec<Value> {
        self.hall.command(&["case", "list", "--conflicts"]).as_array().unwrap().clone()
    }

    fn decide(&self, copy: &str, keep: &str) -> std::process::Output {
        let why = ["--reason", "两位居民同号，后者已另行登记", "--by", "窗口 3 李四"];
        self.hall.output(&[&["case", "resolve", copy, "--keep", keep, "--json"], &why[..]].concat())
    }

    /// What a phone is told with a receipt.
    fn phone(&self, which: usize) -> ProgressAnswer {
        let body = serde_json::to_vec(&PhoneQuery { token: self.tokens[which].clone() }).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(async {
            let request =
                reqwest::Client::new().post(format!("{}{PHONE_PROGRESS}", self.hall.url)).body(body);
            request.send().await.unwrap().bytes().await.unwrap()
        });
        serde_json::from_slice(&answer).unwrap()
    }
}

fn the_copy_takes_the_place(database: Option<String>) {
    let two = Two::at(database);
    assert_eq!(two.second.outbox(), [(two.number.clone(), "quarantined".to_owned())]);
    let before = two.hall.command(&["case", "show", &two.number]);
    let open = two.conflicts();
    assert_eq!((open.len(), &open[0]["decision"]), (1, &Value::Null), "{open:?}");
    assert_eq!(open[0]["case_number"], before["case_number"]);
    assert_eq!(before["conflicts"][0]["copy"], open[0]["copy"]);
    let copy = open[0]["copy"].as_str().unwrap();
    // Staff can read what it says.
    let shown = two.hall.command(&["case", "show", copy]);
    assert_eq!(shown["answers"], before["answers"]);
    assert_ne!(shown["application_id"], before["application_id"]);
    assert_eq!(
        (two.phone(1), two.second.outbox()[0].1.as_str()),
        (ProgressAnswer::Refused {}, "quarantined")
    );
    let decided = crate::programs::json(two.decide(copy, "copy"));
    assert_ne!(decided["case_number"], before["case_number"], "a case number was given twice");
    // The second resident's case goes on, and its terminal hears of it.
    let now = two.hall.command(&["case", "show", &two.number]);
    assert_eq!((&now["application_id"], &now["state"]), (&shown["application_id"], &"received".into()));
    assert!(matches!(two.phone(1), ProgressAnswer::Known { .. }));
    two.second.command(&["sync", "--once"]);
    two.second.command(&["sync", "--once"]);
    assert_eq!(two.second.outbox()[0].1, "acknowledged");
    // The first one is kept as it came, with what was decided.
    assert_eq!(two.phone(0), ProgressAnswer::Refused {});
    let aside = two.conflicts();
    assert_eq!((aside.len(), &aside[0]["application_id"]), (1, &before["application_id"]));
    let decision = &aside[0]["decision"];
    assert_eq!((&decision["kept"], &decision["by"]), (&false.into(), &"窗口 3 李四".into()));
    let shown = two.hall.command(&["case", "show", aside[0]["copy"].as_str().unwrap()]);
    assert_eq!(shown["answers"], before["answers"]);
    // Once, whichever of the two it is about.
    for again in [copy, aside[0]["copy"].as_str().unwrap()] {
        for keep in ["case", "copy"] {
            assert!(!two.decide(again, keep).status.success(), "it was decided twice");
        }
    }
    assert_eq!(two.hall.cases().len(), 1);
    two.first.command(&["sync", "--once"]);
}

#[test]
fn the_copy_takes_the_place_of_the_case_on_sqlite() {
    the_copy_takes_the_place(None);
}

#[test]
fn the_copy_takes_the_place_of_the_case_on_postgresql() {
    the_copy_takes_the_place(Some(postgres()));
}

fn the_case_stays(database: Option<String>) {
    let two = Two::at(database);
    let before = two.hall.command(&["case", "show", &two.number]);
    let copy = two.conflicts()[0]["copy"].as_str().unwrap().to_owned();
    // Not without a reason, nor something else.
    let nameless = ["case", "resolve", &copy, "--keep", "case", "--reason", " ", "--by", "李四"];
    assert!(!two.hall.output(&nameless).status.success());
    assert!(!two.decide(&"0".repeat(64), "case").status.success());
    // Two of the staff at once: one of them decides.
    let decided = std::thread::scope(|scope| {
        let both = ["case", "case"].map(|keep| {
            let (two, copy) = (&two, &copy);
            scope.spawn(move || two.decide(copy, keep).status.success())
        });
        both.into_iter().map(|one| one.join().unwrap()).filter(|is_decided| *is_decided).count()
    });
    assert_eq!(decided, 1);
    let now = two.hall.command(&["case", "show", &two.number]);
    assert_eq!(
        (&now["case_number"], &now["application_id"]),
        (&before["case_number"], &before["application_id"])
    );
    assert_eq!(two.conflicts()[0]["decision"]["kept"], false);
    assert!(matches!(two.phone(0), ProgressAnswer::Known { .. }));
    assert_eq!(two.phone(1), ProgressAnswer::Refused {});
    two.hall.command(&["case", "decide", &two.number, "granted"]);
    two.first.command(&["sync", "--once"]);
    assert_eq!(two.first.command(&["outbox", "show", &two.number])["progress"]["state"], "granted");
}

#[test]
fn the_case_stays_when_staff_say_so_on_sqlite() {
    the_case_stays(None);
}

#[test]
fn the_case_stays_when_staff_say_so_on_postgresql() {
    the_case_stays(Some(postgres()));
}
