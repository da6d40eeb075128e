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
    let hidden_by_name = case.has(&f::NAME_REVERSED) || case.has(&f::NAME_PADDED);
    if promised.is_some() || archive_name || hidden_by_name {
        case.find(&f::EXECUTABLE_DISGUISED, &format!("is {label} that calls itself something else"), at);
        return;
    }
    match format {
        Format::Pe | Format::DosExe if is_part(case) => {
            case.find(&f::EXECUTABLE_MEMBER, &format!("is part of {label}"), at);
        }
        Format::Pe | Format::DosExe => case.find(&f::EXECUTABLE, &format!("is {label}"), at),
        Format::JavaClass => case.find(&f::EXECUTABLE_MEMBER, &format!("is {label}"), at),
        _ => case.find(&f::EXECUTABLE_FOREIGN, &format!("is {label}"), at),
    }
}

/// Whether it is a library or a driver under its own name: something else has to load it.
fn is_part(case: &Case<'_, '_>) -> bool {
    case.claim.is(&["dll", "sys", "ocx", "drv", "vxd", "ax", "acm", "efi", "mui", "fon", "pyd", "node"])
}

/// Words of a script that fetches, hides or starts something, in lower case. Two of different kinds make
/// it hostile.
const FETCHES: &[&str] = &[
    "msxml2.xmlhttp",
    "winhttp.winhttprequest",
    "microsoft.xmlhttp",
    "downloadfile",
    "downloadstring",
    "invoke-webrequest",
    "bitsadmin",
    "urldownloadtofile",
    "net.webclient",
    "start-bitstransfer",
    "certutil -urlcache",
    "certutil.exe -urlcache",
    "iwr ",
    "serverxmlhttp",
    "downloaddata",
];
/// See [`FETCHES`].
const STARTS: &[&str] = &[
    "wscript.shell",
    "shell.application",
    "shellexecute",
    ".run(",
    ".run ",
    ".exec(",
    "start-process",
    "invoke-expression",
    "iex ",
    "iex(",
    "cmd /c",
    "cmd.exe /c",
    "rundll32",
    "regsvr32",
    "mshta",
    "powershell",
    "winmgmts:",
];
/// See [`FETCHES`].
const HIDES: &[&str] = &[
    "frombase64string",
    "-encodedcommand",
    " -enc ",
    "-windowstyle hidden",
    "-w hidden",
    "string.fromcharcode",
    "unescape(",
    "executeglobal",
    "strreverse",
    "adodb.stream",
    "savetofile",
    "eval(",
    "chrw(",
    "[char]",
];

/// Text files: scripts by name and text, text with files written into it.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let format = case.detected.format;
    let script = match format {
        Format::JScript
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
    } else if format.family() == Family::Text {
        container::uuencode(case);
        misnamed(case);
    }
}

/// How many kinds of hostile words a script has, and where the first one stands.
fn hostility(lower: &str) -> (usize, Option<std::ops::Range<usize>>) {
    let first = |words: &[&str]| words.iter().filter_map(|w| lower.find(w).map(|at| at..at + w.len())).next();
    let found = [first(FETCHES), first(STARTS), first(HIDES)];
    (found.iter().flatten().count(), found.into_iter().flatten().next())
}

fn runs_by_name(case: &mut Case<'_, '_>) {
    let format = case.detected.format;
    let label = format.label();
    let bytes = case.bytes();
    let content = text::decode(bytes, LOOK_AT).to_ascii_lowercase();
    case.budget().work(bytes.len() as u64 * 3);
    let (kinds, at) = hostility(&content);
    let at = at.filter(|r| bytes.get(r.clone()).is_some_and(|b| b.is_ascii()));
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
    if kinds >= 2 || encoded {
        let why =
            if encoded { "is encoded so as not to be read" } else { "fetches, hides or starts something" };
        case.find(&f::SCRIPT_HOSTILE, &format!("is {label} that runs when it is opened, and {why}"), at);
        return;
    }
    // Web pages are packed with their scripts: in company, JavaScript that knows no script host is source.
    if format == Format::JScript
        && case.item.place == Place::Member
        && kinds == 0
        && !content.contains("wscript")
    {
        case.find(&f::SCRIPT_SOURCE, "is JavaScript without a call to Windows", at);
        return;
    }
    case.find(&f::SCRIPT, &format!("is {label} that runs when it is opened"), at);
}

fn registry(case: &mut Case<'_, '_>) {
    if case.detected.format == Format::Registry {
        let at = Some(0..case.bytes().len().min(64));
        match case.claim.is(&["reg"]) {
            true => case.find(&f::REGISTRY, "changes the Windows registry when it is opened", at),
            false => case.find(&f::SCRIPT_TEXT, "is a registry file under another name", at),
        }
    } else {
        case.find(&f::SCRIPT_SOURCE, "is a set-up script, which does not run by being opened", None);
    }
}

/// Text under a name that says something else: a script's text is worth a note, nothing more.
fn misnamed(case: &mut Case<'_, '_>) {
    let content = text::decode(case.bytes(), 64 << 10).to_ascii_lowercase();
    let head = content.trim_start();
    if head.starts_with("@echo off") || head.starts_with("on error resume next") {
        case.find(
            &f::SCRIPT_TEXT,
            "is a script's text under a name that does not run it",
            Some(0..case.bytes().len().min(64)),
        );
    }
}
