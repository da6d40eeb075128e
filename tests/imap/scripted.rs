//! A server that says whatever a test wants, for what no real server can be made to do.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazaret::mail::imap::{Endpoint, Protection};

/// One client's connection as the script sees it. A method that fails ends the script: the client left.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
    log: Arc<Mutex<Vec<String>>>,
}

/// The client closed the connection.
pub(crate) struct Left;

impl From<std::io::Error> for Left {
    fn from(_: std::io::Error) -> Left {
        Left
    }
}

impl Client {
    /// Sends text; lines end as IMAP wants.
    pub(crate) fn send(&mut self, text: &str) -> Result<(), Left> {
        self.raw(text.replace('\n', "\r\n").as_bytes())
    }

    /// Sends bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<(), Left> {
        Ok(self.reader.get_mut().write_all(bytes)?)
    }

    /// The next command: its tag and the rest of the line.
    pub(crate) fn command(&mut self) -> Result<(String, String), Left> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(Left);
        }
        let (tag, rest) = line.trim_end().split_once(' ').unwrap_or(("", ""));
        let shown = if rest.starts_with("LOGIN") { "LOGIN" } else { rest };
        self.log.lock().unwrap().push(shown.to_owned());
        Ok((tag.to_owned(), rest.to_owned()))
    }

    /// The next line as it is, without its end: what follows a `+`.
    pub(crate) fn line(&mut self) -> Result<String, Left> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(Left);
        }
        Ok(line.trim_end().to_owned())
    }

    /// Reads a command and answers with `text`, in which `TAG` stands for its tag.
    pub(crate) fn answer(&mut self, text: &str) -> Result<String, Left> {
        let (tag, rest) = self.command()?;
        self.send(&text.replace("TAG", &tag))?;
        Ok(rest)
    }

    /// Greets, shows capabilities and lets the client sign in.
    pub(crate) fn sign_in(&mut self, capabilities: &str) -> Result<(), Left> {
        self.send("* OK ready\n")?;
        let listed = format!("* CAPABILITY IMAP4rev1 {capabilities}\nTAG OK done\n");
        self.answer(&listed)?;
        self.answer("TAG OK signed in\n")?;
        self.answer(&listed)?;
        Ok(())
    }

    /// Answers one EXAMINE or SELECT of a folder with `count` messages, UIDs 1 to `count`.
    pub(crate) fn folder(&mut self, count: u32) -> Result<(), Left> {
        self.answer(&format!(
            "* {count} EXISTS\n* OK [UIDVALIDITY 7] ok\n* OK [UIDNEXT {}] ok\nTAG OK [READ-WRITE] done\n",
            count + 1
        ))?;
        Ok(())
    }

    /// Waits until the client goes.
    pub(crate) fn hang(&mut self) -> Result<(), Left> {
        while self.command().is_ok() {}
        Err(Left)
    }
}

/// A running script.
pub(crate) struct Scripted {
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Starts a server that runs `script` for each connection, with the connection's number from 0.
    pub(crate) fn start(
        script: impl Fn(&mut Client, usize) -> Result<(), Left> + Send + 'static,
    ) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
                let mut client = Client { reader: BufReader::new(stream), log: Arc::clone(&kept) };
                let _ = script(&mut client, number);
            }
        });
        Scripted { port, log }
    }

    /// How to reach it; silence is noticed after a second.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let mut endpoint = Endpoint::new("127.0.0.1", self.port, Protection::Plain, "anna", None);
        endpoint.bounds.silence = Duration::from_secs(1);
        endpoint.bounds.answer = Duration::from_secs(3);
        endpoint
    }

    /// Every command that came, without tags.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}
