//! Weighs the signs of a fake against those of honest mail.
//!
//! Every sign is asked for by itself and brings its evidence; the message is a fake where the weights reach
//! [`ENOUGH`]. It must pretend to something and have a way to harm: a link that isn't the person's own, a
//! page as a file, or a question for a password.

use super::super::super::message::{Message, Part};
use super::super::super::verdict::{Evidence, Finding, FindingKind, Toward};
use super::super::reason::EnhancedStatus;
use super::super::{address, text};
use super::fold::fold;
use super::head::Head;
use super::hosts;
use super::links::{self, Link};
use super::read::{self, Depth, Text};
use super::signs as s;
use super::words::{self, Hits, Topic};
use super::worm::{self, Pose};

/// The sum from which a message is a fake.
pub(super) const ENOUGH: f32 = 6.25;
/// Text beyond which a mail is long, and very long, in folded bytes (of [`read`] no more is known).
const LONG: usize = 3_500;
const VERY_LONG: usize = 5_500;

/// Bytes of folded words that count as a text's heading.
const HEADING: usize = 200;

/// A message whose text was read.
pub(super) struct Case<'c, 'm> {
    pub(super) message: &'c Message<'m>,
    pub(super) head: Head,
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

/// Whose a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kin {
    /// A known provider's that neither the person nor the sender belongs to: help pages and the like.
    Neutral,
    Own,
    Provider,
    Sender,
    Other,
}

impl<'c, 'm> Case<'c, 'm> {
    /// Reads the message, where its header makes it worth that.
    pub(super) fn of(message: &'c Message<'m>) -> Option<Case<'c, 'm>> {
        let head = Head::of(message)?;
        let texts = read::texts(message, Depth::Heading);
        let mut case = Case { message, head, texts };
        let other = |p: &Part<'_>| p.depth == 0 && p.text().is_none() && !p.is_multipart();
        let more = case.texts.iter().any(Text::begins_later) || case.speaks();
        if case.texts.iter().any(|t| t.folded.cut) && (more || message.parts().iter().any(other)) {
            case.texts = read::texts(message, Depth::Whole);
        }
        Some(case)
    }

    /// Whether it speaks, or is built, as notices and what is dressed as one are.
    fn speaks(&self) -> bool {
        self.head.topics().next().is_some()
            || self.texts.iter().any(|t| !t.hits.topics.is_empty())
            || self.head.poses_as_daemon()
            || super::report::is_report(self.message)
    }

    /// Whether it is a worm dressed as a notice.
    pub(super) fn worm(&self) -> Option<Finding> {
        worm::find(self.message, &self.texts, self.pose())
    }

    /// How far its header poses as a delivery notice's.
    fn pose(&self) -> Pose {
        let about_mail =
            |hits: &Hits| hits.topics.iter().any(|(t, _)| matches!(t, Topic::Failed | Topic::Held));
        let subject = about_mail(&self.head.in_subject);
        let failed = subject || self.texts.iter().any(|t| about_mail(&t.hits));
        match (self.head.poses_as_daemon(), failed) {
            (true, true) => Pose::Full,
            (false, _) if !subject => Pose::None,
            _ => Pose::Half,
        }
    }

    /// Weighs all signs.
    pub(super) fn weigh(&self) -> Weighed {
        let mut scale = Scale { signs: Vec::new() };
        if !self.speaks() {
            return Weighed { signs: Vec::new(), wants: false, wishes: false, sum: 0.0 };
        }
        let links = links::of(self.message);
        let calls = self.calls(&links);
        let worst = calls.iter().max_by_key(|call| call.kin);
        let code = self.texts.iter().any(|t| has_code(&t.folded.text));
        let pretends = self.pretence(&mut scale) | self.dress(&mut scale, code, worst);
        let way = self.way(&mut scale, &calls, worst);
        if !(pretends && way) {
            return Weighed { signs: scale.signs, wants: false, wishes: false, sum: 0.0 };
        }
        self.claims(&mut scale);
        self.manner(&mut scale, code);
        self.against(&mut scale, &calls, worst);
        let sum = scale.signs.iter().map(Finding::signed_weight).sum();
        let wanting = [s::CLICK, s::ASKS, s::FILE, s::DRESS, s::LINK_DECEIT].map(|kind| kind.id);
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
            let field = if self.head.in_subject.topics.is_empty() { "from" } else { "subject" };
            evidence.extend(self.message.top_evidence(field));
        }
        let mut in_text = false;
        for text in &self.texts {
            for (topic, place) in &text.hits.topics {
                if !in_text {
                    evidence.extend(text.evidence(self.message, place.start));
                }
                in_text = true;
                topics.push(*topic);
            }
        }
        let Some(first) = topics.first().copied() else { return false };
        let at_its_head = |t: &Text<'_>| t.hits.topics.iter().any(|(_, place)| place.start < HEADING);
        let kind = if in_head || self.texts.iter().any(at_its_head) { s::PRETENCE } else { s::TEXT };
        scale.put(kind, format!("It speaks of {}.", first.words()), evidence);
        if in_head && in_text {
            scale.put(
                s::THROUGHOUT,
                "Both its header and its text speak so.",
                self.message.top_evidence("subject"),
            );
        }
        if topics.contains(&Topic::Held) {
            let place = self.topic_evidence(Topic::Held);
            scale.put(
                s::HELD,
                "It speaks of mail that is held back, as filters do and mail servers don't.",
                place,
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
    fn topic_evidence(&self, topic: Topic) -> Option<Evidence> {
        let in_text = self.texts.iter().find_map(|t| {
            let (_, place) = t.hits.topics.iter().find(|(other, _)| *other == topic)?;
            t.evidence(self.message, place.start)
        });
        in_text.or_else(|| self.message.top_evidence("subject"))
    }

    /// A delivery notice's header over a text of another kind.
    fn dress(&self, scale: &mut Scale, code: bool, worst: Option<&Call<'_>>) -> bool {
        let failed = self.head.in_subject.topics.iter().any(|(t, _)| *t == Topic::Failed);
        let report = super::report::is_report(self.message);
        let silent = self.texts.iter().all(|t| t.hits.topics.is_empty());
        let stranger = worst.is_some_and(|call| call.kin == Kin::Other);

        if !((failed || report || self.head.poses_as_daemon())
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
    fn names_others(&self) -> bool {
        self.texts.iter().any(|t| {
            address::all(&t.folded.text, 20).into_iter().filter_map(|r| t.folded.text.get(r)).any(|a| {
                !self.head.person.is(a) && a != fold(&self.head.sender.address) && !address::is_daemon(a)
            })
        })
    }

    /// How it can do harm. `false` where it can't.
    fn way(&self, scale: &mut Scale, calls: &[Call<'_>], worst: Option<&Call<'_>>) -> bool {
        let mut way = false;
        let wish = self.texts.iter().find_map(|t| Some((t, t.hits.wish.as_ref()?)));
        if let Some(call) = worst.filter(|call| call.kin >= Kin::Sender) {
            way = true;
            let clicked = calls.iter().filter(|c| c.kin == call.kin).find(|c| c.wants);
            match (clicked, wish) {
                (Some(call), _) => scale.put(
                    s::CLICK,
                    format!(
                        "It wants a click on \u{201c}{}\u{201d}; mail servers don't.",
                        text::clip(&call.link.text, 60)
                    ),
                    self.place(call.link),
                ),
                (None, Some((text, place))) => scale.put(
                    s::WISH,
                    "Its text wants something that no mail server needs.",
                    text.evidence(self.message, place.start),
                ),
                _ => {}
            }
            if call.kin == Kin::Other {
                let says =
                    format!("Its link leads to {}, which is neither yours nor the sender's.", call.link.host);
                scale.put(s::LINK, says, self.place(call.link));
            }
            self.deceits(scale, calls);
        } else if worst.is_none()
            && let Some((text, place)) = wish
        {
            scale.put(
                s::WISH,
                "Its text wants something that no mail server needs.",
                text.evidence(self.message, place.start),
            );
        }
        let page = self.message.parts().iter().find(|p| {
            let name = p.file_name().unwrap_or_default().to_lowercase();
            p.depth == 0 && PAGES.iter().any(|ending| name.ends_with(ending))
        });
        if let Some(page) = page {
            way = true;
            scale.put(
                s::FILE,
                "It comes with a page as a file, to be opened.",
                self.message.header_evidence(page, "content-type"),
            );
        }
        let asks = self.texts.iter().map(|t| (t, t.asked())).find(|(_, places)| places.len() >= 2);
        if let Some((text, place)) = asks.and_then(|(t, places)| Some((t, *places.first()?))) {
            way = true;
            let says = "It asks for a name and a password to be filled in.";
            scale.put(s::ASKS, says, text.evidence(self.message, place));
        } else if let Some((text, place)) = self.texts.iter().find_map(|t| Some((t, t.asked_in_words()?))) {
            way = true;
            let says = "It asks for a password to be sent back.";
            scale.put(s::ASKS, says, text.evidence(self.message, place));
        }
        way
    }

    /// The ways in which its links deceive, at most two.
    fn deceits(&self, scale: &mut Scale, calls: &[Call<'_>]) {
        let calls = || calls.iter().filter(|c| c.kin >= Kin::Sender).map(|c| c.link);
        let found = [
            (
                calls().find(|l| links::shows_another(l) || l.hides_host),
                "shows another host than it leads to",
            ),
            (calls().find(|l| hosts::is_ip(&l.host)), "leads to a bare number instead of a name"),
            (
                calls().find(|l| hosts::is_anybodys(&l.host) || l.host == "data:"),
                "leads to a host that anybody can use",
            ),
            (calls().find(|l| l.form), "takes a password"),
        ];
        for (link, how) in found.into_iter().filter_map(|(l, how)| Some((l?, how))).take(2) {
            scale.put(s::LINK_DECEIT, format!("Its link {how}."), self.place(link));
        }
        if let Some(link) = calls().find(|l| self.head.person.is_carried_by(&l.url)) {
            scale.put(s::LINK_YOU, "Its link carries your address.", self.place(link));
        }
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
        } else if sender.provider().is_none() && self.head.in_name.role.is_some() {
            scale.put(s::ROLE, "The sender has the name of those who run mail servers.", from());
        }
    }

    /// The domain of the envelope's sender, where it isn't the person's.
    fn handed_in_elsewhere(&self) -> Option<String> {
        let root = self.message.root()?;
        let address = address::normal(&root.raw_text(root.field("return-path")?))?;
        let (_, domain) = address.rsplit_once('@')?;
        (!self.head.person.owns(domain)).then(|| domain.to_owned())
    }

    /// How it speaks, and what it lacks.
    fn manner(&self, scale: &mut Scale, code: bool) {
        let pressed = self.texts.iter().find_map(|t| Some((t, t.hits.press.as_ref()?)));
        if self.head.in_subject.press.is_some() {
            scale.put(s::PRESS, "It presses: a short time, a loss.", self.message.top_evidence("subject"));
        } else if let Some((text, place)) = pressed {
            scale.put(
                s::PRESS,
                "It presses: a short time, a loss.",
                text.evidence(self.message, place.start),
            );
        }
        if let Some(named) = self.head.person.is_named_in(&self.head.subject) {
            scale.put(
                s::NAMES_YOU,
                format!("Its subject names {named}."),
                self.message.top_evidence("subject"),
            );
        }
        if !code {
            scale.put(s::MISSING, "It has no status part, no code and no returned mail.", None);
        }
    }

    /// What speaks for honest mail.
    fn against(&self, scale: &mut Scale, calls: &[Call<'_>], worst: Option<&Call<'_>>) {
        let message = self.message;
        let field = |name: &str| message.top_evidence(name);
        let kin = worst.map(|call| call.kin);
        if let Some(call) = worst.filter(|c| c.kin == Kin::Provider) {
            scale.put(s::KNOWN, "Sender and links belong to one known provider.", self.place(call.link));
        }
        if kin == Some(Kin::Own) {
            let call = calls.iter().find(|c| c.kin == Kin::Own);
            scale.put(
                s::OWN_LINKS,
                "Its links lead to your own domain or provider.",
                call.and_then(|c| self.place(c.link)),
            );
        }
        let sender = &self.head.sender;
        let own_sender = self.head.person.owns(sender.domain());
        if (kin == Some(Kin::Sender) || own_sender) && sender.is_signed(message) {
            scale.put(
                s::SIGNED,
                format!("It carries a signature of {}.", sender.organisation()),
                field("dkim-signature"),
            );
        }
        if let Some(call) = worst.filter(|c| c.kin == Kin::Sender) {
            scale.put(
                s::SAME_HOUSE,
                "Its links lead to the organisation that it is from.",
                self.place(call.link),
            );
        }
        if message.header("list-id").is_some() {
            scale.put(s::LISTED, "It came through a mailing list.", field("list-id"));
        } else if message.header("list-unsubscribe").is_some() {
            scale.put(s::MAILING, "It says how to unsubscribe.", field("list-unsubscribe"));
        }
        if let Some(name) = ["in-reply-to", "references"].iter().find(|n| message.header(n).is_some()) {
            scale.put(s::ANSWER, "It answers another mail.", field(name));
        }
        // Such words are easily borrowed: beside a lure they count only with somebody's address or a code.
        let wish = self.texts.iter().any(|t| t.hits.wish.is_some());
        let lures = calls
            .iter()
            .any(|call| call.kin == Kin::Other && (call.wants || wish && call.link.text.is_empty()));
        let borrowed = lures && !self.names_others() && !self.texts.iter().any(|t| has_code(&t.folded.text));
        let server = self.texts.iter().filter(|_| !borrowed).find_map(|t| {
            let word = SERVER_PHRASES.iter().find(|w| t.folded.text.contains(**w))?;
            Some((t, t.folded.text.find(word)?))
        });
        if let Some((text, place)) = server {
            let says = "It speaks as mail servers do among themselves.";
            scale.put(s::SERVER, says, text.evidence(message, place));
        }
        let longest = self.texts.iter().map(|t| t.folded.text.len()).max().unwrap_or(0);
        if longest > VERY_LONG {
            scale.put(s::VERY_LONG, "It says very much; such mail is short.", None);
        } else if longest > LONG {
            scale.put(s::LONG, "It says much; such mail is short.", None);
        }
    }

    /// The links that a person is called to follow: those whose text wants it, else all.
    fn calls<'l>(&self, links: &'l [Link]) -> Vec<Call<'l>> {
        let call = |link: &'l Link| {
            let hits = words::search(&link.text);
            let wants = hits.wish.is_some() || (link.tagged && hits.button.is_some());
            Call { link, kin: self.kin(link), wants, told: !hits.topics.is_empty() || link.form }
        };
        let all: Vec<Call<'_>> =
            links.iter().filter(|l| !ASIDE.iter().any(|w| l.text.contains(w))).map(call).collect();
        let has = |c: &Call<'_>| c.wants || c.told || c.link.text.is_empty();
        if all.iter().any(|c| c.wants || c.told) { all.into_iter().filter(has).collect() } else { all }
    }

    fn kin(&self, link: &Link) -> Kin {
        let (person, sender) = (&self.head.person, &self.head.sender);
        if hosts::is_anybodys(&link.host) || link.host == "data:" {
            return Kin::Other;
        }
        if hosts::is_private(&link.host) || person.owns(&link.host) {
            return Kin::Own;
        }
        let provider = hosts::provider(&link.host);
        if provider.is_some() && provider == sender.provider() {
            return Kin::Provider;
        }
        if provider.is_some() {
            return Kin::Neutral;
        }
        if hosts::organisation(&link.host) == sender.organisation() { Kin::Sender } else { Kin::Other }
    }

    fn place(&self, link: &Link) -> Option<Evidence> {
        Some(self.message.body_evidence(self.message.part(link.part)?, link.place.clone()))
    }
}

/// Endings of pages that come as files.
const PAGES: &[&str] = &[".htm", ".html", ".shtml", ".xhtml", ".mht", ".svg"];

/// Texts of links that stand aside from what a mail wants, folded.
const ASIDE: &[&str] = &[
    "unsubscrib", "privacy", "terms", "abmeld", "abbestell", "datenschutz", "impressum", "desabonn",
    "desinscri", "confidentialite", "cancelar suscripcion", "darse de baja", "privacidad",
    "annulla iscrizione", "disiscri", "privacidade", "uitschrijven", "view in browser", "view online",
    "im browser", "copyright", "配信停止", "退订", "退訂",
];

/// A link that the person is called to follow.
struct Call<'l> {
    link: &'l Link,
    kin: Kin,
    /// Its text wants something.
    wants: bool,
    /// Its text speaks of what the mail speaks of, or it is a form.
    told: bool,
}

/// The signs found so far.
struct Scale {
    signs: Vec<Finding>,
}

impl Scale {
    fn put(
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
        || folded.split(' ').zip(folded.split(' ').skip(1)).any(|(a, b)| {
            let code = a.trim_matches(['(', ')', ':', '\'', '"', '#', ',', '-']);
            code.len() == 3
                && code.starts_with(['4', '5'])
                && code.bytes().all(|b| b.is_ascii_digit())
                && SERVER_WORDS.iter().any(|w| b.trim_matches(['<', '\'', '"']).starts_with(w))
        })
}

/// What mail servers write about a delivery and nobody else does, folded.
const SERVER_PHRASES: &[&str] = &[
    "retry timeout", "retry time not reached", "rcpt to", "mail from:<", "smtp error", "smtp session",
    "smtp transaction", "queue id", "queueid", "connection timed out", "connection refused",
    "while talking to", "remote mail server", "remote mta", "reporting mta", "mail delivery software",
    "unrouteable", "unroutable", "host not found", "no such user", "user unknown", "unknown user",
    "all hosts have been failing", "lowest numbered mx", "transcript of session", "message identifier is",
    "local delivery", "qmailsend", "end of data", "delivery attempt", "exceeded storage allocation",
];

/// What follows a reply code.
const SERVER_WORDS: &[&str] = &[
    "user", "mailbox", "no", "unknown", "relay", "recipient", "requested", "message", "access", "sorry",
    "host", "denied", "rejected", "unrouteable", "invalid", "address", "mail", "delivery", "not", "spam",
    "over", "permanent", "unable", "transaction", "administrative", "service", "temporar",
];
