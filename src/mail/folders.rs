//! What a folder is for: by the server's word (RFC 6154 SPECIAL-USE), else by its name.
//!
//! The names are the ones that servers and mail programs give such folders in about twenty languages. The
//! usual next thing, a further language or provider, is a line in [`NAMES`].

use super::{Folder, FolderRole};

/// SPECIAL-USE attributes (RFC 6154 §2, RFC 8457 §3, and `\Spam` of the older XLIST), in lower case.
const ATTRIBUTES: &[(&str, FolderRole)] = &[
    ("\\sent", FolderRole::Sent),
    ("\\drafts", FolderRole::Drafts),
    ("\\junk", FolderRole::Junk),
    ("\\spam", FolderRole::Junk),
    ("\\trash", FolderRole::Trash),
    ("\\archive", FolderRole::Archive),
    ("\\all", FolderRole::View),
    ("\\allmail", FolderRole::View),
    ("\\flagged", FolderRole::View),
    ("\\starred", FolderRole::View),
    ("\\important", FolderRole::View),
];

/// Names by role, in lower case, as servers and mail programs create them. Compared with the last
/// component of the name for people.
const NAMES: &[(FolderRole, &[&str])] = &[
    (
        FolderRole::Sent,
        &[
            // English: most servers; Exchange and Outlook; Gmail; Apple Mail; Coremail.
            "sent",
            "sent items",
            "sent mail",
            "sent messages",
            "sent-mail",
            "sentmail",
            "sent objects",
            "outbox-sent",
            "mail sent",
            // German, Dutch, Danish, Norwegian, Swedish, Finnish
            "gesendet",
            "gesendete elemente",
            "gesendete objekte",
            "gesendete nachrichten",
            "gesendete mails",
            "postausgang gesendet",
            "verzonden",
            "verzonden items",
            "verzonden berichten",
            "sendt",
            "sendt post",
            "sendte elementer",
            "sendte",
            "sendt e-post",
            "skickat",
            "skickade",
            "skickade objekt",
            "skickade meddelanden",
            "lähetetyt",
            "lähetetyt viestit",
            // French, Spanish, Portuguese, Italian, Catalan, Romanian
            "envoyés",
            "éléments envoyés",
            "messages envoyés",
            "courrier envoyé",
            "enviados",
            "elementos enviados",
            "mensajes enviados",
            "correo enviado",
            "enviadas",
            "itens enviados",
            "mensagens enviadas",
            "inviata",
            "posta inviata",
            "posta inviati",
            "inviati",
            "elementi inviati",
            "enviats",
            "elements enviats",
            "trimise",
            "elemente trimise",
            // Polish, Czech, Slovak, Hungarian, Slovene, Croatian
            "wysłane",
            "elementy wysłane",
            "wysłane wiadomości",
            "odeslané",
            "odeslaná pošta",
            "odoslané",
            "odoslaná pošta",
            "elküldött",
            "elküldött elemek",
            "elküldött üzenetek",
            "poslano",
            "poslana pošta",
            "poslane stavke",
            "poslano - sent",
            // Russian, Ukrainian, Bulgarian, Greek, Turkish
            "отправленные",
            "отправленные элементы",
            "исходящие",
            "надіслані",
            "відправлені",
            "изпратени",
            "απεσταλμένα",
            "σταλμένα",
            "gönderilmiş",
            "gönderilmiş öğeler",
            "gönderilenler",
            "gönderilen",
            // Hebrew, Arabic, Hindi-free servers use English; Japanese, Korean, Chinese
            "נשלחו",
            "פריטים שנשלחו",
            "البريد المرسل",
            "المرسلة",
            "العناصر المرسلة",
            "送信済み",
            "送信済みメール",
            "送信済みアイテム",
            "送信済みトレイ",
            "보낸 편지함",
            "보낸편지함",
            "보낸메일함",
            "已发送",
            "已发送邮件",
            "已发邮件",
            "寄件備份",
            "寄件匣備份",
            "已傳送郵件",
            "已寄出",
        ],
    ),
    (
        FolderRole::Junk,
        &[
            "junk",
            "junk e-mail",
            "junk email",
            "junk mail",
            "spam",
            "spam mail",
            "bulk",
            "bulk mail",
            "spamverdacht",
            "unerwünscht",
            "junk-e-mail",
            "ongewenste e-mail",
            "ongewenst",
            "uønsket e-mail",
            "søppelpost",
            "skräppost",
            "roskaposti",
            "courrier indésirable",
            "indésirables",
            "pourriel",
            "correo no deseado",
            "lixo eletrónico",
            "lixo eletrônico",
            "lixo electrónico",
            "posta indesiderata",
            "correu brossa",
            "mesaje nedorite",
            "wiadomości-śmieci",
            "niechciane",
            "nevyžádaná pošta",
            "nevyžiadaná pošta",
            "levélszemét",
            "vsiljena pošta",
            "neželjena pošta",
            "спам",
            "нежелательная почта",
            "небажана пошта",
            "нежелана поща",
            "ανεπιθύμητα",
            "ανεπιθύμητη αλληλογραφία",
            "önemsiz",
            "önemsiz e-posta",
            "istenmeyen",
            "דואר זבל",
            "البريد غير الهام",
            "迷惑メール",
            "정크 메일",
            "스팸",
            "스팸메일함",
            "垃圾邮件",
            "垃圾郵件",
        ],
    ),
    (
        FolderRole::Trash,
        &[
            "trash", "deleted", "deleted items", "deleted messages", "bin", "wastebasket", "papierkorb",
            "gelöscht", "gelöschte elemente", "gelöschte objekte", "gelöschte nachrichten", "prullenbak",
            "verwijderde items", "verwijderd", "papirkurv", "slettet post", "slettede elementer",
            "papperskorg", "papperskorgen", "borttaget", "borttagna objekt", "roskakori", "poistetut",
            "corbeille", "éléments supprimés", "papelera", "elementos eliminados", "lixeira", "lixo",
            "itens excluídos", "itens eliminados", "cestino", "posta eliminata", "paperera",
            "elemente șterse", "coș de gunoi", "kosz", "elementy usunięte", "koš", "odstraněná pošta", "kôš",
            "odstránená pošta", "lomtár", "kuka", "törölt elemek", "smeti", "izbrisano", "smeće", "корзина",
            "удаленные", "удалённые", "кошик", "видалені", "кошче", "изтрити", "κάδος", "διαγραμμένα", "çöp",
            "çöp kutusu", "silinmiş öğeler", "אשפה", "פריטים שנמחקו", "سلة المهملات", "العناصر المحذوفة",
            "ゴミ箱", "ごみ箱", "削除済みアイテム", "휴지통", "지운 편지함", "已删除", "已删除邮件",
            "废件箱", "刪除的郵件", "垃圾桶",
        ],
    ),
    (
        FolderRole::Drafts,
        &[
            "drafts", "draft", "entwürfe", "entwurf", "concepten", "kladder", "utkast", "luonnokset",
            "brouillons", "brouillon", "borradores", "rascunhos", "bozze", "esborranys", "ciorne",
            "kopie robocze", "szkice", "wersje robocze", "koncepty", "rozepsané", "piszkozatok", "vázlatok",
            "osnutki", "skice", "черновики", "чернетки", "чернови", "πρόχειρα", "taslaklar", "טיוטות",
            "المسودات", "下書き", "임시 보관함", "임시보관함", "草稿", "草稿箱", "草稿匣",
        ],
    ),
    (
        FolderRole::Archive,
        &[
            "archive", "archives", "archiv", "archief", "arkiv", "arkisto", "archivo", "arquivo", "archivio",
            "arxiu", "arhivă", "archiwum", "archív", "archívum", "arhiv", "arhiva", "архив", "архів",
            "αρχείο", "arşiv", "ארכיון", "الأرشيف", "アーカイブ", "보관함", "归档", "存档", "封存",
        ],
    ),
];

/// The name of the folder where Lazaret holds mail, without the namespace's prefix.
pub const QUARANTINE: &str = "Lazaret";

/// Whether this is the folder where Lazaret holds mail: `Lazaret`, or `INBOX.Lazaret` and its like where
/// the personal namespace demands a prefix.
pub fn is_quarantine(folder: &Folder) -> bool {
    let name = folder.name.strip_suffix(QUARANTINE);
    name.is_some_and(|prefix| {
        prefix.is_empty()
            || (prefix.to_ascii_uppercase().starts_with("INBOX") && prefix.chars().count() == "INBOX.".len())
    })
}

/// The role that the attributes of a LIST answer name.
pub fn role_by_attributes<'a>(attributes: impl IntoIterator<Item = &'a str>) -> Option<FolderRole> {
    let mut role = None;
    for attribute in attributes {
        let found = ATTRIBUTES.iter().find(|(name, _)| attribute.eq_ignore_ascii_case(name));
        // A view of other folders wins: what stands in it stands elsewhere too.
        match found {
            Some((_, FolderRole::View)) => return Some(FolderRole::View),
            Some((_, other)) => role = role.or(Some(*other)),
            None => {}
        }
    }
    role
}

/// The role that a name for people suggests; `separator` parts it into components.
pub fn role_by_name(display: &str, separator: Option<char>) -> FolderRole {
    let last = match separator {
        Some(mark) => display.rsplit(mark).next().unwrap_or(display),
        None => display,
    };
    let wanted = last.trim().to_lowercase();
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&wanted.as_str()))
        .map_or(FolderRole::Other, |(role, _)| *role)
}

/// Where a folder stands among others of its kind: the fewer components, the nearer to the top.
fn depth(folder: &Folder, separator: Option<char>) -> usize {
    separator.map_or(0, |mark| folder.display.matches(mark).count())
}

/// Gives roles by name where the server named none, puts INBOX first, the rest in order of their names.
///
/// A name counts only where no folder has that role by attribute, and only for the folder nearest to the
/// top (`Sent` rather than `Clients/Sent`), so that at most one folder per role comes from a name.
pub fn settle(folders: &mut [Folder], separator: Option<char>) {
    for role in
        [FolderRole::Sent, FolderRole::Junk, FolderRole::Trash, FolderRole::Drafts, FolderRole::Archive]
    {
        if folders.iter().any(|f| f.role == role) {
            continue;
        }
        let best = folders
            .iter_mut()
            .filter(|f| f.role == FolderRole::Other && f.selectable)
            .filter(|f| role_by_name(&f.display, separator) == role)
            .min_by_key(|f| (depth(f, separator), rank(&f.display, separator, role)));
        if let Some(folder) = best {
            folder.role = role;
        }
    }
    folders.sort_by(|a, b| {
        (a.role != FolderRole::Inbox, &a.display, &a.name).cmp(&(
            b.role != FolderRole::Inbox,
            &b.display,
            &b.name,
        ))
    });
}

/// The place of a name in its row of [`NAMES`]: where two fit, the more usual one wins.
fn rank(display: &str, separator: Option<char>, role: FolderRole) -> usize {
    let last = separator.and_then(|mark| display.rsplit(mark).next()).unwrap_or(display);
    let wanted = last.trim().to_lowercase();
    NAMES
        .iter()
        .find(|(r, _)| *r == role)
        .and_then(|(_, names)| names.iter().position(|n| *n == wanted))
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(display: &str, role: FolderRole) -> Folder {
        Folder { name: display.into(), display: display.into(), role, selectable: true }
    }

    #[test]
    fn every_name_is_lower_case_and_names_one_role() {
        let mut seen = std::collections::HashMap::new();
        for (role, names) in NAMES {
            for name in *names {
                assert_eq!(name.to_lowercase(), *name);
                assert!(seen.insert(*name, *role).is_none(), "{name} is listed twice");
            }
        }
        assert!(seen.len() > 150);
    }

    #[test]
    fn the_servers_word_beats_the_name() {
        let mut folders = [
            folder("Sent", FolderRole::Other),
            folder("Ausgang", FolderRole::Sent),
            folder("INBOX", FolderRole::Inbox),
        ];
        settle(&mut folders, Some('/'));
        let roles: Vec<(&str, FolderRole)> = folders.iter().map(|f| (f.display.as_str(), f.role)).collect();
        assert_eq!(
            roles,
            [("INBOX", FolderRole::Inbox), ("Ausgang", FolderRole::Sent), ("Sent", FolderRole::Other)]
        );
    }

    #[test]
    fn the_folder_nearest_to_the_top_is_meant() {
        let mut folders = [
            folder("Clients.Sent", FolderRole::Other),
            folder("INBOX.Sent Items", FolderRole::Other),
            folder("INBOX.Sent", FolderRole::Other),
            folder("INBOX.Lixo", FolderRole::Other),
        ];
        settle(&mut folders, Some('.'));
        let sent: Vec<&str> =
            folders.iter().filter(|f| f.role == FolderRole::Sent).map(|f| f.display.as_str()).collect();
        assert_eq!(sent.len(), 1);
        assert!(folders.iter().any(|f| f.display == "INBOX.Lixo" && f.role == FolderRole::Trash));
    }

    #[test]
    fn a_view_is_a_view_whatever_else_it_says() {
        assert_eq!(role_by_attributes(["\\HasNoChildren", "\\Archive", "\\All"]), Some(FolderRole::View));
        assert_eq!(role_by_attributes(["\\HasNoChildren", "\\SENT"]), Some(FolderRole::Sent));
        assert_eq!(role_by_attributes(["\\Marked"]), None);
        assert_eq!(role_by_name("[Google Mail]/Отправленные", Some('/')), FolderRole::Sent);
        assert_eq!(role_by_name("Rechnungen", Some('/')), FolderRole::Other);
    }
}
