//! Tables of labels as bytes: a line of JSON, such as `{"type": "str", "labels": ["ham", "spam"]}`, in the form in which
//! Python's `json.dumps` writes it.
//!
//! A table may have hundreds of thousands of labels, so they are read into arrays, without an object for each label.

use crate::error::Error;
use crate::stop;
use memchr::{memchr, memchr_iter};

/// Up to this number of characters, padding included, strings are padded to equal lengths.
const PADDED: usize = 1 << 21;

/// A sorted table of labels.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelTable {
    /// 0 or 1.
    Bools(Vec<u8>),
    Integers(Vec<i64>),
    /// Integers of which some are too large for [`Integers`](Self::Integers).
    Unsigned(Vec<u64>),
    /// Whole numbers below 2⁵³.
    Floats(Vec<f64>),
    /// Code points, each label padded with zeros to `width`.
    Padded {
        points: Vec<u32>,
        width: usize,
    },
    /// Strings that cannot be padded, or would take much more memory then, in UTF-8, and where each ends. A lone
    /// surrogate has three bytes.
    Strings {
        bytes: Vec<u8>,
        ends: Vec<usize>,
    },
}

/// Reads a table at the start of `bytes`, and returns it with the length of its line.
///
/// # Errors
/// If there is no table, or its labels are not sorted and distinct.
pub fn read_table(bytes: &[u8]) -> Result<(LabelTable, usize), Error> {
    let end = memchr(b'\n', bytes).ok_or(Error::Bytes)?;
    Ok((parse(&bytes[..end]).ok_or(Error::Bytes)?, end + 1))
}

fn parse(line: &[u8]) -> Option<LabelTable> {
    let rest = line.strip_prefix(b"{\"type\": \"")?.strip_suffix(b"]}")?;
    let (kind, rest) = rest.split_at(memchr(b'"', rest)?);
    let items = rest.strip_prefix(b"\", \"labels\": [")?;
    match kind {
        b"bool" => {
            let bool = |item: &[u8]| [&b"false"[..], b"true"].iter().position(|&name| name == item);
            numbers(items, |item| u8::try_from(bool(item)?).ok()).map(LabelTable::Bools)
        }
        b"int" => numbers(items, |item| integer(item)?.try_into().ok())
            .map(LabelTable::Integers)
            .or_else(|| numbers(items, |item| integer(item)?.try_into().ok()).map(LabelTable::Unsigned)),
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        b"float" => numbers(items, |item| {
            let whole = integer(item.strip_suffix(b".0")?)?;
            (whole.unsigned_abs() < 1 << 53).then_some(whole as f64)
        })
        .map(LabelTable::Floats),
        b"str" => strings(items),
        _ => None,
    }
}

/// An integer in the form in which Python writes it.
fn integer(item: &[u8]) -> Option<i128> {
    let integer: i128 = std::str::from_utf8(item).ok()?.parse().ok()?;
    (integer.to_string().as_bytes() == item).then_some(integer)
}

/// The ascending numbers of a list.
fn numbers<T: PartialOrd>(items: &[u8], parse: impl Fn(&[u8]) -> Option<T>) -> Option<Vec<T>> {
    let count = if items.is_empty() { 0 } else { 1 + memchr_iter(b',', items).count() };
    let mut values = stop::with_capacity(count);
    for (at, item) in items.split(|&byte| byte == b',').take(count).enumerate() {
        let value = parse(if at > 0 { item.strip_prefix(b" ")? } else { item })?;
        if values.last().is_some_and(|last| *last >= value) {
            return None;
        }
        values.push(value);
    }
    Some(values)
}

fn strings(items: &[u8]) -> Option<LabelTable> {
    // A NumPy array of strings has a width of at least 1.
    let (mut count, mut width, mut length, mut ends_in_nul) = (0_usize, 1, 0, false);
    let mut last = Vec::new();
    each_string(items, |label| {
        // The order of UTF-8 is the order of code points.
        if count > 0 && *last >= *label {
            return None;
        }
        let mut points = 0;
        decode(label, |_| points += 1)?;
        (count, width, length) = (count + 1, width.max(points), length + points);
        ends_in_nul |= label.last() == Some(&0);
        last.clear();
        last.extend_from_slice(label);
        Some(())
    })?;
    let padded = count.checked_mul(width)?;
    // A padded character takes 4 bytes, and a Python string about 64 bytes and its characters.
    if ends_in_nul || padded > PADDED.max(32 * count + length / 2) {
        let (mut bytes, mut ends) = (stop::with_capacity(items.len()), stop::with_capacity(count));
        each_string(items, |label| {
            bytes.extend_from_slice(label);
            ends.push(bytes.len());
            Some(())
        })?;
        return Some(LabelTable::Strings { bytes, ends });
    }
    let mut points = stop::with_capacity(padded);
    each_string(items, |label| {
        let end = points.len() + width;
        decode(label, |point| points.push(point))?;
        points.resize(end, 0);
        Some(())
    })?;
    Some(LabelTable::Padded { points, width })
}

/// Calls `take` with each string of a list, in UTF-8.
fn each_string(items: &[u8], mut take: impl FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let (mut rest, mut label) = (items, Vec::new());
    while !rest.is_empty() {
        if rest.len() < items.len() {
            rest = rest.strip_prefix(b", ")?;
        }
        rest = unescape(rest.strip_prefix(b"\"")?, &mut label)?;
        take(&label)?;
    }
    Some(())
}

/// Reads a string up to the quotation mark that ends it, and returns what follows.
fn unescape<'a>(mut rest: &'a [u8], label: &mut Vec<u8>) -> Option<&'a [u8]> {
    label.clear();
    loop {
        let (&byte, tail) = rest.split_first()?;
        rest = tail;
        match byte {
            b'"' => return Some(rest),
            b'\\' => {
                let (&kind, tail) = rest.split_first()?;
                rest = tail;
                label.push(match kind {
                    b'"' | b'\\' => kind,
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'u' => {
                        let (digits, tail) = rest.split_first_chunk::<4>()?;
                        rest = tail;
                        // Python escapes no other characters than control characters.
                        let point = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
                        (point < 0x20 && !digits.starts_with(b"+")).then_some(point)?
                    }
                    _ => return None,
                });
            }
            0..0x20 => return None,
            _ => label.push(byte),
        }
    }
}

/// Calls `put` with each code point of UTF-8, in which a lone surrogate has three bytes.
fn decode(bytes: &[u8], mut put: impl FnMut(u32)) -> Option<()> {
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let (length, bits, least) = match first {
            0..0x80 => (0, 0x7F, 0),
            0xC0..0xE0 => (1, 0x1F, 0x80),
            0xE0..0xF0 => (2, 0x0F, 0x800),
            0xF0..0xF8 => (3, 0x07, 0x1_0000),
            _ => return None,
        };
        let (following, tail) = tail.split_at_checked(length)?;
        let mut point = u32::from(first & bits);
        for &byte in following {
            point = point << 6 | u32::from((byte & 0xC0 == 0x80).then_some(byte & 0x3F)?);
        }
        if !(least..0x11_0000).contains(&point) {
            return None;
        }
        put(point);
        rest = tail;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{LabelTable, read_table};

    fn read(text: &str) -> Option<LabelTable> {
        let bytes = [text.as_bytes(), b"\nrest"].concat();
        read_table(&bytes).ok().map(|(table, length)| {
            assert_eq!(length, text.len() + 1);
            table
        })
    }

    #[test]
    fn numbers() {
        let of = |kind: &str, labels: &str| read(&format!(r#"{{"type": "{kind}", "labels": [{labels}]}}"#));
        assert_eq!(of("int", "-7, 0, 12"), Some(LabelTable::Integers(vec![-7, 0, 12])));
        assert_eq!(of("int", ""), Some(LabelTable::Integers(vec![])));
        assert_eq!(of("int", "1, 18446744073709551615"), Some(LabelTable::Unsigned(vec![1, u64::MAX])));
        assert_eq!(of("float", "-1.0, 2.0"), Some(LabelTable::Floats(vec![-1.0, 2.0])));
        assert_eq!(of("bool", "false, true"), Some(LabelTable::Bools(vec![0, 1])));
        for (kind, labels) in [
            ("int", "1, 1"),
            ("int", "2, 1"),
            ("int", "1,2"),
            ("int", "1, "),
            ("int", "01"),
            ("int", "+1"),
            ("int", "-0"),
            ("int", "-1, 18446744073709551615"),
            ("int", "18446744073709551616"),
            ("int", "1.0"),
            ("int", "true"),
            ("float", "1"),
            ("float", "0.5"),
            ("float", "9007199254740992.0"),
            ("float", "NaN"),
            ("bool", "true, false"),
            ("bool", "1"),
            ("str", "1"),
            ("date", "1"),
        ] {
            assert_eq!(of(kind, labels), None, "{kind} {labels}");
        }
    }

    #[test]
    fn strings() {
        let of = |labels: &str| read(&format!(r#"{{"type": "str", "labels": [{labels}]}}"#));
        let padded = |points: &[&str], width| {
            let pad = |text: &&str| text.chars().map(u32::from).chain([0; 9]).take(width).collect::<Vec<_>>();
            Some(LabelTable::Padded { points: points.iter().flat_map(pad).collect(), width })
        };
        assert_eq!(of(""), padded(&[], 1));
        assert_eq!(of(r#""""#), padded(&[""], 1));
        assert_eq!(of(r#""a", "bc""#), padded(&["a", "bc"], 2));
        assert_eq!(
            of(r#""\t\u0000x", "\n\"", "\", \"", "猫", "😀""#),
            padded(&["\t\0x", "\n\"", "\", \"", "猫", "😀"], 4)
        );
        assert_eq!(of(r#""a\u0000""#), Some(LabelTable::Strings { bytes: b"a\0".to_vec(), ends: vec![2] }));
        for labels in [
            r#""a""#,
            r#""b", "a""#,
            r#""a", "a""#,
            r#""a","b""#,
            r#""a", "#,
            r#""a" "b""#,
            r#""\u0041""#,
            r#""\x""#,
            "\"\t\"",
        ] {
            assert_eq!(of(labels).is_some(), labels == r#""a""#, "{labels}");
        }
    }

    #[test]
    fn surrogates_and_bytes_that_are_not_utf_8() {
        let of = |label: &[u8]| read_table(&[b"{\"type\": \"str\", \"labels\": [\"", label, b"\"]}\n"].concat()).ok();
        let surrogate = LabelTable::Padded { points: vec![0xD83D], width: 1 };
        assert_eq!(of(&[0xED, 0xA0, 0xBD]).map(|(table, _)| table), Some(surrogate));
        for label in
            [&[0x80][..], &[0xC0, 0x80], &[0xE0, 0x80, 0x80], &[0xF4, 0x90, 0x80, 0x80], &[0xE7, 0x8C], &[0xFF]]
        {
            assert_eq!(of(label), None, "{label:?}");
        }
    }

    #[test]
    fn one_long_string_does_not_pad_the_others() {
        let labels: Vec<String> = (0..3000).map(|at| format!("\"a{at:04}\"")).collect();
        let text = format!(r#"{{"type": "str", "labels": [{}, "{}"]}}"#, labels.join(", "), "b".repeat(10_000));
        let Some(LabelTable::Strings { bytes, ends }) = read(&text) else { panic!("padded") };
        assert_eq!((ends.len(), ends[0], ends[3000]), (3001, 5, 25_000));
        assert_eq!(&bytes[..10], b"a0000a0001");
    }
}
