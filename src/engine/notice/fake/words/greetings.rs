//! Greetings that know no name, words for codes to be scanned, and for an answer that is awaited.

use std::ops::Range;
use std::sync::OnceLock;

use super::super::fold::fold;
use crate::engine::anyof::AnyOf;

/// A word that greets and one for whoever it may be, written in either order and near each other.
const NAMELESS: &[(&str, &str)] = &[
    ("dear", "user"),
    ("dear", "owner"),
    ("dear", "account holder"),
    ("dear", "mailbox"),
    ("dear", "subscriber"),
    ("hello", "user"),
    ("hi", "user"),
    ("attention", "user"),
    ("attn", "user"),
    ("sehr geehrte", "nutzer"),
    ("liebe", "nutzer"),
    ("guten tag", "nutzer"),
    ("hallo", "nutzer"),
    ("cher", "utilisat"),
    ("bonjour", "utilisat"),
    ("estimado", "usuario"),
    ("querido", "usuario"),
    ("caro", "usuário"),
    ("caro", "utilizador"),
    ("prezado", "usuário"),
    ("estimado", "utilizador"),
    ("benvolgut", "usuari"),
    ("gentile", "utente"),
    ("caro", "utente"),
    ("beste", "gebruiker"),
    ("geachte", "gebruiker"),
    ("szanown", "użytkowni"),
    ("drogi", "użytkowni"),
    ("vážen", "uživatel"),
    ("vážen", "používateľ"),
    ("tisztelt", "felhasználó"),
    ("kedves", "felhasználó"),
    ("stimat", "utilizator"),
    ("bästa", "användare"),
    ("kära", "användare"),
    ("kære", "bruger"),
    ("kjære", "bruker"),
    ("hyvä", "käyttäjä"),
    ("arvoisa", "käyttäjä"),
    ("sayın", "kullanıcı"),
    ("değerli", "kullanıcı"),
    ("уважаем", "пользовател"),
    ("дорогой", "пользовател"),
    ("шановн", "користувач"),
    ("уважаем", "потребител"),
    ("почитуван", "корисни"),
    ("поштован", "корисни"),
    ("poštovan", "korisni"),
    ("spoštovan", "uporabni"),
    ("gerbiam", "vartotoj"),
    ("cienīj", "lietotāj"),
    ("lugupeetud", "kasutaja"),
    ("αγαπητ", "χρήστη"),
    ("عزيزي", "المستخدم"),
    ("کاربر", "گرامی"),
    ("משתמש", "יקר"),
    ("尊敬的", "用户"),
    ("亲爱的", "用户"),
    ("尊敬的", "用戶"),
    ("親愛的", "用戶"),
    ("ユーザー", "各位"),
    ("ユーザー", "様"),
    ("사용자", "님"),
    ("kính gửi", "người dùng"),
    ("pengguna", "terhormat"),
    ("เรียน", "ผู้ใช้"),
    ("प्रिय", "उपयोगकर्ता"),
];

/// Words that greet, before an address.
const GREETS: &[&str] = &[
    "dear", "hello", "hi", "attn", "attention", "hey", "hallo", "guten tag", "bonjour", "cher", "hola",
    "estimado", "ciao", "gentile", "olá", "prezado", "caro", "beste", "witaj", "dobrý den", "hej",
    "здравствуйте", "merhaba", "sayın", "尊敬的", "您好", "你好",
];

/// Codes that a telephone scans, as texts call them.
const CODES: &[&str] = &[
    "qr code", "qr-code", "qrcode", "qr kod", "qr-kod", "código qr", "codice qr", "kod qr", "kód qr",
    "cod qr", "karekod", "qr-код", "qr код", "κωδικό qr", "رمز qr", "קוד qr", "二维码", "二維碼", "扫码",
    "掃碼", "qrコード", "ＱＲコード", "qr 코드", "qr코드", "mã qr", "kode qr", "คิวอาร์", "scan the code",
    "scan the barcode", "scan the image", "scan below", "scan this code",
];

/// An answer, as texts on messages that wait for one call it.
const ANSWERS: &[&str] = &[
    "reply", "response", "your answer", "approval", "antwort", "bestätigung", "réponse", "répondre",
    "respuesta", "responder", "resposta", "risposta", "rispondere", "antwoord", "svar", "vastaus",
    "vastausta", "odpowied", "odpověď", "odpoveď", "odgovor", "válasz", "răspuns", "yanıt", "cevap", "ответ",
    "відповід", "отговор", "одговор", "απάντησ", "atsakym", "atbild", "vastus", "balas", "trả lời", "回复",
    "回覆", "返信", "답장", "답변", "رد", "پاسخ", "תשובה", "תגובה", "जवाब", "उत्तर", "ตอบกลับ",
];

/// Bytes behind what waits in which it is said for what.
const BEHIND: usize = 40;

/// Bytes of folded text in which a greeting stands, and between its words.
const OPENING: usize = 300;
const NEAR: usize = 32;

/// Where a text (folded) greets nobody by name. `address` and `local` are the person's.
pub(in super::super) fn nameless(text: &str, addresses: &[String]) -> Option<usize> {
    static BOOK: OnceLock<Vec<(String, String)>> = OnceLock::new();
    static GREETS_BOOK: OnceLock<Vec<String>> = OnceLock::new();
    let book = BOOK.get_or_init(|| NAMELESS.iter().map(|(a, b)| (fold(a), fold(b))).collect());
    let greets = GREETS_BOOK.get_or_init(|| GREETS.iter().map(|word| fold(word)).collect());
    let opening = text.get(..text.floor_char_boundary(OPENING)).unwrap_or_default();
    let free = |at: usize| {
        let before = opening.get(..at).and_then(|t| t.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() || !c.is_ascii())
    };
    let pair = book.iter().find_map(|(greets, whom)| {
        let at = opening.match_indices(greets.as_str()).map(|(at, _)| at).find(|at| free(*at))?;
        let after = opening.get(at + greets.len()..)?;
        let found = after.find(whom.as_str())?;
        // The sentence goes on to the one it greets, and no further.
        let between = after.get(..found)?;
        (found <= NEAR && !between.contains([',', ':', '.', '!'])).then_some(at)
    });
    pair.or_else(|| {
        let named = addresses.iter().map(|address| fold(address)).find_map(|a| opening.find(a.as_str()))?;
        let before = opening.get(..named)?.trim_end_matches([' ', '<', '(']);
        greets.iter().any(|word| before.ends_with(word.as_str())).then_some(named)
    })
}

/// Where a text (folded) says that what it speaks of at `place` waits for an answer.
pub(in super::super) fn answer(text: &str, place: &Range<usize>) -> Option<usize> {
    static BOOK: OnceLock<Vec<String>> = OnceLock::new();
    let book = BOOK.get_or_init(|| ANSWERS.iter().map(|word| fold(word)).collect());
    let end = text.floor_char_boundary(place.end + BEHIND);
    let behind = text.get(place.start..end)?;
    book.iter().find_map(|word| behind.find(word.as_str())).map(|at| place.start + at)
}

/// Where a text (folded) speaks of a code to be scanned.
pub(in super::super) fn code(text: &str) -> Option<usize> {
    static BOOK: OnceLock<(AnyOf, Vec<String>)> = OnceLock::new();
    let (any, words) = BOOK.get_or_init(|| {
        let words: Vec<String> = CODES.iter().map(|word| fold(word)).collect();
        (AnyOf::new(&words), words)
    });
    any.is_in(text).then(|| words.iter().find_map(|word| text.find(word.as_str())))?
}
