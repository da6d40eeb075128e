//! TNEF, Outlook's `winmail.dat`: attributes of the message and of each attachment.
//!
//! Source: MS-OXTNEF. Read: the attachments' titles and data, and the long file name of the MAPI
//! properties.

use super::{damaged, le16, le32};
use crate::engine::attachment::inspect::{Case, Place};
use crate::engine::attachment::name;

/// Attributes that are read.
const MAX_ATTRIBUTES: usize = 10_000;
/// Bytes of a long name.
const MOST_NAME: usize = 2_048;
const RENDER: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;
const PROPERTIES: u32 = 0x0006_9005;

/// One attachment in the envelope.
#[derive(Default)]
struct File<'a> {
    name: Option<String>,
    data: Option<&'a [u8]>,
}

/// Looks at every attachment.
pub(super) fn open(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    let mut at = 6;
    let mut file = File::default();
    for index in 0.. {
        // Level, identifier, length, data, checksum.
        let (Some(id), Some(len)) = (le32(bytes, at + 1), le32(bytes, at + 5)) else { break };
        let start = at + 9;
        let end = start.saturating_add(len as usize);
        if index == MAX_ATTRIBUTES {
            case.only(&format!("the first {MAX_ATTRIBUTES} attributes"));
            break;
        }
        if end > bytes.len() {
            damaged(case);
        }
        let Some(data) = bytes.get(start..end.min(bytes.len())) else { break };
        match id {
            RENDER => hand_over(case, std::mem::take(&mut file)),
            TITLE => {
                let name = data.split(|&b| b == 0).next().unwrap_or_default();
                file.name = Some(name::from_bytes(name));
            }
            DATA => file.data = Some(data),
            PROPERTIES => {
                if let Some(long) = long_name(data) {
                    file.name = Some(long);
                }
                // A message that is attached is an envelope of its own among the properties.
                if let Some(at) = memchr::memmem::find(data, b"\x78\x9f\x3e\x22") {
                    case.child(None, data.get(at..).unwrap_or_default(), Place::Member);
                }
            }
            _ => {}
        }
        at = end.saturating_add(2);
    }
    hand_over(case, file);
}

fn hand_over(case: &mut Case<'_, '_>, file: File<'_>) {
    if let Some(data) = file.data {
        case.child(file.name.as_deref(), data, Place::Member);
    }
}

/// PR_ATTACH_LONG_FILENAME (0x3707) among the MAPI properties, as 8-bit or 16-bit text.
fn long_name(data: &[u8]) -> Option<String> {
    for (tag, wide) in [([0x1f, 0, 0x07, 0x37], true), ([0x1e, 0, 0x07, 0x37], false)] {
        let Some(at) = memchr::memmem::find(data, &tag) else { continue };
        // A count of values (1), the length, the text.
        let len = le32(data, at + 8)? as usize;
        let raw = data.get(at + 12..(at + 12).checked_add(len)?)?;
        let raw = raw.get(..MOST_NAME).unwrap_or(raw);
        let text: String = if wide {
            let units = (0..raw.len()).step_by(2).filter_map(|i| le16(raw, i));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        } else {
            String::from_utf8_lossy(raw).into_owned()
        };
        let text = text.trim_end_matches('\0').to_owned();
        if !text.is_empty() {
            return Some(text);
        }
    }
    None
}
