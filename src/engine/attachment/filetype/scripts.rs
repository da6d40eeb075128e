//! Scripts that neither a name nor a first line tells: by several words that go together in one language only.
//!
//! A guess, and of use only to say what a file is: what is told here runs nothing, because no name makes it run.

use super::Format;

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

/// The language of a text, if it is plainly one.
pub(super) fn by_text(text: &str) -> Option<Format> {
    let lower = format!("\n{}", text.to_ascii_lowercase());
    // Prose that speaks of programs has words between; a script's lines end in signs or are short.
    let has = |mark: &&&str| lower.contains(**mark);
    let found = LANGUAGES.iter().find(|(_, needed, marks)| marks.iter().filter(has).count() >= *needed);
    found.map(|(format, _, _)| *format)
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
