//! A layout as a PDF: selectable text, a few kilobytes, the same bytes for the same layout.
//!
//! printpdf writes it. Left alone it would embed the whole face (10 MB a weight) and random identifiers, so it
//! is given one small face made for this file (see [`crate::outline`]), and what identifies nothing is taken out.
//! Bold is the regular outline with a stroke around it: a second set of Chinese outlines would nearly double the
//! file, and on paper the two can hardly be told apart.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, SaveOptions};
use printpdf::{
    Codepoint, Color, CurTransMat, DictItem, ExternalStream, ExternalXObject, FontId, Greyscale, LinePoint,
    Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point,
    Polygon, PolygonRing, Pt, TextItem, TextMatrix, TextRenderingMode, WindingOrder, XObject, XObjectId,
    XObjectTransform,
};

use crate::mark;
use crate::outline::{self, EM, OutlineCache};
use crate::sfnt::face_bytes;
use crate::{Fonts, Ink, Item, Layout, Media, Page, QrMark, Rect, TextRun, UNITS_PER_MM, Weight};

/// Why a PDF could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The small face was not understood.
    #[error("a face made for the PDF cannot be read back")]
    Face,
    /// The library failed to write.
    #[error("the PDF cannot be written")]
    Write(#[from] std::io::Error),
}

/// Stroke around regular outlines that makes them bold, in ems.
const BOLD_STROKE: f32 = 0.04;
/// A glyph this little out of place stays there, in thousandths of an em: the figures cost more than it shows.
const PLACE_TOLERANCE: f32 = 6.0;
/// Light modules and dark ones are this many samples wide, so that a viewer that blurs pictures blurs only
/// their edges.
const QR_SAMPLES: usize = 4;

/// Writes all pages of `layout`.
pub(crate) fn write(layout: &Layout, fonts: &Fonts, cache: &mut OutlineCache) -> Result<Vec<u8>, PdfError> {
    let mut document = PdfDocument::new(&layout.title);
    let mut face = Subset::new(fonts);
    for page in &layout.pages {
        let mut writer = Writer::new(layout.media, page, &mut face);
        writer.shapes(&mut document);
        writer.texts();
        let page = writer.finish();
        document.pages.push(page);
    }
    if let Some(font) = face.font(cache)? {
        document.resources.fonts.map.insert(face_id(), PdfFont::new(font));
    }
    save(&document, layout)
}

fn save(document: &PdfDocument, layout: &Layout) -> Result<Vec<u8>, PdfError> {
    let options = PdfSaveOptions { subset_fonts: false, ..PdfSaveOptions::default() };
    let mut file = document.to_lopdf_document(&options, &mut Vec::new());
    // The identifier would be random, and the dates would be 1970.
    file.trailer.remove(b"ID");
    if let Ok(info) = file.trailer.get(b"Info").and_then(Object::as_reference) {
        let title = Object::String(utf16(&layout.title), lopdf::StringFormat::Hexadecimal);
        file.objects.insert(info, Dictionary::from_iter([("Title", title)]).into());
    }
    if let Ok(catalog) = file.catalog_mut() {
        catalog.set("Lang", Object::string_literal(layout.language.as_str()));
    }
    file.compress();
    let mut bytes = Vec::new();
    let modern = SaveOptions { use_object_streams: true, use_xref_streams: true, ..SaveOptions::default() };
    file.save_with_options(&mut bytes, modern)?;
    Ok(bytes)
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}

/// The name of the face inside the file.
fn face_id() -> FontId {
    FontId("F".into())
}

/// The glyphs that the file shows, numbered in order of appearance from one.
struct Subset<'a> {
    fonts: &'a Fonts,
    /// Glyph id and the text that it stands for: the same glyph may stand for two characters.
    numbers: BTreeMap<(u16, String), u16>,
    ids: Vec<u16>,
}

impl<'a> Subset<'a> {
    fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, numbers: BTreeMap::new(), ids: vec![0] }
    }

    fn number(&mut self, id: u16, text: &str) -> u16 {
        *self.numbers.entry((id, text.to_owned())).or_insert_with(|| {
            self.ids.push(id);
            (self.ids.len() - 1) as u16
        })
    }

    /// Advance of a glyph in thousandths of an em, as the file states it.
    fn advance(&self, id: u16) -> f32 {
        (f32::from(outline::advance(self.fonts.face(Weight::Regular), id)) * 1000.0 / f32::from(EM)).trunc()
    }

    /// How far a regular glyph is from the middle of its bold room, in thousandths of an em.
    fn bold_shift(&self, id: u16) -> f32 {
        let width = |weight| f32::from(outline::advance(self.fonts.face(weight), id));
        ((width(Weight::Bold) - width(Weight::Regular)) * 500.0 / f32::from(EM)).round()
    }

    fn font(&self, cache: &mut OutlineCache) -> Result<Option<ParsedFont>, PdfError> {
        if self.numbers.is_empty() {
            return Ok(None);
        }
        let face = self.fonts.face(Weight::Regular);
        let grid =
            |units: i16| (f32::from(units) * f32::from(EM) / f32::from(face.units_per_em())).round() as i16;
        let outlines = cache.get(face, &self.ids);
        let bytes = face_bytes(&outlines, grid(face.ascender()), grid(face.descender()));
        let mut font = ParsedFont::from_bytes(&bytes, 0, &mut Vec::new()).ok_or(PdfError::Face)?;
        // Six letters and a plus say that the face is not complete.
        font.font_name = Some("BIANMI+NotoSansSC-Regular".to_owned());
        Ok(Some(font))
    }
}

/// One page on its way.
struct Writer<'a, 'f> {
    page: &'a Page,
    face: &'a mut Subset<'f>,
    ops: Vec<Op>,
    /// What is set at this point of the page, so that it is set once.
    fill: Option<Ink>,
    stroke: Option<Ink>,
    thickness: Option<f32>,
    size: Option<f32>,
    stroked: bool,
    margin: (f32, f32),
}

impl<'a, 'f> Writer<'a, 'f> {
    fn new(media: Media, page: &'a Page, face: &'a mut Subset<'f>) -> Self {
        // On a roll the page is the paper, of which the printer reaches the middle.
        let side = ((media.paper_mm() * UNITS_PER_MM - page.width) / 2.0).max(0.0);
        let mut writer = Self {
            page,
            face,
            ops: Vec::new(),
            fill: None,
            stroke: None,
            thickness: None,
            size: None,
            stroked: false,
            margin: (side, side),
        };
        let points = 72.0 / 25.4 / UNITS_PER_MM;
        writer.ops.push(Op::SetTransformationMatrix {
            matrix: CurTransMat::Raw([points, 0.0, 0.0, points, side * points, side * points]),
        });
        // Right angles stay sharp when bold is stroked, and acute ones grow no spikes.
        writer.ops.push(Op::SetMiterLimit { limit: Pt(2.0) });
        writer
    }

    fn finish(self) -> PdfPage {
        let mm = |units: f32, margin: f32| Mm((units + 2.0 * margin) / UNITS_PER_MM);
        PdfPage::new(mm(self.page.width, self.margin.0), mm(self.page.height, self.margin.1), self.ops)
    }

    /// Everything that is not text, below the text.
    fn shapes(&mut self, document: &mut PdfDocument) {
        let page = self.page;
        for item in &page.items {
            match item {
                Item::Fill { rect, radius, ink } => {
                    self.set_fill(*ink);
                    self.outline(*rect, *radius, PaintMode::Fill);
                }
                Item::Frame { rect, radius, thickness, ink } => {
                    self.set_stroke(*ink);
                    self.set_thickness(*thickness);
                    let t = *thickness;
                    let middle =
                        Rect { x: rect.x + t / 2.0, y: rect.y + t / 2.0, w: rect.w - t, h: rect.h - t };
                    self.outline(middle, radius - t / 2.0, PaintMode::Stroke);
                }
                Item::Qr(mark) => self.qr(mark, document),
                Item::Mark(within) => {
                    for (rect, radius, ink) in mark::shapes(*within) {
                        self.set_fill(ink);
                        self.outline(rect, radius, PaintMode::Fill);
                    }
                }
                Item::Text(_) => {}
            }
        }
    }

    fn outline(&mut self, rect: Rect, radius: f32, mode: PaintMode) {
        let r = radius.min(rect.w / 2.0).min(rect.h / 2.0).max(0.0);
        let (left, right) = (rect.x, rect.x + rect.w);
        let (top, bottom) = (self.page.height - rect.y, self.page.height - rect.y - rect.h);
        if r == 0.0 {
            let rectangle = printpdf::Rect {
                x: Pt(left),
                y: Pt(bottom),
                width: Pt(rect.w),
                height: Pt(rect.h),
                mode: Some(mode),
                winding_order: None,
            };
            self.ops.push(Op::DrawRectangle { rectangle });
            return;
        }
        // A quarter of a circle as a cubic curve; its handles are this far from the corner.
        let k = r * (1.0 - 0.5523);
        let line = |x: f32, y: f32| LinePoint { p: point(x, y), bezier: false };
        let handle = |x: f32, y: f32| LinePoint { p: point(x, y), bezier: true };
        let points = vec![
            line(left + r, bottom),
            line(right - r, bottom),
            handle(right - k, bottom),
            handle(right, bottom + k),
            line(right, bottom + r),
            line(right, top - r),
            handle(right, top - k),
            handle(right - k, top),
            line(right - r, top),
            line(left + r, top),
            handle(left + k, top),
            handle(left, top - k),
            line(left, top - r),
            line(left, bottom + r),
            handle(left, bottom + k),
            handle(left + k, bottom),
            line(left + r, bottom),
        ];
        let polygon =
            Polygon { rings: vec![PolygonRing { points }], mode, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    /// The code as a stencil, which is a quarter of the size of its modules as rectangles.
    fn qr(&mut self, mark: &QrMark, document: &mut PdfDocument) {
        let side = mark.code.side();
        let samples = side * QR_SAMPLES;
        let mut content = Vec::with_capacity(samples.div_ceil(8) * samples);
        for row in 0..side {
            let mut bytes = vec![0xffu8; samples.div_ceil(8)];
            for x in (0..samples).filter(|x| mark.code.is_dark(x / QR_SAMPLES, row)) {
                bytes[x / 8] &= !(0x80 >> (x % 8));
            }
            (0..QR_SAMPLES).for_each(|_| content.extend_from_slice(&bytes));
        }
        let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
        let dict = BTreeMap::from([
            ("Type".to_owned(), name("XObject")),
            ("Subtype".to_owned(), name("Image")),
            ("Width".to_owned(), DictItem::Int(samples as i64)),
            ("Height".to_owned(), DictItem::Int(samples as i64)),
            ("ImageMask".to_owned(), DictItem::Bool(true)),
            ("BitsPerComponent".to_owned(), DictItem::Int(1)),
        ]);
        let id = XObjectId(format!("Q{}", document.resources.xobjects.map.len()));
        let stream = ExternalStream { dict, content, compress: true };
        let object = ExternalXObject { stream, width: None, height: None, dpi: None };
        document.resources.xobjects.map.insert(id.clone(), XObject::External(object));

        let size = (side * mark.module as usize) as f32;
        self.set_fill(Ink::Black);
        let matrix = CurTransMat::Raw([size, 0.0, 0.0, size, mark.x, self.page.height - mark.y - size]);
        let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
        self.ops.extend([
            Op::SaveGraphicsState,
            Op::SetTransformationMatrix { matrix },
            Op::UseXobject { id, transform },
            Op::RestoreGraphicsState,
        ]);
    }

    fn texts(&mut self) {
        let page = self.page;
        self.ops.push(Op::StartTextSection);
        for item in &page.items {
            if let Item::Text(run) = item {
                self.text(run);
            }
        }
        self.ops.push(Op::EndTextSection);
    }

    fn text(&mut self, run: &TextRun) {
        let stroked = run.weight == Weight::Bold;
        let glyphs = self.glyphs(run);
        if glyphs.is_empty() {
            return;
        }
        self.set_fill(run.ink);
        if stroked {
            self.set_stroke(run.ink);
            self.set_thickness((run.size * BOLD_STROKE * 100.0).round() / 100.0);
        }
        if std::mem::replace(&mut self.stroked, stroked) != stroked {
            let mode = if stroked { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
            self.ops.push(Op::SetTextRenderingMode { mode });
        }
        if self.size.replace(run.size) != Some(run.size) {
            let font = PdfFontHandle::External(face_id());
            self.ops.push(Op::SetFont { font, size: Pt(run.size) });
        }
        if let Some(c) = run.stands_for {
            let data = utf16(c.encode_utf8(&mut [0; 4]));
            let map = BTreeMap::from([("ActualText".to_owned(), DictItem::String { data, literal: false })]);
            let properties = DictItem::Dict { map };
            self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".into(), properties });
        }
        let matrix = TextMatrix::Translate(Pt(run.x.round()), Pt(self.page.height - run.y));
        self.ops.push(Op::SetTextMatrix { matrix });
        self.ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] });
        if run.stands_for.is_some() {
            self.ops.push(Op::EndMarkedContentWithProperties);
        }
    }

    /// The run's glyphs as numbers in the small face, with what brings each next one to its place.
    fn glyphs(&mut self, run: &TextRun) -> Vec<Codepoint> {
        let mut out: Vec<Codepoint> = Vec::with_capacity(run.glyphs.len());
        let mut pen = 0.0;
        let mut cluster = None;
        for glyph in &run.glyphs {
            let text = run.text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default();
            // A cluster of several glyphs is extracted once.
            let text = if cluster.replace(glyph.start) == Some(glyph.start) { "" } else { text };
            // Both faces number their glyphs alike; a test holds them to it.
            let shift = if run.weight == Weight::Bold { self.face.bold_shift(glyph.id) } else { 0.0 };
            let lag = (pen - glyph.x * 1000.0 / run.size - shift).round();
            if let (Some(before), true) = (out.last_mut(), lag.abs() >= PLACE_TOLERANCE) {
                before.offset = lag;
                pen -= lag;
            }
            let number = self.face.number(glyph.id, text);
            pen += self.face.advance(glyph.id);
            out.push(Codepoint::with_cid(number, 0.0, text.to_owned()));
        }
        out
    }

    fn set_fill(&mut self, ink: Ink) {
        if self.fill.replace(ink) != Some(ink) {
            self.ops.push(Op::SetFillColor { col: grey(ink) });
        }
    }

    fn set_stroke(&mut self, ink: Ink) {
        if self.stroke.replace(ink) != Some(ink) {
            self.ops.push(Op::SetOutlineColor { col: grey(ink) });
        }
    }

    fn set_thickness(&mut self, thickness: f32) {
        if self.thickness.replace(thickness) != Some(thickness) {
            self.ops.push(Op::SetOutlineThickness { pt: Pt(thickness) });
        }
    }
}

fn point(x: f32, y: f32) -> Point {
    let round = |value: f32| (value * 10.0).round() / 10.0;
    Point { x: Pt(round(x)), y: Pt(round(y)) }
}

fn grey(ink: Ink) -> Color {
    let percent = match ink {
        Ink::Black => 0.0,
        Ink::Soft => 0.34,
        Ink::Paper => 1.0,
    };
    Color::Greyscale(Greyscale { percent, icc_profile: None })
}
