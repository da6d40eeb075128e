//! Lines and literals: one answer of a server, taken from whatever gives bytes, under bounds.
//!
//! Everything that a server can make us keep passes here, so this is small and has a fuzz target of its own
//! (`answers`). What an answer means is read in [`super::answers`].

use std::io::{self, ErrorKind};

use super::answers::{Answer, LITERAL, Literal};
use super::endpoint::Bounds;

/// Literals that one answer may hold.
const MAX_LITERALS: usize = 1_000;

/// What the server's word alone reserves for a literal.
const MAX_RESERVED: u64 = 1 << 20;

/// Where bytes come from.
pub trait Source {
    /// The bytes at hand, after a read where there are none; never empty.
    ///
    /// # Errors
    /// [`ErrorKind::UnexpectedEof`] at the end, else what the connection says.
    fn fill(&mut self) -> io::Result<&[u8]>;

    /// Takes `n` of the bytes at hand.
    fn consume(&mut self, n: usize);

    /// Hears that `n` bytes of a literal have come.
    fn progressed(&mut self, n: usize) {
        let _ = n;
    }
}

/// Reads up to and with the next line feed onto `line`, which may not grow beyond `most` bytes by it.
///
/// # Errors
/// Those of the source, and [`ErrorKind::InvalidData`] for a line that is too long.
pub fn read_line(source: &mut impl Source, most: usize, line: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let chunk = source.fill()?;
        let found = memchr::memchr(b'\n', chunk).map(|at| at + 1);
        let piece = chunk.get(..found.unwrap_or(chunk.len())).unwrap_or(chunk);
        if line.len() + piece.len() > most {
            return Err(invalid("one line of its answer is longer than any line should be"));
        }
        line.extend_from_slice(piece);
        let taken = piece.len();
        source.consume(taken);
        if found.is_some() {
            return Ok(());
        }
    }
}

/// Reads `size` bytes and keeps the first `most` of them.
fn read_literal(source: &mut impl Source, size: u64, most: usize) -> io::Result<Vec<u8>> {
    let mut left = size;
    let mut kept = Vec::with_capacity(usize::try_from(size.min(MAX_RESERVED)).unwrap_or_default().min(most));
    while left > 0 {
        let chunk = source.fill()?;
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        let room = most.saturating_sub(kept.len());
        kept.extend_from_slice(chunk.get(..wanted.min(room)).unwrap_or_default());
        source.consume(wanted);
        source.progressed(wanted);
        left -= wanted as u64;
    }
    Ok(kept)
}

/// Reads one answer: a line, and after each `{n}` at its end a literal and a further line.
///
/// The text keeps to [`Bounds::line`], the literals together to [`Bounds::message`]: of one that passes it only the
/// beginning is kept, and its size says so. An answer under `tag` is free text, where braces announce
/// nothing.
///
/// # Errors
/// Those of the source, and [`ErrorKind::InvalidData`] where a bound on lines or on their number is passed.
pub fn answer(source: &mut impl Source, tag: &str, bounds: &Bounds) -> io::Result<Answer> {
    let mut answer = Answer::default();
    let mut room = bounds.message;
    loop {
        let start = answer.text.len();
        read_line(source, bounds.line, &mut answer.text)?;
        while answer.text.len() > start && matches!(answer.text.last(), Some(b'\r' | b'\n')) {
            answer.text.pop();
        }
        // A NUL of the server's own would be taken for a literal.
        for byte in answer.text.iter_mut().skip(start) {
            if *byte == LITERAL {
                *byte = b' ';
            }
        }
        if answer.literals.is_empty() && is_words_only(&answer.text, tag) {
            return Ok(answer);
        }
        let Some((size, mark)) = literal_mark(&answer.text) else { return Ok(answer) };
        answer.text.truncate(mark);
        answer.text.push(LITERAL);
        if answer.literals.len() >= MAX_LITERALS {
            return Err(invalid("one answer has too many parts"));
        }
        let bytes = read_literal(source, size, room)?;
        room -= bytes.len();
        answer.literals.push(Literal { size, bytes });
    }
}

/// Whether the line is free text to its end, so that braces in it announce nothing.
fn is_words_only(line: &[u8], tag: &str) -> bool {
    const STATUS: [&[u8]; 5] = [b"* OK", b"* NO", b"* BAD", b"* BYE", b"* PREAUTH"];
    (!tag.is_empty() && line.starts_with(tag.as_bytes()))
        || STATUS.iter().any(|s| line.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)))
        || !line.starts_with(b"* ")
}

/// Size and start of the `{123}` at the end of a line.
fn literal_mark(line: &[u8]) -> Option<(u64, usize)> {
    let body = line.strip_suffix(b"}")?;
    let open = body.iter().rposition(|b| *b == b'{')?;
    let digits = body.get(open + 1..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = std::str::from_utf8(digits).ok()?.parse().ok()?;
    // `~{123}` announces a literal that may hold NULs (RFC 3516).
    let mark = if open > 0 && line.get(open - 1) == Some(&b'~') { open - 1 } else { open };
    Some((size, mark))
}

fn invalid(says: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, says)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that come a few at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Source for Pieces<'_> {
        fn fill(&mut self) -> io::Result<&[u8]> {
            match self.0 {
                [] => Err(ErrorKind::UnexpectedEof.into()),
                rest => Ok(rest.get(..self.1).unwrap_or(rest)),
            }
        }

        fn consume(&mut self, n: usize) {
            self.0 = self.0.get(n..).unwrap_or_default();
        }
    }

    const SMALL: fn() -> Bounds = || Bounds { line: 64, message: 10, ..Bounds::default() };

    #[test]
    fn literals_are_taken_out_of_the_line_however_the_bytes_come() {
        let wire = b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello FLAGS ())\r\nL1 OK done {3}\r\n";
        for step in [1, 2, 7, 100] {
            let mut source = Pieces(wire, step);
            let first = answer(&mut source, "L1 ", &SMALL()).unwrap();
            assert_eq!(first.text, b"* 1 FETCH (UID 7 BODY[] \0 FLAGS ())");
            assert_eq!(first.literals, [Literal { size: 5, bytes: b"hello".to_vec() }]);
            let last = answer(&mut source, "L1 ", &SMALL()).unwrap();
            assert_eq!((last.text, last.literals.len()), (b"L1 OK done {3}".to_vec(), 0));
        }
    }

    #[test]
    fn braces_announce_a_literal_only_where_one_can_be() {
        assert_eq!(literal_mark(b"* 1 FETCH (BODY[] {12}"), Some((12, 18)));
        assert_eq!(literal_mark(b"* 1 FETCH (BINARY[] ~{12}"), Some((12, 20)));
        assert_eq!(literal_mark(b"* LIST () NIL {5+}"), Some((5, 14)));
        for none in [&b"{}"[..], b"a}", b"{x}", b"{12", b"{99999999999999999999999}"] {
            assert_eq!(literal_mark(none), None);
        }
        assert!(is_words_only(b"* ok see {12}", "L1 "));
        assert!(is_words_only(b"L1 NO {12}", "L1 "));
        assert!(!is_words_only(b"* 1 FETCH (BODY[] {12}", "L1 "));
    }

    #[test]
    fn what_passes_a_bound_is_cut_or_refused() {
        let wire = b"* 1 FETCH (A {6}\r\nsixsix B {6}\r\nsixsix)\r\n";
        let found = answer(&mut Pieces(wire, 3), "", &SMALL()).unwrap();
        let kept: Vec<(u64, &[u8])> = found.literals.iter().map(|l| (l.size, &l.bytes[..])).collect();
        assert_eq!(kept, [(6, &b"sixsix"[..]), (6, b"sixs")]);
        let whole: Vec<bool> = found.literals.into_iter().map(|l| l.whole().is_some()).collect();
        assert_eq!(whole, [true, false]);

        let long = [b"* LIST ".as_slice(), &[b'a'; 100], b"\r\n"].concat();
        let error = answer(&mut Pieces(&long, 9), "", &SMALL()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let endless = b"* 1 FETCH ({0}\r\n".to_vec().repeat(3_000);
        assert!(answer(&mut Pieces(&endless, 50), "", &Bounds::default()).is_err());
        let cut = answer(&mut Pieces(b"* 1 FETCH ({99}\r\nshort", 50), "", &Bounds::default());
        assert_eq!(cut.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
}
