//! VBA: the source of macros, and how grave it is.
//!
//! Source: MS-OVBA. A module's compressed text begins with its `Attribute VB_Name` line, by which it is
//! found without the project's directory, as hostile files damage that on purpose.
//! Grades: no code, code, code that starts by itself, and such code that also fetches, starts programs or
//! calls the system. Creating an object or writing a file is everyday; alone it raises no grade.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;

/// Text of all modules of one document that is read.
const MOST: usize = 2 << 20;

/// Procedures that Office starts by itself, in lower case.
const AUTO: &[&str] = &[
    "autoexec", "autoopen", "auto_open", "autonew", "autoclose", "auto_close", "autoexit", "document_open",
    "document_new", "document_close", "documentopen", "documentbeforeclose", "documentchange",
    "workbook_open", "workbook_activate", "workbook_close", "workbook_beforeclose", "workbook_deactivate",
    "document_contentcontrolonenter", "inkpicture1_painted", "_onconnecting", "_documentcomplete",
    "_navigatecomplete2", "_beforenavigate2",
];
/// Calls that start programs or run code from memory.
const STARTS: &[&str] = &[
    "shell(", "shell (", "shell \"", "= shell", "wscript.shell", "shell.application", "shellexecute",
    "win32_process", "createprocess", "createthread", "virtualalloc", "rtlmovememory", "callwindowproc",
    "macscript", "execute4macro", "executeexcel4macro", "powershell", "cmd.exe", "cmd /c", "mshta",
    "rundll32", "schedule.service",
];
/// Calls that fetch something.
const FETCHES: &[&str] = &[
    "urldownloadtofile", "xmlhttp", "winhttprequest", "internetexplorer.application", "adodb.stream",
    "net.webclient", "downloadfile", "downloadstring", "bitsadmin", "certutil",
];
/// Ways to hide what is called.
const HIDES: &[&str] =
    &["strreverse", "frombase64", "chr(", "chrw(", "environ(", "-enc", "callbyname", "xor "];

/// Decompresses a container (MS-OVBA §2.4.1); what is damaged ends the text.
pub(super) fn decompress(data: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut at = 1;
    while let Some(header) = crate::engine::attachment::container::le16(data, at) {
        if out.len() > MOST {
            break;
        }
        let end = (at + usize::from(header & 0x0fff) + 3).min(data.len());
        at += 2;
        let start = out.len();
        if header & 0x8000 == 0 {
            out.extend_from_slice(data.get(at..(at + 4_096).min(data.len())).unwrap_or_default());
            at = end.max(at + 1);
            continue;
        }
        while at < end {
            let flags = data.get(at).copied().unwrap_or(0);
            at += 1;
            for bit in 0..8 {
                if at >= end {
                    break;
                }
                if flags >> bit & 1 == 0 {
                    out.push(data.get(at).copied().unwrap_or(0));
                    at += 1;
                    continue;
                }
                let Some(token) = crate::engine::attachment::container::le16(data, at) else { return out };
                at += 2;
                let done = out.len() - start;
                // The fewer bytes are behind, the fewer bits the distance needs (§2.4.1.3.19.1).
                let mut bits = 4;
                while 1_usize << bits < done {
                    bits += 1;
                }
                let length = usize::from(token & (0xffff >> bits)) + 3;
                let offset = usize::from(token >> (16 - bits)) + 1;
                for _ in 0..length {
                    let Some(byte) = out.len().checked_sub(offset).and_then(|i| out.get(i).copied()) else {
                        return out;
                    };
                    out.push(byte);
                }
                if out.len() > MOST {
                    return out;
                }
            }
        }
    }
    out
}

/// What the modules of a project come to.
#[derive(Default)]
pub(super) struct Project {
    /// The lines that do something, in lower case.
    code: String,
    modules: usize,
    /// Whether there is more text than is read.
    more: bool,
}

impl Project {
    /// Reads a module's stream.
    pub(super) fn add(&mut self, case: &mut Case<'_, '_>, stream: &[u8]) {
        let found =
            memchr::memmem::find(stream, b"\x00Attribut").and_then(|at| stream.get(at.checked_sub(3)?..));
        let Some(packed) = found else { return };
        let text = decompress(packed);
        self.modules += 1;
        case.budget().work(text.len() as u64 * 4);
        self.more |= text.len() > MOST;
        for line in text.split(|b| matches!(b, b'\n' | b'\r')) {
            let line = line.trim_ascii();
            let begins =
                |word: &str| line.get(..word.len()).is_some_and(|l| l.eq_ignore_ascii_case(word.as_bytes()));
            let idle = line.is_empty()
                || begins("'")
                || ["rem ", "attribute ", "option "].iter().any(|word| begins(word));
            if idle {
                continue;
            }
            if self.code.len() + line.len() > MOST {
                self.more = true;
                let room = MOST.saturating_sub(self.code.len());
                self.code.extend(line.iter().take(room).map(|&b| char::from(b.to_ascii_lowercase())));
                break;
            }
            self.code.extend(line.iter().map(|&b| char::from(b.to_ascii_lowercase())));
            self.code.push('\n');
        }
    }

    /// Whether no module has source.
    pub(super) fn has_no_source(&self) -> bool {
        self.modules == 0
    }
}

/// Says that a project has no source: it runs from its compiled form, where nobody reads it.
pub(super) fn stripped(case: &mut Case<'_, '_>) {
    case.find(&f::MACRO_STRIPPED, "has macros whose source was taken out", None);
}

/// What the modules together do, said of the document.
pub(super) fn judge(case: &mut Case<'_, '_>, project: &Project) {
    let code = &project.code;
    if project.more {
        case.only(&format!("the first {} MiB of its macros", MOST >> 20));
    }
    case.budget().work(code.len() as u64 * 4);
    if code.trim().is_empty() {
        case.find(&f::MACRO_EMPTY, "has a macro project without code", None);
        return;
    }
    if promises_no_macro(case) {
        case.find(&f::MACRO_DISGUISED, "has macros, and a name that promises none", None);
    }
    let seen = words_in(code);
    let found = |words: &[&str]| words.iter().find(|w| seen.contains(*w)).map(|w| (*w).to_owned());
    let auto = AUTO
        .iter()
        .filter(|a| seen.contains(*a))
        .find(|a| a.starts_with('_') || code.contains(&format!("sub {a}")));
    let (starts, fetches, hides) = (found(STARTS), found(FETCHES), found(HIDES));
    match (auto, starts.or_else(|| fetches.clone())) {
        (Some(auto), Some(word)) => {
            let says = format!(
                "has a macro that starts by itself ({auto}) and reaches out of the document ({})",
                word.trim()
            );
            let attack = fetches.is_some() && found(STARTS).is_some() && hides.is_some();
            case.find(if attack { &f::MACRO_ATTACK } else { &f::MACRO_HOSTILE }, &says, None);
        }
        (Some(auto), None) => {
            case.find(&f::MACRO_AUTO, &format!("has a macro that starts by itself ({auto})"), None);
        }
        (None, _) => case.find(&f::MACRO, "has macros that start on the reader's command", None),
    }
}

/// Which of all the words stand in the code: one pass over it, however many words there are.
fn words_in(code: &str) -> Vec<&'static str> {
    static ALL: LazyLock<Option<(AhoCorasick, Vec<&'static str>)>> = LazyLock::new(|| {
        let words: Vec<&str> = [AUTO, STARTS, FETCHES, HIDES].concat();
        AhoCorasick::new(&words).ok().map(|search| (search, words))
    });
    let Some((search, words)) = &*ALL else { return Vec::new() };
    let mut seen = Vec::new();
    for hit in search.find_overlapping_iter(code) {
        if let Some(word) = words.get(hit.pattern().as_usize())
            && !seen.contains(word)
        {
            seen.push(*word);
        }
    }
    seen
}

/// Whether the name is one of a format that can't hold macros.
fn promises_no_macro(case: &Case<'_, '_>) -> bool {
    case.claim.is(&["docx", "xlsx", "pptx", "dotx", "xltx", "potx", "ppsx", "txt", "pdf", "jpg", "rtf"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_examples_decompress() {
        // MS-OVBA §3.2.2 and §3.2.3: literals only, and a run of one letter.
        let plain = [
            0x01, 0x19, 0xb0, 0x00, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x00, 0x69, 0x6a, 0x6b,
            0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x00, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x2e,
        ];
        assert_eq!(decompress(&plain), b"abcdefghijklmnopqrstuv.");
        let run = [0x01, 0x03, 0xb0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(decompress(&run), [b'a'; 73]);
    }

    #[test]
    fn damaged_containers_end_the_text() {
        assert!(decompress(&[1, 0xff, 0xff, 0xff, 0xff, 0xff]).len() < 10);
        assert!(decompress(b"").is_empty());
    }
}
