//! The demo mailbox as a real one: a private Maildir and a database of its own, made anew at each start.

use std::path::Path;

use jiff::Timestamp;

use super::problem::ServiceError;
use super::{Place, core};
use crate::account::{Mode, Origin, Settings};
use crate::demo::{self, DemoFolder};
use crate::engine::Strictness;
use crate::mail::maildir::Maildir;

/// The demo account's name.
pub const ACCOUNT: &str = "Demo";

/// Writes the demo mailbox under `own` and adds its account. What an earlier demo left is removed; the
/// person's own accounts are in another folder and are not touched.
pub fn prepare(own: &Place, now: Timestamp) -> Result<Place, ServiceError> {
    let folder = own.folder().join("demo");
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| ServiceError::Demo { path, says: error.to_string() }
    };
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed(&folder))?;
    }
    std::fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let mail = folder.join("mail");
    let mut maildir = Maildir::create(&mail)?;
    for message in demo::messages(now) {
        let name = match message.folder {
            DemoFolder::Inbox => "INBOX",
            DemoFolder::Sent => "Sent",
        };
        maildir.deliver(name, &message.bytes, message.received, &message.flags)?;
    }
    let place = Place::at(&folder);
    let settings = Settings {
        name: ACCOUNT.to_owned(),
        addresses: demo::ADDRESSES.iter().map(|a| (*a).to_owned()).collect(),
        origin: Origin::Maildir { path: mail },
        mode: Mode::Act,
        strictness: Strictness::Normal,
        sent_folder: None,
        sign_in: Default::default(),
        keep_days: None,
    };
    place.open()?.add_account(ACCOUNT, &core::to_json(&settings)?, now)?;
    Ok(place)
}
