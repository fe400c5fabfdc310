//! A small TrueType face of just the glyphs that a PDF shows.
//!
//! A Chinese glyph of the bundled faces takes 130 bytes even compressed, because its curves were made for any
//! size. Here each outline is redrawn with as few curves as stay within 0.4 % of the em of the original and is
//! put on a grid of 200 to the em. At 11 points that is a sixtieth of a millimetre, below a 600 dpi printer's
//! dot, and it halves the file. Everything that a PDF does not read (names, character map, kerning) is left out.

use std::collections::HashMap;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Units to the em of the small face; a fifth of the bundled faces' thousand, so that Chinese widths stay exact.
pub(crate) const EM: u16 = 200;
/// How far a redrawn curve may be from the original, in ems.
const TOLERANCE: f32 = 0.004;
/// Points at which two curves are compared, for each quadratic piece.
const SAMPLES: usize = 4;

type Point = (f32, f32);

/// A glyph on the small grid.
#[derive(Clone, Default)]
pub(crate) struct Outline {
    /// Closed contours of points and whether each is on the curve.
    pub contours: Vec<Vec<(i16, i16, bool)>>,
    pub advance: u16,
}

/// Advance of glyph `id` on the small grid.
pub(crate) fn advance(face: &Face<'_>, id: u16) -> u16 {
    let units = f32::from(face.glyph_hor_advance(GlyphId(id)).unwrap_or(0));
    (units * f32::from(EM) / f32::from(face.units_per_em())).round() as u16
}

/// Outlines already redrawn, for the next PDF.
#[derive(Default)]
pub(crate) struct OutlineCache {
    known: HashMap<u16, Outline>,
}

/// Outlines kept; a terminal in daily use meets a few thousand.
const MAX_OUTLINES: usize = 8_000;

impl OutlineCache {
    /// Makes sure that `ids` are there, and lends them in that order.
    pub fn get(&mut self, face: &Face<'_>, ids: &[u16]) -> Vec<&Outline> {
        if self.known.len() > MAX_OUTLINES {
            self.known.clear();
        }
        for &id in ids {
            self.known.entry(id).or_insert_with(|| Outline::new(face, id));
        }
        ids.iter().filter_map(|&id| self.known.get(&id)).collect()
    }
}

/// One straight line (no control points) or a smooth row of quadratic curves between two points.
struct Stroke {
    from: Point,
    controls: Vec<Point>,
    to: Point,
}

impl Outline {
    /// The outline of glyph `id`, redrawn.
    pub fn new(face: &Face<'_>, id: u16) -> Self {
        let em = f32::from(face.units_per_em());
        let mut collector = Collector::default();
        face.outline_glyph(GlyphId(id), &mut collector);
        let scale = f32::from(EM) / em;
        let contours = collector.contours.into_iter().map(|strokes| redraw(strokes, em * TOLERANCE, scale));
        let contours = contours.filter(|points| points.len() > 2).collect();
        Self { contours, advance: advance(face, id) }
    }

    /// All points of all contours.
    pub fn points(&self) -> impl Iterator<Item = (i16, i16)> {
        self.contours.iter().flatten().map(|&(x, y, _)| (x, y))
    }
}

#[derive(Default)]
struct Collector {
    contours: Vec<Vec<Stroke>>,
    start: Point,
    at: Point,
}

impl Collector {
    fn stroke(&mut self, control: Option<Point>, to: Point) {
        let from = std::mem::replace(&mut self.at, to);
        let Some(contour) = self.contours.last_mut() else { return };
        // A point halfway between two controls was not in the face: the curve goes on smoothly through it.
        if let (Some(control), Some(last)) = (control, contour.last_mut())
            && let Some(&before) = last.controls.last()
            && (before.0 + control.0 - 2.0 * from.0).abs() < 2.0
            && (before.1 + control.1 - 2.0 * from.1).abs() < 2.0
        {
            last.controls.push(control);
            last.to = to;
        } else if from != to || control.is_some() {
            contour.push(Stroke { from, controls: control.into_iter().collect(), to });
        }
    }
}

impl OutlineBuilder for Collector {
    fn move_to(&mut self, x: f32, y: f32) {
        self.contours.push(Vec::new());
        self.start = (x, y);
        self.at = (x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.stroke(None, (x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.stroke(Some((cx, cy)), (x, y));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        // Cubic curves do not occur in TrueType faces; halves are near enough for any that did.
        let middle = ((self.at.0 + 3.0 * (ax + bx) + x) / 8.0, (self.at.1 + 3.0 * (ay + by) + y) / 8.0);
        self.stroke(Some((ax, ay)), middle);
        self.stroke(Some((bx, by)), (x, y));
    }

    fn close(&mut self) {
        self.stroke(None, self.start);
    }
}

/// The strokes with fewer points, on the small grid.
fn redraw(strokes: Vec<Stroke>, tolerance: f32, scale: f32) -> Vec<(i16, i16, bool)> {
    let mut points = Vec::new();
    for stroke in strokes {
        let controls = fewer_controls(&stroke, tolerance);
        points.push((stroke.from, true));
        points.extend(controls.into_iter().map(|control| (control, false)));
    }
    drop_straight(&mut points, tolerance * 0.7);
    let mut grid: Vec<(i16, i16, bool)> = Vec::with_capacity(points.len());
    for ((x, y), on) in points {
        let (x, y) = ((x * scale).round() as i16, (y * scale).round() as i16);
        match grid.last_mut() {
            Some(last) if (last.0, last.1) == (x, y) => last.2 |= on,
            _ => grid.push((x, y, on)),
        }
    }
    drop_implied(&mut grid);
    grid
}

fn fewer_controls(stroke: &Stroke, tolerance: f32) -> Vec<Point> {
    let (from, to) = (stroke.from, stroke.to);
    let Some((&first, &last)) = stroke.controls.first().zip(stroke.controls.last()) else {
        return Vec::new();
    };
    let original = polyline(from, &stroke.controls, to);
    if distance(&original, &[from, to]) <= tolerance {
        return Vec::new();
    }
    if stroke.controls.len() < 2 {
        return stroke.controls.clone();
    }
    let Some(apex) = crossing(from, first, to, last) else { return stroke.controls.clone() };
    let apart = |controls: &[Point]| {
        let candidate = polyline(from, controls, to);
        distance(&original, &candidate).max(distance(&candidate, &original))
    };
    if apart(&[apex]) <= tolerance {
        return vec![apex];
    }
    if stroke.controls.len() > 2 {
        let toward = |p: Point, part: f32| (p.0 + (apex.0 - p.0) * part, p.1 + (apex.1 - p.1) * part);
        for part in [0.55, 0.5, 0.6, 0.4, 0.7] {
            let controls = [toward(from, part), toward(to, part)];
            if apart(&controls) <= tolerance {
                return controls.to_vec();
            }
        }
    }
    stroke.controls.clone()
}

fn polyline(from: Point, controls: &[Point], to: Point) -> Vec<Point> {
    let mut out = vec![from];
    let mut start = from;
    for (i, &control) in controls.iter().enumerate() {
        let end =
            controls.get(i + 1).map_or(to, |next| ((control.0 + next.0) / 2.0, (control.1 + next.1) / 2.0));
        for step in 1..=SAMPLES {
            let t = step as f32 / SAMPLES as f32;
            let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            out.push((a * start.0 + b * control.0 + c * end.0, a * start.1 + b * control.1 + c * end.1));
        }
        start = end;
    }
    out
}

/// The farthest that any of `points` is from a polyline.
fn distance(points: &[Point], line: &[Point]) -> f32 {
    let square = |p: Point| {
        line.windows(2)
            .map(|ends| {
                let (a, b) = (ends[0], ends[1]);
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let length = dx * dx + dy * dy;
                let t = if length > 0.0 { ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length } else { 0.0 };
                let t = t.clamp(0.0, 1.0);
                (p.0 - a.0 - t * dx).powi(2) + (p.1 - a.1 - t * dy).powi(2)
            })
            .fold(f32::INFINITY, f32::min)
    };
    points.iter().map(|&p| square(p)).fold(0.0, f32::max).sqrt()
}

/// Where the tangents at both ends meet, if they do so in front of both.
fn crossing(p: Point, p_toward: Point, q: Point, q_toward: Point) -> Option<Point> {
    let (d, e) = ((p_toward.0 - p.0, p_toward.1 - p.1), (q_toward.0 - q.0, q_toward.1 - q.1));
    let across = d.0 * e.1 - d.1 * e.0;
    if across.abs() < 1e-3 {
        return None;
    }
    let t = ((q.0 - p.0) * e.1 - (q.1 - p.1) * e.0) / across;
    let u = ((q.0 - p.0) * d.1 - (q.1 - p.1) * d.0) / across;
    (t > 0.0 && u > 0.0).then_some((p.0 + t * d.0, p.1 + t * d.1))
}

/// Removes points in the middle of straight lines.
fn drop_straight(points: &mut Vec<(Point, bool)>, tolerance: f32) {
    let mut i = 0;
    while i < points.len() && points.len() > 3 {
        let (a, a_on) = points[(i + points.len() - 1) % points.len()];
        let (b, b_on) = points[i];
        let (c, c_on) = points[(i + 1) % points.len()];
        let (dx, dy) = (c.0 - a.0, c.1 - a.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-3);
        let along = ((b.0 - a.0) * dx + (b.1 - a.1) * dy) / (length * length);
        let off = ((b.0 - a.0) * dy - (b.1 - a.1) * dx).abs() / length;
        if a_on && b_on && c_on && off <= tolerance && (0.0..=1.0).contains(&along) {
            points.remove(i);
        } else {
            i += 1;
        }
    }
}

/// Removes points that TrueType puts halfway between two controls by itself.
fn drop_implied(points: &mut Vec<(i16, i16, bool)>) {
    if points.len() > 1 && points.first().map(|p| (p.0, p.1)) == points.last().map(|p| (p.0, p.1)) {
        points.pop();
    }
    // The first point stays: a contour that starts on the curve is the simplest to read.
    let mut i = 1;
    while i < points.len() && points.len() > 3 {
        let a = points[i - 1];
        let b = points[i];
        let c = points[(i + 1) % points.len()];
        let halfway = (a.0 + c.0 - 2 * b.0).abs() <= 1 && (a.1 + c.1 - 2 * b.1).abs() <= 1;
        if b.2 && !a.2 && !c.2 && halfway {
            points.remove(i);
        } else {
            i += 1;
        }
    }
}
