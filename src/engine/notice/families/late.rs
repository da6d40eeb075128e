//! Words for mail that is late and still tried, in any language.
//!
//! The sentence that opens a notice is often the same for a failure and for a delay; what the mailer will do
//! next tells them apart.

use std::sync::LazyLock;

use crate::engine::lexicon::{Begins, Lexicon};

/// What subjects, in lower case, say of mail that is late and still tried.
const SUBJECTS: &[&str] = &[
    "(delay)", "delayed", "still being retried", "delivery delay", "delay in ", "not yet delivered",
    "verzögert", "verzögerung", "noch nicht zugestellt", "retardé", "retard de", "retrasad", "demora",
    "ritardo", "ritardat", "atraso", "atrasad", "vertraagd", "vertraging", "försenad", "försening",
    "forsinket", "forsinkelse", "viivästy", "opóźnion", "opóźnienie", "zpožd", "oneskoren", "késleltet",
    "gecik", "întârziat", "задерж", "отложен", "затрим", "забав", "καθυστ", "遅延", "延迟", "延遲", "지연",
];

/// What the text, in lower case, says where the mailer goes on trying.
const STILL_TRIED: &[&str] = &[
    "need to resend",
    "need to re-send",
    "have to resend",
    "will keep trying",
    "i'll keep trying",
    "will continue to be attempted",
    "will continue trying",
    "will continue to try",
    "delivery attempts will continue",
    "attempts to deliver will continue",
    "still trying to deliver",
    "will be retried until",
    "will be retried for",
    "will retry for",
    "will try again for",
    "warning message only",
    "only a warning",
    "warning only",
    "only a temporary failure",
    "temporary delivery problem",
    "still undelivered",
    // German.
    "nur eine warnung",
    "nicht erneut senden",
    "bisher nicht zugestellt",
    "weiterhin versuchen",
    "nicht noch einmal senden",
    "wird weiterhin versucht",
    "wird weiter versucht",
    "versucht weiterhin",
    "weitere zustellversuche",
    "weitere zustellungsversuche",
    "noch nicht zugestellt",
    // French.
    "n'a pas encore été",
    "n'a pas encore pu",
    "nouvelles tentatives",
    "qu'un avertissement",
    "tentatives de remise vont se poursuivre",
    "continuera à essayer",
    "continuera d'essayer",
    "inutile de renvoyer",
    // Spanish, Portuguese, Italian.
    "aún no se ha entregado",
    "aún no ha sido entregado",
    "todavía no se ha entregado",
    "todavía no hemos podido",
    "aún no hemos podido",
    "no es necesario que reenvíe",
    "se seguirá intentando",
    "seguirá intent",
    "ainda não foi entregue",
    "continuará tentando",
    "continuará a tentar",
    "não é necessário reenviar",
    "não precisa reenviar",
    "non è stato ancora",
    "non è ancora stato",
    "continuerà a tentare",
    "continueranno",
    "non è necessario inviare di nuovo",
    // Dutch and the Nordic languages.
    "nog niet bezorgd",
    "nog niet afgeleverd",
    "nog niet worden bezorgd",
    "blijft proberen",
    "blijven proberen",
    "ännu inte levererats",
    "har inte levererats ännu",
    "fortsätter att försöka",
    "endnu ikke leveret",
    "fortsætter med at forsøge",
    "ennå ikke levert",
    "fortsetter å prøve",
    "ei ole vielä toimitettu",
    // Slavonic languages, Hungarian, Turkish.
    "jeszcze nie została dostarczona",
    "nie została jeszcze dostarczona",
    "kolejne próby",
    "dosud nebyla doručena",
    "zatím nebyla doručena",
    "ещё не доставлен",
    "еще не доставлен",
    "еще не было доставлено",
    "ещё не было доставлено",
    "попытки доставки будут продолж",
    "продолжит попытки",
    "ще не доставлен",
    "még nem kézbesít",
    "henüz teslim edilme",
    "denemeye devam",
    // Japanese, Chinese, Korean.
    "まだ配信されて",
    "まだ配送されて",
    "引き続き配信",
    "再送を続け",
    "再送を試み",
    "尚未送达",
    "尚未传递",
    "尚未送達",
    "将继续尝试",
    "会继续尝试",
    "將繼續嘗試",
    "仍在尝试",
    "아직 배달되지",
    "아직 전송되지",
    "계속 시도",
];

/// What the text, in lower case, says where the mailer tries no more, whatever it did until then.
const OVER: &[&str] = &[
    "permanent", "fatal", "given up", "giving up", "gave up", "stopped trying", "no longer try",
    "will not be retried", "not going to try again", "endgültig", "dauerhaft", "définitive", "definitiv",
];

/// Whether a subject, in lower case, says that the server still tries.
pub(super) fn is_late(subject: &str) -> bool {
    SUBJECTS.iter().any(|word| subject.contains(word))
}

/// Whether a notice's words, in lower case, say that the server still tries.
pub(super) fn is_still_tried(words: &str) -> bool {
    static BOOKS: LazyLock<[Lexicon; 2]> =
        LazyLock::new(|| [STILL_TRIED, OVER].map(|phrases| Lexicon::new(Begins::Anywhere, phrases)));
    let [tried, over] = &*BOOKS;
    tried.find(words).next().is_some() && over.find(words).next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_they_are_matched() {
        for word in SUBJECTS.iter().chain(STILL_TRIED).chain(OVER) {
            assert_eq!(*word, word.to_lowercase());
        }
    }

    #[test]
    fn what_is_over_is_not_tried_any_more() {
        assert!(is_still_tried("we could not deliver it yet and will keep trying for two days."));
        assert!(!is_still_tried("we could not deliver it; this is a permanent error, no need to resend."));
        assert!(!is_still_tried("the mailbox is full."));
    }
}
