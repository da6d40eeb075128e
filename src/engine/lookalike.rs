//! Letters that show as ASCII letters and are none: what disguises a word from those who compare bytes.
//!
//! Words of notices and names of files are read through these. Another such letter is one row.

/// Full-width and mathematical letters as the ASCII letters that they show.
pub(super) fn plain(c: char) -> char {
    let code = u32::from(c);
    let ascii = match code {
        0xff01..=0xff5e => code - 0xff01 + 0x21,
        // Twenty-six capitals and twenty-six small letters, thirteen styles over.
        0x1d400..=0x1d6a3 => match (code - 0x1d400) % 52 {
            n @ 0..=25 => n + 0x41,
            n => n - 26 + 0x61,
        },
        0x2010..=0x2015 | 0x2212 => 0x2d,
        0x2018 | 0x2019 | 0x02bc => 0x27,
        _ => return c,
    };
    char::from_u32(ascii).unwrap_or(c)
}

/// The ASCII letter that a small Cyrillic, Greek or Armenian one shows, in a word that has ASCII letters as well.
pub(super) fn lookalike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ո' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' => 'y',
        _ => return None,
    })
}

/// The point that a character shows, in a name.
pub(super) fn point(c: char) -> bool {
    matches!(
        c,
        '\u{2024}' | '\u{ff0e}' | '\u{fe52}' | '\u{ff61}' | '\u{a4f8}' | '\u{06d4}' | '\u{0701}' | '\u{0702}'
    )
}

/// A name in lower case as it shows: look-alikes of letters and points as those.
pub(super) fn shown(name: &str) -> String {
    let lower = name.chars().flat_map(|c| plain(c).to_lowercase());
    lower.map(|c| if point(c) { '.' } else { lookalike(c).unwrap_or(c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_show() {
        for (name, wanted) in [
            ("Report.\u{440}df", "report.pdf"),
            ("invoice\u{2024}pdf", "invoice.pdf"),
            ("\u{ff33}et\u{ff0e}\u{ff25}\u{ff38}\u{ff25}", "set.exe"),
            ("minutes.txt", "minutes.txt"),
            ("\u{444}\u{43b}\u{433}.txt", "\u{444}\u{43b}\u{433}.txt"),
        ] {
            assert_eq!(shown(name), wanted, "{name}");
        }
    }
}
