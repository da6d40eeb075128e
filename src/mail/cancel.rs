//! A way to stop long work from another thread.

use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A flag that long work looks at between steps. Clones share the flag.
///
/// A connection attaches its socket, so that [`Cancel::cancel`] also ends a wait for a silent server at
/// once.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    flag: AtomicBool,
    next: AtomicU64,
    sockets: Mutex<Vec<(u64, TcpStream)>>,
}

impl Shared {
    fn sockets(&self) -> MutexGuard<'_, Vec<(u64, TcpStream)>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cancel {
    /// Asks the work to stop; it does at its next step, and connections that wait are closed at once.
    pub fn cancel(&self) {
        self.0.flag.store(true, Ordering::SeqCst);
        for (_, socket) in self.0.sockets().drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.flag.load(Ordering::SeqCst)
    }

    /// Has `socket` shut down when the work is cancelled, for as long as the answer lives. A socket
    /// attached after that is shut down at once.
    pub fn attach(&self, socket: TcpStream) -> Attached {
        let key = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.0.sockets().push((key, socket));
        if self.is_cancelled() {
            self.cancel();
        }
        Attached { shared: Arc::clone(&self.0), key }
    }
}

/// A socket that [`Cancel::attach`] holds on to; dropping this lets go of it.
#[derive(Debug)]
pub struct Attached {
    shared: Arc<Shared>,
    key: u64,
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.shared.sockets().retain(|(key, _)| *key != self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;

    #[test]
    fn cancelling_ends_a_wait_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let cancel = Cancel::default();
        let attached = cancel.attach(socket.try_clone().unwrap());
        let waiting = std::thread::spawn(move || socket.read(&mut [0; 8]).unwrap_or(0));
        cancel.clone().cancel();
        assert_eq!(waiting.join().unwrap(), 0);
        assert!(cancel.is_cancelled());
        drop(attached);
        assert!(cancel.0.sockets().is_empty());
    }
}
