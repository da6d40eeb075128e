//! Starting with the person's desktop session: a file in the folder that the freedesktop Autostart specification
//! names. Only systems that have such a folder offer it; another system's way is a second variant of [`Login`].
//!
//! The file alone says whether it is on, so that the desktop's own settings may switch it as well.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::kept;
use super::paths::Paths;

/// What the session is to run, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    file: PathBuf,
    program: String,
}

impl Login {
    /// This program in the person's own session. `None` where the system has no such folder, where `LAZARET_DATA`
    /// names other data than the session would open, or where the program's path can't be written in such a file.
    pub fn find() -> Option<Login> {
        if !cfg!(all(unix, not(target_os = "macos"))) || Paths::find().ok()?.portable {
            return None;
        }
        let config = directories::BaseDirs::new()?.config_dir().to_owned();
        // Inside an AppImage the program's own path lasts only as long as it runs.
        let program =
            std::env::var_os("APPIMAGE").map(PathBuf::from).or_else(|| std::env::current_exe().ok())?;
        Login::at(config.join("autostart/lazaret.desktop"), &program)
    }

    /// A file and a program of the caller's choice. `None` where the program's path is not UTF-8, or not one line.
    pub fn at(file: PathBuf, program: &Path) -> Option<Login> {
        let program = program.to_str().filter(|path| !path.contains(['\n', '\r']))?.to_owned();
        Some(Login { file, program })
    }

    /// Whether the session starts the program. A file that can't be read starts nothing.
    pub fn is_on(&self) -> bool {
        let Ok(Some(text)) = kept::read(&self.file) else { return false };
        let says = |line: &str| text.lines().any(|l| l.trim().replace(' ', "").eq_ignore_ascii_case(line));
        !says("Hidden=true") && !says("X-GNOME-Autostart-enabled=false")
    }

    /// Switches it.
    ///
    /// # Errors
    /// Where the file can't be written or removed; nothing has changed then.
    pub fn set(&self, on: bool) -> io::Result<()> {
        if on {
            return kept::write(&self.file, &self.entry());
        }
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn entry(&self) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Lazaret\nComment=Watch mail in the background\nExec={} --background\n\
             Icon=lazaret\nTerminal=false\nStartupNotify=false\n",
            quoted(&self.program)
        )
    }
}

/// A path as an argument of `Exec` (Desktop Entry Specification 1.5, "The Exec key"): quoted, then escaped once more as
/// every value is.
fn quoted(path: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in path.chars() {
        match letter {
            '"' | '`' | '$' => quoted.extend(["\\\\", letter.encode_utf8(&mut [0; 4])]),
            '\\' => quoted.push_str(r"\\\\"),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_whether_it_is_on_whoever_wrote_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config/autostart/lazaret.desktop");
        let login = Login::at(file.clone(), Path::new("/opt/my mail/lazaret")).unwrap();
        assert!(!login.is_on());
        login.set(false).unwrap();
        login.set(true).unwrap();
        assert!(login.is_on());
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("\nExec=\"/opt/my mail/lazaret\" --background\n"), "{text}");
        for off in ["Hidden=true\n", "X-GNOME-Autostart-enabled = false\n"] {
            fs::write(&file, text.clone() + off).unwrap();
            assert!(!login.is_on(), "{off}");
        }
        login.set(true).unwrap();
        assert!(login.is_on());
        login.set(false).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn what_can_not_be_written_is_an_error_and_what_can_not_be_said_is_not_offered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config"), "a file").unwrap();
        let login =
            Login::at(folder.path().join("config/lazaret.desktop"), Path::new("/bin/lazaret")).unwrap();
        assert!(login.set(true).is_err());
        assert!(!login.is_on());
        assert_eq!(Login::at(folder.path().join("l.desktop"), Path::new("/bin/la\nExec=sh")), None);
    }

    #[test]
    fn a_path_stays_one_argument() {
        assert_eq!(quoted("/bin/lazaret"), "\"/bin/lazaret\"");
        assert_eq!(quoted(r#"/a "b" $c `d` 5% \e"#), r#""/a \\"b\\" \\$c \\`d\\` 5%% \\\\e""#);
    }
}
