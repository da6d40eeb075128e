//! A private Dovecot: real IMAP on free ports of 127.0.0.1, a throw-away directory, its own certificate.
//!
//! Needs `dovecot-imapd`; works as root and as an ordinary user. The whole process group is killed when the
//! value is dropped, also by a panic. Uses nothing of the program under test.

// Each test binary that includes this file uses a part of it.
#![allow(dead_code)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

/// The users that exist, and their passwords.
pub(crate) const USERS: &[(&str, &str)] =
    &[("anna", "secret"), ("ben", "pass \"word\\"), ("chloe", "pässwörd ключ"), ("dora", "{braces} ")];

/// What differs from the usual server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// The capabilities it admits to instead of its own.
    pub(crate) capability: Option<&'static str>,
    /// No folder has a use by SPECIAL-USE.
    pub(crate) no_special_use: bool,
    /// The personal namespace is `INBOX.` with the separator `.`, as on Courier.
    pub(crate) courier: bool,
    /// No AUTH=PLAIN and no LOGIN before STARTTLS.
    pub(crate) tls_only: bool,
    /// More lines of configuration.
    pub(crate) extra: String,
}

/// A message as it lies on the server's disk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stored {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Letters of its flags, as in `FS`.
    pub(crate) flags: String,
    /// INTERNALDATE, in seconds.
    pub(crate) received: u64,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Dovecot {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) running: Running,
    /// The port for plain text and STARTTLS.
    pub(crate) imap: u16,
    /// The port for TLS; 0 where there is none.
    pub(crate) imaps: u16,
    /// SHA-256 of its certificate, in colon-separated hexadecimal.
    pub(crate) fingerprint: String,
    pub(crate) owner: Option<(u32, u32)>,
}

/// What is ended with the server.
#[derive(Debug)]
pub(crate) enum Running {
    /// A master process and its group.
    Group(Child),
    /// Threads of the test, which end with it (a Courier).
    Threads,
}

impl Dovecot {
    /// Starts a server and waits until it answers.
    pub(crate) fn start() -> Dovecot {
        Dovecot::start_with(&Options::default())
    }

    /// Starts a server that differs.
    pub(crate) fn start_with(options: &Options) -> Dovecot {
        let program = find_program();
        let mut trouble = String::new();
        // A port that was free may be taken a moment later by another test: try again then.
        for _ in 0..5 {
            match try_start(&program, options) {
                Ok(server) => return server,
                Err(e) => trouble = e,
            }
        }
        panic!("Dovecot does not start: {trouble}");
    }

    /// A user's Maildir.
    pub(crate) fn maildir(&self, user: &str) -> PathBuf {
        self.dir.path().join("mail").join(user).join("Maildir")
    }

    /// Where a folder lies; `folder` as on the disk, such as `Sent` or `Clients.Old`.
    pub(crate) fn folder(&self, user: &str, folder: &str) -> PathBuf {
        match folder {
            "INBOX" => self.maildir(user),
            other => self.maildir(user).join(format!(".{other}")),
        }
    }

    /// Puts a message into a folder without IMAP. `flags` are letters of Maildir; none means new mail.
    pub(crate) fn deliver(&self, user: &str, folder: &str, bytes: &[u8], received: u64, flags: &str) {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let dir = self.make(user, folder);
        let bytes = &self.on_disk(bytes);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{received}.M{count:06}P{}.test,S={}", std::process::id(), bytes.len());
        let target = match flags {
            "" => dir.join("new").join(name),
            _ => dir.join("cur").join(format!("{name}:2,{flags}")),
        };
        fs::write(&target, bytes).unwrap();
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(received);
        fs::File::options().write(true).open(&target).unwrap().set_modified(date).unwrap();
        self.own(&target);
    }

    /// Makes a folder without IMAP; returns where it lies.
    pub(crate) fn make(&self, user: &str, folder: &str) -> PathBuf {
        let dir = self.folder(user, folder);
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(dir.join(part)).unwrap();
        }
        let mut at = dir.join("cur");
        while at.starts_with(self.dir.path().join("mail")) {
            self.own(&at);
            at.pop();
        }
        for part in ["new", "tmp"] {
            self.own(&dir.join(part));
        }
        dir
    }

    /// What a folder holds now, in order of its bytes.
    pub(crate) fn messages(&self, user: &str, folder: &str) -> Vec<Stored> {
        let dir = self.folder(user, folder);
        let mut found = Vec::new();
        for part in ["new", "cur"] {
            let Ok(entries) = fs::read_dir(dir.join(part)) else { continue };
            for entry in entries.map(Result::unwrap) {
                let name = entry.file_name().into_string().unwrap();
                let flags = name.split_once(":2,").map_or("", |(_, flags)| flags).to_owned();
                let received = entry.metadata().unwrap().mtime() as u64;
                let bytes = self.on_wire(fs::read(entry.path()).unwrap());
                found.push(Stored { bytes, flags, received });
            }
        }
        found.sort();
        found
    }

    /// Runs IMAP commands as another program would: INBOX is selected first, each must end in OK.
    pub(crate) fn run(&self, user: &str, commands: &[&str]) {
        let password = USERS.iter().find(|(name, _)| *name == user).unwrap().1;
        let tcp = TcpStream::connect(("127.0.0.1", self.imap)).unwrap();
        tcp.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut reader = BufReader::new(tcp);
        let login = format!("LOGIN {user} \"{password}\"");
        for (number, command) in
            [&login, "SELECT INBOX"].into_iter().chain(commands.iter().copied()).enumerate()
        {
            let tag = format!("x{number} ");
            write!(reader.get_mut(), "{tag}{command}\r\n").unwrap();
            let mut line = String::new();
            while !line.starts_with(&tag) {
                line.clear();
                assert!(reader.read_line(&mut line).unwrap() > 0, "{command}: the server left");
            }
            assert!(line.starts_with(&format!("{tag}OK")), "{command}: {line}");
        }
    }

    /// Forgets all mail and all folders of a user.
    pub(crate) fn wipe(&self, user: &str) {
        let dir = self.maildir(user);
        // A server process that is about to leave may still write there.
        for _ in 0..200 {
            match fs::remove_dir_all(&dir) {
                Err(_) if dir.exists() => std::thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        panic!("{} can't be emptied", dir.display());
    }

    /// Numbers a folder anew, as a restored backup or a lost index does.
    pub(crate) fn renumber(&self, user: &str, folder: &str) {
        let dir = self.folder(user, folder);
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("dovecot.index") || name == "dovecot-uidlist" {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        // UIDVALIDITY is the time in seconds.
        std::thread::sleep(Duration::from_millis(1_100));
    }

    /// The server's log so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("dovecot.log")).unwrap_or_default()
    }

    /// Courier keeps lines without CR and gives each one as it sends it; Dovecot takes both.
    fn on_disk(&self, bytes: &[u8]) -> Vec<u8> {
        match self.running {
            Running::Group(_) => bytes.to_vec(),
            Running::Threads => bytes.iter().copied().filter(|b| *b != b'\r').collect(),
        }
    }

    /// What [`Self::on_disk`] was made from.
    fn on_wire(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.running {
            Running::Group(_) => bytes,
            Running::Threads => {
                bytes.iter().flat_map(|b| [b'\r', *b].into_iter().skip(usize::from(*b != b'\n'))).collect()
            }
        }
    }

    fn own(&self, path: &Path) {
        if let Some((uid, gid)) = self.owner {
            chown(path, Some(uid), Some(gid)).unwrap();
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let Running::Group(master) = &mut self.running else { return };
        let group = format!("-{}", master.id());
        for signal in ["-TERM", "-KILL"] {
            let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
            for _ in 0..100 {
                if matches!(master.try_wait(), Ok(Some(_))) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        if std::thread::panicking() {
            eprintln!("Dovecot's log:\n{}", self.log());
        }
    }
}

fn find_program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|dir| dir.join("dovecot"))
        .find(|program| program.is_file())
        .expect("these tests need a real IMAP server: install it with `sudo apt-get install dovecot-imapd`")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn try_start(program: &Path, options: &Options) -> Result<Dovecot, String> {
    let dir = tempfile::Builder::new().prefix("lz-dovecot-").tempdir_in("/tmp").unwrap();
    let root = dir.path().to_owned();
    // The mail process runs as another user and must get through.
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    fs::write(root.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(root.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let pairs: Vec<String> = Sha256::digest(made.cert.der()).iter().map(|b| format!("{b:02X}")).collect();
    let users: String =
        USERS.iter().map(|(user, password)| format!("{user}:{{PLAIN}}{password}\n")).collect();
    fs::write(root.join("users"), users).unwrap();

    let me = fs::metadata("/proc/self").unwrap();
    let as_root = me.uid() == 0;
    let owner = as_root.then(|| (id("-u", "nobody"), id("-g", "nobody")));
    let (uid, gid) = owner.unwrap_or((me.uid(), me.gid()));
    fs::create_dir(root.join("mail")).unwrap();
    if as_root {
        chown(root.join("mail"), Some(uid), Some(gid)).unwrap();
    }
    let (imap, imaps) = (free_port(), free_port());
    let config = configuration(&root, options, (uid, gid), as_root, (imap, imaps));
    fs::write(root.join("dovecot.conf"), config).unwrap();

    let errors = fs::File::create(root.join("stderr")).unwrap();
    let master = Command::new(program)
        .args(["-F", "-c"])
        .arg(root.join("dovecot.conf"))
        .stdin(Stdio::null())
        .stdout(errors.try_clone().unwrap())
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|e| e.to_string())?;
    let fingerprint = pairs.join(":");
    let mut server = Dovecot { dir, running: Running::Group(master), imap, imaps, fingerprint, owner };
    for _ in 0..500 {
        if let Running::Group(master) = &mut server.running
            && let Ok(Some(status)) = master.try_wait()
        {
            let words = fs::read_to_string(root.join("stderr")).unwrap_or_default();
            return Err(format!("{status}: {words}{}", server.log()));
        }
        if greets(imap) && TcpStream::connect(("127.0.0.1", imaps)).is_ok() {
            return Ok(server);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(format!("no greeting within ten seconds: {}", server.log()))
}

fn greets(port: u16) -> bool {
    let Ok(tcp) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    tcp.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut line = String::new();
    BufReader::new(tcp).read_line(&mut line).is_ok() && line.starts_with("* OK")
}

/// A user's number, by the system's own tool.
fn id(what: &str, user: &str) -> u32 {
    let answer = Command::new("id").args([what, user]).output().unwrap();
    String::from_utf8(answer.stdout).unwrap().trim().parse().unwrap()
}

fn configuration(
    root: &Path,
    options: &Options,
    (uid, gid): (u32, u32),
    as_root: bool,
    (imap, imaps): (u16, u16),
) -> String {
    let dir = root.display();
    let name = |what: &str| {
        let answer = Command::new("id").arg(what).output().unwrap();
        String::from_utf8(answer.stdout).unwrap().trim().to_owned()
    };
    let inner = match as_root {
        true => "default_internal_user = dovecot\ndefault_login_user = dovenull\n".to_owned(),
        // An ordinary user runs every part as itself.
        false => {
            let (user, group) = (name("-un"), name("-gn"));
            format!(
                "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n"
            )
        }
    };
    let use_of = |role: &str| match options.no_special_use {
        true => String::new(),
        false => format!("    special_use = \\{role}\n"),
    };
    let (prefix, separator) = if options.courier { ("INBOX.", ".") } else { ("", "/") };
    let plaintext = if options.tls_only { "yes" } else { "no" };
    let capability = options.capability.map(|c| format!("  imap_capability = {c}\n")).unwrap_or_default();
    format!(
        "base_dir = {dir}/base
state_dir = {dir}/base/state
instance_name = lazaret-test
log_path = {dir}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
ssl_dh =
disable_plaintext_auth = {plaintext}
auth_mechanisms = plain login
auth_failure_delay = 0
{inner}first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u
}}
mail_location = maildir:~/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
  mailbox Sent {{
    auto = subscribe
{sent}  }}
  mailbox Junk {{
    auto = subscribe
{junk}  }}
}}
protocol imap {{
  mail_max_userip_connections = 50
{capability}}}
{extra}
",
        sent = use_of("Sent"),
        junk = use_of("Junk"),
        extra = options.extra,
    )
}
