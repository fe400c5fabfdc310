//! A receipt on its way to the paper: layout, dots, printer bytes, PDF; the first one cold, the others warm; and the
//! same words by python-escpos with Pillow, reportlab and typst in the same run (`benches/peers/slip.py`).

use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, peer};
use bianmin_document::{Block, Document, Fonts, Media, Renderer, escpos};
use bianmin_hall::testing::demo_items;
use bianmin_protocol::catalogue::{DayType, ServiceItem};
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::{self, Base, Site};
use bianmin_terminal::device::receipt_printer::Profile;
use bianmin_terminal::ledger::{SlipFacts, SlipMaterial};
use bianmin_terminal::slip::ReceiptSlip;
use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What is promised.
const RASTER: &str = "≤ 3 ms";
const PDF_TIME: &str = "≤ 10 ms";
const PDF_SIZE: &str = "≤ 19 kB";
const WIRE: &str = "≤ 2 kB";

/// Slips, and by how many profiles their bytes are counted.
const SLIPS: usize = 20;
const PROFILES: [(&str, Base); 5] = [
    ("generic-80", Base::Generic80),
    ("generic-58", Base::Generic58),
    ("chinese-80", Base::Chinese80),
    ("chinese-58", Base::Chinese58),
    ("epson-80", Base::Epson80),
];

pub fn run(table: &mut Table) {
    let documents: Vec<Document> = demo_items().iter().take(SLIPS).map(document).collect();
    let mut ours = Ours::default();
    for _ in 0..ROUNDS {
        ours.round(&documents);
    }
    let peers = peers(&documents);
    let peer = |name: &str| peers.get(name).cloned().unwrap_or_default();
    let mut add = |figure: &str, unit, ours: Series, beside: &str, there: &str, aim| {
        let note = if unit == "ms" { format!("p99 {:.2} ms", ours.percentile(0.99)) } else { String::new() };
        let (beside, peer) =
            (beside.to_owned(), if there.is_empty() { Series::default() } else { peer(there) });
        table.add(FigureRow { figure: format!("slip: {figure}"), unit, ours, beside, peer, aim, note });
    };
    add("layout on 80 mm", "ms", ours.layout, "–", "", "");
    add("dots on 80 mm", "ms", ours.raster, "Pillow, the same words", "pillow ms", RASTER);
    add("ESC/POS of dots", "ms", ours.encode, "python-escpos, bitImageRaster", "escpos raster ms", "");
    add("layout and ESC/POS in its characters", "ms", ours.text, "python-escpos, text", "escpos text ms", "");
    add("PDF", "ms", ours.pdf.clone(), "reportlab", "reportlab ms", PDF_TIME);
    add("PDF", "ms", ours.pdf, "typst, without the code", "typst ms", PDF_TIME);
    add("the first after a start, to printer bytes", "ms", ours.cold, "–", "", "");
    for (name, _) in PROFILES {
        let bytes = ours.wire.remove(name).unwrap_or_default();
        let (beside, there, aim) = match name {
            "generic-80" => ("python-escpos, bitImageRaster", "escpos raster kB", ""),
            "chinese-80" | "epson-80" => ("python-escpos, text", "escpos text kB", WIRE),
            _ => ("–", "", if name == "chinese-58" { WIRE } else { "" }),
        };
        add(&format!("bytes for {name}"), "kB", bytes, beside, there, aim);
    }
    add("PDF", "kB", ours.pdf_size.clone(), "reportlab", "reportlab kB", PDF_SIZE);
    add("PDF", "kB", ours.pdf_size, "typst, without the code", "typst kB", PDF_SIZE);
}

#[derive(Default)]
struct Ours {
    layout: Series,
    raster: Series,
    encode: Series,
    text: Series,
    pdf: Series,
    cold: Series,
    pdf_size: Series,
    wire: HashMap<&'static str, Series>,
}

impl Ours {
    fn round(&mut self, documents: &[Document]) {
        let mut renderer = Renderer::new(Fonts::bundled());
        let profiles = PROFILES.map(|(name, base)| (name, Profile::new(&config::Profile::of(base))));
        let [(_, generic), _, (_, chinese), ..] = profiles;
        for (at, document) in documents.iter().enumerate() {
            let begun = Instant::now();
            let laid_out = timed(&mut self.layout, || renderer.layout(document, Media::Roll80).unwrap());
            let bitmap = timed(&mut self.raster, || renderer.raster(&laid_out));
            let encoded = timed(&mut self.encode, || escpos::encode(&bitmap, &generic.bytes));
            if at == 0 {
                self.cold.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            let text = timed(&mut self.text, || {
                escpos::write(&mut renderer, document, chinese.media(), &chinese.bytes).unwrap()
            });
            let file = timed(&mut self.pdf, || renderer.pdf(&laid_out).unwrap());
            self.pdf_size.push(file.len() as f64 / 1e3);
            black_box((encoded, text, file));
            for (name, profile) in &profiles {
                let bytes = escpos::write(&mut renderer, document, profile.media(), &profile.bytes).unwrap();
                self.wire.entry(name).or_default().push(bytes.len() as f64 / 1e3);
            }
        }
    }
}

/// The same words by others, right after ours. `scripts/bench.sh` installs them and says where.
fn peers(documents: &[Document]) -> HashMap<String, Series> {
    let python = peer::python().expect("run this by scripts/bench.sh, which installs the peers");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let slips: Vec<_> = documents
        .iter()
        .map(|document| {
            let qr = document.blocks.iter().find_map(|block| match block {
                Block::Qr { payload, .. } => Some(payload.as_str()),
                _ => None,
            });
            serde_json::json!({ "lines": document.texts().collect::<Vec<_>>(), "qr": qr.unwrap_or_default() })
        })
        .collect();
    let task = serde_json::json!({
        "font": format!("{root}/assets/fonts/NotoSansSC-Regular.ttf"),
        "fonts": format!("{root}/assets/fonts"),
        "rounds": ROUNDS,
        "slips": slips,
    });
    let mut child = Command::new(python)
        .arg(format!("{root}/benches/peers/slip.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the peers failed");
    // python-escpos also prints warnings there.
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: HashMap<String, Vec<f64>> = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    figures.into_iter().map(|(name, values)| (name, Series(values))).collect()
}

fn timed<T>(series: &mut Series, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let value = work();
    series.push(begun.elapsed().as_secs_f64() * 1e3);
    value
}

fn document(item: &ServiceItem) -> Document {
    let registration =
        RegistrationNumber::from_parts(TerminalId::parse("HP07").unwrap(), 261_121, 36).unwrap();
    let facts = SlipFacts {
        language: "zh-CN".into(),
        item_name: item.name.clone(),
        item_name_en: item.name_en.clone(),
        applicant: "张*".into(),
        promised_days: item.promised_days,
        promised_day_type: DayType::Working,
        result: item.result_name.clone(),
        result_en: item.result_name_en.clone(),
        by_post: item.is_express,
        posted: None,
        fees: Some(Vec::new()),
        pay_online: false,
        address: item.address.clone(),
        hours: item.hours.clone(),
        contact: item.contact.clone(),
        to_bring: item
            .materials
            .iter()
            .map(|material| SlipMaterial {
                name: material.name.clone(),
                name_en: material.name_en.clone(),
                due_days: 5,
            })
            .collect(),
        is_past: false,
    };
    // As long as a token is.
    let token = "A".repeat(300);
    let slip = ReceiptSlip {
        registration: &registration,
        accepted_at: Millis(1_795_000_000_000),
        token: &token,
        public_url: "https://hall.example",
        facts: &facts,
        transfer: bianmin_terminal::transfer::Transfer::Sending,
        reprint: None,
    };
    slip.document(&Site::default())
}
