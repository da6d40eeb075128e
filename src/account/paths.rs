//! Where Lazaret keeps its files.

use std::path::{Path, PathBuf};

/// Names a folder for everything, for tests and for a copy on a stick. Absolute, or relative to the
/// folder in which the program was started.
pub const DATA_VARIABLE: &str = "LAZARET_DATA";

/// Lazaret's folders. Nothing is created by naming them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The database and the demo mailbox.
    pub data: PathBuf,
    /// Window size and other choices that may be lost without harm.
    pub config: PathBuf,
    /// Whether [`DATA_VARIABLE`] named them.
    pub portable: bool,
}

/// This system says of no home folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this system names no home folder to keep data in; set {DATA_VARIABLE} to a folder of your own")]
pub struct PathsError;

impl Paths {
    /// The folders of this user: those that the platform prescribes (`~/.local/share/lazaret` and
    /// `~/.config/lazaret` on Linux), or the one that [`DATA_VARIABLE`] names.
    pub fn find() -> Result<Paths, PathsError> {
        let named = std::env::var_os(DATA_VARIABLE).filter(|v| !v.is_empty());
        let project = directories::ProjectDirs::from("", "", "lazaret");
        Paths::from_parts(named.map(PathBuf::from), project.as_ref().map(|p| (p.data_dir(), p.config_dir())))
    }

    fn from_parts(named: Option<PathBuf>, usual: Option<(&Path, &Path)>) -> Result<Paths, PathsError> {
        if let Some(folder) = named {
            let folder = std::path::absolute(&folder).unwrap_or(folder);
            return Ok(Paths { config: folder.join("config"), data: folder, portable: true });
        }
        let (data, config) = usual.ok_or(PathsError)?;
        Ok(Paths { data: data.to_owned(), config: config.to_owned(), portable: false })
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.data.join("lazaret.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_wins_and_no_home_is_an_error() {
        let usual = (Path::new("/home/ada/.local/share/lazaret"), Path::new("/home/ada/.config/lazaret"));
        let named = std::env::temp_dir().join("stick");
        let paths = Paths::from_parts(Some(named.clone()), Some(usual)).unwrap();
        assert_eq!((paths.database(), paths.portable), (named.join("lazaret.db"), true));
        assert_eq!(paths.config, named.join("config"));
        let paths = Paths::from_parts(None, Some(usual)).unwrap();
        assert_eq!((paths.data.as_path(), paths.config.as_path(), paths.portable), (usual.0, usual.1, false));
        assert!(Paths::from_parts(None, None).unwrap_err().to_string().contains(DATA_VARIABLE));
    }

    #[test]
    fn a_relative_folder_becomes_absolute() {
        assert!(Paths::from_parts(Some("stick".into()), None).unwrap().data.is_absolute());
    }
}
