//! What comes out of files that residents attach: pictures within limits, and nothing of what is none.

use super::*;
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use std::io::{Cursor, Write as _};

const SIDE: u32 = 400;
const FIRST: View = View { page: 1, turns: 0, side: SIDE };

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn photograph(width: u32, height: u32) -> DynamicImage {
    // The left half is dark, so that a turn is seen.
    let half = width / 2;
    RgbImage::from_fn(width, height, |x, _| if x < half { [10, 10, 10] } else { [240, 240, 240] }.into())
        .into()
}

/// A PDF of as many pages, whose first page has this content.
fn pdf(pages: usize, content: &[u8], filter: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 4)).collect();
    writeln!(file, "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj").unwrap();
    writeln!(file, "2 0 obj <</Type/Pages/Count {pages}/Kids[{}]>> endobj", kids.join(" ")).unwrap();
    writeln!(file, "3 0 obj <</Length {}{filter}>> stream", content.len()).unwrap();
    file.extend(content);
    file.extend(b"\nendstream endobj\n");
    for page in 0..pages {
        let number = page + 4;
        let contents = if page == 0 { "/Contents 3 0 R" } else { "" };
        let page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]";
        writeln!(file, "{number} 0 obj <<{page}{contents}>> endobj").unwrap();
    }
    writeln!(file, "trailer <</Root 1 0 R/Size {}>>\n%%EOF", pages + 4).unwrap();
    file
}

fn opened(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().to_rgb8()
}

#[tokio::test]
async fn a_photograph_comes_out_smaller_turned_and_without_what_was_in_its_file() {
    let file = with_comment(&encoded(&photograph(1200, 600), ImageFormat::Jpeg), b"secret place");
    let drawn = draw(file, MediaType::Jpeg, FIRST).await.unwrap();
    assert!(!drawn.windows(6).any(|window| window == b"secret"));
    let picture = opened(&drawn);
    assert_eq!((picture.width(), picture.height()), (400, 200));
    assert!(picture.get_pixel(20, 100).0[0] < 60);
    let file = encoded(&photograph(1200, 600), ImageFormat::Png);
    let turned = opened(&draw(file, MediaType::Png, View { turns: 1, ..FIRST }).await.unwrap());
    assert_eq!((turned.width(), turned.height()), (200, 400));
    assert!(turned.get_pixel(100, 20).0[0] < 60 && turned.get_pixel(100, 380).0[0] > 200);
}

#[tokio::test]
async fn what_is_transparent_is_white_as_paper() {
    let file = encoded(&RgbaImage::new(20, 20).into(), ImageFormat::Png);
    assert_eq!(opened(&draw(file, MediaType::Png, FIRST).await.unwrap()).get_pixel(9, 9).0, [255; 3]);
}

#[tokio::test]
async fn pages_of_a_pdf_are_counted_and_drawn() {
    let file = pdf(3, b"0 0 0 rg 0 0 100 100 re f", "");
    assert_eq!(pages(&file, MediaType::Pdf).await, Ok(3));
    let first = opened(&draw(file.clone(), MediaType::Pdf, FIRST).await.unwrap());
    assert_eq!((first.width(), first.height()), (400, 200));
    assert!(first.get_pixel(50, 100).0[0] < 60 && first.get_pixel(350, 100).0[0] > 200);
    let second = opened(&draw(file.clone(), MediaType::Pdf, View { page: 2, ..FIRST }).await.unwrap());
    assert!(second.get_pixel(50, 100).0[0] > 200);
    for page in [0, 4] {
        let missing = draw(file.clone(), MediaType::Pdf, View { page, ..FIRST }).await;
        assert_eq!(missing, Err(Unshowable::NoSuchPage), "page {page}");
    }
}

#[tokio::test]
async fn pages_of_the_web_and_files_with_two_faces_are_refused() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    for file in [svg, html, Vec::new(), b"GIF89a".to_vec()] {
        for said in [MediaType::Jpeg, MediaType::Png, MediaType::Pdf] {
            assert_eq!(draw(file.clone(), said, FIRST).await, Err(Unshowable::OtherKind));
        }
    }
    let png = encoded(&photograph(20, 20), ImageFormat::Png);
    assert_eq!(draw(png.clone(), MediaType::Pdf, FIRST).await, Err(Unshowable::OtherKind));
    let jpeg = encoded(&photograph(20, 20), ImageFormat::Jpeg);
    for second in [&b"<html><script>alert(1)</script>"[..], b"%PDF-1.7 <<>>", b"<SVG onload=alert(1)>"] {
        let two_faces = with_comment(&jpeg, second);
        assert_eq!(draw(two_faces, MediaType::Jpeg, FIRST).await, Err(Unshowable::Ambiguous));
    }
    let page = [&b"%PDF-1.7\n<script>alert(1)</script>\n"[..], &pdf(1, b"", "")].concat();
    assert_eq!(draw(page, MediaType::Pdf, FIRST).await, Err(Unshowable::Ambiguous));
}

#[tokio::test]
async fn what_would_unfold_beyond_all_bounds_is_refused_in_time() {
    // 40,000 × 40,000 pixels in the head of a file of some hundred bytes.
    let mut png = encoded(&photograph(20, 20), ImageFormat::Png);
    png[16..20].copy_from_slice(&40_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&40_000u32.to_be_bytes());
    let refused = draw(png, MediaType::Png, FIRST).await.unwrap_err();
    assert!([Unshowable::TooLarge, Unshowable::Damaged].contains(&refused), "{refused:?}");
    // Half a megabyte of PDF whose page holds ten gigabytes of blanks, folded twice.
    let bomb = pdf(1, &folded_blanks(10_000_000_000), "/Filter[/FlateDecode/FlateDecode]");
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    let started = std::time::Instant::now();
    let refused = draw(bomb, MediaType::Pdf, FIRST).await.unwrap_err();
    assert_eq!(refused, Unshowable::TooLarge);
    assert!(started.elapsed() < std::time::Duration::from_secs(60));
}

/// A JPEG with something in it that is not drawn.
fn with_comment(jpeg: &[u8], comment: &[u8]) -> Vec<u8> {
    let head = [0xff, 0xfe, 0, comment.len() as u8 + 2];
    [&jpeg[..2], &head, comment, &jpeg[2..]].concat()
}

/// So many blanks, deflated, and that deflated again.
fn folded_blanks(blanks: u64) -> Vec<u8> {
    let repeats = blanks / 258;
    // The first fold repeats every 13 bytes, because eight copies are 13 bytes: the second fold says just that.
    let beginning = deflated(b" ", 64, (0, 0));
    deflated(&beginning[..32], repeats * 13 / 8 / 258, (7, 2))
}

/// zlib's format in the fixed code (RFC 1951, 3.2.6): some bytes, then so many copies of 258 bytes at a distance, given as its
/// code and the number of its further bits, which are 0.
fn deflated(bytes: &[u8], copies: u64, distance: (u32, u32)) -> Vec<u8> {
    let (mut out, mut held, mut count) = (vec![0x78, 0x9c], 0u32, 0);
    let mut put = |bits: u32, length: u32| {
        held |= bits << count;
        count += length;
        while count >= 8 {
            out.push(held as u8);
            held >>= 8;
            count -= 8;
        }
    };
    // Codes are written from their highest bit on, everything else from the lowest.
    let code = |value: u32, length: u32| (value.reverse_bits() >> (32 - length), length);
    put(0b011, 3);
    for byte in bytes {
        let (bits, length) = if *byte < 144 {
            code(0x30 + u32::from(*byte), 8)
        } else {
            code(0x190 + u32::from(*byte) - 144, 9)
        };
        put(bits, length);
    }
    for _ in 0..copies {
        let (bits, length) = code(0xc5, 8);
        put(bits, length);
        let (bits, length) = code(distance.0, 5);
        put(bits, length);
        put(0, distance.1);
    }
    put(0, 7);
    put(0, 7);
    out
}
