//! How much room words take, where a page has no more to give.

/// How wide `text` is in squares (its size), close to the truth.
#[must_use]
pub fn breadth(text: &str) -> f32 {
    text.chars().map(breadth_of).sum()
}

fn breadth_of(character: char) -> f32 {
    match character {
        ' ' => 0.25,
        '·' => 0.6,
        ascii if ascii.is_ascii() => 0.58,
        _ => 1.0,
    }
}

/// `text` in no more than about `ems` squares, with an ellipsis where something is left out.
#[must_use]
pub fn shortened(text: &str, ems: f32) -> String {
    if breadth(text) <= ems {
        return text.to_owned();
    }
    let mut left = ems - 1.0;
    let fits = |character: &char| {
        left -= breadth_of(*character);
        left >= 0.0
    };
    text.chars().take_while(fits).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_shown_to_be() {
        assert_eq!(shortened("和平社区", 4.0), "和平社区");
        assert_eq!(shortened("和平社区便民服务站", 5.0), "和平社区…");
        assert!(breadth(&shortened("Community centre of Peace Road", 8.0)) <= 8.0);
    }
}
