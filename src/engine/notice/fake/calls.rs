//! Which links a mail calls to follow, and whose they are.

use std::sync::LazyLock;

use super::super::super::anyof::AnyOf;
use super::super::super::verdict::Evidence;
use super::hosts;
use super::links::Link;
use super::weigh::Case;
use super::words;

/// Whose a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kin {
    /// A known provider's that neither the person nor the sender belongs to: help pages and the like.
    Neutral,
    Own,
    Provider,
    Sender,
    Other,
}

/// A link that the person is called to follow.
pub(super) struct Call<'l> {
    pub(super) link: &'l Link,
    pub(super) kin: Kin,
    /// Its text wants something.
    pub(super) wants: bool,
    /// It is bare, and what stands before it reads as a button's text.
    pub(super) label: bool,
    /// Its text speaks of what the mail speaks of, or it is a form.
    pub(super) told: bool,
}

impl Case<'_, '_> {
    /// The links that a person is called to follow: those whose text wants it, else all.
    pub(super) fn calls<'l>(&self, links: &'l [Link]) -> Vec<Call<'l>> {
        static BOOK: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(ASIDE));
        let aside: &AnyOf = &BOOK;
        let house = House::of(self);
        let titled = self.head.topics().next().is_some();
        let sparse = titled && self.texts.iter().map(|t| t.folded.text.len()).sum::<usize>() <= SPARSE;
        let call = |link: &'l Link| {
            let hits = words::search(&link.text);
            let asked = hits.wish.is_some() || (link.tagged && hits.button.is_some());
            // Where hardly a word stands beside it, the picture says what it wants.
            let wants = asked || link.picture && link.text.is_empty() && sparse;
            let label = !link.tagged && hits.button.is_some() && link.text.len() <= LABELLED;
            let told = !hits.topics.is_empty() || link.form;
            Call { link, kin: self.kin(link, &house), wants, label, told }
        };
        let all: Vec<Call<'_>> = links.iter().filter(|l| !aside.is_in(&l.text)).map(call).collect();
        let has = |c: &Call<'_>| c.wants || c.told || c.link.text.is_empty();
        if all.iter().any(|c| c.wants || c.told) { all.into_iter().filter(has).collect() } else { all }
    }

    fn kin(&self, link: &Link, house: &House<'_>) -> Kin {
        let (person, sender) = (&self.head.person, &self.head.sender);
        if link.host == "data:" {
            return Kin::Other;
        }
        let known = hosts::known(&link.host);
        let provider = known.provider;
        if known.anybodys {
            // Those whose space anybody can use write of it as well, and sign what they write.
            let same = provider.is_some() && provider == house.provider
                || hosts::organisation(&link.host) == house.organisation;
            let theirs = same && house.signed;
            return if theirs { Kin::Sender } else { Kin::Other };
        }
        let poses = self.head.poses_as_daemon() || self.head.in_name().role.is_some();
        if known.counter && !poses && house.signed {
            return Kin::Sender;
        }
        if hosts::is_private(&link.host) || person.owns(&link.host) {
            return Kin::Own;
        }
        if provider.is_some() && provider == house.provider {
            return Kin::Provider;
        }
        if provider.is_some() {
            return Kin::Neutral;
        }
        let (theirs, own) = (hosts::organisation(&link.host), house.organisation);
        // A house has its name under several endings; one that poses as the person's own has not.
        let label = organisation_label(own);
        let named = label.len() >= LABEL
            && label != RESERVED
            && label == organisation_label(theirs)
            && !person.owns(sender.domain());
        if theirs == own || named { Kin::Sender } else { Kin::Other }
    }

    /// Where a link stands.
    pub(super) fn place(&self, link: &Link) -> Option<Evidence> {
        Some(self.message.body_evidence(self.message.part(link.part)?, link.place.clone()))
    }
}

/// The name under which a house registers its domains.
fn organisation_label(organisation: &str) -> &str {
    organisation.split('.').next().unwrap_or_default()
}

/// Who sent it, as every link is compared with it.
struct House<'c> {
    provider: Option<usize>,
    organisation: &'c str,
    /// Whether its own signature stands in the header.
    signed: bool,
}

impl<'c> House<'c> {
    fn of(case: &'c Case<'_, '_>) -> House<'c> {
        let sender = &case.head.sender;
        House {
            provider: sender.provider(),
            organisation: sender.organisation(),
            signed: sender.is_signed(case.message),
        }
    }
}

/// A name that is nobody's under any ending (RFC 2606).
const RESERVED: &str = "example";

/// The longest line before a bare link that reads as a button's text, in bytes.
const LABELLED: usize = 40;

/// The shortest name by which a house is known under another ending.
const LABEL: usize = 6;

/// Bytes of folded words beside which a picture is all that a mail says.
const SPARSE: usize = 200;

/// Texts of links that stand aside from what a mail wants, folded.
const ASIDE: &[&str] = &[
    "unsubscrib", "privacy", "terms", "abmeld", "abbestell", "datenschutz", "impressum", "desabonn",
    "desinscri", "confidentialite", "cancelar suscripcion", "darse de baja", "privacidad",
    "annulla iscrizione", "disiscri", "privacidade", "uitschrijven", "view in browser", "view online",
    "im browser", "copyright", "配信停止", "退订", "退訂",
];
