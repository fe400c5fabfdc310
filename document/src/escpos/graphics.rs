//! Pictures in a printer's own memory (`GS ( L`, "NV graphics"): defined once, kept without power, printed by two
//! characters. The memory wears out, so that nothing here belongs into an ordinary job but [`print`].

use crate::Bitmap;

/// The name of a picture in a printer's memory: two characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct KeyCode([u8; 2]);

/// The characters that a name may have, without the blank.
const FIRST: u8 = 33;
const COUNT: u8 = 94;

impl KeyCode {
    /// The name of a picture with this digest, so that another picture has another name.
    pub fn of_digest(digest: [u8; 2]) -> Self {
        Self(digest.map(|byte| FIRST + byte % COUNT))
    }

    /// The name that a printer tells; none if it cannot be one.
    pub fn report(bytes: [u8; 2]) -> Option<Self> {
        bytes.iter().all(|byte| (32..=126).contains(byte)).then_some(Self(bytes))
    }

    /// Its characters.
    pub fn bytes(self) -> [u8; 2] {
        self.0
    }
}

/// Asks for the names of all pictures (function 64).
pub const LIST: [u8; 9] = [0x1d, b'(', b'L', 4, 0, 48, 64, b'K', b'C'];

/// The bytes that store a picture under a name (function 67); one that has the name is written over.
pub fn define(key: KeyCode, picture: &Bitmap) -> Vec<u8> {
    let [a, b] = key.0;
    let stride = picture.stride();
    let mut body = vec![48, 67, 48, a, b, 1];
    body.extend((picture.width() as u16).to_le_bytes());
    body.extend((picture.height() as u16).to_le_bytes());
    body.push(49);
    (0..picture.height()).for_each(|y| body.extend_from_slice(&picture.row(y)[..stride]));
    // The one says its length in two bytes, the other in four.
    let mut out = match u16::try_from(body.len()) {
        Ok(length) => [&[0x1d, b'(', b'L'][..], &length.to_le_bytes()].concat(),
        Err(_) => [&[0x1d, b'8', b'L'][..], &(body.len() as u32).to_le_bytes()].concat(),
    };
    out.append(&mut body);
    out
}

/// The bytes that remove a picture (function 66).
pub fn delete(key: KeyCode) -> [u8; 9] {
    let [a, b] = key.0;
    [0x1d, b'(', b'L', 4, 0, 48, 66, a, b]
}

/// The bytes that print a picture as large as it is (function 69).
pub fn print(key: KeyCode) -> [u8; 11] {
    let [a, b] = key.0;
    [0x1d, b'(', b'L', 6, 0, 48, 69, a, b, 1, 1]
}
