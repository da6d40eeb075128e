//! Whether the ground under a connection moved: the computer slept, or the network that it began in is gone.
//!
//! In neither case does anybody tell the socket; it would wait for its time-out. A wall clock that ran ahead of the
//! steady one says that the computer slept, an own address that this computer no longer has that it went to another
//! network.

use std::io::ErrorKind;
use std::net::{IpAddr, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

/// More than clocks are ever set right by, and less than a sleep that matters.
const SLEEP: Duration = Duration::from_secs(20);

/// Two clocks that are looked at from time to time.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    steady: Instant,
    wall: SystemTime,
}

impl Default for Clocks {
    fn default() -> Clocks {
        Clocks { steady: Instant::now(), wall: SystemTime::now() }
    }
}

impl Clocks {
    /// Whether the computer slept since the last look, of which there is one every `usual` at the latest. A
    /// program that was held up that long counts as well: its connections are as old.
    pub fn slept(&mut self, usual: Duration) -> bool {
        self.slept_until(Clocks::default(), usual)
    }

    fn slept_until(&mut self, now: Clocks, usual: Duration) -> bool {
        let steady = now.steady.saturating_duration_since(self.steady);
        // A wall clock that was set back says nothing.
        let wall = now.wall.duration_since(self.wall).unwrap_or_default();
        *self = now;
        // Some systems' steady clock goes on through a sleep (Windows), others' stands still (Linux, macOS).
        wall > steady + SLEEP || steady > usual + SLEEP
    }
}

/// Whether this computer still has an address. In doubt it has.
pub fn has_address(address: IpAddr) -> bool {
    match UdpSocket::bind((address, 0)) {
        Ok(_) => true,
        Err(error) => error.kind() != ErrorKind::AddrNotAvailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Duration = Duration::from_secs(5);

    fn after(start: Clocks, steady: u64, wall: u64) -> Clocks {
        Clocks {
            steady: start.steady + Duration::from_secs(steady),
            wall: start.wall + Duration::from_secs(wall),
        }
    }

    #[test]
    fn a_sleep_is_told_from_a_clock_that_is_set_right() {
        let start = Clocks::default();
        let slept = |steady, wall| start.clone().slept_until(after(start, steady, wall), LOOK);
        assert!(!slept(5, 5) && !slept(5, 20) && !slept(5, 1));
        assert!(slept(5, 3_600), "the steady clock stood still");
        assert!(slept(3_600, 3_600), "the steady clock went on");
        let mut clocks = start;
        assert!(clocks.slept_until(after(start, 1, 600), LOOK));
        assert!(!clocks.slept_until(after(start, 2, 601), LOOK), "one sleep is told once");
        let back = Clocks { steady: start.steady, wall: start.wall - Duration::from_secs(7_200) };
        assert!(!start.clone().slept_until(back, LOOK), "set back by two hours");
    }

    #[test]
    fn an_address_of_another_network_is_no_longer_ours() {
        assert!(has_address([127, 0, 0, 1].into()));
        // TEST-NET-1 (RFC 5737) is nobody's.
        assert!(!has_address([192, 0, 2, 77].into()));
    }
}
