//! CSV files in the encodings and forms in which they come: read where that is sure, refused with words otherwise.

use super::cases::{message, published};
use super::*;

/// One item as CSV files, with one of them changed.
fn files(hall: &TestHall, name: &str, change: impl Fn(String) -> Vec<u8>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (table, rows) in tables() {
        let header = &rows[0];
        let own = header.iter().position(|column| column == "local_catalog_code");
        let kept = rows.iter().enumerate().filter(|(index, row)| {
            *index == 0 || (table != "人生事件" && own.is_none_or(|own| row[own] == "HJ02"))
        });
        let mut writer = csv::Writer::from_writer(Vec::new());
        for (_, row) in kept {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let file = hall.data.path().join(format!("{table}.csv"));
        let bytes = if table == name || name == "all" { change(text) } else { text.into_bytes() };
        std::fs::write(&file, bytes).unwrap();
        files.push(file);
    }
    files
}

#[tokio::test]
async fn the_encodings_and_separators_of_spreadsheets_are_read() {
    let hall = TestHall::start(Database::Sqlite).await;
    let report = import(&hall, &files(&hall, "", String::into_bytes), false).await.unwrap();
    assert_eq!((report.items, report.changed), (1, true));
    let before = published(&hall, "HJ02").await;
    let semicolons = |text: String| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        reader.records().for_each(|record| writer.write_record(&record.unwrap()).unwrap());
        writer.into_inner().unwrap()
    };
    let chinese = |text: String| encoding_rs::GB18030.encode(&text).0.into_owned();
    let marked = |text: String| format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes();
    for (name, change) in [
        ("semicolons", &semicolons as &dyn Fn(String) -> Vec<u8>),
        ("GB 18030", &chinese),
        ("as Windows writes it", &marked),
    ] {
        let report = import(&hall, &files(&hall, "all", change), false).await;
        assert!(!report.unwrap_or_else(|problems| panic!("{name}: {problems:#?}")).changed, "{name}");
    }
    assert_eq!(published(&hall, "HJ02").await, before);
}

#[tokio::test]
async fn what_is_damaged_or_in_another_encoding_is_one_message() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let stray = |text: String| [text.trim_end().as_bytes(), b"\xe2\x80\r\n"].concat();
    let cut = |text: String| {
        let mut bytes = text.into_bytes();
        while bytes.last().is_some_and(|byte| byte.is_ascii()) {
            bytes.pop();
        }
        bytes.pop();
        bytes
    };
    let wide = |text: String| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let twice = |text: String| encoding_rs::GBK.decode(text.as_bytes()).0.into_owned().into_bytes();
    let comma = |text: String| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[1] = "HJ02,补办要多少钱？,丢失补领每证 40 元,到期换领每证 20 元,急办另议".into();
        lines.join("\n").into_bytes()
    };
    let quotes = |text: String| text.replacen(",补办", ",\"补办", 1).into_bytes();
    let nul = |text: String| text.replacen("补办", "补\0办", 1).into_bytes();
    let error = |text: String| text.replacen("补办要多少钱？", "#REF!", 1).into_bytes();
    for (name, change, right) in [
        ("stray bytes", &stray as &dyn Fn(String) -> Vec<u8>, vec!["问答.csv   encoding"]),
        ("cut in a character", &cut, vec!["问答.csv   encoding"]),
        ("UTF-16", &wide, vec!["问答.csv   utf16"]),
        ("UTF-8 as GBK as UTF-8", &twice, vec!["问答.csv 2 q garbled", "问答.csv 2 a garbled"]),
        ("a comma without quotes", &comma, vec!["问答.csv 2  surplus"]),
        ("an open quotation mark", &quotes, vec!["问答.csv   quotes"]),
        ("NUL", &nul, vec!["问答.csv 2 q character"]),
        ("a formula's error", &error, vec!["问答.csv 2 q formula-error"]),
    ] {
        let problems = import(&hall, &files(&hall, "问答", change), false).await.unwrap_err();
        let report = message(&problems);
        assert!(right.iter().all(|line| report.contains(&(*line).to_owned())), "{name}: {report:?}");
        assert!(report.len() == right.len() || name.starts_with("UTF-8"), "{name}: {report:?}");
        assert_eq!(hall.store().state().await.unwrap().revision, Revision(1), "{name}");
    }
}
