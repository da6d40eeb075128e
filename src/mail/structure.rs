//! A message's outline (BODYSTRUCTURE, RFC 3501 §7.4.2), and reading it without its pictures.
//!
//! Of a message whose only attachments are plain pictures nothing else is left out: header, texts and the
//! headers of all parts are fetched, and of each picture its beginning and its end. [`Outline::pieces`] says
//! what to fetch, [`Outline::assemble`] puts it together so that the engine reads it as it would the whole.
//! Where the sizes do not add up (something stands between the parts) there is no such reading.

/// How many encoded bytes of a picture's beginning and of its end are fetched.
const HEAD: u64 = 8 << 10;
const TAIL: u64 = 2 << 10;
/// Bytes per part that may stand between the parts: boundaries, line ends.
const SLACK_PER_PART: u64 = 8;
/// Bytes that may stand before the first and after the last: "This is a multi-part message in MIME format."
const SLACK: u64 = 200;

/// One part of a message, or a bundle of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Structure {
    /// A part that holds no others; a message inside counts as one.
    Leaf(Leaf),
    /// A multipart.
    Bundle {
        /// Its number (RFC 3501 §6.4.5); empty for the message's own.
        number: String,
        /// What parts its children.
        boundary: String,
        /// The parts in it.
        children: Vec<Structure>,
    },
}

/// A part that holds no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its number, `1` for a message that is no multipart.
    pub number: String,
    /// Its declared type in lower case, as in `image/png`.
    pub kind: String,
    /// Its transfer encoding in lower case.
    pub encoding: String,
    /// Its size as it is encoded.
    pub octets: u64,
    /// Every file name that it claims.
    pub names: Vec<String>,
}

/// A message as a server outlines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// UID in the open folder.
    pub uid: u32,
    /// Its flags, `\Recent` left out.
    pub flags: Vec<String>,
    /// INTERNALDATE.
    pub received: Option<jiff::Timestamp>,
    /// RFC822.SIZE.
    pub size: u64,
    /// Its parts; `None` where the server's answer can't be read.
    pub structure: Option<Structure>,
}

/// One piece of a message to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The section, as in `HEADER`, `2.MIME` or `2`.
    pub section: String,
    /// Offset and length, where not all of it is wanted.
    pub range: Option<(u64, u64)>,
}

impl Piece {
    fn whole(section: impl Into<String>) -> Piece {
        Piece { section: section.into(), range: None }
    }
}

/// Pictures that only show something, with the ends of names that fit them.
const PICTURES: &[(&str, &[&str])] = &[
    ("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
    ("image/jpg", &["jpg", "jpeg"]),
    ("image/pjpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    ("image/gif", &["gif"]),
];

impl Leaf {
    /// Whether this is a picture by all that it says of itself: type, encoding and every name.
    fn is_plain_picture(&self) -> bool {
        let Some((_, ends)) = PICTURES.iter().find(|(kind, _)| self.kind == *kind) else { return false };
        let fits = |name: &String| {
            let mut pieces = name.rsplit('.');
            let end = pieces.next().unwrap_or_default().to_lowercase();
            // No second ending before it, and nothing that a display could turn around.
            let rest: String = pieces.collect();
            ends.contains(&end.as_str()) && name.is_ascii() && !rest.contains("exe")
        };
        self.encoding == "base64" && self.octets > HEAD + TAIL && self.names.iter().all(fits)
    }

    fn is_text(&self) -> bool {
        matches!(self.kind.as_str(), "text/plain" | "text/html" | "text/calendar" | "text/enriched")
            && self.names.is_empty()
    }
}

impl Structure {
    fn leaves<'a>(&'a self, out: &mut Vec<&'a Leaf>) {
        match self {
            Structure::Leaf(leaf) => out.push(leaf),
            Structure::Bundle { children, .. } => children.iter().for_each(|c| c.leaves(out)),
        }
    }

    fn pieces(&self, out: &mut Vec<Piece>) {
        match self {
            Structure::Leaf(leaf) if leaf.is_plain_picture() => {
                let section = || leaf.number.clone();
                out.push(Piece { section: section(), range: Some((0, HEAD)) });
                out.push(Piece { section: section(), range: Some((leaf.octets - TAIL, TAIL)) });
            }
            Structure::Leaf(leaf) => out.push(Piece::whole(leaf.number.clone())),
            Structure::Bundle { children, .. } => {
                for child in children {
                    out.push(Piece::whole(format!("{}.MIME", child.number())));
                    child.pieces(out);
                }
            }
        }
    }

    fn number(&self) -> &str {
        match self {
            Structure::Leaf(leaf) => &leaf.number,
            Structure::Bundle { number, .. } => number,
        }
    }
}

impl Outline {
    /// What to fetch of this message instead of all of it; `None` where all of it is needed, or where its
    /// pictures have fewer than `worth` bytes.
    pub fn pieces(&self, worth: u64) -> Option<Vec<Piece>> {
        let structure @ Structure::Bundle { .. } = self.structure.as_ref()? else { return None };
        let mut leaves = Vec::new();
        structure.leaves(&mut leaves);
        if !leaves.iter().all(|leaf| leaf.is_text() || leaf.is_plain_picture()) {
            return None;
        }
        let pictures: u64 = leaves.iter().filter(|l| l.is_plain_picture()).map(|l| l.octets).sum();
        if pictures < worth || pictures == 0 || pictures > self.size {
            return None;
        }
        let mut pieces = vec![Piece::whole("HEADER")];
        structure.pieces(&mut pieces);
        Some(pieces)
    }

    /// Puts fetched pieces together. `None` where they are not what was asked for, where a picture does not
    /// begin and end as one, or where the message holds more than its outline accounts for.
    pub fn assemble(&self, pieces: &[Vec<u8>]) -> Option<Skeleton> {
        let mut rest = pieces.iter();
        let header = rest.next()?;
        let mut made = Skeleton { bytes: header.clone(), left_out: 0, parts: 0 };
        made.add(self.structure.as_ref()?, &mut rest)?;
        if rest.next().is_some() {
            return None;
        }
        let whole = made.bytes.len() as u64 + made.left_out;
        let slack = SLACK + SLACK_PER_PART * made.parts;
        (whole.abs_diff(self.size) <= slack).then_some(made)
    }
}

/// A message without the middles of its pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skeleton {
    /// What the engine reads.
    pub bytes: Vec<u8>,
    /// Bytes that were not fetched.
    pub left_out: u64,
    parts: u64,
}

impl Skeleton {
    fn add(&mut self, part: &Structure, rest: &mut std::slice::Iter<'_, Vec<u8>>) -> Option<()> {
        self.parts += 1;
        match part {
            Structure::Leaf(leaf) if leaf.is_plain_picture() => {
                let (head, tail) = (rest.next()?, rest.next()?);
                if head.len() as u64 != HEAD || tail.len() as u64 != TAIL || !is_picture(head, tail) {
                    return None;
                }
                // Cut at a line's end, so that what is left still is base64 in whole lines.
                let end = memchr::memrchr(b'\n', head)? + 1;
                let start = memchr::memchr(b'\n', tail)? + 1;
                self.bytes.extend_from_slice(head.get(..end)?);
                self.bytes.extend_from_slice(tail.get(start..)?);
                self.left_out += leaf.octets - (end + tail.len() - start) as u64;
            }
            Structure::Leaf(leaf) => {
                let body = rest.next()?;
                if body.len() as u64 != leaf.octets {
                    return None;
                }
                self.bytes.extend_from_slice(body);
            }
            Structure::Bundle { boundary, children, .. } => {
                for child in children {
                    self.bytes.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
                    self.bytes.extend_from_slice(rest.next()?);
                    self.add(child, rest)?;
                }
                self.bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            }
        }
        Some(())
    }
}

/// Whether base64 begins as a picture and ends where that kind of picture ends.
fn is_picture(head: &[u8], tail: &[u8]) -> bool {
    let begins = decode(head.get(..64).unwrap_or(head));
    // The end is read from its last quantum backwards: padding aside, base64 counts in fours.
    let text: Vec<u8> = tail.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let from = if text.len() > 64 { text.len() - 64 } else { text.len() % 4 };
    let ends = decode(text.get(from..).unwrap_or_default());
    let trimmed = ends.iter().rposition(|b| *b != 0 && !b.is_ascii_whitespace()).map_or(0, |at| at + 1);
    let ends = ends.get(..trimmed).unwrap_or_default();
    (begins.starts_with(b"\xff\xd8\xff") && ends.ends_with(b"\xff\xd9"))
        || (begins.starts_with(b"\x89PNG\r\n\x1a\n") && ends.ends_with(b"IEND\xae\x42\x60\x82"))
        || (begins.starts_with(b"GIF8") && ends.ends_with(b"\x3b"))
}

fn decode(text: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let clean: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let whole = clean.get(..clean.len() / 4 * 4).unwrap_or_default();
    base64::engine::general_purpose::STANDARD.decode(whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(number: &str, kind: &str, octets: u64, names: &[&str]) -> Structure {
        let names = names.iter().map(|n| (*n).to_owned()).collect();
        let encoding = if kind.starts_with("image/") { "base64" } else { "7bit" };
        Structure::Leaf(Leaf {
            number: number.into(),
            kind: kind.into(),
            encoding: encoding.into(),
            octets,
            names,
        })
    }

    fn outline(children: Vec<Structure>, size: u64) -> Outline {
        let structure = Structure::Bundle { number: String::new(), boundary: "b".into(), children };
        Outline { uid: 1, flags: vec![], received: None, size, structure: Some(structure) }
    }

    #[test]
    fn only_texts_and_plain_pictures_are_read_in_pieces() {
        let text = || leaf("1", "text/plain", 10, &[]);
        let sections = |picture: Structure| {
            let pieces = outline(vec![text(), picture], 500_000).pieces(128 << 10);
            pieces.map(|p| p.iter().map(|p| p.section.clone()).collect::<Vec<_>>())
        };
        let good = sections(leaf("2", "image/jpeg", 400_000, &["holiday.JPG"]));
        assert_eq!(good.unwrap(), ["HEADER", "1.MIME", "1", "2.MIME", "2", "2"]);
        for bad in [
            leaf("2", "image/jpeg", 400_000, &["holiday.exe"]),
            leaf("2", "image/jpeg", 400_000, &["a.jpg", "a.scr"]),
            leaf("2", "image/jpeg", 400_000, &["a.exe.jpg"]),
            leaf("2", "image/jpeg", 400_000, &["a\u{202e}gpj.jpg"]),
            leaf("2", "image/png", 20_000, &[]),
            leaf("2", "image/svg+xml", 400_000, &[]),
            leaf("2", "application/pdf", 400_000, &["a.pdf"]),
            leaf("2", "message/rfc822", 400_000, &[]),
            leaf("2", "text/plain", 400_000, &["a.txt"]),
        ] {
            assert_eq!(sections(bad.clone()), None, "{bad:?}");
        }
        assert_eq!(
            outline(vec![leaf("1", "image/png", 900_000, &[])], 500_000).pieces(0),
            None,
            "a wrong size"
        );
    }

    /// A picture in base64, in lines of 76.
    fn picture(len: usize, end: &[u8]) -> Vec<u8> {
        use base64::Engine as _;
        let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
        bytes.extend((0..len).map(|i| (i % 251) as u8));
        bytes.extend_from_slice(end);
        let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
        coded.as_bytes().chunks(76).flat_map(|line| [line, b"\r\n"].concat()).collect()
    }

    #[test]
    fn what_does_not_add_up_is_fetched_whole() {
        let head = b"Content-Type: image/jpeg\r\n\r\n".to_vec();
        for (end, extra, fits) in [
            (&b"\xff\xd9"[..], 0, true),
            (b"\xff\xd9\0\0", 0, true),
            (b"PK\x05\x06zip", 0, false),
            (b"\xff\xd9", 900, false),
        ] {
            for len in [300_000, 300_001, 300_002] {
                let body = picture(len, end);
                let octets = body.len() as u64;
                let header = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_vec();
                let size = header.len() as u64 + head.len() as u64 + octets + 30 + extra;
                let outline = outline(vec![leaf("1", "image/jpeg", octets, &[])], size);
                let pieces: Vec<Vec<u8>> = outline
                    .pieces(0)
                    .unwrap()
                    .into_iter()
                    .map(|piece| match (piece.section.as_str(), piece.range) {
                        ("HEADER", _) => header.clone(),
                        ("1.MIME", _) => head.clone(),
                        (_, Some((at, len))) => body[at as usize..(at + len) as usize].to_vec(),
                        other => panic!("{other:?}"),
                    })
                    .collect();
                let made = outline.assemble(&pieces);
                assert_eq!(made.is_some(), fits, "{end:?} {extra} {len}");
                if let Some(made) = made {
                    assert!(made.bytes.len() < 12_000 && made.left_out > 380_000);
                }
                assert_eq!(outline.assemble(&pieces[..pieces.len() - 1]), None);
            }
        }
    }
}
