//! How a mail could do harm: a link that isn't the person's own, a page as a file, a code to be scanned, a
//! question for a password.

use super::calls::{Call, Kin};
use super::hosts;
use super::links::{self, Link};
use super::read::Text;
use super::signs as s;
use super::weigh::{Case, Scale};
use super::words::{greetings, secrets};
use crate::engine::message::{Kind, Part};
use crate::engine::words::clip;

impl Case<'_, '_> {
    /// How it can do harm. `false` where it can't.
    pub(super) fn way(&self, scale: &mut Scale, calls: &[Call<'_>], worst: Option<&Call<'_>>) -> bool {
        let mut way = false;
        let wish = self.texts.iter().find_map(|t| Some((t, t.hits().wish.as_ref()?)));
        if let Some(call) = worst.filter(|call| call.kin >= Kin::Sender) {
            way = true;
            let clicked = calls.iter().filter(|c| c.kin == call.kin).find(|c| c.wants);
            match (clicked, wish) {
                (Some(call), _) => scale.put(
                    s::CLICK,
                    format!(
                        "It wants a click on \u{201c}{}\u{201d}; mail servers don't.",
                        clip(&call.link.text, 60)
                    ),
                    self.place(call.link),
                ),
                (None, Some((text, place))) => scale.put(
                    s::WISH,
                    "Its text wants something that no mail server needs.",
                    text.evidence(self.message, place.start),
                ),
                _ if call.label => {
                    scale.put(s::WISH, "It wants its link to be followed.", self.place(call.link));
                }
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
        if let Some((text, place)) = self.scanned() {
            way = true;
            let says = "It wants a code in a picture to be scanned.";
            scale.put(s::SCAN, says, text.evidence(self.message, place));
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

    /// Whether it can do no harm in any way of [`way`](Self::way), as is told without looking any word up: it has no page, no
    /// picture and no link, and its texts name nothing that could be asked for. `false` leaves it open.
    pub(super) fn has_no_way(&self) -> bool {
        let open = |part: &Part<'_>| {
            part.is_html()
                || part.file_name().is_some()
                || Kind::of(part).is_a("image")
                || part.text().is_some_and(links::may_stand_in)
        };
        let asks =
            |text: &Text<'_>| secrets::may_stand_in(&text.folded.text) || text.asked_in_words().is_some();
        !self.message.parts().iter().filter(|part| part.depth == 0).any(open) && !self.texts.iter().any(asks)
    }

    /// Where a text beside a picture speaks of a code to be scanned, and neither the person's own domain nor a provider
    /// that signed it wrote so.
    fn scanned(&self) -> Option<(&Text<'_>, usize)> {
        let sender = &self.head.sender;
        let own = self.head.person.owns(sender.domain()) && self.handed_in_elsewhere().is_none();
        let parts = || self.message.parts().iter().filter(|p| p.depth == 0);
        let picture = || {
            parts().any(|p| Kind::of(p).is_a("image"))
                || parts().any(|p| {
                    p.is_html() && p.text().is_some_and(|t| t.contains("<img") || t.contains("<IMG"))
                })
        };
        // Few mails have a picture; in what those say, many words are looked for.
        if own || !picture() || sender.provider().is_some() && sender.is_signed(self.message) {
            return None;
        }
        self.texts.iter().find_map(|t| Some((t, greetings::code(&t.folded.text)?)))
    }

    /// The ways in which its links deceive, at most two.
    fn deceits(&self, scale: &mut Scale, calls: &[Call<'_>]) {
        let own = |l: &Link| calls.iter().any(|c| c.kin == Kin::Sender && std::ptr::eq(c.link, l));
        // What the sender's own house lets to anybody is still its own, but where it is a provider of mail: there anybody's
        // page comes with the provider's signature.
        let anybodys =
            |l: &Link| hosts::is_anybodys(&l.host) && !(own(l) && hosts::provider(&l.host).is_none());
        let another = |l: &Link| links::shows_another(l) && !(own(l) && hosts::counts_clicks(&l.host));
        let calls = || calls.iter().filter(|c| c.kin >= Kin::Sender).map(|c| c.link);
        let found = [
            (calls().find(|l| another(l) || l.hides_host), "shows another host than it leads to"),
            (calls().find(|l| hosts::is_ip(&l.host)), "leads to a bare number instead of a name"),
            (calls().find(|l| anybodys(l) || l.host == "data:"), "leads to a host that anybody can use"),
            (calls().find(|l| l.form), "takes a password"),
        ];
        for (link, how) in found.into_iter().filter_map(|(l, how)| Some((l?, how))).take(2) {
            scale.put(s::LINK_DECEIT, format!("Its link {how}."), self.place(link));
        }
        if let Some(link) = calls().find(|l| self.head.person.is_carried_by(&l.url)) {
            scale.put(s::LINK_YOU, "Its link carries your address.", self.place(link));
        }
    }
}

/// Endings of pages that come as files.
const PAGES: &[&str] = &[".htm", ".html", ".shtml", ".xhtml", ".mht", ".svg"];
