//! SMTP reply codes (RFC 5321 §4.2.3, RFC 1846, RFC 7504, RFC 4954).

use super::Reason;

/// A three-digit reply of 4xx or 5xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplyCode(u16);

/// What a reply code alone says. 450, 451, 550, 553 and 554 are used for everything and say nothing.
const TABLE: &[(u16, Reason)] = &[
    (421, Reason::Network),
    (422, Reason::MailboxFull),
    (432, Reason::System),
    (442, Reason::Network),
    (452, Reason::MailboxFull),
    (454, Reason::Tls),
    (500, Reason::Syntax),
    (501, Reason::Syntax),
    (502, Reason::Syntax),
    (503, Reason::Syntax),
    (504, Reason::Syntax),
    (521, Reason::NoMailAccepted),
    (523, Reason::TooLarge),
    (530, Reason::Policy),
    (535, Reason::Policy),
    (541, Reason::Policy),
    (542, Reason::MailboxFull),
    (550, Reason::MailboxUnknown),
    (551, Reason::RelayingDenied),
    (552, Reason::MailboxFull),
    (556, Reason::NoMailAccepted),
];

impl ReplyCode {
    /// The first reply code in `text` that stands alone as a word: `550 No such user`, `said: 550-...`.
    pub fn find(text: &str) -> Option<ReplyCode> {
        Self::find_at(text).map(|(code, _)| code)
    }

    /// The first reply code and the offset where it begins.
    pub fn find_at(text: &str) -> Option<(ReplyCode, usize)> {
        let bytes = text.as_bytes();
        let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        memchr::memchr2_iter(b'4', b'5', bytes).find_map(|at| {
            let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied();
            let free = before.is_none_or(|b| b.is_ascii_whitespace() || b"(<[:=\"'#>,;-".contains(&b));
            let after = bytes.get(at + 3).copied();
            let ends = after.is_none_or(|b| b.is_ascii_whitespace() || b"-,:;)\"'#>=]".contains(&b));
            if !(free && digit(at + 1) && digit(at + 2) && ends) || matches!(bytes.get(at + 1), Some(b'6'..))
            {
                return None;
            }
            // A count or a year is no reply: a reply is followed by words, or ends its line.
            let code = text.get(at..at + 3)?.parse().ok()?;
            Some((ReplyCode(code), at))
        })
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }

    /// Whether another try is announced (4xx).
    pub fn is_temporary(self) -> bool {
        self.0 < 500
    }

    /// What the code alone says.
    pub fn reason(self) -> Option<Reason> {
        TABLE.iter().find(|(code, _)| *code == self.0).map(|(_, reason)| *reason)
    }
}
