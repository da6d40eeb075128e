//! Our own stream under the IMAP session: TCP or TLS, bounded in time, line by line.
//!
//! The `imap` crate reads a session through it, and [`super::wire`] reads bulk answers from it between two
//! of the crate's commands. [`Read`] hands out one line at most, so that the crate's own buffer is empty
//! whenever a command is finished and no byte is ever read by the wrong one of the two.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

use super::answers::Answer;
use super::endpoint::Bounds;
use super::packing::Packing;
use super::reader::{self, Source};

/// Bytes read from the socket at once.
const BUFFER: usize = 64 << 10;

/// How much of the last line is kept for error texts.
const KEPT: usize = 1_000;

/// A TCP connection whose reads end at a deadline.
#[derive(Debug)]
pub(super) struct Timed {
    tcp: TcpStream,
    silence: Duration,
    deadline: Instant,
    /// What the socket was told last.
    patience: Duration,
}

impl Timed {
    pub(super) fn new(tcp: TcpStream, bounds: &Bounds) -> io::Result<Timed> {
        tcp.set_nodelay(true)?;
        tcp.set_write_timeout(Some(bounds.silence))?;
        let (silence, deadline) = (bounds.silence, Instant::now() + bounds.answer);
        Ok(Timed { tcp, silence, deadline, patience: Duration::ZERO })
    }
}

impl Read for Timed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        let patience = self.silence.min(left);
        if patience != self.patience {
            self.tcp.set_read_timeout(Some(patience))?;
            self.patience = patience;
        }
        loop {
            match self.tcp.read(out) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
                other => return other,
            }
        }
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.tcp.write(bytes) {
            Err(e) if e.kind() == ErrorKind::WouldBlock => Err(ErrorKind::TimedOut.into()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// What lies between the program and the server.
#[derive(Debug)]
enum Channel {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
    /// Between the two, while STARTTLS is negotiated.
    Closed,
}

#[derive(Debug)]
struct Inner {
    channel: Channel,
    /// Where COMPRESS=DEFLATE is on.
    packing: Option<Packing>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    bounds: Bounds,
    line_length: usize,
    last_line: Vec<u8>,
    bye: Option<String>,
}

/// A handle to the connection; clones share it. Used by one thread at a time.
#[derive(Debug, Clone)]
pub(super) struct Stream(Arc<Mutex<Inner>>);

impl Stream {
    /// A plain connection.
    pub(super) fn plain(timed: Timed, bounds: Bounds) -> Stream {
        Stream(Arc::new(Mutex::new(Inner {
            channel: Channel::Plain(timed),
            packing: None,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            bounds,
            line_length: 0,
            last_line: Vec::new(),
            bye: None,
        })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Turns a plain connection into a TLS one and completes the handshake.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] where the server sent anything after its answer to STARTTLS: somebody on
    /// the way may have put it there (CVE-2011-0411).
    pub(super) fn upgrade(&self, connection: ClientConnection) -> io::Result<()> {
        let mut inner = self.inner();
        if inner.start != inner.end {
            return Err(invalid("bytes in plain text came before the encryption began"));
        }
        let Channel::Plain(timed) = std::mem::replace(&mut inner.channel, Channel::Closed) else {
            return Err(invalid("the connection is encrypted already"));
        };
        let mut tls = StreamOwned::new(connection, timed);
        tls.sock.deadline = Instant::now() + inner.bounds.answer;
        while tls.conn.is_handshaking() {
            let (read, written) = tls.conn.complete_io(&mut tls.sock)?;
            if (read, written) == (0, 0) {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        inner.channel = Channel::Tls(Box::new(tls));
        Ok(())
    }

    /// Packs what goes both ways from now on (RFC 4978). What was read beyond the server's OK is packed
    /// already.
    pub(super) fn pack(&self) {
        let mut inner = self.inner();
        let ahead = inner.buffer.get(inner.start..inner.end).unwrap_or_default().to_vec();
        (inner.start, inner.end) = (0, 0);
        inner.packing = Some(Packing::new(ahead));
    }

    /// Whether the server is on this very machine.
    pub(super) fn is_local(&self) -> bool {
        let inner = self.inner();
        let tcp = match &inner.channel {
            Channel::Plain(timed) => &timed.tcp,
            Channel::Tls(tls) => &tls.sock.tcp,
            Channel::Closed => return false,
        };
        tcp.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback())
    }

    /// This computer's address at the near end.
    pub(super) fn own_address(&self) -> Option<IpAddr> {
        let inner = self.inner();
        let tcp = match &inner.channel {
            Channel::Plain(timed) => &timed.tcp,
            Channel::Tls(tls) => &tls.sock.tcp,
            Channel::Closed => return None,
        };
        tcp.local_addr().ok().map(|own| own.ip())
    }

    /// Starts the clock of a new answer.
    pub(super) fn begin(&self) {
        let mut inner = self.inner();
        let deadline = Instant::now() + inner.bounds.answer;
        inner.set_deadline(|_| deadline);
        inner.line_length = 0;
        inner.last_line.clear();
    }

    /// Reads one answer, literals and all: see [`reader::answer`].
    pub(super) fn answer(&self, tag: &str) -> io::Result<Answer> {
        let mut inner = self.inner();
        let bounds = inner.bounds;
        reader::answer(&mut *inner, tag, &bounds)
    }

    /// Reads onto `line` for `wait` at most; `true` once the line is whole. What came of it stays in `line`.
    pub(super) fn try_line(&self, line: &mut Vec<u8>, wait: Duration) -> io::Result<bool> {
        let deadline = Instant::now() + wait;
        let mut inner = self.inner();
        inner.set_deadline(|_| deadline);
        let most = inner.bounds.line;
        match reader::read_line(&mut *inner, most, line) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == ErrorKind::TimedOut => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Sends all of `bytes`.
    pub(super) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.inner();
        inner.write_all(bytes)?;
        inner.flush()
    }

    /// The last line that the crate read, cut; for error texts.
    pub(super) fn last_line(&self) -> String {
        String::from_utf8_lossy(&self.inner().last_line).trim().to_owned()
    }

    /// The words of a BYE, where one came.
    pub(super) fn bye(&self) -> Option<String> {
        self.inner().bye.clone()
    }

    /// Keeps the words of a BYE.
    pub(super) fn note_bye(&self, words: String) {
        self.inner().bye = Some(words);
    }

    /// Ends the connection without ceremony.
    pub(super) fn shutdown(&self) {
        let inner = self.inner();
        let tcp = match &inner.channel {
            Channel::Plain(timed) => &timed.tcp,
            Channel::Tls(tls) => &tls.sock.tcp,
            Channel::Closed => return,
        };
        let _ = tcp.shutdown(Shutdown::Both);
    }
}

impl Inner {
    fn set_deadline(&mut self, change: impl FnOnce(Instant) -> Instant) {
        let timed = match &mut self.channel {
            Channel::Plain(timed) => timed,
            Channel::Tls(tls) => &mut tls.sock,
            Channel::Closed => return,
        };
        timed.deadline = change(timed.deadline);
    }
}

impl Source for Inner {
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.start >= self.end {
            let read = match &mut self.packing {
                None => self.channel.read(&mut self.buffer)?,
                Some(packing) => packing.read(&mut self.channel, &mut self.buffer)?,
            };
            (self.start, self.end) = (0, read);
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        self.start += n;
    }

    /// Real progress buys time: a large message may take long, a trickle may not.
    fn progressed(&mut self, n: usize) {
        let earned = Duration::from_secs_f64(n as f64 / Bounds::SLOWEST as f64);
        self.set_deadline(|deadline| deadline + earned);
    }
}

impl Read for Channel {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(timed) => timed.read(out),
            Channel::Tls(tls) => tls.read(out),
            Channel::Closed => Ok(0),
        }
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(timed) => timed.write(bytes),
            Channel::Tls(tls) => tls.write(bytes),
            Channel::Closed => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Channel::Plain(timed) => timed.flush(),
            Channel::Tls(tls) => tls.flush(),
            Channel::Closed => Ok(()),
        }
    }
}

impl Write for Inner {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.packing {
            None => self.channel.write(bytes),
            Some(packing) => {
                self.channel.write_all(&packing.pack(bytes)?)?;
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.channel.flush()
    }
}

impl Read for Stream {
    /// For the `imap` crate: the rest of one line at most.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.inner();
        let chunk = match inner.fill() {
            Ok(chunk) => chunk,
            // The crate has a word of its own for a closed connection.
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(0),
            Err(e) => return Err(e),
        };
        let line = memchr::memchr(b'\n', chunk).map_or(chunk.len(), |at| at + 1);
        let taken = line.min(out.len());
        let piece = chunk.get(..taken).unwrap_or_default().to_vec();
        if let Some(place) = out.get_mut(..piece.len()) {
            place.copy_from_slice(&piece);
        }
        inner.start += taken;
        inner.watch(&piece)?;
        Ok(taken)
    }
}

impl Inner {
    /// Bounds what the crate buffers, and keeps the words that it would lose.
    fn watch(&mut self, piece: &[u8]) -> io::Result<()> {
        self.line_length += piece.len();
        // The crate's commands are sign-in and sign-out: no answer to them is longer than this.
        if self.line_length > (1 << 20) {
            return Err(invalid("its answer is longer than any answer should be"));
        }
        if self.last_line.ends_with(b"\n") {
            self.last_line.clear();
        }
        let room = KEPT.saturating_sub(self.last_line.len());
        let ends = piece.ends_with(b"\n");
        self.last_line.extend(piece.iter().take(room));
        if ends {
            if !self.last_line.ends_with(b"\n") {
                self.last_line.push(b'\n');
            }
            if let Some(words) = self.last_line.strip_prefix(b"* BYE") {
                self.bye = Some(String::from_utf8_lossy(words).trim().to_owned());
            }
        }
        Ok(())
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner().flush()
    }
}

fn invalid(says: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, says)
}
