//! Shortcuts: files that point to something to be opened or started.

use super::container::{le16, le32};
use super::filetype::{Format, text};
use super::findings as f;
use super::inspect::Case;
use super::pointer;

/// Text of a shortcut that is searched.
const LOOK_AT: usize = 1 << 20;

/// Programs that turn a shortcut's arguments into commands, in lower case.
const INTERPRETERS: &[&str] = &[
    "cmd.exe", "powershell", "pwsh", "wscript", "cscript", "mshta", "rundll32", "regsvr32", "msiexec",
    "certutil", "bitsadmin", "forfiles", "conhost", "ftp.exe", "curl.exe", "explorer.exe \\\\", "%comspec%",
    "wmic", "installutil",
];

/// Bytes of a Windows shortcut that are searched for what its strings do not say.
const LNK: usize = 1 << 20;

/// Judges a shortcut by what it points to.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    match case.detected.format {
        Format::Lnk => lnk(case),
        Format::Url => url(case),
        Format::Scf => {
            case.find(&f::SHORTCUT, "is an Explorer command file, which acts when its folder is shown", None)
        }
        Format::LibraryMs | Format::SearchMs => library(case),
        Format::Desktop => desktop(case),
        _ => pointer::inspect(case),
    }
}

/// A Windows shortcut (MS-SHLLINK): target, arguments, and whether its name hides what it is.
fn lnk(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if bytes.len() > LNK {
        case.only(&format!("the strings of it and its first {} kB", LNK >> 10));
    }
    let strings = lnk_strings(bytes).join(" ");
    let all = format!("{strings} {}", plain_text(bytes)).to_ascii_lowercase();
    let at = Some(0..bytes.len().min(76));
    if INTERPRETERS.iter().any(|i| all.contains(i)) {
        let shown = strings.chars().take(120).collect::<String>();
        case.find(
            &f::SHORTCUT_COMMAND,
            &format!("is a Windows shortcut that starts a command: {shown}"),
            at.clone(),
        );
    } else if all.contains("\\\\") && all.contains("\\davwwwroot")
        || all.contains("http://")
        || all.contains("https://")
    {
        case.find(&f::SHORTCUT_REMOTE, "is a Windows shortcut to a place on another machine", at.clone());
    }
    if case.claim.is(&["lnk"]) {
        case.find_mailed(
            &f::SHORTCUT,
            &f::RUNNABLE_FILE,
            "is a Windows shortcut: opening it starts what it points to",
            at,
        );
    } else {
        case.find(&f::SCRIPT_DISGUISED, "is a Windows shortcut under another name", at);
    }
}

/// The strings behind the header: name, relative path, working folder, arguments, icon (§2.4).
fn lnk_strings(bytes: &[u8]) -> Vec<String> {
    let Some(flags) = le32(bytes, 20) else { return Vec::new() };
    let mut at = 76;
    if flags & 1 != 0 {
        at += 2 + le16(bytes, at).unwrap_or(0) as usize;
    }
    if flags & 2 != 0 {
        at += le32(bytes, at).unwrap_or(0) as usize;
    }
    let wide = flags & 0x80 != 0;
    let mut out = Vec::new();
    for bit in [4, 8, 0x10, 0x20, 0x40] {
        if flags & bit == 0 {
            continue;
        }
        let Some(count) = le16(bytes, at) else { break };
        let len = count as usize * if wide { 2 } else { 1 };
        let Some(raw) = bytes.get(at + 2..at + 2 + len) else { break };
        out.push(if wide {
            let units = (0..raw.len()).step_by(2).filter_map(|i| le16(raw, i));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        } else {
            String::from_utf8_lossy(raw).into_owned()
        });
        at += 2 + len;
    }
    out
}

/// Printable bytes of a short file, NUL dropped: finds paths in the item list, 8-bit and 16-bit alike.
fn plain_text(bytes: &[u8]) -> String {
    let head = bytes.get(..LNK).unwrap_or(bytes);
    head.iter()
        .filter(|&&b| b != 0)
        .map(|&b| if (0x20..0x7f).contains(&b) { char::from(b) } else { '\n' })
        .collect()
}

/// An internet shortcut: a web page is a note, a file on another machine or a local program is not.
fn url(case: &mut Case<'_, '_>) {
    case.only_first(LOOK_AT);
    let content = text::decode(case.bytes(), LOOK_AT).into_owned();
    let value = |key: &str| {
        content.lines().find_map(|l| {
            let (k, v) = l.split_once('=')?;
            k.trim().eq_ignore_ascii_case(key).then(|| v.trim().to_owned())
        })
    };
    let target = value("url").unwrap_or_default();
    let lower = target.to_ascii_lowercase();
    let at = content
        .find(&target)
        .filter(|_| !target.is_empty() && content.is_ascii())
        .map(|s| s..s + target.len());
    let icon = value("iconfile").or_else(|| value("workingdirectory")).unwrap_or_default();
    let remote = lower.starts_with("file:") || lower.starts_with("\\\\") || icon.trim().starts_with("\\\\");
    let runs = super::name::runs(lower.split(['?', '#']).next().unwrap_or_default())
        && !lower.starts_with("http://")
        && !lower.starts_with("https://");
    if remote || runs {
        case.find(&f::SHORTCUT_REMOTE, &format!("is an internet shortcut to {}", shorten(&target)), at);
    } else if case.claim.is(&["url"]) && !lower.starts_with("http://") && !lower.starts_with("https://") {
        case.find(&f::SHORTCUT, &format!("is an internet shortcut to {}", shorten(&target)), at);
    } else if case.claim.is(&["url"]) {
        case.find_mailed(
            &f::SHORTCUT_WEB,
            &f::RUNNABLE_FILE,
            &format!("is a shortcut to the web page {}", shorten(&target)),
            at,
        );
    }
}

fn shorten(target: &str) -> String {
    target.chars().take(120).collect()
}

/// A Windows library or search file: harmless unless it shows a place on another machine.
fn library(case: &mut Case<'_, '_>) {
    case.only_first(LOOK_AT);
    let content = text::decode(case.bytes(), LOOK_AT).to_ascii_lowercase();
    if content.contains("<deeplink>") || content.contains("powershellcontent") {
        case.find(&f::SHORTCUT_COMMAND, "is a settings shortcut that starts a command", None);
        return;
    }
    let remote =
        ["<url>http", "<url>\\\\", "<url>file:", "<url>webdav", "\\\\"].iter().find_map(|m| content.find(m));
    match remote {
        Some(at) => {
            case.find(
                &f::SHORTCUT_REMOTE,
                "shows a folder of another machine as if it were a local one",
                Some(at..at + 40),
            );
        }
        None => case.find(&f::SHORTCUT, "is a Windows library or search file", None),
    }
}

/// A desktop entry of Linux: starts the command in it.
fn desktop(case: &mut Case<'_, '_>) {
    case.only_first(LOOK_AT);
    let content = text::decode(case.bytes(), LOOK_AT).into_owned();
    match content.lines().find(|l| l.trim_start().to_ascii_lowercase().starts_with("exec")) {
        Some(line) if case.claim.is(&["desktop"]) => {
            let says = format!("is a desktop entry that starts a command: {}", shorten(line));
            case.find_mailed(&f::SHORTCUT, &f::RUNNABLE_FILE, &says, None);
        }
        _ => case.find(&f::SCRIPT_TEXT, "is a desktop entry", None),
    }
}
