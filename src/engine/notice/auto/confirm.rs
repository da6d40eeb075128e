//! Confirmations: a list program asks whether a subscription is wanted that somebody made in the person's
//! name.
//!
//! List programs are known by their words beside their own fields or subjects. A newsletter's "please
//! confirm" is a notice only where it answers a mail; else somebody filled in a form, and it is ordinary.

use std::sync::OnceLock;

use super::challenge::CHALLENGE;
use super::clues::Mark;
use super::subjects::{Fit, Topic};
use super::words::Book;
use super::{Look, Made, NoticeKind};

const SAYS: &str = "A list asks to confirm a subscription in your name.";

/// The format of a phrase that only one list program writes; empty for one that any may write.
type Program = &'static str;

#[rustfmt::skip]
const TEXTS: &[(Program, &str)] = &[
    ("mailman", "mailing list subscription confirmation notice"),
    ("mailman", "mailing list removal confirmation notice"),
    ("mailman", "mailing list unsubscription confirmation notice"),
    ("mailman", "we have received a request * for subscription of your email address"),
    ("mailman", "we have received a request * for the removal of your email address"),
    ("mailman", "email address registration confirmation"),
    ("mailman", "email address unsubscription confirmation"),
    ("mailman", "we have received a registration request for the email address"),
    ("mailman", "we have received an unsubscription request for the email address"),
    ("mailman", "to confirm that you want to be added to this mailing list"),
    ("mailman", "to confirm that you want to be removed from this mailing list"),
    ("mailman", "bestatigung fur das abonnement der mailingliste"),
    ("mailman", "bestatigung der anmeldung fur die mailingliste"),
    ("mailman", "um zu bestatigen, dass sie * mailingliste"),
    ("mailman", "confirmation de votre abonnement a la liste"),
    ("mailman", "notification de confirmation d'abonnement"),
    ("mailman", "aviso de confirmacion de suscripcion a la lista"),
    ("mailman", "confirmacion de suscripcion a la lista"), ("mailman", "conferma di iscrizione alla lista"),
    ("mailman", "conferma di iscrizione alla mailing list"),
    ("mailman", "notificacao de confirmacao de inscricao"), ("mailman", "bevestiging van aanmelding voor"),
    ("mailman", "уведомление о подписке на список рассылки"),
    ("mailman", "подтверждение подписки на список рассылки"), ("mailman", "メーリングリスト * 入会確認"),
    ("mailman", "メーリングリスト入会申請確認"),
    ("ezmlm", "to confirm that you would like * added to the * mailing list"),
    ("ezmlm", "to confirm that you would like * removed from the * mailing list"),
    ("ezmlm", "hi! this is the ezmlm program"), ("ezmlm", "i'm working for my owner"),
    ("majordomo", "has requested that your email address be added to or deleted from the mailing list"),
    ("majordomo", "has requested that your email address be added to"),
    ("majordomo", "has requested that your email address be deleted from"),
    ("majordomo", "if you really want this action to be taken"),
    ("majordomo", "the following message was sent to majordomo"),
    ("majordomo", "someone (possibly you) has requested that"),
    ("listserv", "your command: subscribe"), ("listserv", "your command: signoff"),
    ("listserv", "requires confirmation. please"), ("listserv", "to confirm the execution of this command"),
    ("listserv", "to confirm the execution of your"),
    ("listserv", "reply to the present message and type \"ok\""),
    ("listserv", "type \"ok\" (without the quotes)"),
    ("sympa", "someone, probably you, requested to subscribe"),
    ("sympa", "someone (probably you) asked to subscribe"), ("sympa", "requested to subscribe to list"),
    ("sympa", "pour confirmer votre abonnement a la liste"), ("sympa", "demande d'abonnement a la liste"),
    ("google_groups", "you have requested to join the * group"),
    ("yahoo_groups", "we have received your request to join the * group"),
    ("", "request to subscribe your email address"), ("", "request to add your email address"),
    ("", "request to add you to"), ("", "to confirm your subscription"), ("", "confirm your subscription"),
    ("", "please confirm your subscription"), ("", "to complete your subscription"),
    ("", "confirm that you wish to subscribe"), ("", "confirm that you want to subscribe"),
    ("", "confirm that you would like to"), ("", "to confirm your request"),
    ("", "to activate your subscription"), ("", "confirm your registration"),
    ("", "confirm your email address"), ("", "confirm your newsletter"), ("", "someone has requested"),
    ("", "someone, possibly you"), ("", "someone (possibly you)"), ("", "someone (hopefully you)"),
    ("", "you or someone"), ("", "if you did not request this"), ("", "if you did not subscribe"),
    ("", "to join the list"), ("", "added to our mailing list"), ("", "added to the mailing list"),
    ("", "um ihre anmeldung zu bestatigen"), ("", "um das abonnement zu bestatigen"),
    ("", "um ihr abonnement zu bestatigen"), ("", "bestatigen sie ihre anmeldung"),
    ("", "bestatigen sie bitte ihre anmeldung"), ("", "newsletter * bestatigen"),
    ("", "um die anmeldung abzuschliessen"), ("", "pour confirmer votre inscription"),
    ("", "confirmer votre abonnement"), ("", "confirmez votre inscription"),
    ("", "para confirmar su suscripcion"), ("", "confirmar tu suscripcion"),
    ("", "confirme su suscripcion"), ("", "confirmar la suscripcion"), ("", "per confermare l'iscrizione"),
    ("", "per confermare la tua iscrizione"), ("", "confermare la sua iscrizione"),
    ("", "para confirmar sua inscricao"), ("", "para confirmar a sua inscricao"),
    ("", "confirmar sua assinatura"), ("", "om uw aanmelding te bevestigen"),
    ("", "om je aanmelding te bevestigen"), ("", "bevestig uw inschrijving"),
    ("", "for att bekrafta din prenumeration"), ("", "for at bekraefte din tilmelding"),
    ("", "for a bekrefte abonnementet"), ("", "aby potwierdzic subskrypcje"), ("", "aby potwierdzic zapis"),
    ("", "чтобы подтвердить подписку"), ("", "для подтверждения подписки"), ("", "подтвердить подписку"),
    ("", "登録を確認"), ("", "登録を完了"), ("", "确认订阅"), ("", "確認訂閱"), ("", "구독을 확인"),
];

/// Recognises the question whether a subscription is wanted.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let administrivia = clues.mark(Mark::ListAnswer).is_some();
    let titled = look.heading(Topic::Subscription).filter(|fit| *fit >= Fit::Start);
    // A list's own post is no question to one reader.
    if (clues.list() && !administrivia && !asks_alone(look)) || !clues.single {
        return None;
    }
    if titled.is_none() && !administrivia {
        return None;
    }
    static BOOK: OnceLock<Book<Program>> = OnceLock::new();
    let hits = look.hits(BOOK.get_or_init(|| Book::new(TEXTS.iter().copied())), 6_000);
    let known = hits.iter().find(|hit| !hit.says.is_empty());
    let hit = match known {
        Some(hit) => hit,
        None => {
            hits.first().filter(|_| titled.is_some() && (clues.answers || clues.auto_replied.is_some()))?
        }
    };
    let format = if hit.says.is_empty() { "confirmation" } else { hit.says };
    Some(
        Made::new(NoticeKind::Challenge, format, CHALLENGE, SAYS)
            .with(look.message.top_evidence("subject"))
            .with(look.evidence(hit))
            .with_host_of(look),
    )
}

/// Subjects with which list programs ask although they mark the question as list mail: Mailman's and ezmlm's.
fn asks_alone(look: &Look<'_, '_>) -> bool {
    let subject = look.clues.subject.as_str();
    ["confirm subscribe to", "confirm unsubscribe from", "your confirmation is required to"]
        .iter()
        .any(|start| subject.starts_with(start))
        || subject.strip_prefix("confirm ").is_some_and(|token| {
            let token = token.trim();
            token.len() >= 20 && token.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
