//! Catalogues from files: everything that is wrong is told at once, by sheet, row and field, and then nothing
//! has changed; and the flat form of a list is the same as its JSON.

mod cases;
mod encodings;
mod limits;
mod whole;

use crate::catalogue::problem::{Problem, Wrong};
use crate::catalogue::{Options, PublishError};
use crate::catalogue::{generate, publish, read, report};
use crate::testing::{Database, TestHall, demo, demo_file};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Revision;
use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

async fn import(
    hall: &TestHall,
    files: &[PathBuf],
    merge: bool,
) -> Result<crate::catalogue::Published, Vec<Problem>> {
    let options = Options { merge, ..Options::default() };
    import_with(hall, files, options).await
}

async fn import_with(
    hall: &TestHall,
    files: &[PathBuf],
    options: Options,
) -> Result<crate::catalogue::Published, Vec<Problem>> {
    let hall = &hall.hall;
    match publish(&hall.store, &hall.keys.signing, &hall.clock, read(files), options).await {
        Ok(published) => Ok(published),
        Err(PublishError::Problems(problems)) => Err(problems),
        Err(error) => panic!("{error}"),
    }
}

fn save(hall: &TestHall, name: &str, document: &Value) -> PathBuf {
    let file = hall.data.path().join(name);
    std::fs::write(&file, document.to_string()).unwrap();
    file
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "是" } else { "否" }.to_owned(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// The demonstration catalogue as the tables that a hall would keep in a spreadsheet.
fn tables() -> Vec<(&'static str, Vec<Vec<String>>)> {
    let document = demo();
    let row =
        |entry: &Value, columns: &[&str]| columns.iter().map(|name| text(&entry[*name])).collect::<Vec<_>>();
    let head = |columns: &[&str]| columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let plain = |list: &str, columns: &[&str]| {
        let entries = document[list].as_array().unwrap();
        std::iter::once(head(columns))
            .chain(entries.iter().map(|entry| row(entry, columns)))
            .collect::<Vec<_>>()
    };
    let mut items = Vec::new();
    let scalar: Vec<String> = document["items"][0]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| {
            !value.is_object()
                && !value.as_array().is_some_and(|list| list.iter().any(Value::is_object))
                && !["fees", "readings"].contains(&name.as_str())
        })
        .map(|(name, _)| name.clone())
        .collect();
    let scalar: Vec<&str> = scalar.iter().map(String::as_str).collect();
    let flags = ["query", "book", "apply", "direct"];
    let mut columns = head(&scalar);
    columns.extend(flags.iter().map(|name| format!("terminal_{name}")));
    columns.push("readings".into());
    items.push(columns);
    let own = "local_catalog_code";
    let materials = [
        "code",
        "name",
        "name_en",
        "is_need",
        "type",
        "format",
        "page_num",
        "source_type",
        "accept_stand",
        "by_law",
        "form",
        "example",
        "fill_explain",
        "due_days",
    ];
    let fees = ["name", "standard", "amount_fen", "reduction"];
    let with_own = |columns: &[&str]| head(&[&[own], columns].concat());
    let mut material_rows = vec![with_own(&materials)];
    let mut fee_rows = vec![with_own(&fees)];
    let mut faq_rows = vec![with_own(&["q", "a"])];
    let mut form_rows =
        vec![with_own(&["title", "title_en", "code", "required", "show_if_field", "show_if_equals"])];
    let mut example_rows = vec![with_own(&["field", "value", "material", "answer"])];
    for item in document["items"].as_array().unwrap() {
        let code = text(&item[own]);
        let mut cells = row(item, &scalar);
        cells.extend(flags.iter().map(|name| text(&item["terminal"][*name])));
        let readings = item["readings"].as_object().unwrap();
        cells.push(
            readings
                .iter()
                .map(|(word, reading)| format!("{word}={}", text(reading)))
                .collect::<Vec<_>>()
                .join("；"),
        );
        items.push(cells);
        for (list, columns, rows) in [
            ("materials", &materials[..], &mut material_rows),
            ("fees", &fees[..], &mut fee_rows),
            ("faq", &["q", "a"][..], &mut faq_rows),
        ] {
            for entry in item[list].as_array().unwrap() {
                rows.push([vec![code.clone()], row(entry, columns)].concat());
            }
        }
        for page in item["form"].as_array().unwrap() {
            for field in page["fields"].as_array().unwrap() {
                let mut cells = vec![code.clone(), text(&page["title"]), text(&page["title_en"])];
                cells.extend(row(field, &["code", "required"]));
                cells.extend([text(&field["show_if"]["field"]), text(&field["show_if"]["equals"])]);
                form_rows.push(cells);
            }
        }
        for (field, value) in item["example"]["answers"].as_object().unwrap() {
            example_rows.push(vec![code.clone(), field.clone(), text(value), String::new(), String::new()]);
        }
        for material in item["example"]["materials"].as_array().unwrap() {
            let answer = if material["promised"] == true { "容缺" } else { "" };
            example_rows.push(vec![
                code.clone(),
                String::new(),
                String::new(),
                text(&material["code"]),
                answer.into(),
            ]);
        }
    }
    let mut fields = plain(
        "fields",
        &[
            "code",
            "kind",
            "label",
            "label_en",
            "hint",
            "hint_en",
            "example",
            "max_chars",
            "min",
            "max",
            "past",
            "future",
            "landline",
        ],
    );
    fields[0].push("options".into());
    for (row, entry) in fields[1..].iter_mut().zip(document["fields"].as_array().unwrap()) {
        let options = entry["options"].as_array().cloned().unwrap_or_default();
        let options: Vec<_> = options
            .iter()
            .map(|one| format!("{}={}={}", text(&one["code"]), text(&one["label"]), text(&one["label_en"])))
            .collect();
        row.push(options.join("\n"));
    }
    vec![
        ("事项", items),
        ("材料", material_rows),
        ("收费", fee_rows),
        ("表单", form_rows),
        ("示范文本", example_rows),
        ("问答", faq_rows),
        ("主题", plain("themes", &["code", "name", "name_en", "icon"])),
        ("人生事件", plain("life_events", &["code", "name", "name_en", "icon", "items"])),
        ("字段", fields),
    ]
}

fn write_workbook(file: &Path, tables: &[(&str, Vec<Vec<String>>)]) {
    let mut book = Workbook::new();
    for (name, rows) in tables {
        let sheet: &mut Worksheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (row as u32, column as u16);
                // A spreadsheet makes numbers of what looks like one.
                match cell.parse::<u32>() {
                    Ok(number) if cell.len() < 15 && !cell.starts_with('0') => {
                        sheet.write_number(row, column, f64::from(number)).unwrap()
                    }
                    _ => sheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
    }
    book.save(file).unwrap();
}

#[tokio::test]
async fn a_workbook_and_csv_files_mean_the_same_as_json() {
    let hall = TestHall::start(Database::Sqlite).await;
    let notice =
        save(&hall, "notice.json", &json!({ "notice": demo()["notice"], "notice_en": demo()["notice_en"] }));
    let book = hall.data.path().join("清单.xlsx");
    write_workbook(&book, &tables());
    let first = import(&hall, &[book, notice.clone()], false)
        .await
        .unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!((first.revision, first.items), (Revision(1), demo()["items"].as_array().unwrap().len()));
    let message = import(&hall, &[demo_file()], false).await.unwrap();
    assert!(!message.changed, "{message:?}");
    let mut files = vec![notice];
    for (index, (name, rows)) in tables().into_iter().enumerate() {
        let file = hall.data.path().join(format!("{name}.csv"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        // Both encodings that spreadsheets write.
        let bytes = if index % 2 == 0 {
            encoding_rs::GB18030.encode(&text).0.into_owned()
        } else {
            format!("\u{feff}{text}").into_bytes()
        };
        std::fs::write(&file, bytes).unwrap();
        files.push(file);
    }
    let message = import(&hall, &files, false).await.unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(!message.changed, "{message:?}");
}

#[tokio::test]
async fn everything_wrong_in_a_workbook_is_told_by_sheet_row_and_field() {
    let hall = TestHall::start(Database::Sqlite).await;
    let mut all = tables();
    let cell =
        |tables: &mut Vec<(&str, Vec<Vec<String>>)>, sheet: usize, row: usize, column: &str, text: &str| {
            let table = &mut tables[sheet].1;
            let column = table[0].iter().position(|name| name == column).unwrap();
            table[row - 1][column] = text.to_owned();
        };
    cell(&mut all, 0, 2, "anticipate_day", "二十");
    cell(&mut all, 0, 2, "task_type", "没有这种");
    cell(&mut all, 0, 3, "task_code", "123");
    cell(&mut all, 0, 4, "notes", "");
    cell(&mut all, 1, 5, "is_need", "也许");
    cell(&mut all, 1, 6, "local_catalog_code", "NO99");
    cell(&mut all, 8, 3, "kind", "colour");
    all[5].1[0].push("question".into());
    let book = hall.data.path().join("清单.xlsx");
    write_workbook(&book, &all);
    let problems = import(&hall, &[book], false).await.unwrap_err();
    let has = |place: &str, row: Option<usize>, field: &str| {
        problems.iter().any(|one| {
            one.origin.place == format!("清单.xlsx/{place}") && one.origin.row == row && one.field == field
        })
    };
    for (place, row, field) in [
        ("事项", Some(2), "anticipate_day"),
        ("事项", Some(2), "task_type"),
        ("事项", Some(3), "task_code"),
        ("事项", Some(4), "notes"),
        ("材料", Some(5), "is_need"),
        ("材料", Some(6), "local_catalog_code"),
        ("字段", Some(3), "kind"),
        ("问答", Some(1), "question"),
    ] {
        assert!(has(place, row, field), "{place} {row:?} {field}: {problems:#?}");
    }
    let lines = report::lines(&problems, &Texts::new(Language::ZhCn));
    let line = lines.iter().find(|line| line.contains("is_need")).unwrap();
    assert!(line.starts_with("清单.xlsx/材料 第 5 行 · ") && line.ends_with("只能填：必要、容缺"), "{line}");
    // The material that went to an unknown item is missed where it belongs; nothing else is told.
    let others = problems.iter().filter(|one| !one.origin.place.ends_with("示范文本")).count();
    assert_eq!(others, 8, "nothing is told that is not wrong: {problems:#?}");
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(0), "nothing was published");
}

#[tokio::test]
async fn a_wrong_list_changes_nothing_and_every_mistake_is_named() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let mut document = demo();
    let items = document["items"].as_array_mut().unwrap();
    items[0]["themes"] = json!(["T99"]);
    items[1]["form"][0]["fields"][0]["code"] = "no_such_field".into();
    items[2]["materials"][0]["name"] = "".into();
    items[3]["example"]["answers"] = json!({ "phone": "12" });
    items[4]["accept_condition"] = json!([]);
    let twice = items[5]["local_catalog_code"].clone();
    items[6]["local_catalog_code"] = twice;
    items[7].as_object_mut().unwrap().remove("task_name");
    items[7]["promise_day"] = "soon".into();
    document["life_events"][0]["items"] = json!(["NO99"]);
    let file = save(&hall, "wrong.json", &document);
    let problems = import(&hall, &[file], false).await.unwrap_err();
    let has = |row: usize, field: &str, wrong: &dyn Fn(&Wrong) -> bool| {
        problems.iter().any(|one| one.origin.row == Some(row) && one.field == field && wrong(&one.wrong))
    };
    assert!(has(1, "themes[0]", &|wrong| *wrong == Wrong::NoSuch("T99".into(), Some("T09".into()))));
    assert!(has(2, "form[0].fields[0].code", &|wrong| matches!(wrong, Wrong::NoSuch(..))));
    assert!(has(3, "materials[0].name", &|wrong| *wrong == Wrong::Empty));
    assert!(has(4, "example.answers.phone", &|wrong| matches!(wrong, Wrong::Example(_))), "{problems:#?}");
    assert!(has(5, "accept_condition", &|wrong| *wrong == Wrong::Empty));
    assert!(has(7, "local_catalog_code", &|wrong| *wrong == Wrong::Duplicate));
    assert!(has(8, "task_name", &|wrong| *wrong == Wrong::Missing));
    assert!(has(8, "promise_day", &|wrong| *wrong == Wrong::NotNumber));
    assert!(has(1, "items[0]", &|wrong| *wrong == Wrong::NoSuch("NO99".into(), None)));
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(1));
    for name in ["x.txt", "no.json", "bad.json", "bad.xlsx"] {
        let file = hall.data.path().join(name);
        if name.starts_with("bad") {
            std::fs::write(&file, "{").unwrap();
        }
        let problems = import(&hall, &[file], true).await.unwrap_err();
        let right = match name {
            "x.txt" | "no.json" => Wrong::NoFile,
            "bad.json" => Wrong::JsonEnds,
            _ => Wrong::NotWorkbook("{".into()),
        };
        assert_eq!(problems.iter().map(|one| one.wrong.clone()).collect::<Vec<_>>(), [right], "{name}");
    }
}

#[tokio::test]
async fn a_part_of_the_list_can_be_merged_in() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let mut item = demo()["items"][0].clone();
    item["task_name"] = "改了名字".into();
    let file = save(&hall, "part.json", &json!([item]));
    let message = import(&hall, &[file], true).await.unwrap();
    assert_eq!((message.updated.len(), message.removed.len(), message.added.len()), (1, 0, 0));
    assert_eq!(message.items, demo()["items"].as_array().unwrap().len());
    // Two at the same time: one of them is told to try again, and the other's revision is whole.
    let mut other = demo()["items"][1].clone();
    other["task_name"] = "也改了名字".into();
    let files =
        [save(&hall, "one.json", &json!([demo()["items"][0]])), save(&hall, "two.json", &json!([other]))];
    let publish_one = |file: &PathBuf| {
        let draft = read(&[file]);
        let hall = &hall.hall;
        let options = Options { merge: true, ..Options::default() };
        async move { publish(&hall.store, &hall.keys.signing, &hall.clock, draft, options).await }
    };
    let (one, two) = tokio::join!(publish_one(&files[0]), publish_one(&files[1]));
    let done = [&one, &two].into_iter().filter(|result| result.is_ok()).count();
    assert!(done >= 1, "{one:?} {two:?}");
    assert_eq!(hall.store().state().await.unwrap().revision, Revision(2 + done as u64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generated_catalogue_is_the_same_for_the_same_seed_and_can_be_published() {
    let hall = TestHall::start(Database::Sqlite).await;
    let made = |seed| {
        let mut out = Vec::new();
        generate::generate(300, seed, &mut out).unwrap();
        out
    };
    assert_eq!(made(7), made(7));
    assert_ne!(made(7), made(8));
    let file = hall.data.path().join("large.json");
    std::fs::write(&file, made(7)).unwrap();
    let message = import(&hall, &[file], false).await.unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(message.items, 300);
}
