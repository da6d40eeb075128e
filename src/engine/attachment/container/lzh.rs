//! LZH, by the `delharc` crate.

use super::{End, Members, damaged, read_all};
use crate::engine::attachment::inspect::{Case, Place};

/// Looks at every member.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let Ok(mut reader) = delharc::LhaDecodeReader::new(case.bytes()) else {
        damaged(case);
        return;
    };
    loop {
        let header = reader.header();
        let (name, folder) = (header.parse_pathname_to_str(), header.is_directory());
        if !folder {
            if reader.is_decoder_supported() {
                let (data, end) = read_all(&mut reader, case.budget(), 4);
                if end == End::Damaged {
                    damaged(case);
                }
                let outcome = case.child(Some(&name), &data, Place::Member);
                members.add(outcome);
                if outcome.is_none() || end == End::Cut {
                    return;
                }
            } else {
                members.add_name(case, &name);
            }
        }
        match reader.next_file() {
            Ok(true) => {}
            Ok(false) => return,
            Err(_) => {
                damaged(case);
                return;
            }
        }
    }
}
