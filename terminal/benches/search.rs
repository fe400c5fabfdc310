//! Time of a search in catalogues of 3,000 and 100,000 items. `cargo bench -p bianmin-terminal
//! --bench search`; prints one line for each kind of query, in microseconds.

use std::hint::black_box;
use std::time::Instant;

mod corpus;

use bianmin_terminal::search::SearchIndex;
use corpus::{entries, queries};

fn percentile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share) as usize]
}

fn main() {
    for count in [3_000, 100_000] {
        let entries = entries(count);
        let mut builds: Vec<f64> = (0..if count > 10_000 { 2 } else { 15 })
            .map(|_| {
                let given = entries.clone();
                let start = Instant::now();
                black_box(SearchIndex::build(given));
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        builds.sort_by(f64::total_cmp);
        let index = SearchIndex::build(entries.clone());
        println!("{count} items: built in {:.1} ms (median)", builds[builds.len() / 2]);
        let mut all = Vec::new();
        for (kind, queries) in queries(&entries) {
            let mut times = Vec::new();
            let mut found = 0;
            for query in &queries {
                // The median of five: what the search takes, not what else the machine does.
                let mut runs: Vec<f64> = (0..5)
                    .map(|_| {
                        let start = Instant::now();
                        found += black_box(index.search(black_box(query), 20)).total;
                        start.elapsed().as_secs_f64() * 1e6
                    })
                    .collect();
                runs.sort_by(f64::total_cmp);
                times.push(runs[2]);
            }
            times.sort_by(f64::total_cmp);
            println!(
                "  {kind:12} p50 {:7.2} µs  p99 {:8.2} µs  max {:8.2} µs  {:8.1} found",
                percentile(&times, 0.5),
                percentile(&times, 0.99),
                percentile(&times, 1.0),
                found as f64 / 5.0 / queries.len() as f64,
            );
            all.extend(times);
        }
        all.sort_by(f64::total_cmp);
        println!(
            "  {:12} p50 {:7.2} µs  p99 {:8.2} µs",
            "all",
            percentile(&all, 0.5),
            percentile(&all, 0.99)
        );
    }
}
