//! The search language: one line of text to a search of the store. The same in the window and on the
//! command line.
//!
//! ```text
//! invoice "last reminder" from:example.org -class:malicious after:2026-03-01 has:attachment
//! ```
//!
//! Words are found in From, recipients, subject, attachment names, servers and text, whole or at their
//! beginning; quotes keep words together and whole; `-` turns a term round; every term must hold. A new filter is
//! a row of [`FILTERS`] and an arm of `filter`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::engine::Class;
use crate::store::{AccountId, Holding, StoreField, StoreSearch, StoreTest};

/// Terms that one search may have.
const TERMS_MOST: usize = 32;

/// What a person may write before a colon: the filter, an example, what it does.
pub const FILTERS: &[(&str, &str, &str)] = &[
    ("from", "from:example.org", "name or address of the sender"),
    ("to", "to:b.miller", "who it was written to, or whom a bounce is about"),
    ("subject", "subject:invoice", "the subject, also that of a mail that came back"),
    ("text", "text:refund", "the text alone"),
    ("file", "file:invoice.pdf", "the name of an attachment or of a file inside one"),
    ("server", "server:mx.example.net", "the mail server that reports"),
    ("class", "class:malicious", "the class, or how its name begins"),
    ("account", "account:Work", "the account, or how its name begins"),
    ("finding", "finding:attachment", "what was found, by its identifier or how it begins"),
    ("has", "has:attachment", "only mail with attachments"),
    ("is", "is:held", "where it is now: held, restored, here or gone"),
    ("after", "after:2026-03-01", "received on that day or later; also today, yesterday, 7d, 2w, 3m, 1y"),
    ("before", "before:2026-03", "received before that day, month or year"),
];

/// What the words of a search are read with.
pub struct Reader<'a> {
    /// The present, for days such as `yesterday`.
    pub now: Timestamp,
    /// Where days begin.
    pub zone: TimeZone,
    /// The accounts by name.
    pub accounts: &'a [(String, AccountId)],
}

/// One term as it was written.
struct Term {
    not: bool,
    name: Option<String>,
    value: String,
    quoted: bool,
}

impl Reader<'_> {
    /// Reads a search. A filter that nothing was written after yet is left out: the person still types.
    ///
    /// # Errors
    /// A sentence that names the term and says what may stand there.
    pub fn read(&self, text: &str) -> Result<StoreSearch, String> {
        let mut search = StoreSearch::default();
        for term in terms(text) {
            if term.value.is_empty() {
                continue;
            }
            if search.terms.len() == TERMS_MOST {
                return Err(format!("A search may have {TERMS_MOST} terms at most."));
            }
            let test = match &term.name {
                Some(name) => self.filter(name, &term)?,
                None => plain(None, &term)?,
            };
            search.terms.push((term.not, test));
        }
        Ok(search)
    }

    fn filter(&self, name: &str, term: &Term) -> Result<StoreTest, String> {
        let value = term.value.to_lowercase();
        let odd = |may: &str| format!("“{name}:{}” is not known. After {name}: write {may}.", term.value);
        Ok(match name {
            "from" => plain(Some(StoreField::Sender), term)?,
            "to" => plain(Some(StoreField::Recipient), term)?,
            "subject" => plain(Some(StoreField::Subject), term)?,
            "text" => plain(Some(StoreField::Body), term)?,
            "file" => plain(Some(StoreField::File), term)?,
            "server" => plain(Some(StoreField::Server), term)?,
            "class" => {
                let wanted = value.replace(['-', ' '], "_");
                let fits = |class: &Class| {
                    class.word().starts_with(&wanted)
                        || class.word().split('_').any(|part| part.starts_with(&wanted))
                };
                let classes: Vec<Class> = Class::ALL.into_iter().filter(fits).collect();
                if classes.is_empty() {
                    return Err(odd(&listed(&Class::ALL.map(Class::word))));
                }
                StoreTest::Class(classes)
            }
            "account" => {
                let fits = |known: &&(String, AccountId)| known.0.to_lowercase().starts_with(&value);
                let found: Vec<AccountId> = self.accounts.iter().filter(fits).map(|(_, id)| *id).collect();
                if found.is_empty() {
                    let names: Vec<&str> = self.accounts.iter().map(|(name, _)| name.as_str()).collect();
                    return Err(odd(&listed(&names)));
                }
                StoreTest::Account(found)
            }
            "finding" => StoreTest::Finding(value),
            "has" => match "attachment".starts_with(value.trim_end_matches('s')) {
                true => StoreTest::Attachment,
                false => return Err(odd("attachment")),
            },
            "is" => StoreTest::Holding(match value.as_str() {
                "held" => vec![Holding::Held],
                "restored" => vec![Holding::Restored],
                "gone" => vec![Holding::Gone],
                "here" => vec![Holding::InPlace, Holding::Restored],
                v if ["held", "restored", "gone", "here"].iter().any(|w| w.starts_with(v)) => {
                    vec![Holding::InPlace, Holding::Held, Holding::Restored, Holding::Gone]
                }
                _ => return Err(odd("held, restored, here or gone")),
            }),
            _ => {
                let day = self.day(&value).ok_or_else(|| {
                    format!(
                        "“{name}:{}” is not a day. Write it as 2026-03-01, 2026-03, 2026, today, yesterday, or 7d, 2w, 3m, 1y for so long ago.",
                        term.value
                    )
                })?;
                let start = day
                    .to_zoned_datetime(self.zone.clone())
                    .map_err(|e| e.to_string())?
                    .timestamp()
                    .as_second();
                if name == "after" { StoreTest::Since(start) } else { StoreTest::Before(start) }
            }
        })
    }

    /// The day that a word names.
    fn day(&self, word: &str) -> Option<Date> {
        let today = self.now.to_zoned_datetime(self.zone.clone()).date();
        match word {
            "today" => return Some(today),
            "yesterday" => return today.yesterday().ok(),
            _ => {}
        }
        let (digits, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()));
        if let Ok(n) = digits.parse::<i32>()
            && (0..=10_000).contains(&n)
        {
            match unit {
                "d" => return today.checked_sub(n.days()).ok(),
                "w" => return today.checked_sub(n.weeks()).ok(),
                "m" => return today.checked_sub(n.months()).ok(),
                "y" => return today.checked_sub(n.years()).ok(),
                "" if digits.len() == 4 => return Date::new(i16::try_from(n).ok()?, 1, 1).ok(),
                _ => {}
            }
        }
        let mut parts = word.split('-');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next().map_or(Ok(1), str::parse).ok()?;
        parts.next().is_none().then(|| Date::new(year, month, day).ok())?
    }
}

/// Words for any field or one.
fn plain(field: Option<StoreField>, term: &Term) -> Result<StoreTest, String> {
    if !term.value.contains(char::is_alphanumeric) {
        return Err(format!("“{}” has no letter or digit to search for.", term.value));
    }
    Ok(StoreTest::Words { field, text: term.value.clone(), whole: term.quoted })
}

/// Words in a row, as a sentence has them.
fn listed(words: &[&str]) -> String {
    match words {
        [] => "nothing: there is none".to_owned(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// Splits a line into terms: at spaces, but for those in quotes. A quote that is not closed yet ends with
/// the line.
fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (not, body) = match rest.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, rest),
        };
        let name = FILTERS.iter().map(|(name, ..)| *name).find_map(|name| {
            let (head, value) = body.split_at_checked(name.len())?;
            Some((name, value.strip_prefix(':')?)).filter(|_| head.eq_ignore_ascii_case(name))
        });
        let (name, value) = name.map_or((None, body), |(name, value)| (Some(name.to_owned()), value));
        let (value, quoted, after) = match value.strip_prefix(['"', '“', '”']) {
            Some(inner) => {
                let end = inner.find(['"', '“', '”']);
                let (inside, after) = inner.split_at(end.unwrap_or(inner.len()));
                let mut after = after.chars();
                after.next();
                (inside, end.is_some(), after.as_str())
            }
            None => {
                let (value, after) = value.split_at(value.find(char::is_whitespace).unwrap_or(value.len()));
                (value, false, after)
            }
        };
        terms.push(Term { not, name, value: value.trim().to_owned(), quoted });
        rest = after.trim_start();
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(bool, StoreTest)>, String> {
        let accounts = [("Work".to_owned(), 1), ("Home".to_owned(), 2), ("Home office".to_owned(), 3)];
        let now = "2026-03-12T10:00:00Z".parse().unwrap();
        Reader { now, zone: TimeZone::UTC, accounts: &accounts }.read(text).map(|s| s.terms)
    }

    fn words(field: Option<StoreField>, text: &str, whole: bool) -> StoreTest {
        StoreTest::Words { field, text: text.into(), whole }
    }

    #[test]
    fn words_phrases_fields_and_negation() {
        assert_eq!(
            read(r#"invoice  "last reminder" -from:example.org Subject:"two words" re:hello"#).unwrap(),
            [
                (false, words(None, "invoice", false)),
                (false, words(None, "last reminder", true)),
                (true, words(Some(StoreField::Sender), "example.org", false)),
                (false, words(Some(StoreField::Subject), "two words", true)),
                (false, words(None, "re:hello", false)),
            ]
        );
        assert_eq!(read(r#""not closed"#).unwrap(), [(false, words(None, "not closed", false))]);
        assert_eq!(read("  ").unwrap(), []);
        assert_eq!(read("from: class: \"\" -").unwrap(), [], "what is still being typed is left out");
    }

    #[test]
    fn filters_take_beginnings() {
        assert_eq!(read("class:mal").unwrap(), [(false, StoreTest::Class(vec![Class::Malicious]))]);
        assert!(matches!(&read("class:bounce").unwrap()[..], [(false, StoreTest::Class(c))] if c.len() == 3));
        assert_eq!(read("account:home").unwrap(), [(false, StoreTest::Account(vec![2, 3]))]);
        assert_eq!(read("has:attachments").unwrap(), [(false, StoreTest::Attachment)]);
        assert_eq!(read("-is:held").unwrap(), [(true, StoreTest::Holding(vec![Holding::Held]))]);
    }

    #[test]
    fn days_are_read_in_the_persons_zone() {
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        for (word, day) in [
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-3", "2026-03-01T00:00:00Z"),
            ("2025", "2025-01-01T00:00:00Z"),
            ("today", "2026-03-12T00:00:00Z"),
            ("Yesterday", "2026-03-11T00:00:00Z"),
            ("2w", "2026-02-26T00:00:00Z"),
        ] {
            assert_eq!(
                read(&format!("after:{word}")).unwrap(),
                [(false, StoreTest::Since(second(day)))],
                "{word}"
            );
        }
        assert_eq!(
            read("before:2026").unwrap(),
            [(false, StoreTest::Before(second("2026-01-01T00:00:00Z")))]
        );
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let now = "2026-03-11T23:30:00Z".parse().unwrap();
        let search = Reader { now, zone, accounts: &[] }.read("after:today").unwrap();
        assert_eq!(search.terms, [(false, StoreTest::Since(second("2026-03-11T22:00:00Z")))]);
    }

    #[test]
    fn what_cannot_be_read_is_said_in_words() {
        for (text, says) in [
            ("class:virus", "“class:virus” is not known. After class: write genuine_bounce, backscatter, "),
            ("account:x", "“account:x” is not known. After account: write Work, Home or Home office."),
            ("after:2026-13", "“after:2026-13” is not a day."),
            ("before:99999999999d", "is not a day."),
            ("%", "“%” has no letter or digit to search for."),
            ("has:money", "After has: write attachment."),
            ("is:lost", "After is: write held, restored, here or gone."),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
        let many = "word ".repeat(TERMS_MOST + 1);
        assert!(read(&many).unwrap_err().contains("terms at most"));
    }
}
