//! Small files beside the database that may be lost without harm: read whole, written whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

/// Bytes of a file that may be ours.
const MOST_BYTES: u64 = 64 << 10;

/// The text of a file; `None` where there is none.
///
/// # Errors
/// Where it can't be read, is no UTF-8 or is larger than any that [`write`] makes.
pub fn read(file: &Path) -> io::Result<Option<String>> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "it is too large to be ours");
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(known) if known.len() > MOST_BYTES => Err(odd()),
        Ok(_) => fs::read_to_string(file).map(Some),
    }
}

/// Writes a file by way of a new one beside it, so that it is never half written; makes its folder.
pub fn write(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let next = file.with_extension("new");
    fs::write(&next, text)?;
    fs::rename(next, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_not_ours_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config/window.json");
        assert_eq!(read(&file).unwrap(), None);
        write(&file, "{}").unwrap();
        write(&file, "{\"view\": 1}").unwrap();
        assert_eq!(read(&file).unwrap().as_deref(), Some("{\"view\": 1}"));
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
        for bytes in [vec![0xff], vec![b' '; MOST_BYTES as usize + 1]] {
            fs::write(&file, bytes).unwrap();
            assert!(read(&file).is_err());
        }
    }
}
