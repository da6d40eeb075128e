//! `lazaret decisions`: all that the person decided, as JSON.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use super::args::{DecisionsArgs, DecisionsWhat};
use super::print::{DONE, FAILED, problem};
use crate::service::{Place, ServiceError, decisions};

/// Runs `lazaret decisions`.
pub(super) fn run(args: DecisionsArgs) -> u8 {
    let done = Place::own().and_then(|place| match args.what {
        DecisionsWhat::Export { file } => export(&place, &file),
        DecisionsWhat::Import { file } => import(&place, &file),
    });
    match done {
        Ok(()) => DONE,
        Err(error) => {
            problem(&error.problem(None));
            FAILED
        }
    }
}

fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn export(place: &Place, path: &Path) -> Result<(), ServiceError> {
    let store = place.open()?;
    if is_stream(path) {
        return decisions::export(&store, &mut io::stdout().lock()).map(drop);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // It says with whom the person corresponds.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options
        .open(path)
        .map_err(|e| ServiceError::Decisions(format!("{} can't be written ({e})", path.display())))?;
    let count = decisions::export(&store, &mut io::BufWriter::new(&mut out))?;
    println!("{count} decisions were written to {}.", path.display());
    Ok(())
}

fn import(place: &Place, path: &Path) -> Result<(), ServiceError> {
    let store = place.open()?;
    let taken = if is_stream(path) {
        decisions::import(&store, "standard input", &mut io::stdin().lock())?
    } else {
        let mut input = File::open(path)
            .map_err(|e| ServiceError::Decisions(format!("{} can't be read ({e})", path.display())))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        decisions::import(&store, &name, &mut input)?
    };
    println!("{} entries and {} decisions about mail were read.", taken.senders, taken.messages);
    if taken.waiting > 0 {
        println!("{} are about mail that is not here yet and count when it turns up.", taken.waiting);
    }
    if taken.overruled > 0 {
        println!("{} were left out: you hold that mail here now.", taken.overruled);
    }
    Ok(())
}
