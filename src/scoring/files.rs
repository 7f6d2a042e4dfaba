//! Text files by line, with the newlines of Python's text files: `\n`, `\r` and `\r\n` end a line, and the last line
//! needs no newline. Parallel files are read together, a window of lines at a time, so that memory stays bounded.

use crate::error::Error;
use crate::scoring::prepared::TextInput;
use crate::scoring::segments::{BATCH_BYTES, BATCH_SEGMENTS, SegmentBatch, SegmentSource};
use crate::text::MAX_TEXT;
use std::convert::Infallible;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::PathBuf;

/// A file that is being read.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    /// The number of lines read so far.
    count: u64,
    /// The number of bytes read so far.
    bytes: u64,
    /// Whether the previous line ended in `\r`, so that a following `\n` belongs to the same newline.
    after_return: bool,
}

impl Lines {
    fn open(path: PathBuf) -> Result<Self, Error> {
        // Opening a directory succeeds; only reading it fails.
        let opened = File::open(&path).and_then(|file| {
            let directory = file.metadata()?.is_dir();
            if directory { Err(std::io::ErrorKind::IsADirectory.into()) } else { Ok(file) }
        });
        match opened {
            Ok(file) => {
                let reader = BufReader::with_capacity(1 << 18, file);
                Ok(Self { path, reader, count: 0, bytes: 0, after_return: false })
            }
            Err(source) => Err(Error::File { path, source }),
        }
    }

    /// Appends the next line to `text`, without its newline. Returns `false` at the end of the file.
    fn next(&mut self, text: &mut Vec<u8>) -> Result<bool, Error> {
        let start = text.len();
        let mut any = false;
        loop {
            let file_error = |source| Error::File { path: self.path.clone(), source };
            let bytes = self.reader.fill_buf().map_err(file_error)?;
            if self.after_return && bytes.first() == Some(&b'\n') {
                self.reader.consume(1);
                self.bytes += 1;
                self.after_return = false;
                continue;
            }
            if bytes.is_empty() {
                break;
            }
            self.after_return = false;
            any = true;
            let end = memchr::memchr2(b'\n', b'\r', bytes);
            let length = end.unwrap_or(bytes.len());
            text.extend_from_slice(&bytes[..length]);
            self.after_return = end.is_some_and(|end| bytes[end] == b'\r');
            let used = length + usize::from(end.is_some());
            self.reader.consume(used);
            self.bytes += used as u64;
            if end.is_some() {
                break;
            }
        }
        if any {
            self.count += 1;
            self.check(&text[start..])?;
        }
        Ok(any)
    }

    fn check(&self, line: &[u8]) -> Result<(), Error> {
        let path = || self.path.clone();
        if line.len() > MAX_TEXT {
            return Err(Error::LongLine { path: path(), line: self.count, length: line.len() });
        }
        std::str::from_utf8(line).map(|_| ()).map_err(|error| {
            let at = error.valid_up_to();
            Error::NotUtf8 { path: path(), line: self.count, byte: at + 1, value: line[at] }
        })
    }
}

/// Parallel files: a file of hypotheses, and files with a reference for each hypothesis.
pub struct ParallelFiles {
    files: Vec<Lines>,
}

impl ParallelFiles {
    /// Opens the file of hypotheses and the files of references.
    ///
    /// # Errors
    /// If a file cannot be opened.
    pub fn open(hypotheses: PathBuf, references: impl IntoIterator<Item = PathBuf>) -> Result<Self, Error> {
        let files = [hypotheses].into_iter().chain(references).map(Lines::open).collect::<Result<_, _>>()?;
        Ok(Self { files })
    }

    /// The number of bytes read so far, over all files.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Reads lines until there are `segments` lines or `bytes` bytes. The window is empty at the end of the files.
    ///
    /// # Errors
    /// If a file cannot be read, is not UTF-8, or has fewer lines than another.
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

    /// Reads all files to the end, and returns the error for the two whose numbers of lines differ.
    fn unequal(&mut self) -> Error {
        let mut text = Vec::new();
        for file in &mut self.files {
            loop {
                text.clear();
                match file.next(&mut text) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => return error,
                }
            }
        }
        let first = &self.files[0];
        let other = self.files.iter().find(|file| file.count != first.count).unwrap_or(first);
        Error::UnequalLines {
            path: first.path.clone(),
            lines: first.count,
            other: other.path.clone(),
            other_lines: other.count,
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
    use super::{LineWindow, ParallelFiles};
    use std::path::PathBuf;

    fn file(name: &str, content: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("rapidscore-lines-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        path
    }

    fn lines(window: &LineWindow, column: usize) -> Vec<&[u8]> {
        window.columns().nth(column).into_iter().flatten().collect()
    }

    #[test]
    fn newlines_are_universal() {
        let a = file("a", b"one\ntwo\r\nthree\rfour\n\r\rsix");
        let b = file("b", b"1\n2\n3\n4\n5\n\n7\n");
        let mut files = ParallelFiles::open(a, [b]).unwrap();
        let window = files.read(4, 1000).unwrap();
        assert_eq!(lines(&window, 0), [&b"one"[..], b"two", b"three", b"four"]);
        let window = files.read(100, 1000).unwrap();
        assert_eq!(lines(&window, 0), [&b""[..], b"", b"six"]);
        assert_eq!(lines(&window, 1), [&b"5"[..], b"", b"7"]);
        assert_eq!(files.position(), 25 + 13);
        assert!(files.read(100, 1000).unwrap().is_empty());
    }

    #[test]
    fn errors_name_file_and_line() {
        let two = file("two", b"1\n2\n");
        let three = file("three", b"1\n2\n3");
        let latin = file("latin", b"1\ncaf\xE9\n");
        let message = |a: &PathBuf, b: &PathBuf| {
            ParallelFiles::open(a.clone(), [b.clone()]).unwrap().read(100, 1000).err().unwrap().to_string()
        };
        assert!(message(&two, &three).contains("has 2 lines but"));
        assert!(message(&two, &three).contains("has 3 lines"));
        assert!(message(&two, &latin).contains("latin, line 2, byte 4: not UTF-8 (0xe9)"));
        assert!(ParallelFiles::open(PathBuf::from("/nowhere"), []).is_err());
    }
}
