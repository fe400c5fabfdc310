//! Values that were tried on the fields of the demonstration catalogue, each with what is right.

use crate::application::ApplicationBody;
use crate::form::FieldErrorCode as Wrong;
use crate::form::{
    FieldDefinition, FieldDictionary, FormField, FormPage, check_value, is_doubtful, normalise, validate_page,
};
use crate::ids::FieldCode;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 30);

/// Field, what was entered, and its normal form or what is wrong with it.
#[rustfmt::skip]
const VALUES: &[(&str, &str, Result<&str, Wrong>)] = &[
    ("resident_id", "111111111111111111", Err(Wrong::BirthDate)),
    ("resident_id", "00000019900101000X", Err(Wrong::NoSuchNumber)),
    ("resident_id", "110105111111110013", Err(Wrong::BirthDate)),
    ("resident_id", "110105000101010017", Err(Wrong::BirthDate)),
    ("resident_id", "110105185001010013", Err(Wrong::BirthDate)),
    ("resident_id", "110105200002290013", Ok("110105200002290013")),
    ("resident_id", "11010519960229002X", Ok("11010519960229002X")),
    ("resident_id", "110105190002290017", Err(Wrong::BirthDate)),
    ("resident_id", "110105202302290014", Err(Wrong::BirthDate)),
    ("resident_id", "11010519900101007x", Ok("11010519900101007X")),
    ("resident_id", "810000199001010027", Ok("810000199001010027")),
    ("resident_id", "820000199001010037", Ok("820000199001010037")),
    ("resident_id", "830000199001010047", Ok("830000199001010047")),
    ("resident_id", "911156199001010053", Ok("911156199001010053")),
    ("resident_id", "USA110090010101", Ok("USA110090010101")),
    ("resident_id", "110105900101001", Err(Wrong::TooShort { missing: 3, wanted: 18 })),
    ("resident_id", "999999199001010016", Err(Wrong::NoSuchNumber)),
    ("resident_id", "000001199001010014", Err(Wrong::NoSuchNumber)),
    ("resident_id", "110105199001010002", Err(Wrong::NoSuchNumber)),
    ("resident_id", "１１０１０５１９９００１０１００１０", Ok("110105199001010010")),
    ("resident_id", "110105\u{a0}199001010010", Ok("110105199001010010")),
    ("resident_id", "110105\u{200b}199001010010", Ok("110105199001010010")),
    ("resident_id", "11010519491231002Х", Err(Wrong::Characters)),
    ("resident_id", "11010519491231002×", Err(Wrong::Characters)),
    ("applicant_name", "丁", Ok("丁")),
    ("applicant_name", "阿依古丽·买买提", Ok("阿依古丽·买买提")),
    ("applicant_name", "阿不都热合曼·阿不都热依木·买买提明·吐尔逊·玉素甫·艾合买提", Ok("阿不都热合曼·阿不都热依木·买买提明·吐尔逊·玉素甫·艾合买提")),
    ("applicant_name", "阿依\u{2027}买买提", Ok("阿依\u{2027}买买提")),
    ("applicant_name", "阿依\u{2022}买买提", Ok("阿依\u{2022}买买提")),
    ("applicant_name", "阿依・买买提", Ok("阿依・买买提")),
    ("applicant_name", "阿依．买买提", Ok("阿依．买买提")),
    ("applicant_name", "阿依.买买提", Ok("阿依.买买提")),
    ("applicant_name", "𠮷田", Ok("𠮷田")),
    ("applicant_name", "张𰻞", Ok("张𰻞")),
    ("applicant_name", "张𱍐", Ok("张𱍐")),
    ("applicant_name", "张𮯰", Ok("张𮯰")),
    ("applicant_name", "张\u{e863}", Err(Wrong::Characters)),
    ("applicant_name", "John Smith", Ok("John Smith")),
    ("applicant_name", "O\u{2019}Neil-Smith Jr.", Ok("O\u{2019}Neil-Smith Jr.")),
    ("applicant_name", "Nguyễn", Ok("Nguyễn")),
    ("applicant_name", "བསྟན་འཛིན", Ok("བསྟན་འཛིན")),
    ("applicant_name", "ᠪᠠᠲᠤ", Ok("ᠪᠠᠲᠤ")),
    ("applicant_name", "ئابلىز", Ok("ئابلىز")),
    ("applicant_name", "김철수", Ok("김철수")),
    ("applicant_name", "\u{200b}", Err(Wrong::Characters)),
    ("applicant_name", "\u{200d}\u{2060}", Err(Wrong::Characters)),
    ("applicant_name", "···", Err(Wrong::Characters)),
    ("applicant_name", "。。。", Err(Wrong::Characters)),
    ("applicant_name", "😀", Err(Wrong::Characters)),
    ("applicant_name", "张\u{202e}三", Err(Wrong::Characters)),
    ("applicant_name", "张３", Err(Wrong::Characters)),
    ("applicant_name", "张三", Ok("张三")),
    ("applicant_name", "张\u{2028}三", Err(Wrong::Characters)),
    ("applicant_name", "张\u{9}三", Err(Wrong::Characters)),
    ("applicant_name", "张\u{a}三", Err(Wrong::Characters)),
    ("applicant_name", "<b>张三</b>", Err(Wrong::Characters)),
    ("applicant_name", "-", Err(Wrong::Characters)),
    ("applicant_name", "阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿阿", Err(Wrong::TooLong { limit: 50 })),
    ("applicant_name", "葛\u{e0100}飾", Ok("葛\u{e0100}飾")),
    ("applicant_name", "金金", Ok("金金")),
    ("applicant_name", "\u{feff}张三", Err(Wrong::Characters)),
    ("applicant_name", "张\u{ad}三", Err(Wrong::Characters)),
    ("applicant_name", "张٣", Err(Wrong::Characters)),
    ("plate", "京A12345", Ok("京A12345")),
    ("plate", "京AD12345", Ok("京AD12345")),
    ("plate", "京A12345D", Ok("京A12345D")),
    ("plate", "苏AA12345", Ok("苏AA12345")),
    ("plate", "使014578", Ok("使014578")),
    ("plate", "使224·578", Ok("使224578")),
    ("plate", "沪A0023领", Ok("沪A0023领")),
    ("plate", "京A1234警", Ok("京A1234警")),
    ("plate", "粤Z1234港", Ok("粤Z1234港")),
    ("plate", "京A1234学", Ok("京A1234学")),
    ("plate", "京A1234挂", Ok("京A1234挂")),
    ("plate", "WJ京1234X", Ok("WJ京1234X")),
    ("plate", "VA12345", Ok("VA12345")),
    ("plate", "京X1234应急", Ok("京X1234应急")),
    ("plate", "民航A1234", Ok("民航A1234")),
    ("plate", "嗯A12345", Err(Wrong::NotPlate)),
    ("plate", "京A你好啊嘿嘿", Err(Wrong::NotPlate)),
    ("plate", "京AIOIOI", Err(Wrong::NotPlate)),
    ("plate", "京A!@#$%", Err(Wrong::NotPlate)),
    ("plate", "京A.....", Err(Wrong::NotPlate)),
    ("plate", "京A123456", Err(Wrong::NotPlate)),
    ("plate", "京a12345", Ok("京A12345")),
    ("plate", "京A·12345", Ok("京A12345")),
    ("plate", "京A\u{2022}12345", Ok("京A12345")),
    ("plate", "京A.12345", Ok("京A12345")),
    ("credit_code", "91110105MA0000000Y", Ok("91110105MA0000000Y")),
    ("credit_code", "91110105ma0000000y", Ok("91110105MA0000000Y")),
    ("credit_code", "91110105MA00000000", Ok("91110105MA00000000")),
    ("credit_code", "111111111111111111", Ok("111111111111111111")),
    ("credit_code", "110105199001010010", Ok("110105199001010010")),
    ("credit_code", "91110105MAO000000X", Err(Wrong::Characters)),
    ("credit_code", "91ABCDEFMA0000000X", Err(Wrong::Characters)),
    ("credit_code", "110105000000001", Err(Wrong::TooShort { missing: 3, wanted: 18 })),
    ("withdraw_amount", "19053.79", Ok("19053.79")),
    ("withdraw_amount", "19053,79", Err(Wrong::NotAmount)),
    ("withdraw_amount", "1.234,56", Err(Wrong::NotAmount)),
    ("withdraw_amount", "480元50", Err(Wrong::NotAmount)),
    ("withdraw_amount", "480元5角", Err(Wrong::NotAmount)),
    ("withdraw_amount", "1,234.50", Ok("1234.50")),
    ("withdraw_amount", "3万", Err(Wrong::NotAmount)),
    ("withdraw_amount", "１２３．５", Ok("123.5")),
    ("withdraw_amount", "-5", Err(Wrong::NotAmount)),
    ("withdraw_amount", "0", Err(Wrong::TooSmall { min: 1 })),
    ("withdraw_amount", "000000000", Err(Wrong::TooSmall { min: 1 })),
    ("withdraw_amount", "0012.50", Ok("12.50")),
    ("withdraw_amount", "5.", Err(Wrong::NotAmount)),
    ("withdraw_amount", ".5", Err(Wrong::NotAmount)),
    ("withdraw_amount", "12。5", Err(Wrong::NotAmount)),
    ("withdraw_amount", "1e5", Err(Wrong::NotAmount)),
    ("withdraw_amount", "RMB 5", Err(Wrong::NotAmount)),
    ("house_area", "88", Ok("88")),
    ("house_area", "+88", Err(Wrong::NotNumber)),
    ("house_area", "00088", Ok("88")),
    ("house_area", "88.5", Err(Wrong::NotNumber)),
    ("house_area", "88,5", Err(Wrong::NotNumber)),
    ("house_area", "-0", Err(Wrong::TooSmall { min: 1 })),
    ("house_area", "88㎡", Err(Wrong::NotNumber)),
    ("house_area", "2001", Err(Wrong::TooLarge { max: 2000 })),
    ("postcode", "100000", Ok("100000")),
    ("postcode", "000000", Err(Wrong::NoSuchNumber)),
    ("postcode", "10000", Err(Wrong::TooShort { missing: 1, wanted: 6 })),
    ("bank_card", "6222021234567890128", Ok("6222021234567890128")),
    ("bank_card", "0000000000000000", Err(Wrong::NoSuchNumber)),
    ("bank_card", "62220212345678", Err(Wrong::TooShort { missing: 1, wanted: 15 })),
    ("phone", "13800000000", Ok("13800000000")),
    ("phone", "+8613800000000", Ok("13800000000")),
    ("phone", "008613800000000", Ok("13800000000")),
    ("phone", "8613800000000", Ok("13800000000")),
    ("phone", "(+86)13800000000", Ok("13800000000")),
    ("phone", "01012345678", Err(Wrong::NotMobile)),
    ("phone", "+85291234567", Err(Wrong::NotMobile)),
    ("phone", "14600000000", Ok("14600000000")),
    ("phone", "16200000000", Ok("16200000000")),
    ("phone", "138.0000.0000", Err(Wrong::NotMobile)),
    ("phone", "138\u{2013}0000\u{2013}0000", Err(Wrong::NotMobile)),
    ("phone", "+86+8613800000000", Err(Wrong::NotMobile)),
    ("phone", "١٣٨٠٠٠٠٠٠٠٠", Err(Wrong::NotMobile)),
    ("email", "a@example.com", Ok("a@example.com")),
    ("email", "a+b@example.com", Ok("a+b@example.com")),
    ("email", "张三@例子.中国", Err(Wrong::NotEmail)),
    ("email", "a@b@c.d", Err(Wrong::NotEmail)),
    ("email", "a,b@c.d", Err(Wrong::NotEmail)),
    ("email", "a..b@c.d", Err(Wrong::NotEmail)),
    ("email", ".a@c.d", Err(Wrong::NotEmail)),
    ("email", "a@-.-", Err(Wrong::NotEmail)),
    ("email", "<script>@c.d", Err(Wrong::NotEmail)),
    ("email", "a\u{200b}@example.com", Err(Wrong::NotEmail)),
    ("email", "a@qq。com", Err(Wrong::NotEmail)),
    ("email", "a@b.c;d@e.f", Err(Wrong::NotEmail)),
    ("loss_date", "2026-11-29", Ok("2026-11-29")),
    ("loss_date", "2026-11-30", Ok("2026-11-30")),
    ("loss_date", "2026-12-01", Err(Wrong::DateInFuture)),
    ("loss_date", "1900-01-01", Err(Wrong::DateTooFar)),
    ("loss_date", "0001-01-01", Err(Wrong::DateTooFar)),
    ("loss_date", "2024-02-29", Ok("2024-02-29")),
    ("loss_date", "2023-02-29", Err(Wrong::NotDate)),
    ("loss_date", "2026/1/2", Ok("2026-01-02")),
    ("loss_date", "2/1/2026", Err(Wrong::NotDate)),
    ("loss_date", "2026年1月2日", Ok("2026-01-02")),
    ("loss_date", "二〇二六年一月二日", Err(Wrong::NotDate)),
    ("loss_date", "20260102", Ok("2026-01-02")),
    ("loss_date", "2026-01-02T00:00:00", Err(Wrong::NotDate)),
    ("loss_date", "2026年1月2号", Ok("2026-01-02")),
    ("loss_date", "115-01-02", Err(Wrong::NotDate)),
    ("rent_end", "9999-12-31", Err(Wrong::DateTooFar)),
    ("rent_end", "2026-11-29", Err(Wrong::DateInPast)),
    ("rent_end", "2026-11-30", Ok("2026-11-30")),
    ("disease_name", "a\u{0}b", Err(Wrong::Characters)),
    ("disease_name", "a\u{202e}b", Err(Wrong::Characters)),
    ("hardship_detail", "第一行\u{a}第二行", Err(Wrong::Characters)),
    ("lessor_phone", "010-12345678", Ok("01012345678")),
    ("lessor_phone", "+86 10 12345678", Ok("01012345678")),
    ("lessor_phone", "0086 0755 12345678", Ok("075512345678")),
    ("lessor_phone", "400-123-4567", Ok("4001234567")),
    ("lessor_phone", "87654321", Ok("87654321")),
    ("lessor_phone", "13800000000", Ok("13800000000")),
    ("lessor_phone", "0000000", Err(Wrong::NotPhone)),
    ("lessor_phone", "1380000000", Err(Wrong::NotPhone)),
    ("monthly_income", "0", Ok("0")),
    ("medical_cost", "¥ 19,053,079.5 元", Ok("19053079.5")),
    ("medical_cost", "19053,079", Err(Wrong::NotAmount)),
    ("resident_id", "usa110090010102", Ok("USA110090010102")),
    ("resident_id", "USA990090010101", Err(Wrong::NoSuchNumber)),
    ("resident_id", "USA110090130101", Err(Wrong::BirthDate)),
    ("resident_id", "USA11009001010", Err(Wrong::TooShort { missing: 1, wanted: 15 })),
    ("plate", "224578使", Ok("224578使")),
    ("plate", "粤BD12345", Ok("粤BD12345")),
    ("applicant_name", "SMITH, JOHN", Ok("SMITH, JOHN")),
    ("applicant_name", "নাজমা বেগম", Ok("নাজমা বেগম")),
    ("applicant_name", "می\u{200c}نا", Ok("می\u{200c}نا")),
    ("applicant_name", "张\u{200c}三", Err(Wrong::Characters)),
    ("applicant_name", "\u{3164}", Err(Wrong::Characters)),
    ("applicant_name", "李〇", Ok("李〇")),
    ("home_address", "示例路1号（东门）#2-301 🏠", Ok("示例路1号（东门）#2-301 🏠")),
    ("home_address", "示例路\u{202e}1号", Err(Wrong::Characters)),
    ("old_expiry", "2099-12-31", Ok("2099-12-31")),
];

fn dictionary() -> FieldDictionary {
    let catalogue: serde_json::Value =
        serde_json::from_str(include_str!("../../../../assets/catalogue/demo.json")).unwrap();
    let fields: Vec<FieldDefinition> = serde_json::from_value(catalogue["fields"].clone()).unwrap();
    FieldDictionary::new(fields)
}

fn code(text: &str) -> FieldCode {
    FieldCode::parse(text).unwrap()
}

#[test]
fn each_value_is_taken_in_its_normal_form_or_refused_for_the_right_reason() {
    let fields = dictionary();
    let mut wrong = Vec::new();
    for (field, entered, right) in VALUES {
        let definition = fields.get(&code(field)).unwrap();
        let normal = normalise(definition.kind, entered);
        assert_eq!(normalise(definition.kind, &normal), normal, "{entered:?}");
        let result = check_value(definition, &normal, TODAY).map(|()| normal.as_str());
        if result != *right {
            wrong.push(format!("{field} {entered:?}: {result:?} instead of {right:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_text_is_as_long_as_it_may_be() {
    let fields = dictionary();
    let definition = fields.get(&code("hardship_detail")).unwrap();
    assert_eq!(check_value(definition, &"字".repeat(200), TODAY), Ok(()));
    assert_eq!(check_value(definition, &"字".repeat(201), TODAY), Err(Wrong::TooLong { limit: 200 }));
}

#[test]
fn a_check_character_that_does_not_fit_is_doubted_where_some_were_issued_so() {
    let fields = dictionary();
    for (field, value, doubtful) in [
        ("credit_code", "91110105MA0000000Y", false),
        ("credit_code", "91110105MA00000000", true),
        ("credit_code", "111111111111111111", true),
        ("credit_code", "110105199001010010", true),
        ("credit_code", "91110105", false),
        ("resident_id", "USA110090010101", false),
        ("resident_id", "USA110090010102", true),
        ("resident_id", "11010519491231002X", false),
    ] {
        let definition = fields.get(&code(field)).unwrap();
        assert_eq!(is_doubtful(definition, value, TODAY), doubtful, "{value}");
    }
}

#[test]
fn fields_that_say_the_same_agree_and_an_end_is_not_before_its_start() {
    let fields = dictionary();
    for (one, its, other, value, right) in [
        ("resident_id", "110105200808080015", "birth_date", "1990-01-01", Some(Wrong::UnlikeNumber)),
        ("resident_id", "11010519491231002X", "birth_date", "1949-12-31", None),
        ("resident_id", "USA110090010101", "birth_date", "1990-01-01", None),
        ("resident_id", "USA110090010101", "birth_date", "1990-01-02", Some(Wrong::UnlikeNumber)),
        ("child_id", "110199202006010014", "child_birth_date", "2020-06-02", Some(Wrong::UnlikeNumber)),
        ("resident_id", "11010519491231002X", "child_birth_date", "2020-06-02", None),
        // A number that is wrong says nothing about other fields.
        ("agent_id", "110199198001010016", "birth_date", "1990-01-01", None),
        ("period_start", "2025-02-01", "period_end", "2025-01-01", Some(Wrong::BeforeStart)),
        ("period_start", "2025-01-01", "period_end", "2025-01-01", None),
    ] {
        let asked = |field: &str| FormField { code: code(field), required: true, show_if: None };
        let (title, title_en) = (String::new(), String::new());
        let page = FormPage { title, title_en, fields: vec![asked(other)] };
        let mut body = ApplicationBody::default();
        body.answers.insert(code(one), its.to_owned());
        body.answers.insert(code(other), value.to_owned());
        let errors = validate_page(&page, &fields, &body, TODAY);
        let found = errors.into_iter().map(|error| (error.field, error.code)).next();
        assert_eq!(found, right.map(|right| (other.to_owned(), right)), "{other} {value}");
    }
}

#[test]
fn older_terminals_can_read_every_reason() {
    for (wrong, older) in [
        (Wrong::NoSuchNumber, Wrong::CheckDigit),
        (Wrong::UnlikeNumber, Wrong::BirthDate),
        (Wrong::NotPhone, Wrong::NotMobile),
        (Wrong::DateTooFar, Wrong::NotDate),
        (Wrong::BeforeStart, Wrong::DateInPast),
    ] {
        let written = serde_json::to_string(&wrong).unwrap();
        assert_eq!(serde_json::from_str::<Wrong>(&written).unwrap(), older);
    }
}
