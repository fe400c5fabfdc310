//! The one table: medians and spreads of what was measured, and of what it was measured against.

use std::fmt;

/// A series of measurements of the same thing.
#[derive(Debug, Clone, Default)]
pub struct Series(pub Vec<f64>);

impl Series {
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn median(&self) -> f64 {
        self.percentile(0.5)
    }

    /// The value below which `share` of the measurements are.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() {
            f64::NAN
        } else {
            sorted[((sorted.len() - 1) as f64 * share).round() as usize]
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("–");
        }
        write!(f, "{}", number(self.median()))?;
        let (low, high) = (number(self.percentile(0.0)), number(self.percentile(1.0)));
        if low == high { Ok(()) } else { write!(f, " ({low}–{high})") }
    }
}

fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => {
            let digits = format!("{value:.0}");
            let mut grouped = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            grouped
        }
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// One figure.
#[derive(Debug, Default)]
pub struct FigureRow {
    pub figure: String,
    pub unit: &'static str,
    pub ours: Series,
    pub beside: String,
    pub peer: Series,
    pub aim: &'static str,
    pub note: String,
}

impl FigureRow {
    /// Ours for each of theirs, round by round, so that what the machine did meanwhile cancels out.
    fn ratio(&self) -> Series {
        let ratios = self.ours.0.iter().zip(&self.peer.0).map(|(ours, peer)| ours / peer);
        // Beside nothing at all there is no ratio.
        Series(ratios.filter(|ratio| ratio.is_finite()).collect())
    }
}

#[derive(Debug, Default)]
pub struct Table(Vec<FigureRow>);

impl Table {
    pub fn add(&mut self, row: FigureRow) {
        eprintln!("  {}: {} {} | {} {} | {}", row.figure, row.ours, row.unit, row.beside, row.peer, row.note);
        self.0.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| Figure | Unit | Here | Beside | There | Here : there | Aim | Note |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for row in &self.0 {
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                row.figure,
                row.unit,
                row.ours,
                row.beside,
                row.peer,
                row.ratio(),
                row.aim,
                row.note
            )?;
        }
        Ok(())
    }
}
