//! Files that ask for more than there is: an error, and no memory.

use super::cases::{Book, message};
use super::*;
use crate::catalogue::draft::read_within;
use crate::catalogue::limits::Limits;
use std::io::{Cursor, Write as _};
use std::time::Duration;

fn problems(file: &Path, limits: Limits) -> Vec<String> {
    message(&read_within(&[file], limits).problems)
}

#[tokio::test]
async fn a_workbook_is_not_believed_what_it_says_of_itself() {
    let hall = TestHall::start(Database::Sqlite).await;
    let sheet = "xl/worksheets/sheet1.xml";
    let dimension = "<dimension ref=\"A1:AO2\" />";
    // The said size of a sheet, a count of strings, an index of a formula that many share: nobody asks for it.
    let file = Book::control().part(sheet, dimension, "<dimension ref=\"A1:XFD1048576\" />").save(&hall);
    assert_eq!(problems(&file, Limits::default()), [""; 0]);
    let formula =
        "<c r=\"E2\" t=\"str\"><f t=\"shared\" ref=\"E2:E3\" si=\"99999999999\">A1</f><v>补领</v></c>";
    let file = Book::control().cell("事项", "E2", formula).save(&hall);
    assert_eq!(problems(&file, Limits::default()), [""; 0]);
    // Cells at the far end.
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
    let file = Book::control().part(sheet, "</sheetData>", far).save(&hall);
    assert_eq!(problems(&file, Limits::default()), ["清单.xlsx   too-many-columns"]);
    // One cell that holds for a million rows has only those that are there.
    let merged = "</sheetData><mergeCells><mergeCell ref=\"A2:A1048576\"/></mergeCells>";
    let file = Book::control().part(sheet, "</sheetData>", merged).save(&hall);
    assert_eq!(problems(&file, Limits::default()), [""; 0]);
    for (from, to) in [
        ("r=\"E2\"", "r=\"ZZZZZZZ2\""),
        ("r=\"E2\"", "r=\"E99999999999\""),
        ("r=\"E2\"", "r=\"D2\""),
        ("<row r=\"2\"", "<row r=\"0\""),
        ("<worksheet", "<!DOCTYPE x [<!ENTITY y \"z\">]><worksheet"),
        ("</worksheet>", ""),
    ] {
        let file = Book::control().part(sheet, from, to).save(&hall);
        assert_eq!(problems(&file, Limits::default()), ["清单.xlsx   damaged-workbook"], "{to}");
    }
}

#[tokio::test]
async fn a_package_does_not_become_what_it_likes() {
    let hall = TestHall::start(Database::Sqlite).await;
    let file = hall.data.path().join("bomb.xlsx");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("_rels/.rels", zip::write::SimpleFileOptions::default()).unwrap();
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..64 {
        out.write_all(&spaces).unwrap();
    }
    let bytes = out.finish().unwrap().into_inner();
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(
        problems(&file, Limits::default()),
        ["bomb.xlsx   unpacked"],
        "64 MB in {} kB",
        bytes.len() / 1024
    );
    // The same with a lie about its size, in both of the places where it stands.
    let said = (64_u32 << 20).to_le_bytes();
    let mut lie = bytes;
    for at in 0..lie.len() - 4 {
        if lie[at..at + 4] == said {
            lie[at..at + 4].copy_from_slice(&1024_u32.to_le_bytes());
        }
    }
    std::fs::write(&file, lie).unwrap();
    let report = problems(&file, Limits::default());
    assert!(report == ["bomb.xlsx   unpacked"] || report == ["bomb.xlsx   damaged-workbook"], "{report:?}");
}

#[tokio::test]
async fn each_limit_is_an_error_in_words() {
    let hall = TestHall::start(Database::Sqlite).await;
    let book = Book::control().save(&hall);
    let none = Limits::default();
    let json = demo_file();
    let name = json.file_name().unwrap().to_str().unwrap().to_owned();
    for (file, limits, right) in [
        (&book, Limits { cells: 50, ..none }, "清单.xlsx   too-many-cells".to_owned()),
        (&book, Limits { columns: 20, ..none }, "清单.xlsx   too-many-columns".to_owned()),
        (&book, Limits { text_bytes: 200, ..none }, "清单.xlsx   too-large".to_owned()),
        (&book, Limits { workbook_bytes: 1000, ..none }, "清单.xlsx   too-large".to_owned()),
        (&book, Limits { unpacked_bytes: 4000, ..none }, "清单.xlsx   unpacked".to_owned()),
        (&book, Limits { parts: 3, ..none }, "清单.xlsx   damaged-workbook".to_owned()),
        (&book, Limits { time: Duration::ZERO, ..none }, "清单.xlsx   too-long".to_owned()),
        (&json, Limits { file_bytes: 1000, ..none }, format!("{name}   too-large")),
        (&json, Limits { time: Duration::ZERO, ..none }, format!("{name}   too-long")),
    ] {
        assert_eq!(problems(file, limits), [right], "{limits:?}");
    }
    let deep = hall.data.path().join("deep.json");
    std::fs::write(&deep, format!("{{\"items\":[{}{}]}}", "[".repeat(100_000), "]".repeat(100_000))).unwrap();
    assert_eq!(problems(&deep, none), ["items 1  not-object"]);
    // A pipe that nobody writes to would keep an import waiting for good.
    assert_eq!(problems(Path::new("/dev/zero"), none), ["zero   not-file"]);
}
