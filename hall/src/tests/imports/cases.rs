//! Workbooks and other files as offices send them, one mistake in each: what is shown is read, or one message says
//! where the mistake is. The edits are made in a small workbook that is right.

use super::*;
use crate::catalogue::report::grouped;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

const CONTROL: &[u8] = include_bytes!("../fixtures/control.xlsx");

/// The sheets of the control in its own order.
const SHEETS: [&str; 9] = ["事项", "材料", "收费", "表单", "示范文本", "问答", "主题", "字段", "人生事件"];

/// The parts of a workbook.
pub(super) struct Book(BTreeMap<String, String>);

impl Book {
    pub(super) fn control() -> Self {
        let mut archive = zip::ZipArchive::new(Cursor::new(CONTROL)).unwrap();
        let mut parts = BTreeMap::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            parts.insert(part.name().unwrap().into_owned(), text);
        }
        Self(parts)
    }

    /// Exchanges a text that the part has.
    pub(super) fn part(mut self, name: &str, from: &str, to: &str) -> Self {
        let part = self.0.get_mut(name).unwrap_or_else(|| panic!("no {name}"));
        assert!(part.contains(from), "{name} has no {from}");
        *part = part.replace(from, to);
        self
    }

    fn sheet(self, sheet: &str, from: &str, to: &str) -> Self {
        let number = SHEETS.iter().position(|name| *name == sheet).unwrap() + 1;
        self.part(&format!("xl/worksheets/sheet{number}.xml"), from, to)
    }

    /// Puts another element in the place of a cell.
    pub(super) fn cell(self, sheet: &str, cell: &str, to: &str) -> Self {
        let number = SHEETS.iter().position(|name| *name == sheet).unwrap() + 1;
        let part = &self.0[&format!("xl/worksheets/sheet{number}.xml")];
        let begin = part.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no {cell}"));
        let end = begin + part[begin..].find("</c>").unwrap() + 4;
        let from = part[begin..end].to_owned();
        self.sheet(sheet, &from, to)
    }

    /// Puts another text into a cell.
    pub(super) fn text(self, sheet: &str, cell: &str, text: &str) -> Self {
        self.cell(sheet, cell, &format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"))
    }

    /// A cell with a number in a format of its own, or a built-in one.
    pub(super) fn number(self, sheet: &str, cell: &str, value: &str, format: &str) -> Self {
        let (id, own) = match format.parse::<u32>() {
            Ok(id) if !format.starts_with('0') => (id, String::new()),
            _ => (
                164,
                format!("<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"{format}\"/></numFmts>"),
            ),
        };
        let styles = self.0["xl/styles.xml"].replace("<numFmts count=\"0\" />", &own).replace(
            "</cellXfs>",
            &format!(
                "<xf numFmtId=\"{id}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" /></cellXfs>"
            ),
        );
        let mut book = self.cell(sheet, cell, &format!("<c r=\"{cell}\" s=\"1\" t=\"n\"><v>{value}</v></c>"));
        book.0.insert("xl/styles.xml".into(), styles);
        book
    }

    pub(super) fn save(&self, hall: &TestHall) -> PathBuf {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in &self.0 {
            out.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        let file = hall.data.path().join("清单.xlsx");
        std::fs::write(&file, out.finish().unwrap().into_inner()).unwrap();
        file
    }
}

/// What is told: place without the workbook's name, row or cell, field, what.
pub(super) fn message(problems: &[Problem]) -> Vec<String> {
    grouped(problems)
        .iter()
        .map(|group| {
            let Problem { origin, field, wrong, .. } = group.first();
            let place = origin.place.split('/').next_back().unwrap_or_default();
            let row = origin.row.map(|row| row.to_string()).unwrap_or_default();
            format!("{place} {row} {field} {}", wrong.key())
        })
        .collect()
}

/// One item as it is published.
pub(super) async fn published(hall: &TestHall, code: &str) -> Value {
    let revision = hall.store().state().await.unwrap().revision;
    let mark = hall.store().catalogue().items_of(revision).await.unwrap()[code];
    let code = bianmin_protocol::ids::ItemCode::parse(code).unwrap();
    let content = hall.store().catalogue().item_content(&code, mark.version).await.unwrap().unwrap();
    serde_json::from_str(&content).unwrap()
}

async fn read_as(book: Book, fields: &[(&str, Value)]) {
    let hall = TestHall::start(Database::Sqlite).await;
    let file = book.save(&hall);
    import(&hall, &[file], false).await.unwrap_or_else(|problems| panic!("{:#?}", message(&problems)));
    let item = published(&hall, "HJ02").await;
    for (path, value) in fields {
        assert_eq!(item.pointer(path), Some(value), "{path}");
    }
}

#[tokio::test]
async fn what_a_cell_shows_is_what_is_read() {
    let book = Book::control;
    read_as(book(), &[("/task_name", "居民身份证补领".into()), ("/materials/0/due_days", 5.into())]).await;
    read_as(
        book().number("事项", "AA2", "46082.35416666666", "yyyy-mm-dd h:mm:ss"),
        &[("/transact_addr", "2026-03-01 8:30:00".into())],
    )
    .await;
    read_as(
        book().number("事项", "AB2", "0.3541666666666667", "21"),
        &[("/transact_time", "8:30:00".into())],
    )
    .await;
    read_as(
        book().number("事项", "AB2", "1.083333333333333", "[hh]:mm:ss"),
        &[("/transact_time", "26:00:00".into())],
    )
    .await;
    read_as(
        book().number("事项", "AC2", "1012345678", "00000000000"),
        &[("/link_way", "01012345678".into())],
    )
    .await;
    read_as(
        book().number("事项", "B2", "1002000", "000000000000").text(
            "事项",
            "C2",
            "11999900MB0000019D4000001002000",
        ),
        &[("/catalog_code", "000001002000".into())],
    )
    .await;
    // The default format of dates shows something else on each machine, but a date is a date.
    read_as(book().number("事项", "L2", "46023", "14"), &[("/plan_effective_date", "2026-01-01".into())])
        .await;
    read_as(book().number("收费", "D2", "4000", "#,##0"), &[("/fees/0/amount_fen", 4000.into())]).await;
    read_as(book().number("事项", "V2", "15", "0&quot;个工作日&quot;"), &[("/promise_day", 15.into())]).await;
    read_as(book().number("收费", "C2", "0.155", "0.0%"), &[("/fees/0/standard", "15.5%".into())]).await;
}

#[tokio::test]
async fn merged_cells_hold_for_each_of_their_rows() {
    let merged = |sheet: &str, cells: &[&str], range: &str| {
        let mut book = Book::control();
        for cell in cells {
            book = book.cell(sheet, cell, "");
        }
        let end = "</sheetData>";
        book.sheet(
            sheet,
            end,
            &format!("{end}<mergeCells count=\"1\"><mergeCell ref=\"{range}\"/></mergeCells>"),
        )
    };
    read_as(merged("材料", &["A3"], "A2:A3"), &[("/materials/1/code", "M2".into())]).await;
    read_as(merged("表单", &["B3", "B4"], "B2:B4"), &[("/form/0/fields/2/code", "phone".into())]).await;
    let hall = TestHall::start(Database::Sqlite).await;
    let file = merged("问答", &["C2"], "B2:C2").save(&hall);
    assert_eq!(message(&import(&hall, &[file], false).await.unwrap_err()), ["问答 2 q merged"]);
}

#[tokio::test]
async fn each_mistake_in_a_workbook_is_one_message() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let book = Book::control;
    let empty_formula = "<c r=\"AK2\"><f>CONCATENATE(\"a\",\"b\")</f></c>";
    let error = |cell: &str, what: &str| format!("<c r=\"{cell}\" t=\"e\"><f>X1</f><v>{what}</v></c>");
    let row2 = |to: &str| {
        let part = &book().0["xl/worksheets/sheet1.xml"];
        let begin = part.find("<row r=\"2\"").unwrap();
        let second = part[begin..part.find("</sheetData>").unwrap()].to_owned();
        let moved = second.replace("r=\"2\"", "r=\"3\"");
        let moved = moved
            .split("<c r=\"")
            .map(|cell| cell.replacen("2\"", "3\"", 1))
            .collect::<Vec<_>>()
            .join("<c r=\"");
        book().sheet("事项", &second, &format!("{to}{moved}"))
    };
    let inline =
        |cell: &str, text: &str| format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let add = |sheet: &str, cells: [String; 2]| {
        let number = SHEETS.iter().position(|name| *name == sheet).unwrap() + 1;
        let mut part = book().0[&format!("xl/worksheets/sheet{number}.xml")].clone();
        for (row, cell) in cells.iter().enumerate() {
            let begin = part.find(&format!("<row r=\"{}\"", row + 1)).unwrap();
            let end = begin + part[begin..].find("</row>").unwrap();
            part.insert_str(end, cell);
        }
        let mut changed = book();
        changed.0.insert(format!("xl/worksheets/sheet{number}.xml"), part);
        changed
    };
    for (name, book, right) in [
        (
            "formula-error",
            book().cell("事项", "G2", &error("G2", "#REF!")),
            vec!["事项 2 summary formula-error"],
        ),
        (
            "first-cell-error",
            book().cell("事项", "A2", &error("A2", "#N/A")),
            vec!["事项 2 local_catalog_code formula-error"],
        ),
        ("no-value", book().cell("事项", "AK2", empty_formula), vec!["事项 2 notes no-result"]),
        (
            "machine-date",
            book().number("事项", "AB2", "46023", "14"),
            vec!["事项 2 transact_time date-format"],
        ),
        (
            "date-with-time",
            book().number("事项", "L2", "46023.5", "yyyy-mm-dd h:mm"),
            vec!["事项 2 plan_effective_date not-only-date"],
        ),
        (
            "id-as-number",
            book().cell("示范文本", "C3", "<c r=\"C3\"><v>1.1010519900101e+17</v></c>"),
            vec!["示范文本 3 value digits"],
        ),
        (
            "header-twice",
            add("事项", [inline("AP1", "summary"), inline("AP2", "x")]),
            vec!["事项 1 summary twice"],
        ),
        (
            "code-header-twice",
            add("材料", [inline("M1", "local_catalog_code"), inline("M2", "HJ99")]),
            vec!["材料 1 local_catalog_code twice"],
        ),
        ("cell-without-column", add("材料", [String::new(), inline("N2", "x")]), vec!["材料 2  surplus"]),
        (
            "faq-by-another-name",
            book().part("xl/workbook.xml", "问答", "常见问题"),
            vec!["常见问题   unknown-sheet"],
        ),
        (
            "condition-by-label",
            book().sheet("表单", "<is><t>mail</t></is>", "<is><t>邮寄到家</t></is>"),
            vec!["表单 9 show_if no-answer"],
        ),
        (
            "option-without-label",
            book().sheet("字段", "Damaged or unreadable", "Damaged\nburnt"),
            vec!["字段 10 options not-option"],
        ),
        (
            "full-width-number",
            book().text("事项", "V2", "１５").text("收费", "D2", "4,000"),
            vec!["事项 2 promise_day plain-number", "收费 2 amount_fen plain-number"],
        ),
        (
            "wrong-values",
            book()
                .text("事项", "J2", "启用")
                .text("事项", "L2", "2026年2月30日")
                .text("材料", "E2", "是")
                .text("材料", "E3", "是"),
            vec![
                "事项 2 plan_effective_date not-date",
                "事项 2 task_state not-one-of",
                "材料 2 is_need not-one-of",
            ],
        ),
        (
            "zero-width",
            book().text("事项", "A1", "\u{200b}local_catalog_code"),
            vec!["事项 1 local_catalog_code character"],
        ),
        ("lower-case", book().text("事项", "A2", "hj02"), vec!["材料 2 local_catalog_code no-such-item"]),
        (
            "line-break",
            book().text("事项", "E2", "居民身份证\n补领").text("事项", "AB2", "工作日\n9:00\t13:30"),
            vec!["事项 2 task_name line-break", "事项 2 transact_time line-break"],
        ),
        (
            "second-header",
            row2(&format!("<row r=\"2\">{}</row>", inline("A2", "事项编码"))),
            vec!["事项 2 local_catalog_code not-code"],
        ),
        ("another-title", book().text("表单", "C3", "Who?"), vec!["表单 3 title_en other-title"]),
        (
            "answer-beside-field",
            add("示范文本", [String::new(), inline("E2", "有")]),
            vec!["示范文本 2 field field-or-material"],
        ),
        ("bidi", book().text("事项", "E2", "居民\u{202e}证"), vec!["事项 2 task_name character"]),
        ("typo-in-header", book().text("事项", "E1", "task_nam"), vec!["事项 1 task_nam unknown-column"]),
        ("missing-column", book().text("材料", "E1", "# need"), vec!["材料  is_need missing-column"]),
        (
            "version",
            book().cell("事项", "K2", "<c r=\"K2\"><v>4294967295</v></c>"),
            vec!["事项 2 task_version version"],
        ),
    ] {
        let file = book.save(&hall);
        let problems = match import(&hall, &[file], false).await {
            Ok(message) => panic!("{name} was published: {message:?}"),
            Err(problems) => problems,
        };
        let mut message = message(&problems);
        message.sort();
        assert_eq!(message, right, "{name}");
        assert_eq!(hall.store().state().await.unwrap().revision, Revision(1), "{name}");
    }
}

#[tokio::test]
async fn a_title_above_the_columns_is_one_message() {
    let hall = TestHall::start(Database::Sqlite).await;
    let mut rows = tables();
    let columns = rows[0].1[0].len();
    let mut title = vec![String::new(); columns];
    title[0] = "政务服务事项实施清单（2026 年版）".into();
    rows[0].1.insert(0, title);
    let book = hall.data.path().join("清单.xlsx");
    write_workbook(&book, &rows);
    assert_eq!(message(&import(&hall, &[book], false).await.unwrap_err()), ["事项   header-row"]);
}

#[tokio::test]
async fn a_sign_of_full_width_parts_options_and_a_missing_word_is_told() {
    let options = "counter＝窗口领取＝Collect\nmail＝邮寄到家＝Post";
    let book = || Book::control().text("字段", "M6", options);
    read_as(book(), &[("/form/2/fields/1/show_if/equals", "mail".into())]).await;
    let hall = TestHall::start(Database::Sqlite).await;
    let file = book().text("示范文本", "C8", "counter＝窗口领取＝Collect").save(&hall);
    assert_eq!(
        message(&import(&hall, &[file], false).await.unwrap_err()),
        ["示范文本 8 delivery_method example"]
    );
}

#[tokio::test]
async fn hidden_sheets_and_charts_are_no_secret() {
    let hall = TestHall::start(Database::Sqlite).await;
    let visible = "name=\"问答\" sheetId=\"6\" state=\"visible\"";
    let book = Book::control().part("xl/workbook.xml", visible, &visible.replace("visible", "hidden"));
    let file = book.save(&hall);
    let lines: Vec<String> = read(std::slice::from_ref(&file))
        .notices
        .iter()
        .map(|one| one.text(&Texts::new(Language::ZhCn)))
        .collect();
    assert_eq!(lines, ["清单.xlsx/问答：这张表是隐藏的，也读了"]);
    import(&hall, &[file], false).await.unwrap();
    assert_eq!(published(&hall, "HJ02").await["faq"].as_array().unwrap().len(), 2);
    // A chart has no cells.
    let rels = "xl/_rels/workbook.xml.rels";
    let mut book = Book::control()
        .part("xl/workbook.xml", "</sheets>", "<sheet name=\"统计图\" sheetId=\"10\" r:id=\"rId99\"/></sheets>")
        .part(
            rels,
            "</Relationships>",
            "<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet\" Target=\"chartsheets/sheet1.xml\"/></Relationships>",
        );
    book.0.insert("xl/chartsheets/sheet1.xml".into(), "<chartsheet/>".into());
    let message = import(&hall, &[book.save(&hall)], false).await.unwrap();
    assert!(!message.changed);
}

#[tokio::test]
async fn what_is_no_workbook_is_said_to_be_none() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    for (name, content, right) in [
        ("page.xls", &b"<html><table><tr><td>x</td></tr></table></html>"[..], " not-workbook"),
        ("table.xlsx", b"local_catalog_code,task_name\nHJ02,x\n", " not-workbook"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", " other-workbook"),
        ("open.ods", b"PK\x03\x04", " other-workbook"),
        ("broken.xlsx", b"PK\x03\x04", " damaged-workbook"),
        ("nothing.xlsx", b"", " empty-file"),
        ("事项.csv", b"", " empty-file"),
        ("nothing.json", b"", " empty-file"),
        ("half.json", b"{\"items\":[", " json-ends"),
        ("comma.json", b"{\"items\":[],}", " json"),
        ("text.txt", b"x", " unknown-kind"),
    ] {
        let file = hall.data.path().join(name);
        std::fs::write(&file, content).unwrap();
        let problems = import(&hall, &[file], false).await.unwrap_err();
        assert_eq!(message(&problems), [format!("{name}  {right}")], "{name}");
    }
    let folder = hall.data.path().join("folder.json");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(message(&import(&hall, &[folder], false).await.unwrap_err()), ["folder.json   not-file"]);
}
