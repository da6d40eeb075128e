//! Encrypted Office documents: those that open without asking anybody, because they carry the password that the
//! program tries by itself, and those whose password stands in the mail.
//!
//! Uses the `msoffice-crypto` crate. Another password that a program tries by itself is a row in [`DEFAULTS`].

use msoffice_crypto::{Document, Family};

use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Passwords that Office tries by itself: Excel for a workbook that is protected and not locked ([MS-OFFCRYPTO]
/// §2.3.7 calls it the default), PowerPoint for a read-only presentation.
const DEFAULTS: &[(&str, &str)] = &[("VelvetSweatshop", "Excel"), ("/01Hannes Ruescher/01", "PowerPoint")];

/// Units of work for one round of making a key (SHA-512, in software).
const ROUND: u64 = 120;
/// Rounds of the kinds that don't say theirs: ECMA-376 standard encryption has 50,000, the older have none.
const FIXED: u64 = 50_000;
/// Units of work for a byte that is decrypted.
const COST: u64 = 4;

/// Whether a document of Office 97 to 2003 is encrypted.
pub(super) fn is_locked(bytes: &[u8]) -> bool {
    msoffice_crypto::classify(bytes).is_encrypted()
}

/// Looks into an encrypted document, if a password for it is known; else says that nobody looked. Whether it
/// was opened.
pub(super) fn open(case: &mut Case<'_, '_>) -> bool {
    let bytes = case.bytes();
    let class = msoffice_crypto::classify(bytes);
    let opened = match class.is_supported() && case.budget().out(bytes.len(), COST) {
        true => opened(case, bytes, class.document, rounds(&class)),
        false => None,
    };
    if let Some(plain) = opened.filter(|plain| !is_locked(plain)) {
        let name = case.item.name().map(str::to_owned);
        case.child(name.as_deref(), &plain, Place::Embedded);
        return true;
    }
    let says = match class.family {
        Family::Irm => "is locked by a rights server: it was not inspected",
        _ => "is an encrypted Office document: it was not inspected",
    };
    case.find(&f::ENCRYPTED, says, None);
    false
}

/// How often a password is hashed to make the key.
fn rounds(class: &msoffice_crypto::Classification) -> u64 {
    let said = class.password_key.and_then(|key| key.spin_count);
    match class.family {
        Family::Agile | Family::Standard => said.map_or(FIXED, u64::from),
        _ => 0,
    }
}

/// The document without its encryption, by the first password that opens it.
fn opened(case: &mut Case<'_, '_>, bytes: &[u8], document: Document, rounds: u64) -> Option<Vec<u8>> {
    let cost = rounds.saturating_mul(ROUND).saturating_add(bytes.len() as u64);
    let decrypt = |password: &str| match document {
        Document::OoxmlPackage => msoffice_crypto::decrypt_ooxml(bytes, password).ok(),
        _ => msoffice_crypto::decrypt_binary_office(bytes, password).ok(),
    };
    for (password, program) in DEFAULTS {
        if !case.budget().work(cost) {
            return None;
        }
        if let Some(plain) = decrypt(password) {
            let says = format!(
                "is encrypted with the password that {program} tries by itself: it opens without asking"
            );
            case.find(&f::ENCRYPTED_OPENED, &says, None);
            return Some(plain);
        }
    }
    for password in case.inspector.passwords().to_vec() {
        if !case.budget().work(cost) {
            return None;
        }
        if let Some(plain) = decrypt(&password) {
            let says = format!("is encrypted, and its password “{password}” stands in the message");
            case.find(&f::ENCRYPTED_OPENED, &says, None);
            case.unlock();
            return Some(plain);
        }
    }
    None
}
