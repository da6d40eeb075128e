//! TLS: what the machine trusts, and besides that exactly one certificate that the person chose.
//!
//! There is no way to switch verification off. A certificate that is not trusted ends the handshake
//! before anything is sent, and its fingerprint is kept for the person to compare.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme};
use sha2::{Digest, Sha256};

use crate::mail::MailError;

/// A certificate that was not trusted, and why.
#[derive(Debug, Clone)]
pub(super) struct Distrusted {
    fingerprint: String,
    why: String,
}

/// What the verifier leaves behind for the error.
#[derive(Debug, Clone, Default)]
pub(super) struct Witness(Arc<Mutex<Option<Distrusted>>>);

impl Witness {
    /// The error of a failed handshake with `host`.
    pub(super) fn error(&self, host: &str, error: &std::io::Error) -> Option<MailError> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(Distrusted { fingerprint, why }) = seen {
            return Some(MailError::Certificate { host: host.to_owned(), fingerprint, why });
        }
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())?;
        let why = match tls {
            rustls::Error::InvalidMessage(_) => "the server does not speak TLS on this port".to_owned(),
            other => other.to_string(),
        };
        Some(MailError::Tls { host: host.to_owned(), why })
    }
}

/// A TLS client for `host` that trusts what the machine trusts, and the leaf certificate with the SHA-256
/// `pin` in hexadecimal.
pub(super) fn client(host: &str, pin: Option<&str>) -> Result<(ClientConnection, Witness), MailError> {
    let fail = |why: String| MailError::Tls { host: host.to_owned(), why };
    let pin = match pin {
        None => None,
        Some(text) => Some(
            parse_fingerprint(text)
                .ok_or_else(|| fail("the fingerprint to trust is no SHA-256 in hexadecimal".into()))?,
        ),
    };
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| fail("this is no host name that a certificate could be made for".into()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // A machine without any list of authorities can still use a pinned certificate.
    let platform = rustls_platform_verifier::Verifier::new(Arc::clone(&provider)).ok();
    let witness = Witness::default();
    let verifier = Pinned { platform, pin, provider: Arc::clone(&provider), witness: witness.clone() };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| fail(e.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|e| fail(e.to_string()))?;
    Ok((connection, witness))
}

/// SHA-256 of a certificate as the person compares it: upper case, colon-separated.
pub fn fingerprint(certificate: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(certificate).iter().map(|b| format!("{b:02X}")).collect();
    pairs.join(":")
}

/// The 32 bytes of a fingerprint in hexadecimal, colons and blanks ignored.
fn parse_fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| *c != ':' && !c.is_whitespace())
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [high, low] => u8::try_from(high << 4 | low).ok(),
            _ => None,
        })
        .collect();
    (digits.len() == 64).then_some(bytes)?.try_into().ok()
}

/// The machine's verifier, and one certificate besides.
#[derive(Debug)]
struct Pinned {
    platform: Option<rustls_platform_verifier::Verifier>,
    pin: Option<[u8; 32]>,
    provider: Arc<CryptoProvider>,
    witness: Witness,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // The person vouches for these very bytes: name, dates and issuer say nothing more.
        if self.pin.is_some_and(|pin| Sha256::digest(end_entity).as_slice() == pin) {
            return Ok(ServerCertVerified::assertion());
        }
        let answer = match &self.platform {
            Some(verifier) => {
                verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        answer.inspect_err(|error| {
            let mut why = explain(error);
            if self.pin.is_some() {
                why.push_str(", and it is not the certificate that was trusted before");
            }
            let seen = Distrusted { fingerprint: fingerprint(end_entity), why };
            *self.witness.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a certificate is not trusted, in words.
fn explain(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(error) = error else { return error.to_string() };
    match error {
        CertificateError::UnknownIssuer => "nobody this computer trusts vouches for it".into(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it was made for another server name".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".into(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; check this computer's clock".into()
        }
        CertificateError::Revoked => "it was revoked by its issuer".into(),
        CertificateError::BadEncoding => "it can't be read".into(),
        // webpki's words for a certificate that signs itself.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "it vouches for itself".into()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_read_back() {
        let shown = fingerprint(b"certificate");
        assert_eq!(shown.len(), 95);
        let bytes: [u8; 32] = Sha256::digest(b"certificate").into();
        assert_eq!(parse_fingerprint(&shown), Some(bytes));
        assert_eq!(parse_fingerprint(&shown.replace(':', "").to_lowercase()), Some(bytes));
        for bad in ["", "12:34", "zz", &shown[..94], &format!("{shown}:00")] {
            assert_eq!(parse_fingerprint(bad), None, "{bad}");
        }
    }
}
