//! Programs and scripts: what runs, by its bytes or by its name and its text.

use super::container;
use super::filetype::{Family, Format, text};
use super::findings as f;
use super::inspect::{Case, Place};

/// Text of a script that is searched.
const LOOK_AT: usize = 2 << 20;

/// Windows programs, programs for other systems, and parts of programs.
pub(super) fn program(case: &mut Case<'_, '_>) {
    let format = case.detected.format;
    let label = format.label();
    let at = Some(0..case.bytes().len().min(64));
    if format == Format::Eicar {
        case.find(&f::EICAR, "is the EICAR test file", at);
        return;
    }
    if case.item.place == Place::Embedded {
        case.find(&f::EXECUTABLE_EMBEDDED, &format!("is {label} inside a document"), at);
        return;
    }
    // A name of two faces, or a promise of something harmless, is deceit about running.
    let promised =
        case.claim.promises().filter(|p| !matches!(p, Family::Archive | Family::DiskImage | Family::Program));
    let archive_name = case.claim.promises().is_some() && promised.is_none() && !case.claim.runs();
    let hidden_by_name = [f::NAME_REVERSED, f::NAME_PADDED, f::NAME_CONFLICT].iter().any(|k| case.has(k));
    if promised.is_some() || archive_name || hidden_by_name {
        case.find(&f::EXECUTABLE_DISGUISED, &format!("is {label} that calls itself something else"), at);
        return;
    }
    let says = format!("is {label}");
    match format {
        _ if format.is_for_windows() && is_part(case) => {
            case.find(&f::EXECUTABLE_MEMBER, &format!("is part of {label}"), at);
        }
        // Nobody calls an honest program .pif or .scr, or a batch file.
        _ if format.is_for_windows() && (case.claim.is(&["exe", "com", "cpl"]) || !case.claim.runs()) => {
            case.find_mailed(&f::EXECUTABLE, &f::PROGRAM_FILE, &says, at);
        }
        _ if format.is_for_windows() => case.find(&f::EXECUTABLE, &says, at),
        Format::JavaClass | Format::Dex => case.find(&f::CODE, &says, at),
        _ if is_library(case) => case.find(&f::CODE, &format!("is a library: part of {label}"), at),
        // Releases for Linux and macOS travel in archives, and have to be unpacked and started by hand;
        // but an application bundle of macOS starts by a click.
        _ if case.item.place == Place::Member && !in_bundle(case) => case.find(&f::CODE, &says, at),
        _ => case.find(&f::EXECUTABLE_FOREIGN, &says, at),
    }
}

/// Whether a program for another system is a library, an object file or a core dump, by its header.
fn is_library(case: &Case<'_, '_>) -> bool {
    let bytes = case.bytes();
    match case.detected.format {
        // ELF e_type: 1 object, 4 core; 3 is a library as well as a modern program.
        Format::Elf => {
            let kind = bytes.get(16..18);
            // A library's version stands behind its ending.
            let versioned = case.item.name().is_some_and(|n| n.contains(".so."));
            matches!(kind, Some([1 | 4, 0] | [0, 1 | 4])) || versioned || case.claim.is(&["so", "o", "ko"])
        }
        // Mach-O filetype: 1 object, 6 library, 8 bundle, 10 debug symbols.
        Format::MachO => {
            let little = bytes.get(12).copied().zip(bytes.get(15).copied());
            let by_header = matches!(little, Some((1 | 6 | 8 | 10, 0) | (0, 1 | 6 | 8 | 10)));
            let thin = !bytes.starts_with(b"\xca\xfe\xba");
            (thin && by_header) || case.claim.is(&["dylib", "jnilib", "so", "bundle", "o"])
        }
        _ => false,
    }
}

/// Whether it is the program of a macOS application.
fn in_bundle(case: &Case<'_, '_>) -> bool {
    case.item.name().is_some_and(|n| n.contains(".app/Contents/MacOS/"))
}

/// Whether it is a library or a driver under its own name: something else has to load it.
fn is_part(case: &Case<'_, '_>) -> bool {
    case.claim.is(&["dll", "sys", "ocx", "drv", "vxd", "ax", "acm", "efi", "mui", "fon", "pyd", "node"])
}

/// Words of a script that starts something, in lower case. Together with one that fetches or hides they
/// make a script hostile.
const STARTS: &[&str] = &[
    "wscript.shell", "shell.application", "shellexecute", "start-process", "invoke-expression", "| iex",
    "iex (", "iex(", "cmd /c", "cmd.exe /c", "rundll32", "regsvr32", "mshta", "powershell", "winmgmts:",
    "executeglobal",
];
/// Words of a script that fetches something.
const FETCHES: &[&str] = &[
    "msxml2.", "winhttp.winhttprequest", "microsoft.xmlhttp", "downloadfile", "downloadstring",
    "invoke-webrequest", "bitsadmin", "urldownloadtofile", "net.webclient", "start-bitstransfer", "certutil",
    "iwr ", "serverxmlhttp", "downloaddata",
];
/// Words of a script that hides what it does.
const HIDES: &[&str] = &[
    "frombase64string", "-encodedcommand", " -enc ", "-windowstyle hidden", "-w hidden",
    "string.fromcharcode", "unescape(", "strreverse", "adodb.stream", "savetofile", "eval(", "chrw(",
    "[char]",
];

/// Text files: scripts by name and text, text with files written into it.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let format = case.detected.format;
    let script = match format {
        Format::Console
        | Format::JScript
        | Format::VbScript
        | Format::Wsf
        | Format::Batch
        | Format::PowerShell
        | Format::Hta => true,
        Format::JScriptEncoded | Format::VbScriptEncoded => true,
        Format::Registry | Format::Inf => {
            registry(case);
            return;
        }
        Format::Shell | Format::Python | Format::Perl | Format::Php | Format::OtherScript => {
            case.find(&f::SCRIPT_SOURCE, &format!("is {}", format.label()), None);
            return;
        }
        _ => false,
    };
    if script {
        runs_by_name(case);
    } else if format == Format::Ics {
        container::calendar::open(case);
    } else if format.family() == Family::Text {
        container::uuencode(case);
        misnamed(case);
    }
}

/// What turns a management console into a script, in lower case.
const CONSOLE_RUNS: &[&str] = &["apds.dll", "transformnode", "javascript:", "vbscript:", "<script"];

/// Where a script starts something that it fetches or hides.
fn hostility(lower: &str) -> Option<std::ops::Range<usize>> {
    let first = |words: &[&str]| words.iter().find_map(|w| lower.find(w).map(|at| at..at + w.len()));
    let starts = first(STARTS)?;
    first(FETCHES).or_else(|| first(HIDES)).map(|_| starts)
}

fn runs_by_name(case: &mut Case<'_, '_>) {
    let format = case.detected.format;
    let label = format.label();
    let bytes = case.bytes();
    case.only_first(LOOK_AT);
    let mut content = text::decode(bytes, LOOK_AT).into_owned();
    content.make_ascii_lowercase();
    case.budget().work(bytes.len().min(LOOK_AT) as u64 * 3);
    let hostile = hostility(&content);
    let at = hostile.clone().filter(|r| bytes.get(r.clone()).is_some_and(|b| b.is_ascii()));
    let at = at.or(Some(0..bytes.len().min(64)));
    if !case.claim.runs() {
        // Script host files and HTML applications show by their text what they are; a browser or an
        // editor runs neither, so that a wrong name is a try to get past a look at names.
        if matches!(format, Format::Hta | Format::Wsf) {
            case.find(&f::SCRIPT_DISGUISED, &format!("is {label} under another name"), at);
        } else {
            case.find(&f::SCRIPT_TEXT, &format!("is {label} under a name that does not run it"), at);
        }
        return;
    }
    if matches!(case.claim.does, Some(super::name::Does::Program)) {
        case.find(&f::SCRIPT_DISGUISED, &format!("is {label} under the name of a program"), at);
        return;
    }
    let encoded = matches!(format, Format::JScriptEncoded | Format::VbScriptEncoded);
    // A console that runs script through one of its views.
    if format == Format::Console && CONSOLE_RUNS.iter().any(|word| content.contains(word)) {
        case.find(&f::SCRIPT_HOSTILE, "is a management console that runs a script when it is opened", at);
        return;
    }
    if hostile.is_some() || encoded {
        let why =
            if encoded { "is encoded so as not to be read" } else { "fetches, hides or starts something" };
        case.find(&f::SCRIPT_HOSTILE, &format!("is {label} that runs when it is opened, and {why}"), at);
        return;
    }
    // Web pages are packed with their scripts: in company, JavaScript that knows no script host is source.
    if format == Format::JScript && case.item.place == Place::Member && !content.contains("wscript") {
        case.find(&f::SCRIPT_SOURCE, "is JavaScript without a call to Windows", at);
        return;
    }
    // Sources of programs travel with their scripts; a lure comes alone or nearly so.
    let kind = if case.item.company > container::MANY { &f::RUNNABLE_FILE } else { &f::SCRIPT };
    case.find_mailed(kind, &f::RUNNABLE_FILE, &format!("is {label} that runs when it is opened"), at);
}

fn registry(case: &mut Case<'_, '_>) {
    if case.detected.format == Format::Registry {
        let at = Some(0..case.bytes().len().min(64));
        match case.claim.is(&["reg"]) {
            true => case.find_mailed(
                &f::REGISTRY,
                &f::RUNNABLE_FILE,
                "changes the Windows registry when it is opened",
                at,
            ),
            false => case.find(&f::SCRIPT_TEXT, "is a registry file under another name", at),
        }
    } else {
        case.find(&f::SCRIPT_SOURCE, "is a set-up script, which does not run by being opened", None);
    }
}

/// Text under a name that says something else: a script's text is worth a note, nothing more.
fn misnamed(case: &mut Case<'_, '_>) {
    const BEGINNINGS: &[&str] = &["@echo off", "on error resume next"];
    let bytes = case.bytes();
    // The first letter tells nearly always that it is none, unless there are letters of two bytes.
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    let wide = bytes.iter().take(256).any(|b| *b == 0);
    if !wide && first.is_some_and(|b| b.is_ascii_graphic() && !matches!(b, b'@' | b'o' | b'O')) {
        return;
    }
    let content = text::decode(bytes, 64 << 10);
    let head = content.trim_start().as_bytes();
    let begins =
        |with: &&str| head.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()));
    if BEGINNINGS.iter().any(begins) {
        case.find(
            &f::SCRIPT_TEXT,
            "is a script's text under a name that does not run it",
            Some(0..bytes.len().min(64)),
        );
    }
}
