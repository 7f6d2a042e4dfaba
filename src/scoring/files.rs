//! Text files by line: a line ends at `\n`, and a `\r` before it belongs to the end of the line, as in sacrebleu's
//! command, which strips it. The last line needs no `\n`. A byte order mark at the beginning of a file is not part of
//! the text. Parallel files are read together, a window of lines at a time, and the length of a line is limited, so that
//! memory stays bounded.

use crate::error::{Error, LineCount};
use crate::scoring::prepared::TextInput;
use crate::scoring::segments::{BATCH_BYTES, BATCH_SEGMENTS, SegmentBatch, SegmentSource};
use crate::stop;
use crate::text::MAX_TEXT;
use std::convert::Infallible;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::ops::Range;
use std::path::PathBuf;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Number of lines that are counted after the end of the shortest file, which a message compares: the others may be
/// endless.
const COUNTED_LINES: u64 = 1 << 24;

/// Checks a limit on the number of bytes of a line.
///
/// # Errors
/// If it is not from 1 to the greatest length of a text.
pub fn line_limit(bytes: i128) -> Result<usize, Error> {
    usize::try_from(bytes).ok().filter(|limit| (1..=MAX_TEXT).contains(limit)).ok_or_else(|| Error::OutOfRange {
        option: "max_line_bytes",
        value: bytes.to_string(),
        allowed: "from 1 to 4294901760",
    })
}

/// An open file.
pub struct Source {
    /// The path, which messages name.
    pub path: PathBuf,
    pub bytes: Box<dyn Read + Send>,
    /// The number of bytes, if it is known.
    pub size: Option<u64>,
}

/// The number of bytes of a regular file; `None` for a pipe and the like.
#[must_use]
pub fn regular_size(file: &File) -> Option<u64> {
    file.metadata().ok().filter(std::fs::Metadata::is_file).map(|found| found.len())
}

/// The least and the greatest size of a buffer. A buffer is cleared once, which would be most of the work for a small
/// file.
const BUFFER_BYTES: (u64, u64) = (1 << 12, 1 << 18);

/// A file that is being read.
struct Lines {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + Send>>,
    /// The greatest number of bytes of a line.
    limit: usize,
    /// The number of lines read so far.
    count: u64,
    /// The number of bytes read so far.
    bytes: u64,
    /// Whether the file begins with a byte order mark.
    marked: bool,
}

impl Lines {
    fn new(Source { path, bytes, size }: Source, limit: usize) -> Self {
        let (least, greatest) = BUFFER_BYTES;
        let capacity = size.map_or(greatest, |size| size.clamp(least, greatest));
        let reader = BufReader::with_capacity(usize::try_from(capacity).unwrap_or_default(), bytes);
        Self { path, reader, limit, count: 0, bytes: 0, marked: false }
    }

    /// Appends the next line to `text`, without its end. Returns `false` at the end of the file.
    fn next(&mut self, text: &mut Vec<u8>) -> Result<bool, Error> {
        let start = text.len();
        // A byte order mark and `\r` do not count.
        let longest = self.limit + BYTE_ORDER_MARK.len() + 1;
        let ended = loop {
            let bytes = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(source) => return Err(Error::File { path: self.path.clone(), source }),
            };
            if bytes.is_empty() {
                break false;
            }
            let end = memchr::memchr(b'\n', bytes);
            let length = end.unwrap_or(bytes.len());
            if text.len() - start + length > longest {
                self.count += 1;
                return Err(self.long_line());
            }
            stop::extend(text, &bytes[..length]);
            let used = length + usize::from(end.is_some());
            self.reader.consume(used);
            self.bytes += used as u64;
            if end.is_some() {
                break true;
            }
        };
        let mut mark = 0;
        if self.count == 0 && text[start..].starts_with(BYTE_ORDER_MARK) {
            self.marked = true;
            mark = BYTE_ORDER_MARK.len();
            text.drain(start..start + mark);
        }
        if ended && text.len() > start && text.last() == Some(&b'\r') {
            text.pop();
        }
        if !ended && text.len() == start {
            return Ok(false);
        }
        self.count += 1;
        self.check(&text[start..], mark)?;
        Ok(true)
    }

    /// Checks the length of a line, and that it is UTF-8. `before` is the number of bytes before it that were removed.
    fn check(&self, line: &[u8], before: usize) -> Result<(), Error> {
        if line.len() > self.limit {
            return Err(self.long_line());
        }
        std::str::from_utf8(line).map(|_| ()).map_err(|error| {
            let at = error.valid_up_to();
            Error::NotUtf8 { path: self.path.clone(), line: self.count, byte: before + at + 1, value: line[at] }
        })
    }

    fn long_line(&self) -> Error {
        Error::LongLine { path: self.path.clone(), line: self.count, limit: self.limit }
    }

    /// Reads on to count the lines. Returns an error if a line cannot be read.
    fn count_lines(&mut self) -> Result<LineCount, Error> {
        let mut text = Vec::new();
        let last = self.count + COUNTED_LINES;
        while self.count < last {
            text.clear();
            if !self.next(&mut text)? {
                return Ok(LineCount::All(self.count));
            }
        }
        Ok(LineCount::MoreThan(self.count))
    }
}

/// Parallel files: a file of hypotheses, and files with a reference for each hypothesis.
pub struct ParallelFiles {
    files: Vec<Lines>,
}

impl ParallelFiles {
    /// Takes open files: hypotheses and then references. `limit` is the greatest number of bytes of a line.
    pub fn new(files: impl IntoIterator<Item = Source>, limit: usize) -> Self {
        Self { files: files.into_iter().map(|source| Lines::new(source, limit)).collect() }
    }

    /// Opens the file of hypotheses and the files of references.
    ///
    /// # Errors
    /// If a file cannot be opened.
    pub fn open(
        hypotheses: PathBuf,
        references: impl IntoIterator<Item = PathBuf>,
        limit: usize,
    ) -> Result<Self, Error> {
        let opened = |path: PathBuf| match File::open(&path) {
            Ok(file) => Ok(Source { path, size: regular_size(&file), bytes: Box::new(file) }),
            Err(source) => Err(Error::File { path, source }),
        };
        let files = [hypotheses].into_iter().chain(references).map(opened).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(files, limit))
    }

    /// The number of bytes read so far, over all files.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Whether each file began with a byte order mark, once its first line has been read.
    pub fn marked(&self) -> impl Iterator<Item = bool> {
        self.files.iter().map(|file| file.marked)
    }

    /// Reads lines until there are `segments` lines or `bytes` bytes. The window is empty at the end of the files.
    ///
    /// # Errors
    /// If a file cannot be read, is not UTF-8, or has fewer lines than another, or if a line is too long.
    pub fn read(&mut self, segments: usize, bytes: usize) -> Result<LineWindow, Error> {
        let mut window = LineWindow { columns: vec![LineTexts::default(); self.files.len()] };
        let mut size = 0;
        while window.len() < segments && size < bytes {
            let mut found = 0;
            for (file, column) in self.files.iter_mut().zip(&mut window.columns) {
                let before = column.text.len();
                if file.next(&mut column.text)? {
                    found += 1;
                    column.ends.push(column.text.len());
                    size += column.text.len() - before;
                }
            }
            if found == 0 {
                break;
            }
            if found < self.files.len() {
                return Err(self.unequal());
            }
        }
        Ok(window)
    }

    /// Reads on, and returns the error for two files whose numbers of lines differ.
    fn unequal(&mut self) -> Error {
        let counts: Vec<_> = match self.files.iter_mut().map(Lines::count_lines).collect() {
            Ok(counts) => counts,
            Err(error) => return error,
        };
        let other = counts.iter().position(|count| *count != counts[0]).unwrap_or(0);
        Error::UnequalLines {
            path: self.files[0].path.clone(),
            lines: counts[0],
            other: self.files[other].path.clone(),
            other_lines: counts[other],
        }
    }
}

/// Consecutive lines of one file.
#[derive(Clone, Default)]
struct LineTexts {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl LineTexts {
    fn get(&self, line: usize) -> &[u8] {
        let start = line.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[line]]
    }
}

/// Consecutive lines of parallel files.
#[derive(Default)]
pub struct LineWindow {
    columns: Vec<LineTexts>,
}

impl LineWindow {
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |column| column.ends.len())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lines of each file; hypotheses come first.
    pub fn columns(&self) -> impl Iterator<Item = impl Iterator<Item = &[u8]>> {
        self.columns.iter().map(|column| (0..column.ends.len()).map(|line| column.get(line)))
    }

    /// The window as a source of segments.
    #[must_use]
    pub fn segments(&self) -> LineWindowSource<'_> {
        LineWindowSource { window: self, next: 0 }
    }
}

/// Splits a window into batches.
pub struct LineWindowSource<'a> {
    window: &'a LineWindow,
    next: usize,
}

/// Consecutive lines of a window.
#[derive(Default)]
pub struct LineWindowBatch<'a> {
    window: Option<&'a LineWindow>,
    lines: Range<usize>,
}

impl<'a> SegmentSource for LineWindowSource<'a> {
    type Batch = LineWindowBatch<'a>;
    type Error = Infallible;

    fn fill(&mut self, batch: &mut LineWindowBatch<'a>) -> Result<(), Infallible> {
        let start = self.next;
        let last = self.window.len().min(start + BATCH_SEGMENTS);
        let mut bytes = 0;
        while self.next < last && bytes < BATCH_BYTES {
            bytes += self.window.columns.iter().map(|column| column.get(self.next).len()).sum::<usize>();
            self.next += 1;
        }
        *batch = LineWindowBatch { window: Some(self.window), lines: start..self.next };
        Ok(())
    }
}

impl SegmentBatch for LineWindowBatch<'_> {
    fn len(&self) -> usize {
        self.lines.len()
    }

    fn hypothesis(&self, segment: usize) -> &[u8] {
        self.window.map_or(&[], |window| window.columns[0].get(self.lines.start + segment))
    }

    fn references<'a>(&'a self, segment: usize, references: &mut Vec<TextInput<'a>>) {
        if let Some(window) = self.window {
            let line = |column: &'a LineTexts| TextInput::Raw(column.get(self.lines.start + segment));
            references.extend(window.columns[1..].iter().map(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LineWindow, ParallelFiles, Source, line_limit};
    use std::io::{Read, Result};
    use std::path::PathBuf;

    /// A source that returns one byte at a time, as a slow pipe may.
    struct Slow(&'static [u8]);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    fn files(contents: &[&'static [u8]], limit: usize) -> ParallelFiles {
        let named = |(at, &content): (usize, &&'static [u8])| source(&format!("file{at}"), Slow(content));
        ParallelFiles::new(contents.iter().enumerate().map(named), limit)
    }

    fn source(name: &str, bytes: impl Read + Send + 'static) -> Source {
        Source { path: PathBuf::from(name), bytes: Box::new(bytes), size: None }
    }

    fn lines(window: &LineWindow, column: usize) -> Vec<&[u8]> {
        window.columns().nth(column).into_iter().flatten().collect()
    }

    fn message(contents: &[&'static [u8]], limit: usize) -> String {
        files(contents, limit).read(100, 1000).err().unwrap().to_string()
    }

    #[test]
    fn lines_end_at_newlines() {
        let mut files = files(&[b"one\ntwo\r\nth\rree\r\r\n\n\r\nsix\r", b"1\n2\n3\n4\n\n7\n"], 99);
        let window = files.read(4, 1000).unwrap();
        assert_eq!(lines(&window, 0), [&b"one"[..], b"two", b"th\rree\r", b""]);
        let window = files.read(100, 1000).unwrap();
        assert_eq!(lines(&window, 0), [&b""[..], b"six\r"]);
        assert_eq!(lines(&window, 1), [&b""[..], b"7"]);
        assert_eq!(files.position(), 25 + 11);
        assert!(files.read(100, 1000).unwrap().is_empty());
        assert!(files.marked().all(|marked| !marked));
    }

    #[test]
    fn byte_order_marks_are_no_text() {
        let mark = "\u{FEFF}";
        let mut marked = files(&[b"\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo", b"1\n2"], 6);
        let window = marked.read(100, 1000).unwrap();
        assert_eq!(lines(&window, 0), [&b"one"[..], format!("{mark}two").as_bytes()]);
        assert_eq!(marked.marked().collect::<Vec<_>>(), [true, false]);
        // A file of a mark alone is empty, and with a newline it has one empty line.
        assert!(files(&[b"\xEF\xBB\xBF"], 9).read(9, 9).unwrap().is_empty());
        assert_eq!(lines(&files(&[b"\xEF\xBB\xBF\r\n"], 9).read(9, 9).unwrap(), 0), [b""]);
        assert!(message(&[b"\xEF\xBB\xBFcaf\xE9"], 99).contains("file0, line 1, byte 7: not UTF-8 (0xe9)"));
    }

    #[test]
    fn lines_have_a_limit() {
        let content: &[u8] = b"\xEF\xBB\xBFfour\r\nfour\r\nfour";
        assert_eq!(files(&[content], 4).read(9, 99).unwrap().len(), 3);
        assert_eq!(
            message(&[b"1\n2\n3", b"1\n22222\n3"], 4),
            "file1, line 2: more than 4 bytes: split the line, or raise the limit max_line_bytes"
        );
        assert!(message(&[b"1\n123456789"], 4).contains("file0, line 2: more than 4 bytes"));
        let zeros = source("zero", std::io::repeat(0));
        let error = ParallelFiles::new([zeros], 1 << 20).read(9, 9).err().unwrap().to_string();
        assert!(error.starts_with("zero, line 1: more than 1048576 bytes"), "{error}");
        assert_eq!(line_limit(7).unwrap(), 7);
        for wrong in [0, -1, 1 << 32, i128::MAX] {
            assert!(line_limit(wrong).is_err());
        }
    }

    #[test]
    fn errors_name_file_and_line() {
        let unequal = message(&[b"1\n2\n", b"1\n2", b"1\n2\n3"], 9);
        assert!(unequal.starts_with("file0 has 2 lines but file2 has 3 lines"));
        assert!(message(&[b"1\n2\n", b"1\ncaf\xE9\n"], 9).contains("file1, line 2, byte 4: not UTF-8 (0xe9)"));
        let sources = [source("yes", std::io::repeat(b'\n')), source("short", Slow(b"1\n"))];
        let error = ParallelFiles::new(sources, 9).read(9, 9).err().unwrap().to_string();
        assert!(error.starts_with("yes has more than 16777218 lines but short has 1 lines"), "{error}");
        assert!(ParallelFiles::open(PathBuf::from("/nowhere"), [], 9).is_err());
    }
}
