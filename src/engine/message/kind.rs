//! The type that a part declares, compared as it stands there.
//!
//! Rules ask every part for its type, several times; here nothing is copied for that. [`Part::content_type`] writes it
//! out, for those who show it.

use super::Part;

/// A declared type (RFC 2045 §5); words are compared without regard to case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind<'a> {
    main: &'a str,
    sub: Option<&'a str>,
}

/// What a part is that declares nothing (RFC 2045 §5.2).
const PLAIN: Kind<'static> = Kind { main: "text", sub: Some("plain") };

impl<'a> Kind<'a> {
    /// The type that `part` declares.
    pub(crate) fn declared(part: &Part<'a>) -> Option<Kind<'a>> {
        part.content_type_value().map(|ct| Kind { main: ct.ctype(), sub: ct.subtype() })
    }

    /// The type of `part`, declared or not.
    pub(crate) fn of(part: &Part<'a>) -> Kind<'a> {
        Kind::declared(part).unwrap_or(PLAIN)
    }

    /// Whether it is one of `main`, with any subtype.
    pub(crate) fn is_a(self, main: &str) -> bool {
        self.sub.is_some() && self.main.eq_ignore_ascii_case(main)
    }

    /// Whether it is `main/sub`.
    pub(crate) fn is(self, main: &str, sub: &str) -> bool {
        self.sub.is_some_and(|own| own.eq_ignore_ascii_case(sub)) && self.main.eq_ignore_ascii_case(main)
    }

    /// Whether its subtype is `sub`, whatever it is of.
    pub(crate) fn is_sub(self, sub: &str) -> bool {
        self.sub.is_some_and(|own| own.eq_ignore_ascii_case(sub))
    }

    /// Whether `word` stands in it.
    pub(crate) fn holds(self, word: &str) -> bool {
        let in_it = |text: &str| {
            text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        in_it(self.main) || self.sub.is_some_and(in_it)
    }

    /// Whether it ends in `end`.
    pub(crate) fn ends_in(self, end: &str) -> bool {
        let last = self.sub.unwrap_or(self.main);
        let tail = last.len().checked_sub(end.len()).and_then(|from| last.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_compared_without_regard_to_case() {
        let kind = Kind { main: "Message", sub: Some("Delivery-Status") };
        assert!(
            kind.is("message", "delivery-status") && kind.is_a("message") && kind.is_sub("delivery-status")
        );
        assert!(kind.holds("delivery") && kind.ends_in("-status") && kind.ends_in("delivery-status"));
        assert!(!kind.holds("rfc822") && !kind.ends_in("report") && !kind.is("text", "delivery-status"));
        let bare = Kind { main: "text", sub: None };
        assert!(!bare.is_a("text") && bare.holds("ex") && bare.ends_in("text"));
    }
}
