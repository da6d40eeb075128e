//! Phrases in other languages.

use super::{Group, Reason};

/// What servers say in German, French, Spanish, Italian, Portuguese, Dutch, Nordic languages, Polish,
/// Czech, Turkish, Russian, Japanese, Chinese and Korean.
pub(super) const GROUPS: &[Group] = &[
    Group {
        reason: Reason::MailboxFull,
        sure: true,
        phrases: &[
            "postfach ist voll", "postfach voll", "mailbox ist voll", "postfach des empfängers ist voll",
            "speicherplatz", "boîte aux lettres * pleine", "boîte aux lettres pleine",
            "boite aux lettres pleine", "boite pleine", "boîte de réception * pleine", "quota dépassé",
            "buzón * lleno", "buzon lleno", "buzón de correo * lleno", "bandeja de entrada * llena",
            "casella * piena", "caixa de correio * cheia", "caixa postal * cheia",
            "caixa de entrada * cheia", "postvak * vol", "mailbox is vol", "inkorg * full",
            "postkasse * fuld", "postboks * full", "skrzynka * pełna", "schránka * plná",
            "posta kutusu * dolu", "переполнен", "превышена квота", "メールボックスが一杯",
            "メールボックス容量", "容量が一杯", "容量を超え", "容量がいっぱい", "空き容量", "邮箱已满",
            "邮箱空间不足", "信箱已滿", "郵箱已滿", "받은 편지함", "용량이 초과",
        ],
    },
    Group {
        reason: Reason::TooLarge,
        sure: true,
        phrases: &[
            "nachricht ist zu groß", "nachricht zu groß", "zu groß", "trop volumineux", "trop grand",
            "demasiado grande", "troppo grande", "muito grande", "te groot", "слишком больш", "サイズが大き",
            "サイズ制限", "邮件太大",
        ],
    },
    Group {
        reason: Reason::Spam,
        sure: true,
        phrases: &[
            "als spam", "comme spam", "comme du spam", "indésirable", "como spam", "correo no deseado",
            "come spam", "спам", "迷惑メール", "垃圾邮件", "スパム", "스팸",
        ],
    },
    Group {
        reason: Reason::Virus,
        sure: true,
        phrases: &[
            "virus gefunden", "virus trouvé", "virus encontrado", "virus rilevato", "vírus", "вирус",
            "ウイルス", "ウィルス", "病毒",
        ],
    },
    Group {
        reason: Reason::MailboxUnknown,
        sure: false,
        phrases: &[
            "unbekannter empfänger", "empfänger unbekannt", "unbekannter benutzer", "benutzer unbekannt",
            "adresse existiert nicht", "empfänger existiert nicht", "postfach existiert nicht",
            "adresse wurde nicht gefunden", "adresse nicht gefunden", "wurde nicht gefunden",
            "nicht gefunden", "nicht vorhanden", "konto existiert nicht", "adresse inconnue",
            "utilisateur inconnu", "destinataire inconnu", "utilisateur non recens", "n'existe pas",
            "introuvable", "est introuvable", "n'a pas été trouv", "usuario desconocido",
            "destinatario desconocido", "no existe", "no se encontr", "no se ha encontrado",
            "no se pudo encontrar", "utente sconosciuto", "destinatario sconosciuto", "non esiste",
            "indirizzo inesistente", "non è stato trovato", "impossibile trovare", "usuário desconhecido",
            "destinatário desconhecido", "não existe", "não foi encontrado", "bestaat niet",
            "onbekende gebruiker", "onbekend adres", "kon niet worden gevonden", "is niet gevonden",
            "finns inte", "hittades inte", "okänd mottagare", "findes ikke", "blev ikke fundet",
            "finnes ikke", "ble ikke funnet", "ei löydy", "ei ole olemassa", "nie istnieje", "nieznany",
            "nie znaleziono", "neexistuje", "nem létezik", "bulunamadı", "mevcut değil", "не существует",
            "не найден", "не зарегистрирован", "неизвестн", "存在しません", "存在しない", "見つかりません",
            "宛先不明", "該当ユーザ", "不存在", "找不到", "无效的收件人", "존재하지 않", "찾을 수 없",
        ],
    },
    Group {
        reason: Reason::Suspended,
        sure: false,
        phrases: &[
            "postfach ist deaktiviert", "konto ist gesperrt", "konto ist deaktiviert",
            "postfach ist gesperrt", "compte désactivé", "cuenta deshabilitada", "account disattivato",
            "conta desativada", "заблокирован", "отключен",
        ],
    },
    Group {
        reason: Reason::HostUnknown,
        sure: false,
        phrases: &[
            "unbekannter host", "domäne * nicht gefunden", "domain existiert nicht", "domaine inconnu",
            "dominio desconocido", "dominio inesistente", "domínio inexistente", "домен не",
            "ドメインが存在",
        ],
    },
    Group {
        reason: Reason::Network,
        sure: false,
        phrases: &[
            "zeitüberschreitung", "verbindung * fehlgeschlagen", "verbindung abgelehnt", "délai * dépassé",
            "connexion refusée", "conexión rechazada", "tiempo de espera", "connessione rifiutata",
            "превышено время", "タイムアウト", "接続でき",
        ],
    },
];
