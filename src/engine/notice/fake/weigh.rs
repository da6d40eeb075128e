//! Weighs the signs of a fake against those of honest mail.
//!
//! Every sign is asked for by itself and brings its evidence; the message is a fake where the weights reach
//! [`ENOUGH`]. It must pretend to something and have a way to harm: a link that isn't the person's own, a
//! page as a file, or a question for a password.

use super::super::super::message::{Message, Part};
use super::super::super::verdict::{Evidence, Finding, FindingKind, Toward};
use super::super::address;
use super::super::reason::EnhancedStatus;
use super::calls::{Call, Kin};
use super::fold::fold;
use super::head::Head;
use super::hosts;
use super::links;
use super::read::{self, Depth, Text};
use super::signs as s;
use super::words::{Hits, Topic};
use super::worm::{self, Pose};

/// The sum from which a message is a fake.
pub(super) const ENOUGH: f32 = 6.25;
/// Bytes of folded words that count as a text's heading.
const HEADING: usize = 200;

/// A message whose text was read.
pub(super) struct Case<'c, 'm> {
    pub(super) message: &'c Message<'m>,
    pub(super) head: Head<'c, 'm>,
    pub(super) texts: Vec<Text<'m>>,
}

/// The outcome.
pub(super) struct Weighed {
    /// Every sign, for and against.
    pub(super) signs: Vec<Finding>,
    /// Whether it wants something or deceives, beyond having a link.
    pub(super) wants: bool,
    /// Whether its words want something.
    pub(super) wishes: bool,
    /// Their sum; 0 where it pretends to nothing, or has no way to harm.
    pub(super) sum: f32,
}

impl<'c, 'm> Case<'c, 'm> {
    /// Reads the message, where its header makes it worth that.
    pub(super) fn of(message: &'c Message<'m>) -> Option<Case<'c, 'm>> {
        let head = Head::of(message)?;
        let texts = read::texts(message, Depth::Heading);
        let mut case = Case { message, head, texts };
        let other = |p: &Part<'_>| p.depth == 0 && p.text().is_none() && !p.is_multipart();
        let more = || case.texts.iter().any(Text::begins_later) || case.speaks();
        if case.texts.iter().any(|t| t.folded.cut) && (message.parts().iter().any(other) || more()) {
            case.texts = read::texts(message, Depth::Whole);
        }
        Some(case)
    }

    /// Whether it speaks, or is built, as notices and what is dressed as one are.
    fn speaks(&self) -> bool {
        self.head.poses_as_daemon()
            || super::report::is_report(self.message)
            || self.head.topics().next().is_some()
            || self.texts.iter().any(|t| !t.hits().topics.is_empty())
    }

    /// Whether it is a worm dressed as a notice.
    pub(super) fn worm(&self) -> Option<Finding> {
        worm::find(self.message, &self.texts, || self.pose())
    }

    /// How far its header poses as a delivery notice's.
    fn pose(&self) -> Pose {
        let about_mail =
            |hits: &Hits| hits.topics.iter().any(|(t, _)| matches!(t, Topic::Failed | Topic::Held));
        let subject = about_mail(self.head.in_subject());
        let failed = subject || self.texts.iter().any(|t| about_mail(t.hits()));
        match (self.head.poses_as_daemon(), failed) {
            (true, true) => Pose::Full,
            (false, _) if !subject => Pose::None,
            _ => Pose::Half,
        }
    }

    /// Weighs all signs.
    pub(super) fn weigh(&self) -> Weighed {
        let mut scale = Scale { signs: Vec::new() };
        // The words are looked up only where something can come of it.
        if self.has_no_way() || !self.speaks() {
            return Weighed { signs: Vec::new(), wants: false, wishes: false, sum: 0.0 };
        }
        let links = links::of(self.message);
        let calls = self.calls(&links);
        let worst = calls.iter().max_by_key(|call| call.kin);
        let code = self.texts.iter().any(|t| has_code(&t.folded.text));
        let pretends = self.pretence(&mut scale) | self.dress(&mut scale, code, worst);
        if !(pretends && self.way(&mut scale, &calls, worst)) {
            return Weighed { signs: scale.signs, wants: false, wishes: false, sum: 0.0 };
        }
        self.claims(&mut scale);
        self.manner(&mut scale, code);
        self.against(&mut scale, &calls, worst);
        let sum = scale.signs.iter().map(Finding::signed_weight).sum();
        let wanting = [s::CLICK, s::ASKS, s::FILE, s::SCAN, s::DRESS, s::LINK_DECEIT].map(|kind| kind.id);
        let wants = scale.signs.iter().any(|sign| wanting.contains(&sign.id.as_ref()));
        let wishes = scale.signs.iter().any(|sign| sign.id == s::WISH.id);
        Weighed { signs: scale.signs, wants, wishes, sum }
    }

    /// What it speaks of, in header and text.
    fn pretence(&self, scale: &mut Scale) -> bool {
        let mut topics: Vec<Topic> = Vec::new();
        let mut evidence: Vec<Evidence> = Vec::new();
        let in_head = self.head.topics().next().is_some();
        topics.extend(self.head.topics());
        if in_head {
            let field = if self.head.in_subject().topics.is_empty() { "from" } else { "subject" };
            evidence.extend(self.message.top_evidence(field));
        }
        let mut in_text = false;
        for text in &self.texts {
            for (topic, place) in &text.hits().topics {
                if !in_text {
                    evidence.extend(text.evidence(self.message, place.start));
                }
                in_text = true;
                topics.push(*topic);
            }
        }
        let Some(first) = topics.first().copied() else { return false };
        let at_its_head = |t: &Text<'_>| t.hits().topics.iter().any(|(_, place)| place.start < HEADING);
        let kind = if in_head || self.texts.iter().any(at_its_head) { s::PRETENCE } else { s::TEXT };
        scale.put(kind, format!("It speaks of {}.", first.words()), evidence);
        if in_head && in_text {
            scale.put(
                s::THROUGHOUT,
                "Both its header and its text speak so.",
                self.message.top_evidence("subject"),
            );
        }
        topics.retain(|t| *t != first);
        if let Some(second) = topics.first() {
            let says = format!("It speaks of {} as well.", second.words());
            scale.put(s::SEVERAL, says, self.topic_evidence(*second));
        }
        true
    }

    /// Where the text, else the subject, speaks of a topic.
    pub(super) fn topic_evidence(&self, topic: Topic) -> Option<Evidence> {
        let in_text = self.texts.iter().find_map(|t| {
            let (_, place) = t.hits().topics.iter().find(|(other, _)| *other == topic)?;
            t.evidence(self.message, place.start)
        });
        in_text.or_else(|| self.message.top_evidence("subject"))
    }

    /// A delivery notice's header over a text of another kind.
    fn dress(&self, scale: &mut Scale, code: bool, worst: Option<&Call<'_>>) -> bool {
        let failed = self.head.in_subject().topics.iter().any(|(t, _)| *t == Topic::Failed);
        let report = super::report::is_report(self.message);
        let silent = self.texts.iter().all(|t| t.hits().topics.is_empty());
        let stranger = worst.is_some_and(|call| call.kin == Kin::Other);

        // A site writes so of its own messages, and signs it.
        let site = self.head.sender.is_signed(self.message) && self.head.in_name().role.is_none();
        if !((failed && !site || report || self.head.poses_as_daemon())
            && silent
            && stranger
            && !code
            && !self.names_others())
        {
            return false;
        }
        scale.put(
            s::DRESS,
            "Its header is a mail server's notice; its text is about something else.",
            self.message.top_evidence("from").into_iter().chain(self.message.top_evidence("subject")),
        );
        if report {
            scale.put(
                s::DAEMON,
                "It is built as a delivery report.",
                self.message.root().and_then(|r| self.message.header_evidence(r, "content-type")),
            );
        }
        true
    }

    /// Whether the text names an address that is neither the person's nor the sender's.
    pub(super) fn names_others(&self) -> bool {
        self.texts.iter().any(|t| {
            address::all(&t.folded.text, 20).into_iter().filter_map(|r| t.folded.text.get(r)).any(|a| {
                !self.head.person.is(a) && a != fold(&self.head.sender.address) && !address::is_daemon(a)
            })
        })
    }

    /// Who the sender says to be.
    fn claims(&self, scale: &mut Scale) {
        let (person, sender) = (&self.head.person, &self.head.sender);
        let from = || self.message.top_evidence("from");
        let own_domain = person.owns(sender.domain()) && !sender.organisation().is_empty();
        if person.is(&sender.address) {
            scale.put(s::YOURS, "It says to come from yourself.", from());
        } else if own_domain {
            if let Some(elsewhere) = self.handed_in_elsewhere() {
                let says =
                    format!("The sender has your own domain, and the mail was handed in by {elsewhere}.");
                scale.put(s::YOURS, says, self.message.top_evidence("return-path"));
            }
            return;
        } else if let Some(named) = person.is_named_in(&sender.name).or_else(|| person.label_in(&sender.name))
        {
            let says = format!("The sender calls itself {named} and writes from {}.", sender.domain());
            scale.put(s::YOURS, says, from());
        } else if let Some(provider) = hosts::named_provider(&sender.name)
            && hosts::provider(sender.domain()) != Some(provider)
        {
            let says = format!("The sender has a known provider's name and writes from {}.", sender.domain());
            scale.put(s::PROVIDER, says, from());
        }
        if sender.provider().is_none() && self.head.poses_as_daemon() {
            scale.put(s::DAEMON, "The sender has a mail server's own name.", from());
        } else if sender.provider().is_none() && self.head.in_name().role.is_some() {
            scale.put(s::ROLE, "The sender has the name of those who run mail servers.", from());
        }
    }

    /// The domain of the envelope's sender, where it isn't the person's.
    pub(super) fn handed_in_elsewhere(&self) -> Option<String> {
        let root = self.message.root()?;
        let address = address::normal(&root.raw_text(root.field("return-path")?))?;
        let (_, domain) = address.rsplit_once('@')?;
        (!self.head.person.owns(domain)).then(|| domain.to_owned())
    }
}

/// The signs found so far.
pub(super) struct Scale {
    pub(super) signs: Vec<Finding>,
}

impl Scale {
    /// Whether one of these signs was found.
    pub(super) fn has(&self, kinds: &[FindingKind]) -> bool {
        self.signs.iter().any(|sign| kinds.iter().any(|kind| sign.id == kind.id))
    }

    /// Whether the sender poses as somebody whom the person trusts with mail.
    pub(super) fn poses(&self) -> bool {
        self.has(&[s::YOURS, s::PROVIDER, s::DAEMON, s::ROLE])
    }

    pub(super) fn put(
        &mut self,
        kind: FindingKind,
        says: impl Into<String>,
        evidence: impl IntoIterator<Item = Evidence>,
    ) {
        debug_assert!(kind.toward != Toward::Neither);
        self.signs.push(kind.says(says).with_any(evidence));
    }
}

/// Whether a server's code stands in the text: an enhanced status, or a reply code and words.
pub(super) fn has_code(folded: &str) -> bool {
    EnhancedStatus::find(folded).is_some()
        || memchr::memchr2_iter(b'4', b'5', folded.as_bytes()).any(|at| begins_reply(folded, at))
}

/// Whether a reply code and a server's words stand at byte `at`; marks may stand around the code.
fn begins_reply(folded: &str, at: usize) -> bool {
    const MARKS: [char; 8] = ['(', ')', ':', '\'', '"', '#', ',', '-'];
    let digits = |code: &str| code.bytes().all(|b| b.is_ascii_digit());
    let before = folded.get(..at).unwrap_or_default().trim_end_matches(MARKS);
    let (Some(code), Some(after)) = (folded.get(at..at + 3), folded.get(at + 3..)) else { return false };
    let word = after.trim_start_matches(MARKS).strip_prefix(' ');
    digits(code)
        && (before.is_empty() || before.ends_with(' '))
        && word.is_some_and(|word| {
            let word = word.trim_start_matches(['<', '\'', '"']);
            SERVER_WORDS.iter().any(|known| word.starts_with(known))
        })
}

/// What follows a reply code.
const SERVER_WORDS: &[&str] = &[
    "user", "mailbox", "no", "unknown", "relay", "recipient", "requested", "message", "access", "sorry",
    "host", "denied", "rejected", "unrouteable", "invalid", "address", "mail", "delivery", "not", "spam",
    "over", "permanent", "unable", "transaction", "administrative", "service", "temporar",
];
