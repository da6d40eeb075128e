//! Scripts that neither a name nor a first line tells: by several words that go together in one language only.
//!
//! A guess, and of use only to say what a file is: what is told here runs nothing, because no name makes it run.

use std::sync::OnceLock;

use super::Format;
use crate::engine::anyof::AnyOf;
use crate::engine::lexicon::{Begins, Lexicon};

/// A language: how many of its marks must stand in the text, and the marks in lower case. A mark that begins with a
/// line break stands at the start of a line.
const LANGUAGES: &[(Format, usize, &[&str])] = &[
    (
        Format::Batch,
        2,
        &[
            "\n@echo off", "\nsetlocal", "%~dp0", "\ngoto ", "goto :eof", "\nif exist ", "if not exist ",
            "%errorlevel%", "\nrem ", "%1",
        ],
    ),
    (
        Format::PowerShell,
        2,
        &[
            "\nparam(", "\nparam (", "[cmdletbinding()]", "write-host", "write-output", "new-object ",
            "get-childitem", "invoke-", "foreach-object", "$_.", "set-executionpolicy", "import-module",
            "-erroraction", "[parameter(",
        ],
    ),
    (
        Format::VbScript,
        3,
        &[
            "\ndim ", "\nset ", "createobject(", "\non error resume next", "\noption explicit", "wscript.",
            "msgbox ", "\nend sub", "\nend if", "\nend function", "\nnext",
        ],
    ),
    (
        Format::Python,
        3,
        &[
            "\nimport ", "\nfrom ", "\ndef ", "\nclass ", "if __name__ ==", "    self.", "\n    return",
            "print(", "\n    def ", "except ",
        ],
    ),
    (
        Format::JScript,
        3,
        &[
            "\nvar ", "\nfunction ", "\nconst ", "\nlet ", "function(", "function (", "document.",
            "console.log(", "new activexobject(", "module.exports", "===", "=> {", "});", "window.",
        ],
    ),
];

struct Book {
    /// All marks, wherever they stand, the short ones aside and few at a time: so they are found fast, and most texts
    /// have none.
    any: Vec<AnyOf>,
    lexicon: Lexicon,
    /// The place in [`LANGUAGES`] of each mark's language.
    languages: Vec<usize>,
}

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        let marks = || {
            let numbered = LANGUAGES.iter().enumerate();
            numbered.flat_map(|(number, (_, _, marks))| marks.iter().map(move |mark| (number, *mark)))
        };
        let (short, long): (Vec<&str>, Vec<&str>) = marks().map(|(_, mark)| mark).partition(|m| m.len() < 4);
        Book {
            any: std::iter::once(&short[..]).chain(long.chunks(30)).map(AnyOf::new).collect(),
            lexicon: Lexicon::new(Begins::AtWords, marks().map(|(_, mark)| mark)),
            languages: marks().map(|(number, _)| number).collect(),
        }
    })
}

/// Bytes of a text that show its language.
const LOOK_AT: usize = 4 << 10;

/// The language of a text, if it is plainly one.
pub(super) fn by_text(text: &str) -> Option<Format> {
    let text = text.get(..text.floor_char_boundary(LOOK_AT)).unwrap_or(text);
    let mut lower = String::with_capacity(text.len() + 1);
    lower.push('\n');
    lower.push_str(text);
    lower.make_ascii_lowercase();
    let book = book();
    if !book.any.iter().any(|marks| marks.is_in(&lower)) {
        return None;
    }
    // Prose that speaks of programs has words between; a script's lines end in signs or are short.
    let mut met = vec![false; book.languages.len()];
    for found in book.lexicon.find(&lower) {
        if let Some(mark) = met.get_mut(found.phrase) {
            *mark = true;
        }
    }
    let marks =
        |number: usize| met.iter().zip(&book.languages).filter(|(met, of)| **met && **of == number).count();
    let mut languages = LANGUAGES.iter().enumerate();
    languages.find(|(number, (_, needed, _))| marks(*number) >= *needed).map(|(_, (format, _, _))| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_and_prose_is_none() {
        for (text, expected) in [
            ("@echo off\r\nsetlocal\r\necho x\r\n", Some(Format::Batch)),
            ("param(\n  [string]$Name\n)\nWrite-Host $Name\n", Some(Format::PowerShell)),
            ("Option Explicit\nDim a\nSet a = CreateObject(\"x\")\n", Some(Format::VbScript)),
            ("import os\n\ndef main():\n    print(os.name)\n", Some(Format::Python)),
            ("var a = 1;\nfunction f() { return a === 2; }\n", Some(Format::JScript)),
            ("We import goods from abroad.\nThe class of 1998 met.\n", None),
            ("Set the table, then goto the garden.\n", None),
        ] {
            assert_eq!(by_text(text), expected, "{text}");
        }
    }
}
