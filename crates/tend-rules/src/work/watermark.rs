//! A mark that cannot be seen, in every row of a file that leaves the firm: who finds a part of the file, a single name
//! even, can tell from which export it is. It names the export and nothing else.
//!
//! A mark is a number of 40 bits and a check of 8, two bits in each of 24 characters without width, between two
//! separators without width. It survives copying, sorting and saving; retyping loses it, which is why the file also says
//! in plain sight whose it is.

/// Two bits each: zero width space, non-joiner, joiner, word joiner.
const DIGITS: [char; 4] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'];
/// The invisible separator.
const EDGE: char = '\u{2063}';
/// Characters between the edges.
const LENGTH: usize = 24;
/// The largest mark.
pub const MARK_MAX: u64 = (1 << 40) - 1;

fn check(mark: u64) -> u64 {
    mark.to_be_bytes().iter().fold(0x5a_u64, |sum, byte| (sum * 31 + u64::from(*byte)) & 0xff)
}

/// The mark as text without width. `mark` is at most [`MARK_MAX`]; higher bits are dropped.
pub fn watermark(mark: u64) -> String {
    let mark = mark & MARK_MAX;
    let bits = mark << 8 | check(mark);
    let mut text = String::from(EDGE);
    for place in (0..LENGTH).rev() {
        text.push(DIGITS[(bits >> (2 * place) & 3) as usize]);
    }
    text.push(EDGE);
    text
}

/// The marks in a text, each once, in order. What only looks like one fails its check and is passed over.
pub fn watermarks_in(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for part in text.split(EDGE) {
        let digits: Option<Vec<u64>> =
            part.chars().map(|c| DIGITS.iter().position(|digit| *digit == c).map(|place| place as u64)).collect();
        let Some(digits) = digits.filter(|digits| digits.len() == LENGTH) else { continue };
        let bits = digits.into_iter().fold(0, |bits, digit| bits << 2 | digit);
        let (mark, told) = (bits >> 8, bits & 0xff);
        if check(mark) == told && !found.contains(&mark) {
            found.push(mark);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_is_found_again_in_any_text(mark in 0..=MARK_MAX, before in ".*", after in ".*") {
            let text = format!("{before}{}{after}", watermark(mark));
            prop_assert!(watermarks_in(&text).contains(&mark));
        }
    }

    #[test]
    fn texts_without_a_mark_have_none() {
        for text in ["", "李秀英", "\u{2063}\u{200b}\u{2063}", &watermark(7)[..30]] {
            assert!(watermarks_in(text).is_empty(), "{text:?}");
        }
        let mut torn = watermark(7);
        torn = torn.replacen('\u{200c}', "\u{200d}", 1);
        assert!(!watermarks_in(&torn).contains(&7));
    }
}
