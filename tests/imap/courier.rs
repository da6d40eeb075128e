//! A private Courier: another real IMAP server, another reading of the protocol, on a free port of 127.0.0.1.
//!
//! Its `imapd` serves one signed-in user over its standard input and output, so that it needs neither root nor
//! a daemon; what stands before it here greets, takes the password and then only carries bytes. Needs
//! Debian's `courier-imap`, which `tests/run.sh --prepare` unpacks into `target/courier`: installed, it would drive
//! out Dovecot. Its processes end with their connections, and those with the test.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::dovecot::{Dovecot, Running, USERS};

/// What it admits to (`/etc/courier/imapd` in Debian).
const CAPABILITY: &str =
    "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE";

impl Dovecot {
    /// Starts a Courier instead; mail lies on the disk in the same way.
    pub(crate) fn courier() -> Dovecot {
        assert!(
            root().join("usr/bin/imapd").is_file(),
            "a second IMAP server is needed: run `tests/run.sh --prepare`"
        );
        let dir = tempfile::Builder::new().prefix("lz-courier-").tempdir_in("/tmp").unwrap();
        fs::create_dir(dir.path().join("mail")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let imap = listener.local_addr().unwrap().port();
        let mail = dir.path().join("mail");
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mail = mail.clone();
                std::thread::spawn(move || drop(serve(&client, &mail)));
            }
        });
        let server = Dovecot {
            dir,
            running: Running::Threads,
            imap,
            imaps: 0,
            fingerprint: String::new(),
            owner: None,
        };
        for (user, _) in USERS {
            for folder in ["INBOX", "Sent"] {
                server.make(user, folder);
            }
        }
        server
    }
}

/// Where its packages were unpacked.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/courier")
}

/// Greets, takes the password, and carries bytes between the client and its server until one of them ends.
fn serve(client: &TcpStream, mail: &Path) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut out = client.try_clone()?;
    out.set_nodelay(true)?;
    write!(out, "* OK [CAPABILITY {CAPABILITY}] Courier-IMAP ready.\r\n")?;
    let home = loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace();
        let (tag, command) = (words.next().unwrap_or("*"), words.next().unwrap_or_default());
        match command.to_ascii_uppercase().as_str() {
            "CAPABILITY" => write!(out, "* CAPABILITY {CAPABILITY}\r\n{tag} OK done\r\n")?,
            "LOGIN" => match signed_in(words.collect::<Vec<_>>().join(" ").as_str(), mail) {
                Some(home) => break (home, tag.to_owned()),
                None => write!(out, "{tag} NO Login failed.\r\n")?,
            },
            "LOGOUT" => return write!(out, "* BYE\r\n{tag} OK done\r\n"),
            _ => write!(out, "{tag} BAD not now\r\n")?,
        }
    };
    let (home, tag) = home;
    let libraries = root().join("usr/lib");
    let further = libraries.join(format!("{}-linux-gnu", std::env::consts::ARCH));
    let mut child = Command::new(root().join("usr/bin/imapd"))
        .arg("Maildir")
        .current_dir(&home)
        .env_clear()
        .envs([("AUTHENTICATED", "user"), ("IMAP_CAPABILITY", CAPABILITY), ("IMAP_EMPTYTRASH", "")])
        .env("HOME", &home)
        .env("LD_LIBRARY_PATH", std::env::join_paths([libraries, further]).unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (mut to_server, from_server) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut from_server = BufReader::new(from_server);
    let mut greeting = String::new();
    from_server.read_line(&mut greeting)?;
    write!(out, "{tag} OK LOGIN Ok.\r\n")?;
    let back = std::thread::spawn(move || {
        carry(&mut from_server, &mut out);
        let _ = out.shutdown(Shutdown::Both);
    });
    carry(&mut reader, &mut to_server);
    drop(to_server);
    let _ = child.wait();
    let _ = back.join();
    Ok(())
}

/// Carries what comes as it comes: `io::copy` may wait until a pipe is full.
fn carry(from: &mut impl Read, to: &mut impl Write) {
    let mut block = [0; 16 << 10];
    while let Ok(n @ 1..) = from.read(&mut block) {
        if to.write_all(&block[..n]).is_err() {
            return;
        }
    }
}

/// The home of the user whose name and password these are, quoted or not.
fn signed_in(arguments: &str, mail: &Path) -> Option<PathBuf> {
    let plain = arguments.replace('"', "");
    let (user, password) = plain.split_once(' ')?;
    let known = USERS.iter().any(|(name, secret)| *name == user && *secret == password);
    known.then(|| mail.join(user))
}
