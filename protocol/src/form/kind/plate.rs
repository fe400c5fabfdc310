//! Vehicle plates of the mainland (GA 36), in normal form: without the dot.

use super::{Entry, FieldSpec};
use crate::form::FieldErrorCode;
use crate::form::normal::code;

/// A vehicle plate.
pub(super) const PLATE: FieldSpec = FieldSpec {
    entry: Entry::Plate,
    limit: |_| 8,
    normalise: |value| code(value, |sign| matches!(sign, '-' | '·' | '•' | '‧' | '・' | '.')),
    check: |_, value, _| if is_plate(value) { Ok(()) } else { Err(FieldErrorCode::NotPlate) },
    shown,
    ..FieldSpec::PLAIN
};

const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
/// What stands last on plates for a purpose.
const PURPOSES: &str = "学警港澳挂领试超使";

/// Whether a text is a plate: usual, new energy, for a purpose, embassies, armed police, forces, civil aviation.
fn is_plate(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    match signs.as_slice() {
        [first, office, number @ ..] if PROVINCES.contains(*first) && office.is_ascii_uppercase() => {
            is_usual(number) || is_new_energy(number) || is_emergency(number)
        }
        ['使', number @ ..] | [number @ .., '使'] => number.len() == 6 && digits(number),
        ['W', 'J', province, number @ .., last] if PROVINCES.contains(*province) => {
            number.len() == 4 && digits(number) && is_sign(*last)
        }
        ['W', 'J', number @ .., last] if number.len() == 4 => digits(number) && is_sign(*last),
        ['民', '航', office, number @ ..] => is_sign(*office) && number.len() == 4 && digits(number),
        [first, second, number @ ..] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
            number.len() == 5 && digits(number)
        }
        _ => false,
    }
}

fn is_usual(number: &[char]) -> bool {
    let [start @ .., last] = number else { return false };
    start.len() == 4 && start.iter().copied().all(is_sign) && (is_sign(*last) || PURPOSES.contains(*last))
}

/// Small ones begin with a letter, large ones end with one.
fn is_new_energy(number: &[char]) -> bool {
    let of_energy = |sign: &char| matches!(sign, 'A'..='H' | 'J' | 'K');
    match number {
        [first, second, rest @ ..] if of_energy(first) => rest.len() == 4 && is_sign(*second) && digits(rest),
        [start @ .., last] => of_energy(last) && start.len() == 5 && digits(start),
        [] => false,
    }
}

fn is_emergency(number: &[char]) -> bool {
    matches!(number, [start @ .., '应', '急'] if start.len() == 4 && start.iter().copied().all(is_sign))
}

/// Neither I nor O is on plates: they look like digits.
fn is_sign(sign: char) -> bool {
    sign.is_ascii_digit() || (sign.is_ascii_uppercase() && !matches!(sign, 'I' | 'O'))
}

fn digits(signs: &[char]) -> bool {
    signs.iter().all(char::is_ascii_digit)
}

/// With a dot between the office and the number.
fn shown(value: &str) -> String {
    let plate = value.to_ascii_uppercase();
    // Embassies and others have no office that a dot would divide from the number.
    if plate.chars().nth(1).is_none_or(|office| !office.is_ascii_uppercase()) || plate.is_ascii() {
        return plate;
    }
    let (office, number) =
        plate.char_indices().nth(2).map_or((plate.as_str(), ""), |(at, _)| plate.split_at(at));
    if number.is_empty() { office.to_owned() } else { format!("{office}·{number}") }
}
