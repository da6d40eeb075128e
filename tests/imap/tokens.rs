//! Signing in with an OAuth2 access token, and with what a command prints.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use lazaret::account::{CredentialError, Credentials, SignIn};
use lazaret::mail::imap::{Endpoint, ImapMailbox, connect};
use lazaret::mail::{Cancel, MailError};
use lazaret::service::{ServiceError, connect as service};
use sha2::{Digest, Sha256};

use crate::dovecot::{Dovecot, Options};
use crate::e2e::{lazaret, said};
use crate::rig::settings;
use crate::scripted::{Client, Left, Scripted};

const KEY: &[u8; 32] = b"a key of thirty-two bytes, agree";

/// HMAC-SHA-256 (RFC 2104) with a key that is shorter than a block.
fn signature(text: &[u8]) -> [u8; 32] {
    let pad = |mask: u8| -> Vec<u8> {
        let mut block = [mask; 64];
        block.iter_mut().zip(KEY).for_each(|(b, k)| *b ^= k);
        block.to_vec()
    };
    let inner = Sha256::digest([&pad(0x36)[..], text].concat());
    Sha256::digest([&pad(0x5c)[..], &inner].concat()).into()
}

/// A token as a provider makes it (RFC 7519), good for so many seconds.
fn token(user: &str, seconds: i64) -> String {
    let now = jiff::Timestamp::now().as_second();
    let claims =
        format!(r#"{{"sub":"{user}","email":"{user}","iat":{},"exp":{}}}"#, now - 5_000, now + seconds);
    let body = [r#"{"alg":"HS256","typ":"JWT"}"#, &claims].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature(body.as_bytes())))
}

/// A Dovecot that takes tokens, and the folder of its key.
fn server() -> (Dovecot, tempfile::TempDir) {
    let dir = tempfile::Builder::new().prefix("lz-keys-").tempdir_in("/tmp").unwrap();
    let keys = dir.path().join("default/HS256");
    fs::create_dir_all(&keys).unwrap();
    fs::write(keys.join("default"), STANDARD.encode(KEY)).unwrap();
    let shown = dir.path().display();
    let conf = format!("introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={shown}/\n");
    fs::write(dir.path().join("oauth2.conf"), conf).unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let extra = format!(
        "auth_mechanisms = plain login xoauth2 oauthbearer\npassdb {{\n  driver = oauth2\n  \
         mechanisms = xoauth2 oauthbearer\n  args = {shown}/oauth2.conf\n}}\n"
    );
    (Dovecot::start_with(&Options { extra, ..Options::default() }), dir)
}

fn by_command(file: &Path, token: bool) -> SignIn {
    SignIn { command: Some(format!("cat '{}'", file.display())), token }
}

#[test]
fn a_real_server_takes_a_fresh_token_and_says_what_is_wrong_with_an_old_one() {
    let (server, dir) = server();
    server.deliver("anna", "INBOX", &crate::rig::letter(1), 1_772_400_000, "S");
    let file = dir.path().join("token");
    let mut settings = settings(server.imap, lazaret::account::Mode::Observe);
    settings.sign_in = by_command(&file, true);
    let open = || service::open(&settings, &Credentials::session_only("a test"), &Cancel::default());

    assert!(matches!(open().err(), Some(ServiceError::Credential(CredentialError::Command(_)))));
    fs::write(&file, token("anna", -60)).unwrap();
    let error = open().err().unwrap();
    assert!(matches!(&error, ServiceError::Mail(MailError::Token { .. })), "{error}");
    assert!(!error.to_string().contains("eyJ"), "{error}");
    // The command is asked anew each time.
    fs::write(&file, token("anna", 600) + "\n").unwrap();
    let mut mailbox = open().unwrap();
    assert_eq!(mailbox.open("INBOX").unwrap().exists, 1);

    let mut endpoint =
        Endpoint::new("127.0.0.1", server.imap, lazaret::mail::imap::Protection::Plain, "anna", None);
    endpoint.token = true;
    assert!(connect(&endpoint, &token("anna", 600), &Cancel::default()).is_ok());
    endpoint.login = "ben".into();
    let other = connect(&endpoint, &token("anna", 600), &Cancel::default());
    assert!(matches!(other.err(), Some(MailError::Token { .. })), "somebody else's token");
}

#[test]
fn the_command_line_adds_and_syncs_an_account_by_a_command() {
    let (server, dir) = server();
    server.deliver("anna", "INBOX", &crate::rig::letter(1), 1_772_400_000, "S");
    for (number, (content, by_token)) in
        [(token("anna", 600), true), ("secret\n".into(), false)].iter().enumerate()
    {
        let data = tempfile::tempdir().unwrap();
        let file = dir.path().join(format!("given{number}"));
        fs::write(&file, content).unwrap();
        let (port, command) = (server.imap.to_string(), format!("cat '{}'", file.display()));
        let mut add =
            vec!["account", "add", "--name", "Work", "--address", crate::rig::ME, "--host", "localhost"];
        add.extend([
            "--port", &port, "--security", "plain", "--login", "anna", "--password-command", &command,
        ]);
        if *by_token {
            add.push("--oauth2");
        }
        let added = lazaret(data.path(), &add, "");
        assert_eq!(added.status.code(), Some(0), "{}", said(&added));
        let synced = lazaret(data.path(), &["sync", "--account", "Work"], "");
        assert!(said(&synced).contains("1 messages judged"), "{}", said(&synced));
        let kept = fs::read(data.path().join("lazaret.db")).unwrap();
        let wal = fs::read(data.path().join("lazaret.db-wal")).unwrap_or_default();
        let holds = |bytes: &[u8]| bytes.windows(6).any(|w| w == &content.as_bytes()[..6]);
        assert!(!holds(&kept) && !holds(&wal), "what the command prints is nowhere kept");
        fs::remove_file(&file).unwrap();
        let failed = lazaret(data.path(), &["sync", "--account", "Work"], "");
        assert_eq!(failed.status.code(), Some(1));
        assert!(
            said(&failed).contains("No such file") && said(&failed).contains("by hand"),
            "{}",
            said(&failed)
        );
    }
    let data = tempfile::tempdir().unwrap();
    let alone = lazaret(
        data.path(),
        &["account", "add", "--name", "W", "--address", "a@b.c", "--host", "h", "--oauth2"],
        "",
    );
    assert_eq!(alone.status.code(), Some(2), "{}", said(&alone));
}

/// A server with these mechanisms, whose answers to AUTHENTICATE `script` gives.
fn signing(
    mechanisms: &'static str,
    script: impl Fn(&mut Client, &str) -> Result<(), Left> + Send + 'static,
) -> Result<ImapMailbox, MailError> {
    let server = Scripted::start(move |client, _| {
        client.send("* OK ready\n")?;
        let listed = format!("* CAPABILITY IMAP4rev1 {mechanisms}\nTAG OK done\n");
        client.answer(&listed)?;
        let (tag, _) = client.command()?;
        client.send("+ \n")?;
        script(client, &tag)?;
        client.answer(&listed)?;
        client.hang()
    });
    let mut endpoint = server.endpoint();
    endpoint.token = true;
    connect(&endpoint, "a.token", &Cancel::default())
}

fn decoded(client: &mut Client) -> Result<String, Left> {
    let line = client.line()?;
    Ok(String::from_utf8(STANDARD.decode(&line).unwrap_or_default()).unwrap_or_default())
}

#[test]
fn each_mechanism_has_its_own_words_and_its_own_farewell() {
    let signed_in = signing("AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER", |client, tag| {
        assert_eq!(decoded(client)?, "user=anna\u{1}auth=Bearer a.token\u{1}\u{1}");
        client.send(&format!("{tag} OK signed in\n"))
    });
    assert!(signed_in.is_ok());
    for (mechanisms, farewell) in [("AUTH=XOAUTH2", ""), ("AUTH=OAUTHBEARER", "AQ==")] {
        let refused = signing(mechanisms, move |client, tag| {
            let sent = decoded(client)?;
            assert!(sent.contains("\u{1}auth=Bearer a.token\u{1}\u{1}"), "{sent:?}");
            assert!(
                farewell.is_empty() || sent.starts_with("n,a=anna,\u{1}host=127.0.0.1\u{1}port="),
                "{sent:?}"
            );
            let why =
                STANDARD.encode(r#"{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}"#);
            client.send(&format!("+ {why}\n"))?;
            // Without an answer to its challenge the server waits for ever.
            assert_eq!(client.line()?, farewell);
            client.send(&format!("{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\n"))
        });
        match refused.err() {
            Some(MailError::Token { says, .. }) => assert_eq!(says, "Invalid credentials (status 400)"),
            other => panic!("{mechanisms}: {other:?}"),
        }
    }
}

#[test]
fn a_token_is_sent_to_nobody_who_does_not_take_it() {
    let server = Scripted::start(|client, _| {
        client.send("* OK ready\n")?;
        client.answer("* CAPABILITY IMAP4rev1 AUTH=PLAIN\nTAG OK done\n")?;
        client.hang()
    });
    let mut endpoint = server.endpoint();
    endpoint.token = true;
    match connect(&endpoint, "a.token", &Cancel::default()).err() {
        Some(MailError::Token { says, .. }) => assert_eq!(says, "it takes no tokens, only passwords"),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.commands(), ["CAPABILITY"]);
}
