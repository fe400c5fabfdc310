//! Golden pictures of every paper. Look at them before you accept them: `UPDATE_SNAPSHOTS=1`.

use super::super::*;
use super::examples::{Demo, NAMES};
use bianmin_document::{Bitmap, Document, Fonts, Media, Renderer, png};
use bianmin_locale::Language;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/snapshots/slips")
}

/// Compares every sheet of `document` on `media`; returns what differs.
fn compare(name: &str, document: &Document, media: Media) -> Vec<String> {
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(document, media).unwrap();
    let paper = match media {
        Media::Roll58 => "58",
        Media::Roll80 => "80",
        Media::A4 => "a4",
    };
    let mut wrong = Vec::new();
    for (i, page) in layout.pages.iter().enumerate() {
        let sheet = if layout.pages.len() > 1 { format!("-{}", i + 1) } else { String::new() };
        let golden = folder().join(format!("{name}-{paper}{sheet}.png"));
        let actual = golden.with_extension("actual.png");
        let bitmap: Bitmap = renderer.raster_page(page);
        let picture = png(&bitmap);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&golden, picture).unwrap();
        } else if pixels(&std::fs::read(&golden).unwrap_or_default()) == pixels(&picture) {
            // What is left of a failed run is not true any more.
            let _ = std::fs::remove_file(actual);
        } else {
            std::fs::write(&actual, picture).unwrap();
            wrong.push(format!("{} is not what {} shows; look at both", actual.display(), golden.display()));
        }
    }
    wrong
}

/// Size and dots; nothing for what is no PNG. The same dots can be packed in several ways.
fn pixels(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut data).ok()?;
    Some((info.width, info.height, data))
}

#[track_caller]
fn golden(papers: &[(&str, Document, &[Media])]) {
    let wrong: Vec<String> = papers
        .iter()
        .flat_map(|(name, document, media)| media.iter().flat_map(|media| compare(name, document, *media)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const ALL: &[Media] = &[Media::Roll58, Media::Roll80, Media::A4];
const ROLLS: &[Media] = &[Media::Roll58, Media::Roll80];
const SHEET: &[Media] = &[Media::A4];

#[test]
fn receipts() {
    let demo = Demo::new();
    let mut slip = demo.receipt("买*");
    let original = slip.document(&demo.place);
    slip.reprint = Reprint::of(2, demo.later);
    golden(&[
        ("receipt", original, ALL),
        ("reprint", slip.document(&demo.place), &[Media::Roll80]),
        ("receipt-en", demo.english_receipt(), ALL),
    ]);
}

#[test]
fn guides() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    golden(&[
        ("guide", demo.guide(item, Language::ZhCn).sheet(), SHEET),
        ("guide-en", demo.guide(item, Language::En).sheet(), SHEET),
        ("guide-bring", demo.guide(item, Language::ZhCn).roll(), ROLLS),
        ("guide-bring-en", demo.guide(item, Language::En).roll(), &[Media::Roll58]),
    ]);
}

#[test]
fn forms() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    let body = demo.normal(item, demo.body(item, NAMES[2]));
    golden(&[
        ("form", demo.form(item, &body, Language::ZhCn).document(), ALL),
        ("form-en", demo.form(item, &body, Language::En).document(), SHEET),
    ]);
}

#[test]
fn notices() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    let mut body = demo.body(item, "");
    body.answers.retain(|code, _| !["phone", "applicant_name"].contains(&code.as_str()));
    body.materials.retain(|state| !["M2", "M3"].contains(&state.code.as_str()));
    let body = demo.normal(item, body);
    let chinese = demo.missing(item, &body);
    let english = missing(item, &demo.fields, &body, super::examples::TODAY, Language::En);
    golden(&[
        ("notice", demo.notice(item, &chinese, Language::ZhCn).document(), ALL),
        ("notice-en", demo.notice(item, &english, Language::En).document(), ROLLS),
    ]);
}

#[test]
fn tickets() {
    let demo = Demo::new();
    let sample = |language| TicketSlip { is_sample: true, ..demo.ticket(language) }.document();
    golden(&[
        ("ticket", demo.ticket(Language::ZhCn).document(), ROLLS),
        ("ticket-en", demo.ticket(Language::En).document(), &[Media::Roll58]),
        ("ticket-sample", sample(Language::ZhCn), &[Media::Roll80]),
        ("ticket-sample-en", sample(Language::En), &[Media::Roll80]),
    ]);
}

#[test]
fn what_technicians_print() {
    let demo = Demo::new();
    golden(&[
        ("test-page", demo.test_page().document(), ALL),
        ("report", demo.report(Language::ZhCn).document(), ALL),
    ]);
}

#[test]
fn licences() {
    let demo = Demo::new();
    golden(&[("licence", demo.licence(&[]).document(), &[Media::Roll80, Media::A4])]);
}

#[test]
fn rare_names() {
    let demo = Demo::new();
    let item = demo.item("BD02");
    let body = demo.normal(item, demo.body(item, &[NAMES[0], NAMES[1], NAMES[3]].join(" ")));
    golden(&[
        ("rare-form", demo.form(item, &body, Language::ZhCn).document(), &[Media::Roll58]),
        ("rare-receipt", demo.receipt(&NAMES.join(" ")).document(&demo.place), &[Media::Roll58]),
    ]);
}
