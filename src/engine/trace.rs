//! The Received chain: hops, HELO name against IP, authenticated submission.
//!
//! Only the topmost fields, written by the person's own servers, can be trusted; everything below may be
//! forged. RFC 5321 §4.4, RFC 8601.

use std::net::IpAddr;

use super::message::Message;

/// The address of the host that handed the message to the person's own server: the client of the
/// topmost Received field that names a public address.
pub fn handed_over_by(message: &Message<'_>) -> Option<IpAddr> {
    message.hops().filter_map(|hop| hop.from_ip()).find(|ip| is_public(*ip))
}

/// Whether an address can be a host of the open internet.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}
