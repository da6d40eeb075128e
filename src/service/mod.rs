//! The work behind the window: sync, judging, actions. Commands in, events out.

pub mod command;
pub mod event;

pub use command::{Command, Secret};
pub use event::Event;
