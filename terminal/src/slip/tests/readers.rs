//! What independent readers make of the papers: zbar of the dots, poppler of the PDF.

use super::examples::{Demo, NAMES, token};
use bianmin_document::{Document, Fonts, Media, Renderer, png};
use std::path::Path;
use std::process::Command;

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output =
        output.unwrap_or_else(|error| panic!("{program} is needed (scripts/install.sh test): {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn pdf(document: &Document) -> Vec<u8> {
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(document, Media::A4).unwrap();
    renderer.pdf(&layout).unwrap()
}

#[test]
fn a_phone_reads_the_code_of_every_receipt_from_the_dots() {
    let demo = Demo::new();
    let document = demo.receipt("张*").document(&demo.place);
    for media in [Media::Roll58, Media::Roll80, Media::A4] {
        let mut renderer = Renderer::new(Fonts::bundled());
        let layout = renderer.layout(&document, media).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("slip.png"), png(&renderer.raster(&layout))).unwrap();
        let arguments = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "slip.png"];
        let read = run("zbarimg", &arguments, folder.path());
        assert!(read.trim_end().ends_with(&token()), "{media:?}: {read}");
    }
}

#[test]
fn every_name_can_be_copied_from_every_page() {
    let demo = Demo::new();
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        for (what, document) in demo.papers(name) {
            std::fs::write(folder.path().join("page.pdf"), pdf(&document)).unwrap();
            let text = run("pdftotext", &["-layout", "-enc", "UTF-8", "page.pdf", "-"], folder.path());
            let text: String = text.split_whitespace().collect();
            assert!(text.contains(name), "{what} lacks {name}: {text}");
        }
    }
}

#[test]
fn pages_are_small_and_a_long_guide_says_on_each_sheet_what_it_belongs_to() {
    let demo = Demo::new();
    let receipt = pdf(&demo.receipt("张*").document(&demo.place));
    assert!(receipt.len() <= 19_000, "{} bytes", receipt.len());
    let item = demo.item("BD02");
    let guide = demo.guide(item, bianmin_locale::Language::ZhCn).sheet();
    let bytes = pdf(&guide);
    assert!(bytes.len() <= 60_000, "{} bytes", bytes.len());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.pdf"), &bytes).unwrap();
    let text = run("pdftotext", &["-layout", "-enc", "UTF-8", "page.pdf", "-"], folder.path());
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() >= 2);
    for (i, page) in pages.iter().enumerate() {
        let foot = page.trim_end().lines().last().unwrap();
        let foot: String = foot.split_whitespace().collect();
        assert_eq!(foot, format!("{}{}/{}", item.name, i + 1, pages.len()));
    }
}
