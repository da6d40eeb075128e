//! A running ClamAV daemon, asked over its socket.
//!
//! The protocol (clamd(8)): `zINSTREAM\0`, the data in chunks with a 32-bit big-endian length before each, an
//! empty chunk; the answer ends with a NUL. One connection per file, as clamd closes it after each answer.
//! Every step runs against one deadline. A daemon that fails once is left alone for a while, so that mail
//! never waits for it message after message.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A host and its port. Attachments leave this computer where it is another one.
    Tcp {
        /// Name or address, without brackets.
        host: String,
        /// Port.
        port: u16,
    },
}

/// A text that names no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address of clamd; give the path of its socket, or host:port")]
pub struct AddressError(String);

impl FromStr for Address {
    type Err = AddressError;

    /// Reads `/path`, `unix:/path`, `host:port`, `tcp:host:port` or `[::1]:port`.
    fn from_str(text: &str) -> Result<Address, AddressError> {
        let error = || AddressError(text.to_owned());
        let trimmed = text.trim();
        let path = trimmed.strip_prefix("unix:").or_else(|| trimmed.starts_with('/').then_some(trimmed));
        if let Some(path) = path {
            return match path.starts_with('/') && !path.contains('\0') {
                true => Ok(Address::Unix(PathBuf::from(path))),
                false => Err(error()),
            };
        }
        let (host, port) =
            trimmed.strip_prefix("tcp:").unwrap_or(trimmed).rsplit_once(':').ok_or_else(error)?;
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let host = bare.unwrap_or(host);
        let port = port.parse().ok().filter(|&p: &u16| p != 0).ok_or_else(error)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '/';
        if host.is_empty() || host.contains(odd) || (bare.is_none() && host.contains(':')) {
            return Err(error());
        }
        Ok(Address::Tcp { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.to_string()
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Address, AddressError> {
        text.parse()
    }
}

/// Bounds on one question.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the connection to be made.
    pub connect: Duration,
    /// For the whole of one file, from the connection to the answer.
    pub answer: Duration,
    /// How long a daemon that failed is left alone.
    pub pause: Duration,
    /// Largest file that is sent, in bytes. clamd has a bound of its own (`StreamMaxLength`).
    pub size: usize,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(20),
            pause: Duration::from_secs(60),
            size: 100 << 20,
        }
    }
}

/// What clamd says of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing was found.
    Clean,
    /// A signature matches: its name.
    Found(String),
    /// It did not look, for a reason that concerns this file alone: too large, unreadable.
    Refused(String),
}

/// Why no answer came. `Display` is a plain sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClamdError {
    /// Nobody listens.
    #[error("ClamAV does not answer at {address}: {says}")]
    Unreachable {
        /// Where.
        address: Address,
        /// The system's words.
        says: String,
    },
    /// No answer in time.
    #[error("ClamAV at {address} took longer than {seconds} s")]
    Slow {
        /// Where.
        address: Address,
        /// The bound.
        seconds: u64,
    },
    /// Something else listens there, or the connection broke.
    #[error("ClamAV at {address} gave no answer that can be read: {says}")]
    Broken {
        /// Where.
        address: Address,
        /// What came.
        says: String,
    },
}

/// The daemon.
#[derive(Debug)]
pub struct Clamd {
    address: Address,
    patience: Patience,
    /// The last failure and when it may be asked again.
    down: Mutex<Option<(Instant, ClamdError)>>,
}

/// Bytes of one chunk.
const CHUNK: usize = 64 << 10;
/// Longest answer that is read.
const MAX_ANSWER: usize = 2 << 10;

trait Wire: Read + Write {
    fn bound(&self, left: Duration) -> io::Result<()>;
}

impl Wire for TcpStream {
    fn bound(&self, left: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

#[cfg(unix)]
impl Wire for std::os::unix::net::UnixStream {
    fn bound(&self, left: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

impl Clamd {
    /// A daemon at `address`. Nothing is connected yet.
    pub fn new(address: Address, patience: Patience) -> Clamd {
        Clamd { address, patience, down: Mutex::new(None) }
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks for its version, to see that it is there: `ClamAV 1.4.2/...`.
    pub fn version(&self) -> Result<String, ClamdError> {
        let answer = self.talk(b"zVERSION\0", None)?;
        match answer.starts_with("ClamAV") {
            true => Ok(answer),
            false => Err(self.broken(answer)),
        }
    }

    /// Asks about one file. After a failure it fails at once, with the same words, for a while.
    pub fn look(&self, bytes: &[u8]) -> Result<Answer, ClamdError> {
        if bytes.len() > self.patience.size {
            return Ok(Answer::Refused(format!("it is larger than {} MiB", self.patience.size >> 20)));
        }
        if let Some(error) = self.resting() {
            return Err(error);
        }
        let answer = self.talk(b"zINSTREAM\0", Some(bytes)).and_then(|text| self.read(&text));
        if let (Err(error), Ok(mut down)) = (&answer, self.down.lock()) {
            *down = Some((Instant::now() + self.patience.pause, error.clone()));
        }
        answer
    }

    /// The failure for which the daemon is left alone at present.
    fn resting(&self) -> Option<ClamdError> {
        let down = self.down.lock().ok()?;
        down.as_ref().filter(|(until, _)| *until > Instant::now()).map(|(_, error)| error.clone())
    }

    /// The last failure, if there was one: some files went unseen then, even if it answers again.
    pub fn complaint(&self) -> Option<ClamdError> {
        self.down.lock().ok().and_then(|down| down.as_ref().map(|(_, error)| error.clone()))
    }

    fn read(&self, text: &str) -> Result<Answer, ClamdError> {
        if text.contains("size limit exceeded") {
            return Ok(Answer::Refused("it is larger than clamd accepts (StreamMaxLength)".to_owned()));
        }
        let Some(rest) = text.strip_prefix("stream: ") else { return Err(self.broken(text.to_owned())) };
        if rest == "OK" {
            Ok(Answer::Clean)
        } else if let Some(name) = rest.strip_suffix(" FOUND") {
            Ok(Answer::Found(name.to_owned()))
        } else if let Some(why) = rest.strip_suffix(" ERROR") {
            Ok(Answer::Refused(why.trim_end_matches('.').to_owned()))
        } else {
            Err(self.broken(text.to_owned()))
        }
    }

    fn broken(&self, says: String) -> ClamdError {
        let says = match says.is_empty() {
            true => "the connection was closed".to_owned(),
            false => says.chars().filter(|c| !c.is_control()).take(80).collect(),
        };
        ClamdError::Broken { address: self.address.clone(), says }
    }

    fn failed(&self, error: &io::Error) -> ClamdError {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                ClamdError::Slow { address: self.address.clone(), seconds: self.patience.answer.as_secs() }
            }
            _ => self.broken(error.to_string()),
        }
    }

    fn connect(&self) -> io::Result<Box<dyn Wire>> {
        match &self.address {
            #[cfg(unix)]
            Address::Unix(path) => Ok(Box::new(std::os::unix::net::UnixStream::connect(path)?)),
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "sockets in the file system are not used on this system; give host:port",
            )),
            Address::Tcp { host, port } => {
                let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
                for address in (host.as_str(), *port).to_socket_addrs()? {
                    match TcpStream::connect_timeout(&address, self.patience.connect) {
                        Ok(stream) => return Ok(Box::new(stream)),
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
        }
    }

    /// Sends a command, and a file behind it, and returns the answer.
    fn talk(&self, command: &[u8], file: Option<&[u8]>) -> Result<String, ClamdError> {
        let deadline = Instant::now() + self.patience.answer;
        let mut wire = self
            .connect()
            .map_err(|e| ClamdError::Unreachable { address: self.address.clone(), says: e.to_string() })?;
        let sent = send(&mut *wire, command, file, deadline);
        // clamd answers and closes before it has read everything where a file passes its bound: the answer
        // says more than the broken pipe.
        match (receive(&mut *wire, deadline), sent) {
            (Ok(answer), _) if !answer.is_empty() => Ok(answer),
            (_, Err(error)) | (Err(error), Ok(())) => Err(self.failed(&error)),
            (Ok(_), Ok(())) => Err(self.broken(String::new())),
        }
    }
}

fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(left),
        _ => Err(io::ErrorKind::TimedOut.into()),
    }
}

fn send(wire: &mut dyn Wire, command: &[u8], file: Option<&[u8]>, deadline: Instant) -> io::Result<()> {
    let mut put = |mut bytes: &[u8]| -> io::Result<()> {
        while !bytes.is_empty() {
            wire.bound(left(deadline)?)?;
            let n = wire.write(bytes)?;
            if n == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = bytes.get(n..).unwrap_or_default();
        }
        Ok(())
    };
    put(command)?;
    if let Some(file) = file {
        for chunk in file.chunks(CHUNK) {
            put(&u32::try_from(chunk.len()).unwrap_or(0).to_be_bytes())?;
            put(chunk)?;
        }
        put(&[0; 4])?;
    }
    Ok(())
}

fn receive(wire: &mut dyn Wire, deadline: Instant) -> io::Result<String> {
    let mut answer = Vec::new();
    let mut buffer = [0; 512];
    while answer.len() < MAX_ANSWER && !answer.contains(&0) {
        wire.bound(left(deadline)?)?;
        match wire.read(&mut buffer)? {
            0 => break,
            n => answer.extend_from_slice(buffer.get(..n).unwrap_or_default()),
        }
    }
    let end = answer.iter().position(|&b| b == 0).unwrap_or(answer.len());
    Ok(String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn addresses_are_read_and_written_back() {
        for (text, shown) in [
            ("/run/clamav/clamd.ctl", "unix:/run/clamav/clamd.ctl"),
            ("unix:/a b", "unix:/a b"),
            ("127.0.0.1:3310", "127.0.0.1:3310"),
            ("tcp:clam.example.org:3310", "clam.example.org:3310"),
            ("[::1]:3310", "[::1]:3310"),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.to_string().parse::<Address>().unwrap(), address);
        }
        for text in ["", "clamd", "host:", ":3310", "host:0", "host:70000", "::1:3310", "unix:rel", "a b:1"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    /// A server that speaks once per connection, after reading what `wait` says.
    fn server(speak: &'static [u8], wait: bool, connections: usize) -> Clamd {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming().take(connections) {
                let mut stream = stream.unwrap();
                if wait {
                    let mut all = Vec::new();
                    let mut buffer = [0; 4096];
                    while !all.ends_with(&[0; 4]) {
                        match stream.read(&mut buffer) {
                            Ok(n) if n > 0 => all.extend_from_slice(&buffer[..n]),
                            _ => break,
                        }
                    }
                }
                let _ = stream.write_all(speak);
                open.push(stream);
                if speak.is_empty() {
                    thread::sleep(Duration::from_secs(3));
                }
            }
        });
        let patience = Patience { answer: Duration::from_millis(400), ..Patience::default() };
        Clamd::new(Address::Tcp { host: "127.0.0.1".into(), port }, patience)
    }

    #[test]
    fn answers_are_read_as_the_protocol_writes_them() {
        for (answer, wanted) in [
            (&b"stream: OK\0"[..], Answer::Clean),
            (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Answer::Found("Win.Test.EICAR_HDB-1".into())),
            (b"stream: Can't allocate memory ERROR\0", Answer::Refused("Can't allocate memory".into())),
        ] {
            assert_eq!(server(answer, true, 1).look(b"bytes").unwrap(), wanted);
        }
        let refused = server(b"INSTREAM size limit exceeded. ERROR\0", false, 1).look(&[7; 5 << 20]).unwrap();
        assert!(matches!(&refused, Answer::Refused(why) if why.contains("StreamMaxLength")), "{refused:?}");
    }

    #[test]
    fn a_daemon_that_hangs_costs_its_bound_once() {
        let clamd = server(b"", false, 1);
        let start = Instant::now();
        let error = clamd.look(b"bytes").unwrap_err();
        assert!(matches!(error, ClamdError::Slow { .. }), "{error}");
        for _ in 0..100 {
            assert_eq!(clamd.look(b"more").unwrap_err(), error);
        }
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        assert_eq!(clamd.complaint(), Some(error));
    }

    #[test]
    fn what_is_no_clamd_is_named_as_such() {
        for rubbish in [&b"HTTP/1.1 400 Bad Request\r\n\r\n\0"[..], b"\0", &[b'x'; 5000]] {
            let error = server(rubbish, true, 1).look(b"bytes").unwrap_err();
            assert!(matches!(error, ClamdError::Broken { .. }), "{error}");
        }
    }

    #[test]
    fn nobody_there_is_said_in_a_sentence() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let tcp = Address::Tcp { host: "127.0.0.1".into(), port };
        let unix = Address::Unix("/nonexistent/clamd.ctl".into());
        for address in [tcp, unix] {
            let error = Clamd::new(address.clone(), Patience::default()).look(b"x").unwrap_err();
            assert!(
                error.to_string().starts_with(&format!("ClamAV does not answer at {address}: ")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_file_beyond_the_bound_is_not_sent() {
        let address = Address::Unix("/nonexistent".into());
        let clamd = Clamd::new(address, Patience { size: 4, ..Patience::default() });
        assert!(matches!(clamd.look(b"12345").unwrap(), Answer::Refused(_)));
    }
}
