//! A receipt on its way to the paper: layout, dots, printer bytes, PDF; the first one cold, the others warm.

use crate::ROUNDS;
use crate::table::{Row, Series, Table};
use bianmin_document::{Document, Fonts, Media, Renderer, escpos};
use bianmin_hall::testing::demo_items;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::Place;
use bianmin_terminal::ledger::{SlipFacts, SlipMaterial};
use bianmin_terminal::slip::ReceiptSlip;
use std::hint::black_box;
use std::time::Instant;

pub fn run(table: &mut Table) {
    let documents: Vec<Document> = demo_items().iter().take(20).map(document).collect();
    let mut cold = Series::default();
    let (mut layout, mut raster, mut bytes, mut pdf) = Default::default();
    let (mut printer_size, mut raw_size, mut pdf_size) =
        (Series::default(), Series::default(), Series::default());
    for _ in 0..ROUNDS {
        let mut renderer = Renderer::new(Fonts::bundled());
        for (at, document) in documents.iter().enumerate() {
            let begun = Instant::now();
            let laid_out = timed(&mut layout, || renderer.layout(document, Media::Roll80).unwrap());
            let bitmap = timed(&mut raster, || renderer.raster(&laid_out));
            let encoded = timed(&mut bytes, || escpos::encode(&bitmap, &escpos::Profile::ROLL_80));
            if at == 0 {
                cold.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            let file = timed(&mut pdf, || renderer.pdf(&laid_out).unwrap());
            printer_size.push(encoded.len() as f64 / 1e3);
            raw_size.push(bitmap.height() as f64 * bitmap.stride() as f64 / 1e3);
            pdf_size.push(file.len() as f64 / 1e3);
            black_box((encoded, file));
        }
    }
    let spread = |series: &Series| format!("p99 {:.2} ms", series.percentile(0.99));
    for (what, series) in [("layout", layout), ("raster", raster), ("ESC/POS", bytes), ("PDF", pdf)] {
        table.add(Row {
            figure: format!("slip, 80 mm: {what}"),
            unit: "ms",
            note: spread(&series),
            ours: series,
            beside: "–".into(),
            ..Row::default()
        });
    }
    table.add(Row {
        figure: "slip: the first after a start, to printer bytes".into(),
        unit: "ms",
        ours: cold,
        beside: "–".into(),
        ..Row::default()
    });
    table.add(Row {
        figure: "slip: printer bytes".into(),
        unit: "kB",
        ours: printer_size,
        beside: "its dots, unpacked".into(),
        peer: raw_size,
        ..Row::default()
    });
    let face = (bianmin_document::REGULAR.len() + bianmin_document::BOLD.len()) as f64 / 1e3;
    let rows = pdf_size.0.len();
    table.add(Row {
        figure: "slip: PDF".into(),
        unit: "kB",
        ours: pdf_size,
        beside: "the two faces it would embed whole".into(),
        peer: Series(vec![face; rows]),
        ..Row::default()
    });
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
        working_days: true,
        result: item.result_name.clone(),
        by_post: item.is_express,
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
    };
    // As long as a token is.
    let token = "A".repeat(300);
    let slip = ReceiptSlip {
        registration: &registration,
        accepted_at: Millis(1_795_000_000_000),
        token: &token,
        public_url: "https://hall.example",
        facts: &facts,
        reprint: None,
    };
    slip.document(&Place::default())
}
