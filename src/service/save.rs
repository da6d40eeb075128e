//! Saving an attachment to a file of the person's: never over another file, readable by nobody else, and
//! nothing that the system would run by itself.
//!
//! Takes the bytes from the kept source, so that it needs no server. Whoever calls has asked the person
//! first, and named what was found.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::command::MessageId;
use super::problem::ServiceError;
use crate::engine::attachment::{self, FileVerdict};
use crate::engine::verdict::{Attachment, Finding};
use crate::engine::{Limits, Toward};
use crate::store::Store;

/// Longest name of a file, in bytes: most file systems take 255, and a number may be added.
const NAME_MOST: usize = 200;
/// Longest ending that is kept where a name is cut, in bytes.
const ENDING_MOST: usize = 20;
/// How many files of one name may lie in a folder.
const COPIES_MOST: u32 = 999;
/// What a file is called whose name holds nothing that can be kept.
const NAMELESS: &str = "attachment";
/// Names that Windows takes for devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The folder for downloads of this user, as the platform says; the home folder where it names none.
pub fn downloads() -> Option<PathBuf> {
    let dirs = directories::UserDirs::new()?;
    Some(dirs.download_dir().unwrap_or(dirs.home_dir()).to_owned())
}

/// What was found in one attachment, gravest first: each kind with the sentence that names this file where
/// one does.
pub fn findings<'f>(attachment: &Attachment, all: &'f [Finding]) -> Vec<&'f Finding> {
    let title = attachment.name.as_deref().map(|name| format!("“{name}”"));
    let mut found: Vec<&Finding> = Vec::new();
    for id in &attachment.findings {
        let mut of_kind = all.iter().filter(|f| f.id == *id);
        let first = of_kind.clone().next();
        let named = of_kind.find(|f| title.as_ref().is_some_and(|title| f.says.contains(title.as_str())));
        if let Some(finding) = named.or(first)
            && !found.contains(&finding)
        {
            found.push(finding);
        }
    }
    found.sort_by_key(|f| (f.toward != Toward::Quarantine, std::cmp::Reverse(f.severity)));
    found
}

/// What [`findings`] come to: whether saving wants a warning first.
pub fn verdict(found: &[&Finding]) -> FileVerdict {
    FileVerdict::of(found.iter().copied())
}

/// The name under which an attachment is saved: its last part alone, without what a file system, a shell or
/// a person could stumble over. Never empty, never hidden, at most 200 bytes.
pub fn file_name(claimed: Option<&str>) -> String {
    let last = claimed.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let tame: String = last
        .chars()
        .filter_map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => Some('_'),
            c if c.is_control() => None,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
            c => Some(c),
        })
        .collect();
    let mut name = tame.trim_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    // A hyphen at the start would be an option to a command.
    if name.starts_with('-') {
        name.insert(0, '_');
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if DEVICES.contains(&device) && stem.len() <= device.len() + 1 {
        name.insert(0, '_');
    }
    match name.is_empty() {
        true => NAMELESS.to_owned(),
        false => cut(&name),
    }
}

/// A name of at most [`NAME_MOST`] bytes, with its ending kept: the ending says what the file is.
fn cut(name: &str) -> String {
    if name.len() <= NAME_MOST {
        return name.to_owned();
    }
    let (stem, ending) = ending_of(name);
    let mut end = NAME_MOST.saturating_sub(ending.len()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", stem.get(..end).unwrap_or_default().trim_end())
}

/// A name as what stands before its ending, and the ending with its dot.
fn ending_of(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= ENDING_MOST => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Writes one attachment into `folder`, which must be there, and returns where it went.
///
/// `sha256` names the attachment, or a file inside one, as its entry in the verdict does. A file that is
/// there already is left alone: the new one is called `name (2).ending`. On Unix only the person may read it
/// and nobody may run it; on Windows it is marked as come from the internet.
pub fn attachment(
    store: &Store,
    message: MessageId,
    sha256: &str,
    claimed: Option<&str>,
    folder: &Path,
) -> Result<PathBuf, ServiceError> {
    let folder = whole(folder)?;
    if store.message(message)?.is_none() {
        return Err(ServiceError::NoMessage(message));
    }
    let name = file_name(claimed);
    let source = store.source(message)?.ok_or_else(|| ServiceError::NotKept(name.clone()))?;
    let bytes = attachment::extract(&source, sha256, &Limits::default())
        .ok_or_else(|| ServiceError::NotKept(name.clone()))?;
    let (path, mut file) = create(&folder, &name)?;
    if let Err(error) = file.write_all(&bytes).and_then(|()| file.sync_all()) {
        drop(file);
        // What was not written whole is nothing to keep; that it stays is said by the failure itself.
        let _ = std::fs::remove_file(&path);
        return Err(failed(&path, &error));
    }
    mark(&path);
    Ok(path)
}

/// A path as the person means it: `~` is their home.
pub(super) fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), directories::UserDirs::new()) {
        (Ok(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => path.to_owned(),
    }
}

/// A new file of the person's in `folder`, which must be there, by its name or the next free one.
pub(super) fn new_file(folder: &Path, name: &str) -> Result<(PathBuf, File), ServiceError> {
    create(&whole(folder)?, name)
}

/// The folder as the person means it; a part of a path is not enough.
fn whole(folder: &Path) -> Result<PathBuf, ServiceError> {
    let folder = at_home(folder);
    let no_folder = |says: &str| ServiceError::NoFolder(format!("{} {says}", folder.display()));
    if folder.as_os_str().is_empty() {
        return Err(ServiceError::NoFolder("no folder is named to save to".to_owned()));
    }
    if !folder.is_absolute() {
        return Err(no_folder("is not the whole path of a folder"));
    }
    match std::fs::metadata(&folder) {
        Ok(found) if found.is_dir() => Ok(folder),
        Ok(_) => Err(no_folder("is no folder")),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(no_folder("is not there")),
        Err(error) => Err(no_folder(&format!("can't be looked into ({error})"))),
    }
}

/// A new file in `folder`, under the first free name. It never follows a link that lies in wait there.
fn create(folder: &Path, name: &str) -> Result<(PathBuf, File), ServiceError> {
    let (stem, ending) = ending_of(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for copy in 1..=COPIES_MOST {
        let path = match copy {
            1 => folder.join(name),
            n => folder.join(format!("{stem} ({n}){ending}")),
        };
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&path, &error)),
        }
    }
    let says = format!("{} holds {COPIES_MOST} files of the name {name} already", folder.display());
    Err(ServiceError::NoFolder(says))
}

fn failed(path: &Path, error: &std::io::Error) -> ServiceError {
    ServiceError::Save { path: path.display().to_string(), says: error.to_string() }
}

/// Marks a file as come from the internet, so that Windows asks before it opens it.
#[cfg(windows)]
fn mark(path: &Path) {
    let mut stream = path.as_os_str().to_owned();
    stream.push(":Zone.Identifier");
    if let Err(error) = std::fs::write(stream, "[ZoneTransfer]\r\nZoneId=3\r\n") {
        tracing::warn!(%error, "a saved attachment could not be marked as come from the internet");
    }
}

#[cfg(not(windows))]
fn mark(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Severity;

    #[test]
    fn names_are_made_harmless_and_stay_readable() {
        for (claimed, wanted) in [
            ("invoice.pdf.exe", "invoice.pdf.exe"),
            ("Übersicht März.pdf", "Übersicht März.pdf"),
            ("../../.bashrc", "bashrc"),
            ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("a\nb\u{7}.txt", "ab.txt"),
            ("what?.txt", "what_.txt"),
            ("trailing. . ", "trailing"),
            ("con", "_con"),
            ("LPT1.txt", "_LPT1.txt"),
            ("console.txt", "console.txt"),
            ("-rf", "_-rf"),
            ("..", NAMELESS),
            ("", NAMELESS),
            ("folder/", NAMELESS),
        ] {
            assert_eq!(file_name(Some(claimed)), wanted, "{claimed:?}");
        }
        assert_eq!(file_name(None), NAMELESS);
        let long = file_name(Some(&format!("{}.tar.exe", "ä".repeat(300))));
        assert!(long.len() <= NAME_MOST && long.ends_with("ä.exe"), "{long}");
        assert_eq!(file_name(Some(&format!("a.{}", "b".repeat(400)))).len(), NAME_MOST);
    }

    #[test]
    fn a_file_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for wanted in ["a.txt", "a (2).txt", "a (3).txt"] {
            let (path, mut file) = create(folder.path(), "a.txt").unwrap();
            assert_eq!(path, folder.path().join(wanted));
            file.write_all(wanted.as_bytes()).unwrap();
        }
        assert_eq!(std::fs::read(folder.path().join("a.txt")).unwrap(), b"a.txt");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_lies_in_wait_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        std::os::unix::fs::symlink(&target, folder.path().join("a.txt")).unwrap();
        let (path, _) = create(folder.path(), "a.txt").unwrap();
        assert_eq!(path, folder.path().join("a (2).txt"));
        assert!(!target.exists());
    }

    #[test]
    fn a_folder_must_be_whole_and_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        assert_eq!(whole(folder.path()).unwrap(), folder.path());
        for (path, says) in [
            (PathBuf::new(), "no folder is named"),
            ("some/where".into(), "is not the whole path"),
            (folder.path().join("none"), "is not there"),
            (file, "is no folder"),
        ] {
            let error = whole(&path).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            assert!(!error.advice().is_empty());
        }
    }

    #[test]
    fn the_gravest_finding_that_names_the_file_comes_first() {
        let finding = |id: &'static str, severity, toward, says: &str| Finding {
            id: id.into(),
            severity,
            toward,
            weight: 1.0,
            says: says.into(),
            evidence: Vec::new(),
        };
        let all = [
            finding("b", Severity::Critical, Toward::Quarantine, "“other.exe” runs."),
            finding("a", Severity::Info, Toward::Neither, "“mine.exe” is large."),
            finding("b", Severity::Critical, Toward::Quarantine, "“mine.exe” runs."),
            finding("c", Severity::High, Toward::Quarantine, "is about something else."),
        ];
        let attachment = Attachment {
            part: "2".into(),
            container: Vec::new(),
            name: Some("mine.exe".into()),
            declared: None,
            detected: String::new(),
            sure: crate::engine::Sureness::Certain,
            sha256: String::new(),
            size: 0,
            findings: vec!["a".into(), "b".into()],
        };
        let found = findings(&attachment, &all);
        let says: Vec<&str> = found.iter().map(|f| f.says.as_str()).collect();
        assert_eq!(says, ["“mine.exe” runs.", "“mine.exe” is large."]);
        assert_eq!(verdict(&found), FileVerdict::Malicious);
        assert_eq!(verdict(&found[1..]), FileVerdict::Clean);
    }
}
