//! What an update of the catalogue costs: 1 % of 3,000 items changed. Beside the whole bundle, and beside what
//! zstd makes of the new content when it knows the old, which a server would have to do for every pair.

use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::catalogue::generate::generate;
use bianmin_hall::testing::{Database, TestHall};
use bianmin_protocol::ids::Revision;
use bianmin_protocol::v1::{CATALOGUE, CatalogueState, bundle_path, delta_path};
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;

const ITEMS: u32 = 3_000;
/// Larger than any content here.
const MOST: usize = 256 * 1024 * 1024;

pub fn run(table: &mut Table) {
    runtime().block_on(async {
        let (mut size, mut bundle, mut patch) = (Series::default(), Series::default(), Series::default());
        let (mut time, mut import) = (Series::default(), Series::default());
        for round in 0..ROUNDS {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("catalogue.json");
            generate(ITEMS, round as u64 + 1, std::fs::File::create(&file).unwrap()).unwrap();
            let hall = TestHall::start(Database::Sqlite).await;
            hall.import(&file).await;
            let terminal = hall.enrol("HP").await;
            let before = terminal.get(&bundle_path(Revision(1))).await.body;
            change(&file, round);
            let begun = Instant::now();
            hall.import(&file).await;
            import.push(begun.elapsed().as_secs_f64());
            let begun = Instant::now();
            let state: CatalogueState = terminal.get(&format!("{CATALOGUE}?have=1")).await.json();
            time.push(begun.elapsed().as_secs_f64() * 1e3);
            let delta = terminal.get(&delta_path(Revision(1), Revision(2))).await.body;
            assert_eq!(state.delta, Some(delta.len() as u64));
            let after = terminal.get(&bundle_path(Revision(2))).await.body;
            size.push(delta.len() as f64 / 1e3);
            bundle.push(after.len() as f64 / 1e3);
            patch.push(patched(&before, &after) as f64 / 1e3);
        }
        let figure = "catalogue: 1 % of 3,000 items changed, bytes to each terminal";
        let note = format!(
            "made once for all terminals in {:.1} ms; the import takes {:.1} s",
            time.median(),
            import.median()
        );
        let row = |beside: &str, peer, note| FigureRow {
            figure: figure.into(),
            unit: "kB",
            ours: size.clone(),
            beside: beside.into(),
            peer,
            aim: "≤ 30 kB",
            note,
        };
        table.add(row("the whole bundle", bundle, note));
        table.add(row("zstd -6 --patch-from", patch, String::new()));
    });
}

/// Other words and times in every hundredth item.
pub fn change(file: &Path, round: usize) {
    let mut catalogue: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for item in catalogue["items"].as_array_mut().unwrap().iter_mut().skip(round).step_by(100) {
        item["promise_day"] = (item["promise_day"].as_u64().unwrap_or(0) + 1).into();
        let summary = item["summary"].as_str().unwrap_or_default().to_owned();
        item["summary"] = format!("{summary}，材料齐全即可办理").into();
    }
    std::fs::write(file, serde_json::to_vec(&catalogue).unwrap()).unwrap();
}

fn patched(before: &[u8], after: &[u8]) -> usize {
    let before = zstd::bulk::decompress(before, MOST).unwrap();
    let after = zstd::bulk::decompress(after, MOST).unwrap();
    let mut encoder = zstd::stream::Encoder::with_ref_prefix(Vec::new(), 6, before.as_slice()).unwrap();
    encoder.window_log(27).unwrap();
    encoder.long_distance_matching(true).unwrap();
    std::io::Write::write_all(&mut encoder, &after).unwrap();
    encoder.finish().unwrap().len()
}
