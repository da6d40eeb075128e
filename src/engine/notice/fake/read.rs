//! The message's own words, read and folded once.

use std::cell::OnceCell;
use std::sync::LazyLock;

use super::super::super::anyof::AnyOf;
use super::super::super::message::Message;
use super::super::super::verdict::Evidence;
use super::super::text::Reading;
use super::fold::Folded;
use super::words::Hits;
use crate::engine::words::clip;

/// Bytes of one part that are read: such mail is short, and says what it wants at its head.
const READ: usize = 32 << 10;
/// Bytes of its words that are searched.
const WORDS: usize = 6 << 10;
/// Bytes of folded words in which such mail has said what it speaks of.
const HEADING: usize = 2_000;
/// Folded words that are read at first: enough for the heading and what stands near it.
const FIRST: usize = HEADING + 200;
/// Words that they are folded of, as a rule: where addresses of the web took too many, all are read.
const FIRST_WORDS: usize = FIRST + 600;
/// Text parts that are read.
const MAX_TEXTS: usize = 4;

/// The longest line that is the label of a field, in bytes.
const LABEL: usize = 90;

/// One text part.
pub(super) struct Text<'m> {
    reading: Reading<'m>,
    /// Its words.
    pub(super) folded: Folded,
    hits: OnceCell<Hits>,
}

impl Text<'_> {
    /// What the tables find in its words, looked up when somebody asks.
    pub(super) fn hits(&self) -> &Hits {
        self.hits.get_or_init(|| {
            let mut hits = super::words::search(&self.folded.text);
            hits.topics.retain(|(_, place)| place.start < HEADING);
            hits
        })
    }

    /// Whether so little of it was read that its heading lies beyond, behind markup.
    pub(super) fn begins_later(&self) -> bool {
        self.folded.cut && self.folded.text.len() < HEADING
    }

    /// Places of words that name what is to be filled in, where they stand as the label of an empty field:
    /// one for each line.
    pub(super) fn asked(&self) -> Vec<usize> {
        let mut lines: Vec<usize> = Vec::new();
        let mut places = Vec::new();
        for place in &self.hits().secrets {
            let line = self.reading.line_at(self.folded.original(place.start));
            let text = self.reading.line(line).trim_end();
            if text.len() <= LABEL
                && text.ends_with([':', '\u{ff1a}', '_', '.', '-', '*', ')', ']'])
                && !lines.contains(&line)
            {
                lines.push(line);
                places.push(place.start);
            }
        }
        places
    }

    /// Where a sentence wants a password to be sent back; one that warns of that does not count.
    pub(super) fn asked_in_words(&self) -> Option<usize> {
        const WINDOW: usize = 120;
        static SECRETS: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(SENT_BACK.iter().map(|row| row.1)));
        let text = &self.folded.text;
        if !SECRETS.is_in(text) {
            return None;
        }
        SENT_BACK.iter().find_map(|(verb, secret)| {
            text.match_indices(verb).map(|(at, _)| at).find(|at| {
                let before = text.get(..*at).unwrap_or_default();
                let before = before.get(before.floor_char_boundary(before.len().saturating_sub(60))..);
                let after = clip(text.get(*at..).unwrap_or_default(), WINDOW);
                after.contains(secret) && !before.is_some_and(|b| WARNS.iter().any(|word| b.contains(word)))
            })
        })
    }

    /// Evidence for the line that holds byte `offset` of the folded words.
    pub(super) fn evidence(&self, message: &Message<'_>, offset: usize) -> Option<Evidence> {
        let line = self.reading.line_at(self.folded.original(offset));
        self.reading.evidence(message, line..line + 1)
    }
}

/// Words for sending back, and for what, folded.
const SENT_BACK: &[(&str, &str)] = &[
    ("reply", "password"),
    ("send us", "password"),
    ("provide", "password"),
    ("antwort", "passwort"),
    ("senden sie", "passwort"),
    ("repond", "mot de passe"),
    ("envoyez", "mot de passe"),
    ("responda", "contrasena"),
    ("envie", "contrasena"),
    ("rispond", "password"),
    ("responda", "senha"),
    ("envie", "senha"),
    ("odpowiedz", "haslo"),
    ("ответ", "пароль"),
];

/// Words of those who warn of it, folded.
const WARNS: &[&str] =
    &["never", "not ", "n't ", "niemals", "nicht", "jamais", "nunca", "mai ", "nigdy", "никогда"];

/// How much of the texts is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// What shows whether it speaks of what fakes speak of.
    Heading,
    /// All that the rules weigh.
    Whole,
}

/// The text parts of the outermost message: plain text and pages alike, attached files left out.
pub(super) fn texts<'m>(message: &Message<'m>, depth: Depth) -> Vec<Text<'m>> {
    let (read, words, most) = match depth {
        Depth::Heading => (READ / 2, FIRST_WORDS, FIRST),
        Depth::Whole => (READ, WORDS, usize::MAX),
    };
    message
        .parts()
        .iter()
        .filter(|p| p.depth == 0 && p.text().is_some() && p.file_name().is_none())
        .filter(|p| {
            !matches!(
                p.content_type().as_str(),
                "text/rfc822-headers" | "text/calendar" | "message/delivery-status"
            )
        })
        .take(MAX_TEXTS)
        .filter_map(|part| {
            let reading = Reading::head(part, read, words)?;
            let mut folded = Folded::of(reading.text(0..reading.len()), WORDS, most);
            folded.cut |= part.text().is_some_and(|text| text.len() > read);
            folded.cut |= depth == Depth::Heading && reading.cut;
            Some(Text { reading, folded, hits: OnceCell::new() })
        })
        .collect()
}
