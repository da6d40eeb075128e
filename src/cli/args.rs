//! The arguments, as data.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::account::MOST_DAYS;
use crate::knowledge::Scanners;
use crate::knowledge::clamd::Address;
use crate::service::known::Choice;

/// A quarantine for mail: holds backscatter and malicious attachments, shows why, and can undo everything.
///
/// Without a subcommand the window opens.
#[derive(Debug, Parser)]
#[command(name = "lazaret", version, propagate_version = true)]
pub(super) struct Arguments {
    /// Say more on standard error (twice for debugging)
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Start without opening the window: mail is watched, the desktop tells of news, and the next start opens it
    #[arg(long)]
    pub background: bool,
    #[command(subcommand)]
    pub what: Option<What>,
}

#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Judge messages in files, mboxes and Maildirs
    #[command(after_long_help = scan_help())]
    Scan(ScanArgs),
    /// Judge bare files as if each were an attachment
    Inspect(InspectArgs),
    /// Fetch and judge an account's mail once
    Sync(SyncArgs),
    /// List, add and remove accounts
    Account(AccountArgs),
    /// List, show and restore what is held; save attachments
    Quarantine(QuarantineArgs),
    /// List, allow, block and forget senders
    Senders(SendersArgs),
    /// Write every decision of yours as JSON, or take such a file in
    Decisions(DecisionsArgs),
    /// List, import and forget lists of files known by their SHA-256
    Hashes(HashesArgs),
    /// Show, turn on and turn off virus scanners of your own
    Scanners(ScannersArgs),
    /// Open the demo mailbox (without a display: judge it here in the terminal)
    Demo(DemoArgs),
    /// End the program that has the window, or runs in the background
    Quit,
}

#[derive(Debug, Args)]
pub(super) struct ScanArgs {
    /// Print one JSON object per message and line
    #[arg(long)]
    pub json: bool,
    /// Sent mail that makes up the ledger: a file, mbox, Maildir or folder (repeatable)
    #[arg(long, value_name = "PATH")]
    pub sent: Vec<PathBuf>,
    /// An address of the person's, besides the From addresses of the sent mail (repeatable)
    #[arg(long, value_name = "ADDR")]
    pub identity: Vec<String>,
    /// The present time, for repeatable runs [default: the clock]
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<Timestamp>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    #[command(flatten)]
    pub outside: OutsideArgs,
    /// What to judge: .eml and mbox files, Maildirs, and folders of them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Print one JSON object per file and line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub outside: OutsideArgs,
    /// Files to judge
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// What else to ask about attachments. Nothing but these is asked.
#[derive(Debug, Args)]
pub(super) struct OutsideArgs {
    /// A list of SHA-256 sums of files known as harmful (repeatable)
    #[arg(long, value_name = "FILE")]
    pub known_bad: Vec<PathBuf>,
    /// A list of SHA-256 sums of files known as harmless (repeatable)
    #[arg(long, value_name = "FILE")]
    pub known_good: Vec<PathBuf>,
    /// Ask the ClamAV daemon at this socket: a path, or host:port
    #[arg(long, value_name = "ADDRESS")]
    pub clamd: Option<Address>,
    /// Try the YARA rules (.yar, .yara) in this folder
    #[arg(long, value_name = "FOLDER")]
    pub yara: Option<PathBuf>,
}

impl OutsideArgs {
    /// The choice as the service takes it.
    pub(super) fn choice(&self) -> Choice {
        Choice {
            bad: self.known_bad.clone(),
            good: self.known_good.clone(),
            scanners: Scanners { clamd: self.clamd.clone(), yara: self.yara.clone() },
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct SyncArgs {
    /// The account's name
    #[arg(long, value_name = "NAME")]
    pub account: String,
    /// Move what is quarantined, whatever the account's mode says
    #[arg(long)]
    pub act: bool,
    /// Read the password from standard input instead of the keyring
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct AccountArgs {
    #[command(subcommand)]
    pub what: AccountWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum AccountWhat {
    /// List the accounts
    List,
    /// Add an account after a connection test
    Add(AddArgs),
    /// Forget an account here; nothing on the server changes
    Remove {
        /// Its name
        name: String,
    },
    /// Delete held mail for ever some days after you opened it: only what you opened (in the window, or with
    /// quarantine show), only after it was said once, only while the account acts. Off at first
    Retention {
        /// Its name
        name: String,
        /// How many days, 1 to 3650, or off
        #[arg(value_parser = days)]
        days: Days,
    },
    /// Set an account to observe (change nothing) or act (move what is quarantined)
    Mode {
        /// Its name
        name: String,
        /// observe or act
        mode: ModeArg,
    },
}

/// How long held mail is kept: days, or until the person decides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days(pub Option<u16>);

fn days(text: &str) -> Result<Days, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(Days(None));
    }
    match text.parse() {
        Ok(days) if (1..=MOST_DAYS).contains(&days) => Ok(Days(Some(days))),
        _ => Err(format!("give a number of days from 1 to {MOST_DAYS}, or off")),
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ModeArg {
    /// Change nothing on the server
    Observe,
    /// Move what is quarantined to the folder Lazaret
    Act,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SecurityArg {
    /// TLS from the first byte
    Tls,
    /// TLS after STARTTLS
    Starttls,
    /// No encryption: this machine only
    Plain,
}

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// A name for the account
    #[arg(long)]
    pub name: String,
    /// Your address there (repeatable, the main one first)
    #[arg(long, required = true, value_name = "ADDR")]
    pub address: Vec<String>,
    /// The IMAP server
    #[arg(long)]
    pub host: String,
    /// Its port [default: 993, or 143 with STARTTLS or no encryption]
    #[arg(long)]
    pub port: Option<u16>,
    /// How the connection is protected
    #[arg(long, value_enum, default_value = "tls")]
    pub security: SecurityArg,
    /// The sign-in name [default: the first address]
    #[arg(long)]
    pub login: Option<String>,
    /// Trust the certificate with this SHA-256 fingerprint besides those the machine vouches for
    #[arg(long, value_name = "SHA256")]
    pub fingerprint: Option<String>,
    /// Read the password from standard input instead of asking
    #[arg(long)]
    pub password_stdin: bool,
    /// Take the password from the first line that this command prints, each time it is needed (a password manager)
    #[arg(long, value_name = "COMMAND", conflicts_with = "password_stdin")]
    pub password_command: Option<String>,
    /// The command prints an OAuth2 access token: sign in with XOAUTH2 or OAUTHBEARER
    #[arg(long, requires = "password_command")]
    pub oauth2: bool,
}

#[derive(Debug, Args)]
pub(super) struct QuarantineArgs {
    #[command(subcommand)]
    pub what: QuarantineWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum QuarantineWhat {
    /// List what is held, or would be
    #[command(after_long_help = search_help())]
    List {
        /// Search all judged mail instead
        #[arg(long)]
        all: bool,
        /// What to search for: words and filters such as from:example.org (see --help)
        #[arg(value_name = "QUERY", allow_hyphen_values = true)]
        query: Vec<String>,
    },
    /// Show one message with its verdict and evidence
    Show {
        /// Its number in the list
        id: i64,
    },
    /// Save an attachment to a file; one that is there already is not written over
    Save {
        /// The message's number in the list
        id: i64,
        /// The attachment's number, as `show` has it [default: 1]
        #[arg(default_value_t = 1, hide_default_value = true)]
        attachment: usize,
        /// The folder, which must be there [default: your folder for downloads]
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
        /// Save it although something speaks against it
        #[arg(long)]
        despite_findings: bool,
    },
    /// Put messages back where they came from
    Restore {
        /// Also allow the sender's address
        #[arg(long)]
        allow: bool,
        /// Read the password from standard input instead of the keyring
        #[arg(long)]
        password_stdin: bool,
        /// Their numbers in the list
        #[arg(required = true)]
        ids: Vec<i64>,
    },
}

#[derive(Debug, Args)]
pub(super) struct SendersArgs {
    #[command(subcommand)]
    pub what: SendersWhat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ScopeArg {
    /// One From address
    Address,
    /// A domain with its sub-domains
    Domain,
    /// The server that reports
    ReportingMta,
    /// One IP address
    Ip,
}

#[derive(Debug, Subcommand)]
pub(super) enum SendersWhat {
    /// List the entries
    List,
    /// Keep mail that matches; malicious attachments excepted
    Allow {
        /// What the value names
        #[arg(long, value_enum, default_value = "address")]
        scope: ScopeArg,
        /// The address, domain, server or IP address
        value: String,
    },
    /// Quarantine mail that matches; genuine bounces excepted
    Block {
        /// What the value names
        #[arg(long, value_enum, default_value = "address")]
        scope: ScopeArg,
        /// The address, domain, server or IP address
        value: String,
    },
    /// Remove an entry
    Remove {
        /// Its number in the list
        id: i64,
    },
    /// Write every entry as CSV
    Export {
        /// The file; standard output where it is left out. One that is there already is not written over
        file: Option<PathBuf>,
    },
    /// Add the entries of a CSV file, all of them or none
    Import {
        /// The file, as export writes it
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct DecisionsArgs {
    #[command(subcommand)]
    pub what: DecisionsWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum DecisionsWhat {
    /// Write allow and block entries, what was restored or marked as fine, where what is held came from, and
    /// which delivery problems are dealt with
    Export {
        /// The file, or - for standard output. One that is there already is not written over
        file: PathBuf,
    },
    /// Take in the decisions of a file, all of them or none; nothing on a server changes by it
    Import {
        /// The file, as export writes it, or - for standard input
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct HashesArgs {
    #[command(subcommand)]
    pub what: HashesWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum HashesWhat {
    /// Import a list: one SHA-256 sum on each line, as sha256sum writes it
    Import {
        /// The list names harmless files, not harmful ones
        #[arg(long)]
        good: bool,
        /// The list
        file: PathBuf,
    },
    /// List the imported lists
    List,
    /// Forget a list with its sums
    Remove {
        /// Its number in the list
        id: i64,
    },
}

#[derive(Debug, Args)]
pub(super) struct ScannersArgs {
    #[command(subcommand)]
    pub what: ScannersWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum ScannersWhat {
    /// Show which scanners are asked
    List,
    /// Ask a running ClamAV daemon about every attachment
    Clamd {
        /// Its socket (a path, or host:port; attachments leave this computer where the host is another one), or off
        address: String,
    },
    /// Try YARA rules on every attachment and every file inside one
    Yara {
        /// The folder of the rules, or off
        folder: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Judge the demo mailbox in the terminal even where there is a display
    #[arg(long)]
    pub terminal: bool,
}

/// The longer help of `scan`: the shape of its output and the published words.
fn scan_help() -> String {
    let mut text = String::from(
        "A file that ends in .eml is one message; a .mbox, or another file that begins with a From_ line, is an \
         mbox; a folder with cur is a Maildir; other folders are read recursively; any other file is one message. \
         Nothing but these files is read: no network, no database.\n\n\
         --sent gives the ledger: its coverage runs from its oldest to its newest message. Without it no bounce is \
         called backscatter for being absent from it.\n\n\
         Each JSON object has path, index, message_id, class, disposition, score, notice, attachments and findings; \
         a file that can't be read gives path and error.\n\nClasses: ",
    );
    let classes: Vec<&str> = crate::engine::Class::ALL.iter().map(|c| c.word()).collect();
    text.push_str(&classes.join(", "));
    text.push_str(".\n\nReasons: ");
    let reasons: Vec<&str> = crate::engine::notice::Reason::ALL.iter().map(|r| r.word()).collect();
    text.push_str(&reasons.join(", "));
    text.push_str(".\n\nExit codes: 0 all read, 1 some input failed, 2 usage.");
    text
}

/// The longer help of `quarantine list`: the search language, as the window has it.
fn search_help() -> String {
    let mut text = String::from(
        "A query is words and filters, each of which must hold. Words count from their beginning; \"words in \
         quotes\" stand beside each other and are whole; -word or -filter:value turns a term round.\n\nFilters:\n",
    );
    for (_, example, says) in crate::service::search::FILTERS {
        text.push_str(&format!("  {example:<24} {says}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
