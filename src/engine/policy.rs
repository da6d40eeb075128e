//! Findings -> class -> score -> disposition, and the sentence that says so.
//!
//! The class follows from rules (the notice's provenance, the gravest attachment finding, the person's
//! entries); the score is the engine's confidence in that class and comes from the weights of the listed
//! findings alone.

use super::context::{Context, Strictness};
use super::message::Message;
use super::notice::{Notice, NoticeKind, Provenance};
use super::senders::{SenderKeys, SenderRule};
use super::verdict::{Attachment, Class, Disposition, Finding, FindingKind, Severity, Toward, Verdict};

const ALLOWED: FindingKind = FindingKind {
    id: "policy.allowed",
    severity: Severity::Info,
    toward: Toward::Keep,
    weight: 4.0,
    means: "An allow entry of the person's matches. It never silences a malicious attachment.",
};
const BLOCKED: FindingKind = FindingKind {
    id: "policy.blocked",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 4.0,
    means: "A block entry of the person's matches. It never hides a genuine bounce.",
};

const RESTORED: FindingKind = FindingKind {
    id: "policy.restored",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The person once took exactly this message out of the quarantine; no rule holds it again.",
};

/// The kinds of finding that the policy itself can give.
pub const FINDINGS: &[FindingKind] = &[ALLOWED, BLOCKED, RESTORED];

/// The classes that only a strict account quarantines; any other flags them.
pub const STRICT_ONLY: [Class; 2] = [Class::FakeBounce, Class::Suspicious];

/// The identifier of the finding that a block entry gives.
pub const BLOCKED_ID: &str = BLOCKED.id;

/// The log-odds toward keeping that every message starts with: most mail is harmless.
/// Published in the README beside the table of weights.
pub const BASE: f32 = 3.0;

/// Everything the policy may see.
pub struct Input<'a> {
    /// The message, for its headline and the sender's keys.
    pub message: &'a Message<'a>,
    /// The notice with its provenance decided, where the message is one.
    pub notice: Option<Notice>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// Everything found so far.
    pub findings: Vec<Finding>,
    /// The storm key.
    pub storm: Option<String>,
    /// The server at which the person handed in the returned mail.
    pub relay: Option<String>,
    /// The caller's context.
    pub context: &'a Context<'a>,
}

/// Concludes: class, score, disposition.
pub fn conclude(input: Input<'_>) -> Verdict {
    let Input { message, notice, attachments, mut findings, storm, relay, context } = input;
    let headline = message.headline();
    let keys = SenderKeys {
        address: headline.from_address.clone(),
        reporting_mta: notice.as_ref().and_then(|n| n.reporting_mta.clone()),
        ip: if context.senders.has_ips() { super::trace::handed_over_by(message) } else { None },
    };
    let entry = context.senders.matching(&keys, context.now).into_iter().next();
    if let Some(entry) = &entry {
        let kind = match entry.rule {
            SenderRule::Allow => ALLOWED,
            SenderRule::Block => BLOCKED,
        };
        let verb = match entry.rule {
            SenderRule::Allow => "allowed",
            SenderRule::Block => "blocked",
        };
        findings
            .push(kind.says(format!("You {verb} {}.", entry.value)).with_any(message.top_evidence("from")));
    }
    findings.sort_by(|a, b| {
        b.severity.cmp(&a.severity).then(b.weight.total_cmp(&a.weight)).then_with(|| a.id.cmp(&b.id))
    });

    let class = class_of(notice.as_ref(), &findings);
    let disposition = match entry.map(|e| e.rule) {
        Some(SenderRule::Allow) if class != Class::Malicious => Disposition::Keep,
        Some(SenderRule::Block) if class != Class::GenuineBounce => Disposition::Quarantine,
        _ => default_disposition(class, context.strictness, &findings),
    };
    let score = score(class, &findings);
    Verdict { headline, class, disposition, score, notice, attachments, findings, storm, relay }
}

/// A verdict on a message that the person once took out of the quarantine: it stays where it is, whatever
/// the engine says of it, and the verdict says so.
pub fn keep_restored(mut verdict: Verdict) -> Verdict {
    verdict.disposition = Disposition::Keep;
    verdict.findings.push(RESTORED.says("You took exactly this message out of the quarantine before."));
    verdict
}

/// The class that notice and findings lead to.
///
/// A genuine bounce stays one whatever its returned part carries: that is the person's own mail.
fn class_of(notice: Option<&Notice>, findings: &[Finding]) -> Class {
    let gravest = |prefix: &str| {
        findings
            .iter()
            .filter(|f| f.toward == Toward::Quarantine && f.id.starts_with(prefix))
            .map(|f| f.severity)
            .max()
    };
    let attachment = gravest("attachment.");
    if let Some(notice) = notice
        && notice.provenance == Provenance::Genuine
    {
        return if notice.kind == NoticeKind::Bounce { Class::GenuineBounce } else { Class::Automatic };
    }
    let fake = gravest("fake.");
    // A worm's bounce is decided by what it carries.
    if attachment == Some(Severity::Critical) || fake == Some(Severity::Critical) {
        return Class::Malicious;
    }
    if fake.is_some_and(|s| s >= Severity::High) {
        return Class::FakeBounce;
    }
    match notice {
        Some(notice) => match (notice.provenance, notice.kind) {
            (Provenance::Backscatter, _) => Class::Backscatter,
            (_, NoticeKind::Bounce) => Class::UnverifiedBounce,
            _ => Class::Automatic,
        },
        None if attachment.max(gravest("server.")).is_some_and(|s| s >= Severity::Medium) => {
            Class::Suspicious
        }
        None => Class::Ordinary,
    }
}

/// The disposition of a class where no entry of the person's says otherwise.
fn default_disposition(class: Class, strictness: Strictness, findings: &[Finding]) -> Disposition {
    match class {
        Class::Malicious | Class::Backscatter => Disposition::Quarantine,
        class if strictness == Strictness::Strict && STRICT_ONLY.contains(&class) => Disposition::Quarantine,
        Class::FakeBounce | Class::Suspicious | Class::UnverifiedBounce => Disposition::Flag,
        Class::GenuineBounce
            if findings.iter().any(|f| f.id.starts_with("attachment.") && f.severity >= Severity::Medium) =>
        {
            Disposition::Flag
        }
        Class::GenuineBounce | Class::Automatic | Class::Ordinary => Disposition::Keep,
    }
}

/// The confidence in `class`, 0 to 1, from the weights of `findings` and [`BASE`].
///
/// With S the sum of weights toward quarantine less those toward keeping: a class of harm scores
/// σ(S − BASE), a harmless one σ(BASE − S); an unverified bounce is the surer the closer S is to 0.
/// A class that an attachment or a form of notice decides never scores under one half.
pub fn score(class: Class, findings: &[Finding]) -> f32 {
    let sum: f32 = findings.iter().map(Finding::signed_weight).sum();
    let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
    match class {
        Class::UnverifiedBounce => 1.0 - (2.0 * sigmoid(sum) - 1.0).abs(),
        class if class.is_harm() => sigmoid(sum - BASE),
        _ => sigmoid(BASE - sum),
    }
}

/// The verdict in one sentence.
pub fn sentence(verdict: &Verdict) -> String {
    let what = match verdict.class {
        Class::Ordinary => "Ordinary mail.",
        Class::GenuineBounce => "A bounce of mail you sent.",
        Class::Backscatter => "Backscatter: a notice about mail you did not send.",
        Class::UnverifiedBounce => "A bounce, but nothing shows whether you sent the returned mail.",
        Class::Automatic => "An automatic message about your own mail.",
        Class::FakeBounce => "Dressed as a bounce, but no mail server wrote it.",
        Class::Suspicious => "Could be meant well, and could do harm.",
        Class::Malicious => "Carries something that would harm your computer.",
    };
    match verdict.reason() {
        Some(reason) if !reason.says.is_empty() => format!("{what} {}", reason.says),
        _ => what.to_owned(),
    }
}
