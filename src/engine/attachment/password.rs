//! Passwords in the mail's text: words near the word for password, in the common languages.

use crate::engine::message::Message;

/// Words for password, in lower case.
const WORDS: &[&str] = &[
    "password", "passwort", "kennwort", "passwd", "pwd", "passcode", "pass", "pin", "mot de passe",
    "contraseña", "contrasena", "clave", "senha", "palavra-passe", "wachtwoord", "lösenord", "passord",
    "adgangskode", "salasana", "hasło", "haslo", "heslo", "jelszó", "parola", "пароль", "κωδικός", "şifre",
    "sifre", "סיסמה", "كلمة المرور", "密码", "密碼", "パスワード", "비밀번호", "암호", "mật khẩu", "รหัสผ่าน",
];

/// Words between the word for password and the password itself.
const FILLERS: &[&str] = &[
    "is", "the", "for", "to", "of", "open", "file", "archive", "zip", "attachment", "attached", "ist",
    "lautet", "das", "für", "est", "le", "es", "la", "is:", "use", "with", "and", "your", "this", "document",
    "een", "del", "archivo", "code",
];

/// Candidates that are tried.
const MOST: usize = 16;
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
            collect(&without_tags(text), &mut out);
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

fn collect(text: &str, out: &mut Vec<String>) {
    let lower = text.to_lowercase();
    // Lower case may change lengths; then positions would not fit, and the lower case must do.
    let text = if lower.len() == text.len() { text } else { &lower };
    let mut behind = Vec::new();
    for word in WORDS {
        for (at, _) in lower.match_indices(word).take(8) {
            let after = text.get(at + word.len()..).unwrap_or_default();
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

fn take<'t>(words: impl Iterator<Item = &'t str>, most: usize, out: &mut Vec<String>) {
    let mut taken = 0;
    for raw in words {
        let word = raw.trim_matches(|c: char| {
            matches!(
                c,
                '"' | '\''
                    | '“'
                    | '”'
                    | '„'
                    | '«'
                    | '»'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | ':'
                    | '-'
                    | '='
                    | ','
                    | ';'
                    | '：'
            )
        });
        if word.chars().count() < 3 || word.len() > 64 || FILLERS.contains(&word.to_lowercase().as_str()) {
            continue;
        }
        // A full stop may end the sentence or belong to the password.
        let bare = word.trim_end_matches(['.', '!', '?', '。']);
        for candidate in [bare, word] {
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
        ] {
            let mut out = Vec::new();
            collect(text, &mut out);
            assert!(out.iter().take(6).any(|c| c == wanted), "{text}: {out:?}");
        }
    }
}
