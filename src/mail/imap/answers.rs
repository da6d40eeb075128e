//! What servers answer, read tolerantly: what can't be understood costs one item, never the session.
//!
//! An [`Answer`] is one response with its literals already taken out of the line (a NUL stands where each
//! was), so that nothing here reads from the network. The grammar is that of RFC 3501 §9; the deviations
//! that real servers show are named where they are met.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Stands for a literal in [`Answer::text`].
pub(super) const LITERAL: u8 = 0;

/// UIDs that one answer may name; more is not believed.
const MAX_UIDS: usize = 2_000_000;

/// One response of the server.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The line without its end, each literal replaced by one NUL.
    pub text: Vec<u8>,
    /// The literals in order.
    pub literals: Vec<Literal>,
}

/// One literal.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The size that the server announced.
    pub size: u64,
    /// Its bytes; only the first of them where it passed the bound.
    pub bytes: Vec<u8>,
}

impl Literal {
    /// What stands in quotes is as good as a literal.
    fn quoted(text: Cow<'_, [u8]>) -> Literal {
        Literal { size: text.len() as u64, bytes: text.into_owned() }
    }

    /// Its bytes, where all of them were kept.
    pub fn whole(self) -> Option<Vec<u8>> {
        (self.bytes.len() as u64 == self.size).then_some(self.bytes)
    }
}

/// A lexical element.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// An atom, a number, NIL, or a name with a bracketed part such as `BODY[HEADER]<0>`.
    Word(&'a [u8]),
    Quoted(Cow<'a, [u8]>),
    Literal(usize),
}

/// The elements of a line.
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
    literals: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a [u8]) -> Tokens<'a> {
        Tokens { rest: text, literals: 0 }
    }

    /// Passes over a closing bracket, where one is next.
    pub(super) fn closes(&mut self) -> bool {
        let rest = self.rest.trim_ascii_start();
        match rest.strip_prefix(b")") {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    /// Passes over the value of an item: one element or one list.
    fn skip_value(&mut self) {
        let mut depth = 0usize;
        for token in self.by_ref() {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// The words and strings of a flat list; `None` where none begins here.
    fn list(&mut self) -> Option<Vec<String>> {
        if self.next()? != Token::Open {
            return None;
        }
        let mut found = Vec::new();
        for token in self.by_ref() {
            match token {
                Token::Close => return Some(found),
                Token::Word(word) => found.push(String::from_utf8_lossy(word).into_owned()),
                Token::Quoted(text) => found.push(String::from_utf8_lossy(&text).into_owned()),
                Token::Open | Token::Literal(_) => {}
            }
        }
        Some(found)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let blanks = self.rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        self.rest = self.rest.get(blanks..)?;
        let (&first, after) = self.rest.split_first()?;
        match first {
            b'(' => {
                self.rest = after;
                Some(Token::Open)
            }
            b')' => {
                self.rest = after;
                Some(Token::Close)
            }
            LITERAL => {
                self.rest = after;
                self.literals += 1;
                Some(Token::Literal(self.literals - 1))
            }
            b'"' => Some(Token::Quoted(self.quoted(after))),
            _ => {
                let mut brackets = 0usize;
                let end = self.rest.iter().position(|&b| {
                    match b {
                        b'[' => brackets += 1,
                        b']' => brackets = brackets.saturating_sub(1),
                        _ => {}
                    }
                    b == LITERAL || (brackets == 0 && matches!(b, b' ' | b'\t' | b'(' | b')' | b'"'))
                });
                let (word, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
                self.rest = rest;
                Some(Token::Word(word))
            }
        }
    }
}

impl<'a> Tokens<'a> {
    /// The text of a quoted string whose opening mark is passed; one that never closes goes to the end.
    fn quoted(&mut self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut unescaped: Option<Vec<u8>> = None;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'"' => {
                    self.rest = text.get(at + 1..).unwrap_or_default();
                    return match unescaped {
                        Some(owned) => Cow::Owned(owned),
                        None => Cow::Borrowed(text.get(..at).unwrap_or_default()),
                    };
                }
                b'\\' => {
                    let owned = unescaped.get_or_insert_with(|| text.get(..at).unwrap_or_default().to_vec());
                    at += 1;
                    owned.extend(text.get(at));
                }
                other => {
                    if let Some(owned) = &mut unescaped {
                        owned.push(other);
                    }
                }
            }
            at += 1;
        }
        self.rest = &[];
        unescaped.map_or(Cow::Borrowed(text), Cow::Owned)
    }
}

impl Answer {
    /// Takes a literal's bytes out of the answer.
    fn take(&mut self, index: usize) -> Literal {
        self.literals.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    /// What follows `* KEYWORD `, the keyword in any case.
    pub fn untagged(&self, keyword: &str) -> Option<&[u8]> {
        let rest = self.text.strip_prefix(b"* ")?;
        let (head, tail) = rest.split_at_checked(keyword.len())?;
        if !head.eq_ignore_ascii_case(keyword.as_bytes()) {
            return None;
        }
        match tail.split_first() {
            None => Some(tail),
            Some((b' ', after)) => Some(after),
            Some(_) => None,
        }
    }

    /// The number and what follows the keyword in `* 12 EXISTS`.
    fn numbered(&self, keyword: &str) -> Option<(u32, &[u8])> {
        let rest = self.text.strip_prefix(b"* ")?;
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (number, rest) = rest.split_at_checked(digits)?;
        let number = std::str::from_utf8(number).ok()?.parse().ok()?;
        let (head, tail) = rest.strip_prefix(b" ")?.split_at_checked(keyword.len())?;
        let ends = tail.first().is_none_or(|b| matches!(b, b' ' | b'('));
        (head.eq_ignore_ascii_case(keyword.as_bytes()) && ends).then_some((number, tail))
    }

    /// How many messages the folder holds, where the answer says.
    pub fn exists(&self) -> Option<u32> {
        self.numbered("EXISTS").map(|(count, _)| count)
    }

    /// Whether the answer says that a message left.
    pub fn expunged(&self) -> bool {
        self.numbered("EXPUNGE").is_some()
    }

    /// The text of an untagged OK.
    pub fn ok_text(&self) -> Option<String> {
        self.untagged("OK").map(|t| String::from_utf8_lossy(t).into_owned())
    }

    /// The UIDs of a SEARCH answer; what is no number is passed over (`(MODSEQ 5)` of RFC 7162).
    pub fn search(&self) -> Option<Vec<u32>> {
        let rest = self.untagged("SEARCH")?;
        let listed = rest.split(|b| *b == b'(').next().unwrap_or_default();
        Some(
            listed
                .split(|b| *b == b' ')
                .filter_map(|word| std::str::from_utf8(word).ok()?.parse().ok())
                .take(MAX_UIDS)
                .collect(),
        )
    }

    /// The UIDs of an ESEARCH answer (RFC 4731), ascending; none where it lists none.
    pub fn esearch(&self) -> Option<Vec<u32>> {
        let rest = String::from_utf8_lossy(self.untagged("ESEARCH")?);
        // The tag is free text in quotes; what matters follows it.
        let listed = rest.rsplit_once(')').map_or(&*rest, |(_, after)| after);
        let mut words = listed.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("ALL"));
        let Some(set) = words.nth(1) else { return Some(Vec::new()) };
        let mut uids = expand(set)?;
        uids.sort_unstable();
        uids.dedup();
        Some(uids)
    }

    /// The UIDs of a VANISHED answer (RFC 7162 §3.2.10), as ranges; what can't be read is left out.
    pub fn vanished(&self) -> Option<Vec<RangeInclusive<u32>>> {
        let rest = String::from_utf8_lossy(self.untagged("VANISHED")?);
        let set = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        Some(set.split(',').filter_map(range).collect())
    }

    /// Whether this is the answer to ENABLE (RFC 5161) and names `extension` (upper case).
    pub fn enabled(&self, extension: &str) -> bool {
        self.untagged("ENABLED").is_some_and(|rest| {
            rest.split(|b| *b == b' ').any(|w| w.eq_ignore_ascii_case(extension.as_bytes()))
        })
    }

    /// UID and flags of a FETCH answer without a body, `\Recent` left out.
    pub fn changed_flags(&self) -> Option<(u32, Vec<String>)> {
        if !self.literals.is_empty() {
            return None;
        }
        let FetchItem { uid, flags, .. } = self.clone().fetch()?;
        let mut flags = flags?;
        flags.retain(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
        Some((uid?, flags))
    }

    /// The words of a CAPABILITY answer, in upper case.
    pub fn capabilities(&self) -> Option<Vec<String>> {
        let rest = self.untagged("CAPABILITY")?;
        Some(String::from_utf8_lossy(rest).split_whitespace().map(str::to_ascii_uppercase).collect())
    }

    /// A LIST answer.
    pub fn list(&mut self) -> Option<Listed> {
        let rest = self.untagged("LIST")?;
        let mut tokens = Tokens::new(rest);
        let attributes = tokens.list()?;
        let separator = match tokens.next()? {
            Token::Quoted(text) => std::str::from_utf8(&text).ok()?.chars().next(),
            _ => None,
        };
        let raw = match tokens.next()? {
            Token::Word(word) => word.to_vec(),
            Token::Quoted(text) => text.into_owned(),
            Token::Literal(index) => {
                return Some(Listed { attributes, separator, raw: self.take(index).whole()? });
            }
            _ => return None,
        };
        Some(Listed { attributes, separator, raw })
    }

    /// Prefix and separator of the first personal namespace (RFC 2342).
    pub fn namespace(&self) -> Option<(String, Option<char>)> {
        let mut tokens = Tokens::new(self.untagged("NAMESPACE")?);
        if tokens.next()? != Token::Open || tokens.next()? != Token::Open {
            return None;
        }
        let Token::Quoted(prefix) = tokens.next()? else { return None };
        let separator = match tokens.next()? {
            Token::Quoted(text) => std::str::from_utf8(&text).ok()?.chars().next(),
            _ => None,
        };
        Some((crate::mail::names::key_of(&prefix), separator))
    }

    /// The rights of a MYRIGHTS answer (RFC 4314 §3.5).
    pub fn rights(&self) -> Option<String> {
        let mut tokens = Tokens::new(self.untagged("MYRIGHTS")?);
        tokens.next()?;
        match tokens.next()? {
            Token::Word(word) => Some(String::from_utf8_lossy(word).into_owned()),
            Token::Quoted(text) => Some(String::from_utf8_lossy(&text).into_owned()),
            _ => None,
        }
    }

    /// UIDVALIDITY and UIDNEXT of a STATUS answer, each where it is there (163.com: `STATUS ()`).
    pub fn status(&self) -> Option<(Option<u32>, Option<u32>)> {
        let mut tokens = Tokens::new(self.untagged("STATUS")?);
        tokens.next()?;
        let items = tokens.list()?;
        let value = |name: &str| {
            let at = items.iter().position(|item| item.eq_ignore_ascii_case(name))?;
            items.get(at + 1)?.parse().ok()
        };
        Some((value("UIDVALIDITY"), value("UIDNEXT")))
    }

    /// The UID and the sections (`BODY[2.MIME]`, `BODY[2]<0>`) of a FETCH answer, in the server's order.
    pub fn sections(mut self) -> Option<(u32, Vec<(String, Literal)>)> {
        let (_, rest) = self.numbered("FETCH")?;
        let rest = rest.to_vec();
        let mut tokens = Tokens::new(&rest);
        let (mut uid, mut found) = (None, Vec::new());
        while let Some(token) = tokens.next() {
            let Token::Word(name) = token else { continue };
            let name = String::from_utf8_lossy(name).to_ascii_uppercase();
            if name == "UID" {
                uid = number(tokens.next());
            } else if name.starts_with("BODY[") {
                let body = match tokens.next() {
                    Some(Token::Literal(index)) => self.take(index),
                    Some(Token::Quoted(text)) => Literal::quoted(text),
                    _ => continue,
                };
                found.push((name, body));
            } else if name != "FETCH" {
                tokens.skip_value();
            }
        }
        Some((uid?, found))
    }

    /// A FETCH answer; items that are not asked for are passed over, whatever their shape.
    pub fn fetch(mut self) -> Option<FetchItem> {
        let (_, rest) = self.numbered("FETCH")?;
        let rest = rest.to_vec();
        let mut tokens = Tokens::new(&rest);
        if tokens.next()? != Token::Open {
            return None;
        }
        let mut item = FetchItem::default();
        while let Some(token) = tokens.next() {
            let Token::Word(name) = token else {
                if token == Token::Close {
                    break;
                }
                continue;
            };
            let name = String::from_utf8_lossy(name).to_ascii_uppercase();
            match name.as_str() {
                "UID" => item.uid = number(tokens.next()),
                "RFC822.SIZE" => item.size = number(tokens.next()),
                "FLAGS" => item.flags = tokens.list(),
                "INTERNALDATE" => {
                    if let Some(Token::Quoted(text)) = tokens.next() {
                        item.received = std::str::from_utf8(&text).ok().and_then(internal_date);
                    }
                }
                // iCloud and a few others answer a request for BODY[] with their own spelling of it.
                _ if name.starts_with("BODY[") || matches!(name.as_str(), "RFC822" | "RFC822.HEADER") => {
                    item.body = match tokens.next() {
                        Some(Token::Literal(index)) => Some(self.take(index)),
                        Some(Token::Quoted(text)) => Some(Literal::quoted(text)),
                        _ => None,
                    };
                }
                _ => tokens.skip_value(),
            }
        }
        Some(item)
    }
}

/// A number, where the element is one.
fn number<T: std::str::FromStr>(token: Option<Token<'_>>) -> Option<T> {
    let Some(Token::Word(word)) = token else { return None };
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// A folder as LIST shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `\Noselect`, `\Sent` and so on, as spelt.
    pub attributes: Vec<String>,
    /// What parts the components of names.
    pub separator: Option<char>,
    /// The name, byte for byte.
    pub raw: Vec<u8>,
}

/// What one FETCH answer says of a message.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct FetchItem {
    /// Its UID.
    pub uid: Option<u32>,
    /// Its flags.
    pub flags: Option<Vec<String>>,
    /// INTERNALDATE.
    pub received: Option<Timestamp>,
    /// RFC822.SIZE: a hint only, wrong by a factor of three on some servers.
    pub size: Option<u64>,
    /// The message or its header; `None` also where the server says NIL.
    pub body: Option<Literal>,
}

/// The argument of a response code: `code("[UIDNEXT 5] x", "UIDNEXT")` is `"5"`.
pub fn code<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (inside, _) = text.strip_prefix('[')?.split_once(']')?;
    let (word, argument) = inside.split_once(' ').unwrap_or((inside, ""));
    word.eq_ignore_ascii_case(name).then_some(argument.trim())
}

/// The text that follows a response code.
pub fn words(text: &str) -> &str {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, after)) if !after.trim().is_empty() => after.trim(),
        _ => text.trim(),
    }
}

/// UIDVALIDITY of the target, and source and target UID of each message, from a COPYUID code (RFC 4315
/// §3). `None` where the two sets differ in length: then nothing is known.
pub fn copy_uid(text: &str) -> Option<(u32, Vec<(u32, u32)>)> {
    let mut parts = code(text, "COPYUID")?.split_whitespace();
    let validity = parts.next()?.parse().ok()?;
    let (source, target) = (expand(parts.next()?)?, expand(parts.next()?)?);
    (source.len() == target.len()).then(|| (validity, source.into_iter().zip(target).collect()))
}

/// The UIDs of a set such as `4,7:9`.
fn expand(set: &str) -> Option<Vec<u32>> {
    let mut uids = Vec::new();
    for part in set.split(',') {
        let range = range(part)?;
        if (range.end() - range.start()) as usize >= MAX_UIDS.saturating_sub(uids.len()) {
            return None;
        }
        uids.extend(range);
    }
    Some(uids)
}

/// One part of a set, `7` or `7:9` or `9:7`.
fn range(part: &str) -> Option<RangeInclusive<u32>> {
    let (from, to) = part.split_once(':').unwrap_or((part, part));
    let (from, to): (u32, u32) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    Some(from.min(to)..=from.max(to))
}

/// `17-Jul-1996 02:44:25 -0700`, the day also with a leading blank (RFC 3501 §9 `date-time`).
fn internal_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut parts = text.split_whitespace();
    let mut date = parts.next()?.split('-');
    let day = date.next()?.parse().ok()?;
    let name = date.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|m| **m == name)?;
    let year = date.next()?.parse().ok()?;
    let mut time = parts.next()?.split(':').map(|n| n.parse::<i8>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let zone: i32 = parts.next().unwrap_or("+0000").parse().ok()?;
    let seconds = (zone / 100) * 3_600 + (zone % 100) * 60;
    let civil = DateTime::new(year, month as i8 + 1, day, hour, minute, second.min(59), 0).ok()?;
    Offset::from_seconds(seconds).ok()?.to_timestamp(civil).ok()
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
