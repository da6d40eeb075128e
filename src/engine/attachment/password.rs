//! Passwords in the mail's text: words near the word for password, in the common languages.

use crate::engine::message::Message;

/// Words for password, in lower case.
const WORDS: &[&str] = &[
    "password", "passwort", "kennwort", "passwd", "pwd", "passcode", "pass", "pin", "mot de passe",
    "contraseña", "contrasena", "clave", "senha", "palavra-passe", "wachtwoord", "lösenord", "passord",
    "adgangskode", "salasana", "hasło", "haslo", "heslo", "jelszó", "parola", "пароль", "κωδικός", "şifre",
    "sifre", "סיסמה", "كلمة المرور", "密码", "密碼", "パスワード", "비밀번호", "암호", "mật khẩu", "รหัสผ่าน",
    "pw", "key", "zugangscode", "code", "salasana", "parool", "parole", "slaptažodis", "lozinka", "лозинка",
    "geslo", "шифра", "contrasenya", "pasahitza", "lykilorð", "kata sandi", "sandi", "parolă",
    "synthimatiko", "συνθηματικό", "סיסמא", "كلمة السر", "الرقم السري", "رمز عبور", "पासवर्ड", "口令",
    "解压码", "暗証番号", "패스워드", "mật mã", "pasvorto",
];

/// Words between the word for password and the password itself.
const FILLERS: &[&str] = &[
    "is", "the", "for", "to", "of", "open", "file", "archive", "zip", "attachment", "attached", "ist",
    "lautet", "das", "für", "est", "le", "es", "la", "is:", "use", "with", "and", "your", "this", "document",
    "een", "del", "archivo", "code",
];

/// Candidates that are tried.
const MOST: usize = 24;
/// Text of the message that is searched, in bytes.
const LOOK_AT: usize = 128 << 10;

/// Words of the mail's text that may be passwords, likeliest first.
pub(super) fn candidates(message: &Message<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let mut left = LOOK_AT;
    for part in message.parts() {
        let Some(text) = part.text() else { continue };
        let text = text.get(..super::filetype::text::floor(text, left)).unwrap_or(text);
        left -= text.len().min(left);
        if part.is_html() {
            let mut plain = without_tags(text);
            for (entity, stands_for) in ENTITIES {
                if plain.contains(entity) {
                    plain = plain.replace(entity, stands_for);
                }
            }
            collect(&plain, &mut out);
        } else {
            collect(text, &mut out);
        }
    }
    if let Some(subject) = message.header("subject") {
        collect(&subject, &mut out);
    }
    out.truncate(MOST);
    out
}

/// The text of a page.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => {
                inside = true;
                out.push(' ');
            }
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// Quotes, brackets and signs that people put around a password.
const AROUND: &[char] = &[
    '"', '\'', '“', '”', '„', '‟', '‘', '’', '‚', '‹', '›', '«', '»', '`', '´', '＂', '＇', '「', '」', '『',
    '』', '【', '】', '《', '》', '〈', '〉', '（', '）', '(', ')', '[', ']', '<', '>', '{', '}', ':', '：',
    '-', '–', '—', '=', '*', '_', '|', '~', ',', ';', '，', '、', '→', '\u{a0}', '\u{200b}', '\u{feff}',
];

/// The few entities that stand around words.
const ENTITIES: &[(&str, &str)] = &[
    ("&nbsp;", " "),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

fn collect(text: &str, out: &mut Vec<String>) {
    let lower = text.to_lowercase();
    // Lower case may change lengths; then positions would not fit, and the lower case must do.
    let text = if lower.len() == text.len() { text } else { &lower };
    let mut behind = Vec::new();
    for word in WORDS {
        for (at, _) in lower.match_indices(word).take(8) {
            let after = text.get(at + word.len()..).unwrap_or_default();
            // A longer word, as most that begin with these letters are.
            if word.is_ascii() && after.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            spelled(after, out);
            take(after.split_whitespace().take(8), 4, out);
            let before = text.get(..at).unwrap_or_default();
            take(before.split_whitespace().rev().take(5), 2, &mut behind);
        }
    }
    for word in behind {
        if !out.contains(&word) {
            out.push(word);
        }
    }
}

/// A password written with a blank behind each letter.
fn spelled(after: &str, out: &mut Vec<String>) {
    let mut words =
        after.split_whitespace().map(|w| w.trim_matches(|c| AROUND.contains(&c))).take(24).peekable();
    while words.next_if(|w| w.chars().count() != 1).is_some() {}
    let letters: String = words.take_while(|w| w.chars().count() == 1).collect();
    if letters.chars().count() >= 4 && !out.contains(&letters) {
        out.push(letters);
    }
}

fn take<'t>(words: impl Iterator<Item = &'t str>, most: usize, out: &mut Vec<String>) {
    let mut taken = 0;
    for raw in words {
        let word = raw.trim_matches(|c| AROUND.contains(&c));
        if word.chars().count() < 3 || word.len() > 64 || FILLERS.contains(&word.to_lowercase().as_str()) {
            continue;
        }
        // A full stop may end the sentence or belong to the password.
        let bare = word.trim_end_matches(['.', '!', '?', '。']);
        // Writing without blanks goes on before and behind the password.
        let ascii = word.split(|c: char| !c.is_ascii()).max_by_key(|run| run.len()).unwrap_or_default();
        let ascii = ascii.trim_matches(|c| AROUND.contains(&c));
        for candidate in [bare, word, ascii] {
            if candidate.chars().count() >= 3 && !out.iter().any(|c| c == candidate) {
                out.push(candidate.to_owned());
            }
        }
        taken += 1;
        if taken >= most {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_behind_the_word_for_password_comes_first() {
        for (text, wanted) in [
            ("The password for the attached file is 48213.", "48213"),
            ("Passwort: geheim7", "geheim7"),
            ("archive password -- 55512", "55512"),
            ("пароль: 12345", "12345"),
            ("Use \"abc123\" as password", "abc123"),
            ("Password = »Sommer-24«", "Sommer-24"),
            ("the password is ‘q1w2e3’, as always", "q1w2e3"),
            ("mot de passe : `ete2026`", "ete2026"),
            ("密码：abc123，请查收", "abc123"),
            ("解压密码【7788】", "7788"),
            ("パスワードは「hana55」です", "hana55"),
            ("비밀번호는 sal99 입니다", "sal99"),
            ("كلمة المرور: nur77", "nur77"),
            ("hasło: *zima9*", "zima9"),
            ("password: 4 8 2 1 3", "48213"),
            ("PW: [x-12345]", "x-12345"),
        ] {
            let mut out = Vec::new();
            collect(text, &mut out);
            assert!(out.iter().take(6).any(|c| c == wanted), "{text}: {out:?}");
        }
    }
}
