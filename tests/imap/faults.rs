//! What the person reads where something on the way breaks, and that the next sync makes up for it.
//!
//! A wire stands between the program and the real server and cuts where a test wants.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::dovecot::Dovecot;
use crate::e2e::{ME, lazaret, said, seed};

/// What the wire does to the answer of the next whole-message fetch.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The server says goodbye.
    Bye,
    /// The connection ends inside a message.
    Cut,
}

/// A wire to a server on this machine. Its threads end with their connections.
struct Wire {
    port: u16,
    fault: Arc<AtomicU8>,
}

impl Wire {
    fn to(server: u16) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let fault = Arc::new(AtomicU8::new(Fault::None as u8));
        let kept = Arc::clone(&fault);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(upstream) = TcpStream::connect(("127.0.0.1", server)) else { return };
                carry(client, upstream, &kept);
            }
        });
        Wire { port, fault }
    }

    fn set(&self, fault: Fault) {
        self.fault.store(fault as u8, Ordering::SeqCst);
    }
}

fn carry(client: TcpStream, server: TcpStream, fault: &Arc<AtomicU8>) {
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let (mut from_server, mut to_client) = (server, client);
    let fault = Arc::clone(fault);
    std::thread::spawn(move || {
        let mut block = [0; 4096];
        while let Ok(length @ 1..) = from_server.read(&mut block) {
            let bytes = &block[..length];
            let fetched = bytes.windows(6).any(|w| w == b"BODY[]");
            let now = fault.load(Ordering::SeqCst);
            if fetched && now == Fault::Bye as u8 {
                let _ = to_client.write_all(b"* BYE Going down for maintenance\r\n");
                break;
            }
            if fetched && now == Fault::Cut as u8 {
                let _ = to_client.write_all(&bytes[..length.min(120)]);
                break;
            }
            if to_client.write_all(bytes).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
        let _ = from_server.shutdown(Shutdown::Both);
    });
}

fn add<'a>(host: &'a str, port: &'a str) -> Vec<&'a str> {
    let mut args = vec!["account", "add", "--name", "Work", "--address", ME, "--host", host, "--port", port];
    args.extend(["--security", "plain", "--login", "anna", "--password-stdin"]);
    args
}

/// The sentence and the advice under it.
fn sentences(text: &str) -> (String, String) {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    let last: Vec<&str> = lines.by_ref().collect();
    let at =
        last.iter().rposition(|l| l.starts_with("  ")).unwrap_or_else(|| panic!("no advice in {text:?}"));
    (last[at - 1].to_owned(), last[at].trim().to_owned())
}

#[test]
fn a_host_that_is_not_there_and_a_port_that_nobody_serves_are_said() {
    let data = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut unknown = add("imap.no-such-host.invalid", "993");
    unknown.retain(|a| *a != "--security" && *a != "plain");
    for (args, named) in
        [(unknown, "imap.no-such-host.invalid"), (add("127.0.0.1", &nobody), nobody.as_str())]
    {
        let output = lazaret(data.path(), &args, "secret\n");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let (what, advice) = sentences(&said(&output));
        assert!(what.contains(named), "{what}");
        assert!(advice.ends_with('.') && advice.len() > 20, "{advice}");
        assert!(
            !said(&lazaret(data.path(), &["account", "list"], "")).contains("Work"),
            "nothing was set up"
        );
    }
}

#[test]
fn a_goodbye_and_a_cut_in_mid_message_are_said_and_made_up_for() {
    for fault in [Fault::Bye, Fault::Cut] {
        let server = Dovecot::start();
        seed(&server);
        let before = server.messages("anna", "");
        let wire = Wire::to(server.imap);
        let data = tempfile::tempdir().unwrap();
        let port = wire.port.to_string();
        let added = lazaret(data.path(), &add("127.0.0.1", &port), "secret\n");
        assert_eq!(added.status.code(), Some(0), "{}", said(&added));

        wire.set(fault);
        let sync = ["sync", "--account", "Work", "--act", "--password-stdin"];
        let broken = lazaret(data.path(), &sync, "secret\n");
        assert_eq!(broken.status.code(), Some(1), "{}", said(&broken));
        let (what, advice) = sentences(&said(&broken));
        assert!(what.contains("127.0.0.1") || what.contains("ended") || what.contains("closed"), "{what}");
        assert!(advice.ends_with('.'), "{advice}");
        assert_eq!(server.messages("anna", ""), before, "nothing moved on half an answer");

        wire.set(Fault::None);
        let whole = lazaret(data.path(), &sync, "secret\n");
        assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
        assert_eq!(server.messages("anna", "Lazaret").len(), 2);
        assert_eq!(server.messages("anna", "").len() + 2, before.len());
    }
}
