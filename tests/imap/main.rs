//! IMAP against a real Dovecot and a real Courier, and against a scripted server for what a real one never does.

mod actions;
mod connecting;
mod courier;
mod dovecot;
mod e2e;
mod fault_points;
mod faults;
mod folders;
mod gmail;
mod help;
mod incremental;
mod messages;
mod misbehaviour;
mod moving;
mod proxy;
mod push;
mod quirks;
mod rig;
mod scripted;
mod tokens;
mod triage;
