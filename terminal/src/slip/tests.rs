//! What a resident would miss on paper: an element of the guide, an answer, a name; and how it all looks.

mod examples;
mod look;
mod readers;

use super::*;
use bianmin_document::{Block, Document, Fonts, Media, Renderer, missing_glyphs};
use bianmin_locale::Language;
use bianmin_protocol::application::MaterialAnswer;
use examples::{Demo, NAMES};

fn said(document: &Document) -> String {
    document.texts().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_guide_has_all_ten_elements_of_every_item() {
    let demo = Demo::new();
    for item in &demo.items {
        for language in [Language::ZhCn, Language::En] {
            let guide = demo.guide(item, language).sheet();
            let said = said(&guide);
            let elements = item
                .conditions
                .iter()
                .chain(&item.steps)
                .chain(&item.notes)
                .chain(&item.basis)
                .chain(item.faq.iter().flat_map(|faq| [&faq.question, &faq.answer]))
                .chain(item.fees.iter().filter(|_| item.is_fee).map(|fee| &fee.standard))
                .chain(item.materials.iter().map(|material| &material.acceptance))
                .chain([&item.address, &item.hours, &item.contact, &item.department]);
            for text in elements {
                assert!(said.contains(text.as_str()), "{}: {text}", item.code);
            }
            let result = if language == Language::En { &item.result_name_en } else { &item.result_name };
            assert!(said.contains(result.as_str()), "{}: {result}", item.code);
            for media in [Media::A4, Media::Roll58] {
                let document =
                    if media == Media::A4 { guide.clone() } else { demo.guide(item, language).roll() };
                assert!(Renderer::new(Fonts::bundled()).layout(&document, media).is_ok(), "{}", item.code);
                assert!(missing_glyphs(&document, &Fonts::bundled()).is_empty(), "{}", item.code);
            }
        }
    }
}

#[test]
fn a_filled_form_has_every_answer_in_full_and_says_what_is_empty() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    let mut body = demo.body(item, "张三");
    body.answers.retain(|code, _| code.as_str() != "house_area");
    let body = demo.normal(item, body);
    let said = said(&demo.form(item, &body, Language::ZhCn).document());
    for value in
        ["张三", "110105 19491231 002X", "138 0000 0000", "示例市示例区示例路20号1单元502室", "860,000.00"]
    {
        assert!(said.contains(value), "{value}");
    }
    assert!(said.contains("未填") && !said.contains("buyer"), "{said}");
    // Asked for only when the certificate is posted.
    assert!(!said.contains("邮政编码"));
    assert!(said.contains("补交承诺") && said.contains("家庭住房和婚姻证明"));
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    let mut body = demo.body(item, "张三");
    let whole = demo.normal(item, body.clone());
    assert_eq!(demo.missing(item, &whole).len(), 1, "what was promised is still to come");
    body.materials.retain(|state| state.code.as_str() != "M2");
    body.answers.retain(|code, _| code.as_str() != "phone" && code.as_str() != "house_address");
    let id = body.answers.iter_mut().find(|(code, _)| code.as_str() == "resident_id");
    *id.unwrap().1 = "110105194912310021".to_owned();
    let missing = demo.missing(item, &demo.normal(item, body));
    let what: Vec<&str> = missing.iter().map(|missing| missing.what.as_str()).collect();
    assert_eq!(missing.len(), 5, "{what:?}");
    assert!(what.contains(&"原不动产权证书") && what.contains(&"手机号码"));
    let document = demo.notice(item, &missing, Language::ZhCn).document();
    let said = said(&document);
    assert!(what.iter().all(|what| said.contains(what)) && said.contains("还差 5 样"));
    assert!(said.contains("5 个工作日内"), "by when");
    assert!(!format!("{missing:?}{document:?}").contains("手机"));
    let nothing = demo.notice(item, &[], Language::ZhCn).document();
    assert!(nothing.texts().any(|text| text.contains("什么都不差")));
}

#[test]
fn a_reprint_says_that_it_is_one_and_when_it_was_made() {
    let demo = Demo::new();
    let mut slip = demo.receipt("张*");
    let original = slip.document(&demo.place);
    assert!(!original.blocks.iter().any(|block| matches!(block, Block::Reprint { .. })));
    assert_eq!(Reprint::of(0, demo.at), None);
    slip.reprint = Reprint::of(2, demo.later);
    let reprint = slip.document(&demo.place);
    assert!(
        matches!(&reprint.blocks[0], Block::Reprint { text } if text == "补打 · 第 2 次 · 2026-11-22 09:05"),
        "{}",
        said(&reprint)
    );
    assert_eq!(reprint.blocks[1..], original.blocks[..]);
}

#[test]
fn what_is_wrong_comes_first_in_the_report() {
    let demo = Demo::new();
    let said = said(&demo.report(Language::ZhCn).document());
    let at = |text: &str| said.find(text).unwrap_or_else(|| panic!("{text}: {said}"));
    assert!(at("换一卷纸") < at("正常"));
    assert!(said.contains("要处理 2 项"));
}

#[test]
fn a_ticket_says_its_number_and_where_to_wait() {
    let demo = Demo::new();
    let said = said(&demo.ticket(Language::ZhCn).document());
    assert!(said.contains("A012") && said.contains("7 人") && said.contains("二楼等候区"));
}

#[test]
fn every_name_is_on_every_paper_that_has_one() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    for name in NAMES {
        let body = demo.body(item, name);
        assert!(body.materials.iter().any(|state| state.answer == MaterialAnswer::Promised));
        for (what, document) in demo.papers(name) {
            assert!(said(&document).contains(name), "{what} lacks {name}");
        }
    }
}
