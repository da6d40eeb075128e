//! Returned mail that a program wrote: out-of-office replies, redirects, devices.
//!
//! Such mail is the person's and never reaches Sent, so its absence there says nothing. What marks it is
//! header fields (RFC 3834, RFC 5322 §3.6.6) and the names under which devices and job schedulers send.

use super::Case;
use crate::engine::message::Message;
use crate::engine::returned::Field;
use crate::engine::verdict::{FindingKind, Severity, Toward};
use crate::engine::words::begins_with;

pub(super) const AUTOMATIC: FindingKind = FindingKind {
    id: "provenance.returned_automatic",
    severity: Severity::Low,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The returned mail was itself automatic (an out-of-office reply, a redirect, a device), which Sent never holds.",
};

/// Fields whose presence marks automatic mail, lower case.
const FIELDS: &[&str] = &[
    "resent-from", "resent-to", "resent-date", "resent-message-id", "resent-sender", "x-autoreply",
    "x-autorespond", "x-autoresponder", "x-auto-response-suppress", "x-cron-env",
    "x-ms-exchange-inbox-rules-loop",
];

/// Mail programs of devices that send by themselves: the beginning of X-Mailer or User-Agent, lower case.
const DEVICES: &[&str] = &[
    "konica minolta", "kmbt", "canon", "ricoh", "xerox", "workcentre", "epson", "kyocera",
    "hp digital sender", "hp officejet", "hp laserjet", "lexmark", "brother", "sharp mx", "toshiba e-studio",
    "synology", "qnap", "fritz!box", "apc ", "cron",
];

fn is_automatic(field: &Field, message: &Message<'_>) -> bool {
    let value = || field.value(message).trim();
    match &*field.name {
        "auto-submitted" => !value().eq_ignore_ascii_case("no"),
        "precedence" => value().eq_ignore_ascii_case("auto_reply"),
        "x-mailer" | "user-agent" => {
            let value = field.value(message);
            match value.is_ascii() {
                true => DEVICES.iter().any(|device| begins_with(value, device)),
                false => DEVICES.iter().any(|device| value.to_lowercase().starts_with(device)),
            }
        }
        name => FIELDS.contains(&name),
    }
}

impl Case<'_, '_> {
    /// Whether the returned mail was written by a program of the person's.
    pub(super) fn returned_is_automatic(&mut self) -> bool {
        let evidence = self
            .returned()
            .and_then(|r| r.fields.iter().find(|f| is_automatic(f, self.message)))
            .and_then(|f| f.place.evidence(self.message));
        let Some(evidence) = evidence else { return false };
        self.findings.push(
            AUTOMATIC
                .says("The returned mail was itself automatic; such mail never stands in Sent.")
                .with(evidence),
        );
        true
    }
}
