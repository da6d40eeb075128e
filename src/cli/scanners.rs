//! `lazaret scanners`: virus scanners of the person's own.

use super::args::{ScannersArgs, ScannersWhat};
use super::print::{DONE, FAILED, problem};
use crate::knowledge::Scanners;
use crate::knowledge::clamd::Address;
use crate::service::{Place, ServiceError, known};

/// Runs `lazaret scanners`.
pub(super) fn run(args: ScannersArgs) -> u8 {
    match Place::own().and_then(|place| choose(&place, args.what)) {
        Ok(()) => DONE,
        Err(error) => {
            problem(&error.problem(None));
            FAILED
        }
    }
}

fn choose(place: &Place, what: ScannersWhat) -> Result<(), ServiceError> {
    let store = place.open()?;
    let mut chosen = known::scanners(&store)?;
    match what {
        ScannersWhat::List => {
            list(&chosen);
            return Ok(());
        }
        ScannersWhat::Clamd { address } => {
            chosen.clamd = match address.as_str() {
                "off" => None,
                address => {
                    Some(address.parse::<Address>().map_err(|e| ServiceError::Scanner(e.to_string()))?)
                }
            };
        }
        ScannersWhat::Yara { folder } => {
            chosen.yara = match folder.as_str() {
                "off" => None,
                folder => {
                    Some(std::path::absolute(folder).map_err(|e| ServiceError::Scanner(e.to_string()))?)
                }
            };
        }
    }
    for line in known::set_scanners(&store, &chosen)? {
        println!("{line}");
    }
    list(&chosen);
    Ok(())
}

fn list(chosen: &Scanners) {
    match &chosen.clamd {
        Some(address) => println!("ClamAV is asked about every attachment, at {address}."),
        None => println!("ClamAV is not asked."),
    }
    match &chosen.yara {
        Some(folder) => println!("The YARA rules in {} are tried.", folder.display()),
        None => println!("No YARA rules are tried."),
    }
}
