//! A proxy of ours between the program and a server: counts commands, and does to the wire what a network
//! does to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens at one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is cut and the server never sees the command.
    CutBefore,
    /// The server gets the command, and its answer is never seen.
    CutAfter,
    /// The answer is cut after this many bytes.
    Truncate(usize),
    /// A byte of the answer is another.
    Garble(usize),
    /// The answer comes late, in small pieces.
    Delay,
    /// The command is held back until the test lets go.
    StallBefore,
    /// The server gets the command, and its answer is held back until the test lets go.
    StallAfter,
}

/// What a proxy shares with its test.
#[derive(Debug, Default)]
struct Shared {
    log: Mutex<Vec<String>>,
    /// The fault, and at which command (counted from 0 over all connections).
    fault: Mutex<Option<(usize, Fault)>>,
    count: AtomicUsize,
    hits: AtomicUsize,
    /// Bytes that came from the server.
    carried: AtomicUsize,
    /// Whether a stalled command or answer waits.
    stalled: AtomicBool,
    /// Whether stalled ones may go on.
    go: AtomicBool,
    /// The connections that are open.
    open: Mutex<Vec<TcpStream>>,
}

impl Shared {
    /// Waits until the test lets go; `false` where it never does.
    fn stall(&self) -> bool {
        self.stalled.store(true, Ordering::SeqCst);
        let went = (0..20_000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            self.go.load(Ordering::SeqCst)
        });
        self.stalled.store(false, Ordering::SeqCst);
        went
    }
}

/// A running proxy.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Starts one before the server on `target`.
    pub(crate) fn start(target: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let kept = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), shared) = (client, Arc::clone(&kept)) else { return };
                std::thread::spawn(move || {
                    let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { return };
                    shared.open.lock().unwrap().push(client.try_clone().unwrap());
                    pass(client, server, &shared);
                });
            }
        });
        Proxy { port, shared }
    }

    /// Has `fault` happen at the command of this number, and counts from 0 again.
    pub(crate) fn arm(&self, fault: Option<(usize, Fault)>) {
        *self.shared.fault.lock().unwrap() = fault;
        self.shared.count.store(0, Ordering::SeqCst);
        self.shared.go.store(false, Ordering::SeqCst);
        self.shared.hits.store(0, Ordering::SeqCst);
        self.shared.carried.store(0, Ordering::SeqCst);
        self.shared.log.lock().unwrap().clear();
    }

    /// Bytes that came from the server since the last [`Proxy::arm`].
    pub(crate) fn carried(&self) -> usize {
        self.shared.carried.load(Ordering::SeqCst)
    }

    /// Ends every connection that is open.
    pub(crate) fn cut_all(&self) {
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Whether something is stalled at this moment.
    pub(crate) fn is_stalled(&self) -> bool {
        self.shared.stalled.load(Ordering::SeqCst)
    }

    /// Lets go of what is stalled, and waits until it went.
    pub(crate) fn let_go(&self) {
        self.shared.go.store(true, Ordering::SeqCst);
        while self.is_stalled() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Whether the fault happened.
    pub(crate) fn was_hit(&self) -> bool {
        self.shared.hits.load(Ordering::SeqCst) > 0
    }

    /// Every command since the last [`Proxy::arm`], without tags; passwords left out.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.shared.log.lock().unwrap().clone()
    }
}

/// What the answering half is told about the next answer.
type Orders = Arc<Mutex<Option<Fault>>>;

fn pass(client: TcpStream, server: TcpStream, shared: &Arc<Shared>) {
    let orders: Orders = Arc::default();
    let (back_client, back_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let told = Arc::clone(&orders);
    let held = Arc::clone(shared);
    let back = std::thread::spawn(move || answers(back_server, back_client, &told, &held));
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut server = server;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        let text = String::from_utf8_lossy(&line);
        let rest = text.trim_end().split_once(' ').map_or("", |(_, rest)| rest).to_owned();
        let shown = if rest.starts_with("LOGIN") { "LOGIN" } else { rest.as_str() };
        shared.log.lock().unwrap().push(shown.to_owned());
        let number = shared.count.fetch_add(1, Ordering::SeqCst);
        let fault = shared.fault.lock().unwrap().filter(|(at, _)| *at == number).map(|(_, fault)| fault);
        if let Some(fault) = fault {
            shared.hits.fetch_add(1, Ordering::SeqCst);
            if fault == Fault::CutBefore {
                break;
            }
            if fault == Fault::StallBefore {
                if !shared.stall() {
                    break;
                }
            } else {
                *orders.lock().unwrap() = Some(fault);
            }
        }
        if server.write_all(&line).is_err() {
            break;
        }
        if rest == "COMPRESS DEFLATE" {
            // What follows has no lines.
            let _ = std::io::copy(&mut reader, &mut server);
            break;
        }
        line.clear();
    }
    // Whoever goes first takes the other along; the server still finishes what it was told.
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Write);
    let _ = back.join();
}

fn answers(mut server: TcpStream, mut client: TcpStream, orders: &Orders, shared: &Shared) {
    let mut buffer = [0; 16 << 10];
    while let Ok(read) = server.read(&mut buffer) {
        if read == 0 {
            break;
        }
        shared.carried.fetch_add(read, Ordering::SeqCst);
        let piece = &mut buffer[..read];
        let fault = orders.lock().unwrap().take();
        let sent = match fault {
            None | Some(Fault::StallBefore) => client.write_all(piece),
            Some(Fault::StallAfter) if shared.stall() => client.write_all(piece),
            Some(Fault::StallAfter) => break,
            Some(Fault::CutBefore | Fault::CutAfter) => break,
            Some(Fault::Truncate(at)) => {
                let _ = client.write_all(&piece[..at.min(read)]);
                break;
            }
            Some(Fault::Garble(at)) => {
                piece[at % read] ^= 0x15;
                client.write_all(piece)
            }
            Some(Fault::Delay) => piece
                .chunks(7)
                .take(40)
                .try_for_each(|few| {
                    std::thread::sleep(Duration::from_millis(2));
                    client.write_all(few)
                })
                .and_then(|()| client.write_all(piece.get(280..).unwrap_or_default())),
        };
        if sent.is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    // The server's last words are read, so that it does not stop half-way for a reset connection.
    while server.read(&mut buffer).is_ok_and(|n| n > 0) {}
}
