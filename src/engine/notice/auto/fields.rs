//! The fields of a machine-readable report part (RFC 8098 §3.1, RFC 5965 §3), as they came.

use super::super::text::Reading;
use crate::engine::message::{Message, Part, Place};
use crate::engine::verdict::Evidence;
use crate::engine::words::clip;

/// Fields of one part that are read.
const MAX_FIELDS: usize = 2_000;
/// Bytes of one field's value that are kept.
const MAX_VALUE: usize = 1_000;

/// One field: its name in lower case, its value unfolded, and where it stands.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
    lines: std::ops::Range<usize>,
}

/// The fields of one part.
pub(super) struct Fields<'m> {
    reading: Reading<'m>,
    list: Vec<Field>,
}

impl<'m> Fields<'m> {
    /// Reads a part that was declared a report, or could be one. Blank lines and lines that are no fields
    /// are passed over: reports come with both.
    pub(super) fn of(part: &Part<'m>) -> Option<Fields<'m>> {
        let reading = Reading::of(part)?;
        let mut list: Vec<Field> = Vec::new();
        for number in 0..reading.len() {
            let line = reading.line(number);
            if line.starts_with([' ', '\t']) {
                if let Some(field) = list.last_mut().filter(|f| f.lines.end == number) {
                    field.lines.end = number + 1;
                    if field.value.len() < MAX_VALUE {
                        field.value.push(' ');
                        field.value.push_str(clip(line.trim(), MAX_VALUE));
                    }
                }
                continue;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let ok = (2..=60).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
            if !ok {
                continue;
            }
            if list.len() == MAX_FIELDS {
                break;
            }
            list.push(Field {
                name: name.to_ascii_lowercase(),
                value: clip(value.trim(), MAX_VALUE).to_owned(),
                lines: number..number + 1,
            });
        }
        Some(Fields { reading, list })
    }

    /// The first field with this name that has a value.
    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        self.list.iter().find(|f| f.name == name && !f.value.is_empty())
    }

    /// The value of the first field with this name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(|f| f.value.as_str())
    }

    /// Every field with this name that has a value.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.list.iter().filter(move |f| f.name == name && !f.value.is_empty())
    }

    /// Where a field stands.
    pub(super) fn place(&self, field: &Field) -> Option<Place> {
        self.reading.place(field.lines.clone())
    }

    /// What stands there.
    pub(super) fn evidence(&self, message: &Message<'m>, field: &Field) -> Option<Evidence> {
        self.reading.evidence(message, field.lines.clone())
    }
}

/// The host in `dns; mx.example.org` or `mx.example.org; Agent 1.0`, in lower case.
pub(super) fn host(value: &str) -> Option<String> {
    value
        .split([';', ' ', ',', '('])
        .map(|token| token.trim_matches(['.', '<', '>', '[', ']', ')']))
        .find(|token| {
            token.contains('.')
                && token.len() <= 255
                && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
                && token.bytes().any(|b| b.is_ascii_alphabetic())
        })
        .map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_are_found_beside_types_and_agents() {
        assert_eq!(host("dns; MX.example.org").as_deref(), Some("mx.example.org"));
        assert_eq!(host("pc.example.net; Mail 4").as_deref(), Some("pc.example.net"));
        assert_eq!(host("dns; 192.0.2.1"), None);
        assert_eq!(host("Outlook"), None);
    }
}
