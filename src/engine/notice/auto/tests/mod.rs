//! Self-written notices of every kind and language, and ordinary mail that looks like them.

mod answers;
mod challenges;
mod ordinary;
mod reports;
mod viruses;

use crate::engine::Limits;
use crate::engine::message::parse;
use crate::engine::notice::{self, Notice, NoticeKind, Provenance};
use crate::engine::verdict::Finding;

/// The notice in a mail with these header lines and this body, and what was found.
pub(super) fn read(head: &str, body: &str) -> Option<(Notice, Vec<Finding>)> {
    let to = if head.contains("To: ") { "" } else { "To: me@harbour.example\n" };
    let raw = format!("Date: Tue, 5 May 2020 10:00:00 +0000\n{to}{head}\n\n{body}\n");
    let parsed = parse(raw.as_bytes(), &Limits::default());
    notice::recognise(&parsed.view()).map(|r| r.conclude(Provenance::Unverified))
}

/// The kind of the notice in a mail from a person or service at lighthouse.example.
pub(super) fn kind(head: &str, body: &str) -> Option<NoticeKind> {
    let from = if head.contains("From: ") { "" } else { "From: Ada <ada@lighthouse.example>\n" };
    read(&format!("{from}{head}"), body).map(|(notice, _)| notice.kind)
}

/// Every row is of this kind; says which are not.
pub(super) fn all_are(wanted: Option<NoticeKind>, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(head, body)| {
            let found = kind(head, body);
            (found != wanted).then(|| format!("{found:?}: {head} / {body}"))
        })
        .collect();
    assert!(wrong.is_empty(), "wanted {wanted:?} of {} rows, but\n{}", rows.len(), wrong.join("\n---\n"));
}
