//! Bounces in words that no family's table holds, told by how they are built.
//!
//! A mailer that nobody wrote a table for still does what all do: it writes as a daemon or with an empty
//! envelope sender, titles its mail as a failure, names somebody else's address beside an error that
//! servers give, and sends the mail back. No single sign is enough, and the header and the body must both
//! give some. A new sign is one line in [`weigh`].

use mail_parser::HeaderName;

use super::super::super::message::Message;
use super::super::gate::Signs;
use super::super::reason::{self, Answer, EnhancedStatus, Reason, ReplyCode};
use super::super::{Action, Notice, NoticeKind, Provenance, Recognised};
use super::{FAMILY, Scene, read};
use crate::engine::message::Kind;
use crate::engine::words::clip;

/// Bytes of the notice's own words that are weighed.
const MAX_WORDS: usize = 4_000;

/// What the build of a message shows.
#[derive(Debug, Clone, Copy, Default)]
struct Build {
    /// Points of the header: 2 for each sign that mail by people does not show.
    header: u32,
    /// The mail came back, or its header, or a part that should hold it.
    returned: bool,
    /// The words name an error that servers give.
    error: bool,
    /// A reply code or enhanced status stands in the words.
    code: bool,
    /// Somebody else's address is named where mailers name who failed.
    named: bool,
    /// Only a mail system writes under this name, and with no envelope sender at all.
    certain: bool,
}

impl Build {
    fn is_bounce(self) -> bool {
        // A subject that a program's log has as well asks for more.
        let proof = u32::from(self.error || self.code) + u32::from(self.named);
        let returned = self.returned && (proof > 0 && self.header >= 3 || proof > 1 || self.header >= 4);
        let said = self.named && (self.error && self.code || (self.error || self.code) && self.header >= 3);
        self.header >= 2 && (returned || said || self.certain && self.named)
    }
}

/// Recognises a bounce by its build.
pub(super) fn recognise(message: &Message<'_>, signs: &Signs, scene: &Scene<'_>) -> Option<Recognised> {
    // A person answers and forwards; a daemon that answers is one nevertheless.
    if signs.answer && !signs.daemon && !signs.null_path {
        return None;
    }
    let texts = || scene.texts.iter().map(|text| (&text.reading, text.zone()));
    // A list program sends a post that it refused to the owner with no word of its own but the subject.
    let bare = || texts().find(|(_, z)| z.returned.is_some() && header_points(signs) >= 4);
    let (reading, zone) = texts().find(|(_, z)| z.words_end > 0).or_else(bare)?;
    let words = clip(reading.text(0..zone.words_end), MAX_WORDS);
    let mut entries = read::reports(message, signs, reading, &zone, 0);
    read::conclude(&mut entries, reading, &zone);
    let reason = reason::derive(Answer { status: None, text: words });
    let own = read::Own::of(message);
    let build = Build {
        certain: reason != Reason::Delivered && signs.null_path && is_certain(&signs.from),
        header: header_points(signs),
        returned: texts().any(|(_, zone)| zone.returned.is_some()) || has_returned_part(message),
        error: !matches!(
            reason,
            // A gateway's warning of a virus is a notice of its own kind.
            Reason::Undefined | Reason::Virus | Reason::Delivered
        ),
        code: ReplyCode::find(words).is_some() || EnhancedStatus::find(words).is_some(),
        named: entries.iter().any(|e| e.report.recipient.as_ref().is_some_and(|r| !own.holds(r))),
    };
    if !build.is_bounce() {
        return None;
    }
    let late = super::late::is_late(&signs.subject)
        || signs.subject.contains("warning:")
        || super::is_late(signs, reading, &zone, &entries);
    let kind = if late { NoticeKind::Delay } else { NoticeKind::Bounce };
    let mut findings = vec![
        FAMILY
            .says("It is built as mail servers build a bounce.")
            .with_any(reading.evidence(message, 0..zone.words_end.min(4))),
    ];
    findings.extend(read::findings(&entries, message, reading));
    let mut reports: Vec<_> = entries.into_iter().map(|e| e.report).collect();
    if kind == NoticeKind::Delay {
        for report in &mut reports {
            report.action = Action::Delayed;
        }
    }
    Some(Recognised {
        notice: Notice {
            kind,
            format: "generic".to_owned(),
            provenance: Provenance::Unverified,
            reporting_mta: super::reporting_mta(signs),
            reports,
            returned: None,
        },
        returned: None,
        findings,
    })
}

/// Names under which nothing but a mail system writes, in lower case.
const CERTAIN: &[&str] = &["mailer-daemon@", "mail delivery system", "mail delivery subsystem"];

fn is_certain(from: &str) -> bool {
    CERTAIN.iter().any(|name| from.contains(name))
}

fn header_points(signs: &Signs) -> u32 {
    2 * u32::from(signs.daemon)
        + 2 * u32::from(signs.subject_known && !signs.answer)
        + 2 * u32::from(signs.failed_recipients)
        + 2 * u32::from(signs.made_as_bounce)
        + u32::from(signs.null_path)
        + u32::from(signs.report)
}

/// Whether a part holds, or should hold, the mail that came back.
fn has_returned_part(message: &Message<'_>) -> bool {
    message.parts().iter().filter(|p| p.depth == 0).any(|p| {
        Kind::declared(p).is_some_and(|kind| {
            kind.is("message", "rfc822")
                || kind.is("text", "rfc822-headers")
                || kind.is("text", "rfc822")
                || kind.is("message", "global")
        }) && p.field(HeaderName::ContentType.as_str()).is_some()
    })
}
