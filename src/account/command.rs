//! A password or token that a command of the person's prints: a password manager's, or a program that keeps OAuth2
//! tokens fresh. Only ever the command that stands in the account's settings, run by the system's own shell.
//!
//! Nothing of what it prints is kept or logged; of its complaints (standard error) the last line is shown.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::credentials::CredentialError;

/// How long it may take: a password manager may wait for the person to unlock it.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long its last words may take once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Bytes of its output that are read. Tokens of large providers take 4 KB.
const MOST: u64 = 64 << 10;

/// The first line that `command` prints, without its end. Waits for it: call this off the window's thread.
///
/// # Errors
/// [`CredentialError::Command`] where it can't be run, fails, takes longer than two minutes or prints nothing.
pub fn secret(command: &str) -> Result<Zeroizing<String>, CredentialError> {
    secret_within(command, PATIENCE)
}

fn secret_within(command: &str, patience: Duration) -> Result<Zeroizing<String>, CredentialError> {
    let fail = |says: String| CredentialError::Command(says);
    let mut child = shell(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| fail(format!("it could not be started: {e}")))?;
    let (printed, complained) = (listen(child.stdout.take()), listen(child.stderr.take()));
    let status = ended(&mut child, patience).map_err(fail)?;
    // Something that it left running may hold the pipes open: what came so far counts then.
    let printed = printed.recv_timeout(LAST_WORDS).unwrap_or_default();
    if !status.success() {
        let complained = complained.recv_timeout(LAST_WORDS).unwrap_or_default();
        return Err(fail(match last_line(&complained) {
            Some(words) => format!("it failed: {words}"),
            None => format!("it failed ({status})"),
        }));
    }
    let line = printed.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| fail("what it printed is no text".into()))?;
    if text.is_empty() {
        return Err(fail("its first line is empty".into()));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn shell(command: &str) -> Command {
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
    let mut shell = Command::new(program);
    shell.args([option, command]);
    shell
}

/// Reads a pipe to its end on a thread of its own.
fn listen(mut pipe: Option<impl Read + Send + 'static>) -> Receiver<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = channel();
    let reading = std::thread::Builder::new().name("credential command".to_owned()).spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST as usize));
        if let Some(pipe) = &mut pipe {
            // What came before an error is all there is. The rest is read too, or the command would fail over it.
            let _ = pipe.take(MOST).read_to_end(&mut bytes);
            let _ = std::io::copy(pipe, &mut std::io::sink());
        }
        // Nobody listens where the command took too long.
        let _ = sender.send(bytes);
    });
    if let Err(error) = reading {
        tracing::warn!(%error, "the credential command's output is not read");
    }
    receiver
}

fn ended(child: &mut Child, patience: Duration) -> Result<std::process::ExitStatus, String> {
    let end = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                // It may have ended in this very moment: then there is nobody to stop.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it did not end within {} seconds", patience.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// The last line that says something, fit to be shown.
fn last_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn says(command: &str) -> String {
        match secret_within(command, Duration::from_secs(1)) {
            Err(CredentialError::Command(says)) => says,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_line_is_the_secret() {
        let given = |command: &str| secret(command).unwrap().to_string();
        assert_eq!(given("printf 'p\u{e4}ss \"word\\n'"), "p\u{e4}ss \"word");
        assert_eq!(given("printf 'one\\r\\nlogin: two\\n'"), "one");
        assert_eq!(given("echo a | tr a b; echo noise >&2"), "b");
        let long = given("head -c 200000 /dev/zero | tr '\\0' x");
        assert_eq!(long.len(), MOST as usize, "no more is read, and the command does not hang");
    }

    #[test]
    fn a_failure_is_said_in_the_commands_words_and_never_shows_what_it_printed() {
        assert_eq!(
            says("echo hunter2; echo a >&2; echo 'vault is locked' >&2; exit 3"),
            "it failed: vault is locked"
        );
        assert!(says("echo hunter2; exit 7").contains("it failed (exit status: 7)"));
        assert_eq!(says("true"), "its first line is empty");
        assert_eq!(says("printf '\\377\\n'"), "what it printed is no text");
        assert!(says("/no/such/program").starts_with("it failed: "));
        let began = Instant::now();
        assert_eq!(says("sleep 60"), "it did not end within 1 seconds");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_it_leaves_running_holds_nobody_up() {
        let began = Instant::now();
        let _ = secret("sleep 30 & echo word");
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}
