//! An import as a whole: what it would withdraw, what it would change, and what it does not understand.

use super::cases::message;
use super::*;
use crate::catalogue::difference;

fn part(hall: &TestHall, document: &Value) -> [PathBuf; 1] {
    [save(hall, "part.json", document)]
}

#[tokio::test]
async fn what_has_no_catalogue_in_it_withdraws_nothing() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let themes = json!({ "themes": demo()["themes"] });
    for (document, right) in [
        (json!({}), "part.json   no-catalogue"),
        (json!({ "name": "x", "version": "1.0.0", "dependencies": {} }), "part.json   no-catalogue"),
        (json!({ "applicant_name": "张三", "phone": "13800000000" }), "part.json   no-catalogue"),
        (json!("items"), "part.json   no-catalogue"),
        (json!({ "item": demo()["items"] , "themes": [] }), "part.json  item unknown-key"),
        (themes, "   no-items"),
    ] {
        for merge in [false, true] {
            if merge && right.ends_with("no-items") {
                continue;
            }
            let problems = import(&hall, &part(&hall, &document), merge).await.unwrap_err();
            assert_eq!(message(&problems), [right], "{document}");
        }
    }
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(1));
    let likely = import(&hall, &part(&hall, &json!({ "item": [], "themes": [] })), true).await.unwrap_err();
    assert_eq!(likely[0].wrong, Wrong::UnknownKey(Some("items".into())));
}

#[tokio::test]
async fn misspelt_keys_are_told_with_the_likely_one() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let mut item = demo()["items"][1].clone();
    let fields = item["form"][0]["fields"].as_array_mut().unwrap();
    for field in fields {
        let required = field.as_object_mut().unwrap().remove("required").unwrap();
        field["requird"] = required;
    }
    item["synonym"] = item["synonyms"].take();
    item.as_object_mut().unwrap().remove("synonyms");
    item["#remark"] = "stays".into();
    let problems = import(&hall, &part(&hall, &json!([item])), true).await.unwrap_err();
    let lines = report::lines(&problems, &Texts::new(Language::En));
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("requird") && line.contains("\"required\"")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("synonym") && line.contains("\"synonyms\"")), "{lines:#?}");
    // A key twice: one of the two would win.
    let text =
        json!([demo()["items"][0]]).to_string().replacen("\"summary\":", "\"summary\":\"x\",\"summary\":", 1);
    let file = hall.data.path().join("twice.json");
    std::fs::write(&file, text).unwrap();
    assert_eq!(message(&import(&hall, &[file], true).await.unwrap_err()), ["items 1 summary twice"]);
}

#[tokio::test]
async fn many_items_go_only_when_that_is_asked_for() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let whole = demo();
    let all = whole["items"].as_array().unwrap().len();
    let less = |by: usize| {
        let mut document = whole.clone();
        document["items"].as_array_mut().unwrap().truncate(all - by);
        document["life_events"] = json!([]);
        document
    };
    let try_with = async |by: usize, allow_removal| {
        let file = save(&hall, "less.json", &less(by));
        let hall = &hall.hall;
        let options = Options { allow_removal, ..Options::default() };
        publish(&hall.store, &hall.keys.signing, &hall.clock, read(&[file]), options).await
    };
    let refused = try_with(all / 10 + 1, false).await.unwrap_err();
    let PublishError::Removal { removed, of } = refused else { panic!("{refused}") };
    assert_eq!((removed.len(), of), (all / 10 + 1, all));
    let last = whole["items"][all - 1]["local_catalog_code"].as_str().unwrap();
    assert!(removed.iter().any(|(code, name)| code == last && !name.is_empty()));
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(1));
    assert_eq!(try_with(all / 10, false).await.unwrap().removed.len(), all / 10);
    assert_eq!(try_with(all - 1, true).await.unwrap().items, 1);
}

#[tokio::test]
async fn a_merge_is_checked_as_the_whole_that_results() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let fields = json!({ "fields": [{ "code": "applicant_name", "kind": "person_name", "label": "姓名" }] });
    let problems = import(&hall, &part(&hall, &fields), true).await.unwrap_err();
    let missed =
        problems.iter().find(|one| matches!(&one.wrong, Wrong::StillNeeded(code, _) if code == "phone"));
    assert!(missed.is_some_and(|one| one.field == "fields"), "{:?}", message(&problems));
    let fields = demo()["fields"].as_array().unwrap().len();
    assert!(report::grouped(&problems).len() < fields, "a field is told once, and not for each item");
    let themes = json!({ "themes": [{ "code": "T99", "name": "新主题", "icon": "home" }] });
    let problems = import(&hall, &part(&hall, &themes), true).await.unwrap_err();
    assert!(
        problems.iter().all(|one| matches!(one.wrong, Wrong::StillNeeded(..))),
        "{:?}",
        message(&problems)
    );
    // An option that conditions of items stand on.
    let mut changed = json!({ "fields": demo()["fields"] });
    for field in changed["fields"].as_array_mut().unwrap() {
        if field["code"] == "delivery_method" {
            for option in field["options"].as_array_mut().unwrap() {
                if option["code"] == "mail" {
                    option["code"] = "post".into();
                }
            }
        }
    }
    let problems = import(&hall, &part(&hall, &changed), true).await.unwrap_err();
    assert!(problems.iter().any(|one| matches!(&one.wrong, Wrong::NoAnswer(answer, _) if answer == "mail")));
    // Life events that stay lose an item.
    let event = demo()["life_events"][0]["items"][0].clone();
    let mut document = demo();
    document["items"].as_array_mut().unwrap().retain(|item| item["local_catalog_code"] != event);
    document.as_object_mut().unwrap().remove("life_events");
    let problems = import(&hall, &part(&hall, &document), false).await.unwrap_err();
    assert_eq!(message(&problems), ["  life_events no-such"]);
    // A frame that fits is merged in.
    let mut more = demo()["themes"].clone();
    more.as_array_mut().unwrap().push(themes["themes"][0].clone());
    let message = import(&hall, &part(&hall, &json!({ "themes": more })), true).await.unwrap();
    assert!(message.changed && message.removed.is_empty());
}

#[tokio::test]
async fn a_difference_is_shown_and_nothing_changes() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let mut document = demo();
    let items = document["items"].as_array_mut().unwrap();
    items[0]["materials"][0]["name"] = "改了名字".into();
    items[0]["summary"] = "改了".into();
    let mut new = items[1].clone();
    new["local_catalog_code"] = "NEW1".into();
    items.push(new);
    let gone = items.remove(2)["local_catalog_code"].clone();
    document["life_events"] = json!([]);
    let file = save(&hall, "next.json", &document);
    let compare = async || {
        let hall = &hall.hall;
        difference(&hall.store, &hall.clock, read(&[&file]), Options::default()).await.unwrap()
    };
    let shown = compare().await;
    assert!(shown.changes && !shown.needs_allow_removal);
    assert_eq!(shown.added.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["NEW1"]);
    assert_eq!(
        shown.removed.iter().map(|one| one.code.clone()).collect::<Vec<_>>(),
        [gone.as_str().unwrap()]
    );
    assert_eq!(shown.changed.len(), 1);
    assert_eq!(shown.changed[0].fields, ["materials[0].name", "summary"]);
    assert_eq!(shown.frame.iter().map(|change| change.part.as_str()).collect::<Vec<_>>(), ["life_events"]);
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(1));
    import(&hall, std::slice::from_ref(&file), false).await.unwrap();
    assert!(!compare().await.changes, "it is what was published");
}

#[tokio::test]
async fn impossible_forms_and_versions_are_refused() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let try_item = async |change: &dyn Fn(&mut Value)| {
        let index =
            demo()["items"].as_array().unwrap().iter().position(|item| item["local_catalog_code"] == "HJ02");
        let mut item = demo()["items"][index.unwrap()].clone();
        change(&mut item);
        message(&import(&hall, &part(&hall, &json!([item])), true).await.unwrap_err())
    };
    let condition = |item: &mut Value, field: &str, equals: &str| {
        item["form"][2]["fields"][1]["show_if"] = json!({ "field": field, "equals": equals });
    };
    let path = "items 1 form[2].fields[1].show_if";
    for (field, equals, right) in [
        ("delivery_method", "fax", "no-answer"),
        ("delivery_method", "邮寄到家", "no-answer"),
        ("delivery_methd", "mail", "no-such"),
        ("postcode", "100000", "asked-earlier"),
        ("mail_name", "张三", "asked-earlier"),
        ("loss_date", "2025年1月1日", "no-answer"),
    ] {
        assert_eq!(
            try_item(&|item: &mut Value| condition(item, field, equals)).await,
            [format!("{path} {right}")],
            "{equals}"
        );
    }
    for version in [0_u32, u32::MAX] {
        let message = try_item(&|item: &mut Value| item["task_version"] = version.into()).await;
        assert_eq!(message, ["items 1 task_version version"]);
    }
    // An item whose version was at its end before that was refused can still be read, but not be changed.
    let mut known: bianmin_protocol::catalogue::ServiceItem =
        serde_json::from_value(demo()["items"][0].clone()).unwrap();
    known.version = u32::MAX;
    let content: std::sync::Arc<str> = serde_json::to_string(&known).unwrap().into();
    let new = crate::catalogue::NewVersion {
        code: known.code.to_string(),
        version: u32::MAX,
        digest: bianmin_protocol::bytes::Digest::of(content.as_bytes()),
        content,
    };
    hall.store().catalogue().add_versions(&[new]).await.unwrap();
    let mut changed = demo()["items"][0].clone();
    changed["summary"] = "改了".into();
    let file = part(&hall, &json!([changed]));
    let hall = &hall.hall;
    let options = Options { merge: true, ..Options::default() };
    let refused = publish(&hall.store, &hall.keys.signing, &hall.clock, read(&file), options).await;
    assert!(matches!(refused, Err(PublishError::NoVersion(_))), "{refused:?}");
}

#[tokio::test]
async fn what_nobody_sees_is_refused_wherever_it_stands() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    for bad in ['\0', '\u{1b}', '\u{200b}', '\u{202e}', '\u{2067}', '\u{feff}', '\t'] {
        for path in
            ["/task_name", "/materials/0/name", "/notes/0", "/example/answers/applicant_name", "/hint"]
        {
            let mut item = demo()["items"][0].clone();
            match item.pointer_mut(path) {
                Some(value) => *value = format!("张{bad}三").into(),
                None => item["readings"] = json!({ format!("银{bad}行"): "yin hang" }),
            }
            let problems = import(&hall, &part(&hall, &json!([item])), true).await.unwrap_err();
            assert_eq!(problems.len(), 1, "{path}: {problems:?}");
            assert_eq!(problems[0].wrong, Wrong::Character(bad), "{path}");
            let lines = report::lines(&problems, &Texts::new(Language::En));
            assert!(!lines[0].contains(bad), "{lines:?}");
        }
    }
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(1));
}
