//! When two subjects are those of one mail. A gateway's new words before the subject go to [`NOTICE_PREFIXES`].

use crate::engine::ledger::normal_subject;

/// Letters of a subject under which a part of it tells nothing.
pub(super) const MIN_SUBJECT: usize = 12;

/// What a gateway writes before the subject of the mail in the subject of its notice, lower case.
const NOTICE_PREFIXES: &[&str] = &[
    "undeliverable:",
    "undelivered:",
    "delivery failure:",
    "delivery failed:",
    "delivery delayed:",
    "delivery status notification (failure):",
    "failure notice:",
    "mail delivery failed:",
    "returned mail:",
    "non remis\u{a0}:",
    "non remis :",
    "unzustellbar:",
    "no se puede entregar:",
    "onbestelbaar:",
    "non recapitabile:",
    "n\u{e3}o entregue:",
    "automatic reply:",
    "auto-reply:",
    "autoreply:",
    "auto reply:",
    "auto:",
    "automatische antwort:",
    "abwesenheitsnotiz:",
    "r\u{e9}ponse automatique\u{a0}:",
    "r\u{e9}ponse automatique :",
    "r\u{e9}ponse automatique:",
    "respuesta autom\u{e1}tica:",
    "risposta automatica:",
    "resposta autom\u{e1}tica:",
    "automatisch antwoord:",
    "out of office:",
    "out of office reply:",
    "out of office autoreply:",
    "read:",
    "gelesen:",
    "lu\u{a0}:",
    "lu :",
    "le\u{ed}do:",
    "letto:",
    "lida:",
    "not read:",
    "read receipt:",
    "\u{81ea}\u{52d5}\u{5fdc}\u{7b54}:",
    "\u{81ea}\u{52a8}\u{7b54}\u{590d}:",
];

/// The subject that the subject of a notice quotes, normalised; what answers it (`answer`) may begin with `Re:`.
pub(super) fn quoted(subject: &str, answer: bool) -> Option<String> {
    // Each prefix ends in a colon.
    memchr::memchr(b':', subject.as_bytes())?;
    let lower = subject.trim().to_lowercase();
    let rest = NOTICE_PREFIXES
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .or_else(|| lower.strip_prefix("re:").filter(|_| answer))?;
    let normal = normal_subject(rest);
    (!normal.is_empty()).then_some(normal)
}

/// Whether the subject that came back is that of a sent mail: marks of filters and lists aside, and what
/// a server cut off. Both are normalised.
pub(super) fn same_subject(returned: &str, sent: &str, cut: bool) -> bool {
    if returned == sent {
        return true;
    }
    let bare = unmarked(returned);
    if bare.is_empty() || sent.is_empty() {
        return false;
    }
    let begins = |long: &str, short: &str| short.chars().count() >= MIN_SUBJECT && long.starts_with(short);
    let (bare_cut, shown_cut) = match bare.trim_end().strip_suffix("...").or(bare.strip_suffix('\u{2026}')) {
        Some(rest) => (rest.trim_end(), true),
        None => (bare, cut),
    };
    bare == unmarked(sent) || shown_cut && begins(sent, bare_cut)
}

/// A subject without the marks that lists and filters put before it: `[list]`, `***SPAM***`, `{Spam?}`.
pub(super) fn unmarked(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let inner = match rest.chars().next() {
            Some('[') => rest.split_once(']').map(|(_, r)| r),
            Some('{') => rest.split_once('}').map(|(_, r)| r),
            Some('*') => rest.trim_start_matches('*').split_once('*').map(|(_, r)| r.trim_start_matches('*')),
            _ => ["re:", "fwd:", "fw:", "aw:"].iter().find_map(|p| rest.strip_prefix(p)),
        };
        match inner.map(str::trim_start) {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_agree_whatever_a_filter_wrote_before() {
        for (returned, sent, cut, same) in [
            ("offer", "offer", false, true),
            ("[crew] offer", "offer", false, true),
            ("***spam*** offer", "offer", false, true),
            ("{spam?} [crew] offer", "offer", false, true),
            ("minutes of the meeting in ha", "minutes of the meeting in harbour street", true, true),
            ("minutes of the meeting in ha", "minutes of the meeting in harbour street", false, false),
            ("off", "offer", true, false),
            ("another", "offer", false, false),
            ("", "offer", true, false),
        ] {
            assert_eq!(same_subject(returned, sent, cut), same, "{returned:?} {sent:?}");
        }
    }
}
