//! The bytes of a TrueType face: only the tables that a PDF reader asks for.

use crate::outline::{EM, Outline};

/// The bytes of a face whose glyph n is `outlines[n]`; the first should be the missing glyph.
pub(crate) fn face_bytes(outlines: &[&Outline], ascent: i16, descent: i16) -> Vec<u8> {
    let mut bounds = (0i16, 0i16, 1i16, 1i16);
    for (x, y) in outlines.iter().flat_map(|outline| outline.points()) {
        bounds = (bounds.0.min(x), bounds.1.min(y), bounds.2.max(x), bounds.3.max(y));
    }
    let bbox: Vec<u8> =
        [bounds.0, bounds.1, bounds.2, bounds.3].iter().flat_map(|value| value.to_be_bytes()).collect();
    let (mut glyf, mut loca, mut hmtx) = (Vec::new(), Vec::new(), Vec::new());
    let mut most = (0usize, 0usize);
    for outline in outlines {
        loca.push(glyf.len() as u32);
        encode(outline, &bbox, &mut glyf);
        hmtx.extend_from_slice(&outline.advance.to_be_bytes());
        hmtx.extend_from_slice(&bounds.0.to_be_bytes());
        most = (most.0.max(outline.points().count()), most.1.max(outline.contours.len()));
    }
    loca.push(glyf.len() as u32);
    let long = glyf.len() / 2 > usize::from(u16::MAX);
    let loca: Vec<u8> = match long {
        true => loca.iter().flat_map(|offset| offset.to_be_bytes()).collect(),
        false => loca.iter().flat_map(|offset| ((offset / 2) as u16).to_be_bytes()).collect(),
    };
    let count = outlines.len() as u16;

    let mut head = Vec::new();
    head.extend_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x5f, 0x0f, 0x3c, 0xf5, 0, 3]);
    head.extend_from_slice(&EM.to_be_bytes());
    head.extend_from_slice(&[0; 16]);
    head.extend_from_slice(&bbox);
    head.extend_from_slice(&[0, 0, 0, 6, 0, 2, 0, u8::from(long), 0, 0]);

    let mut hhea = vec![0, 1, 0, 0];
    hhea.extend_from_slice(&ascent.to_be_bytes());
    hhea.extend_from_slice(&descent.to_be_bytes());
    hhea.extend_from_slice(&[0; 2]);
    let widest = outlines.iter().map(|outline| outline.advance).max().unwrap_or(0);
    hhea.extend_from_slice(&widest.to_be_bytes());
    hhea.extend_from_slice(&bounds.0.to_be_bytes());
    hhea.extend_from_slice(&[0; 2]);
    hhea.extend_from_slice(&bounds.2.to_be_bytes());
    hhea.extend_from_slice(&[0, 1]);
    hhea.extend_from_slice(&[0; 14]);
    hhea.extend_from_slice(&count.to_be_bytes());

    let mut maxp = vec![0, 1, 0, 0];
    maxp.extend_from_slice(&count.to_be_bytes());
    maxp.extend_from_slice(&(most.0 as u16).to_be_bytes());
    maxp.extend_from_slice(&(most.1 as u16).to_be_bytes());
    maxp.extend_from_slice(&[0, 0, 0, 0, 0, 1]);
    maxp.extend_from_slice(&[0; 16]);

    sfnt(&[
        (b"glyf", glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", hmtx),
        (b"loca", loca),
        (b"maxp", maxp),
    ])
}

/// One glyph; the same box for all, which is allowed to be too large and compresses to nothing.
fn encode(outline: &Outline, bbox: &[u8], out: &mut Vec<u8>) {
    if outline.contours.is_empty() {
        return;
    }
    out.extend_from_slice(&(outline.contours.len() as i16).to_be_bytes());
    out.extend_from_slice(bbox);
    let mut end = 0u16;
    for contour in &outline.contours {
        end += contour.len() as u16;
        out.extend_from_slice(&(end - 1).to_be_bytes());
    }
    out.extend_from_slice(&[0, 0]);
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    let mut at = (0i16, 0i16);
    for &(x, y, on) in outline.contours.iter().flatten() {
        let mut flags = u8::from(on);
        flags |= delta(x - at.0, &mut xs, 0x02, 0x10);
        flags |= delta(y - at.1, &mut ys, 0x04, 0x20);
        at = (x, y);
        out.push(flags);
    }
    out.extend_from_slice(&xs);
    out.extend_from_slice(&ys);
    if out.len() % 2 == 1 {
        out.push(0);
    }
}

/// Writes a step in one direction and returns its flags.
fn delta(step: i16, out: &mut Vec<u8>, short: u8, same_or_positive: u8) -> u8 {
    match (step, u8::try_from(step.unsigned_abs())) {
        (0, _) => same_or_positive,
        (_, Ok(small)) => {
            out.push(small);
            if step > 0 { short | same_or_positive } else { short }
        }
        _ => {
            out.extend_from_slice(&step.to_be_bytes());
            0
        }
    }
}

fn sfnt(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = count.ilog2() as u16;
    let range = 16 << power;
    let mut out = vec![0, 1, 0, 0];
    for value in [count, range, power, count * 16 - range] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    let mut offset = out.len() + 16 * tables.len();
    for (tag, bytes) in tables {
        let sum = bytes.chunks(4).fold(0u32, |sum, chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            sum.wrapping_add(u32::from_be_bytes(word))
        });
        out.extend_from_slice(*tag);
        for value in [sum, offset as u32, bytes.len() as u32] {
            out.extend_from_slice(&value.to_be_bytes());
        }
        offset += bytes.len().next_multiple_of(4);
    }
    for (_, bytes) in tables {
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}
