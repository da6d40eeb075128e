//! What the person has typed into the form for an account, what of it is missing, and the settings that it stands for.

use crate::account::settings::is_loopback;
use crate::account::{Mode, Origin, Security, Settings, SignIn, discovery};
use crate::engine::Strictness;
use crate::service::command::Secret;

/// The form for an account.
#[derive(Debug, Clone, Default)]
pub(crate) struct SetupForm {
    pub(crate) name: String,
    pub(crate) addresses: String,
    pub(crate) host: String,
    pub(crate) port: String,
    pub(crate) security: Security,
    pub(crate) login: String,
    /// How the account proves whose it is.
    pub(crate) proof: Proof,
    pub(crate) password: String,
    /// The command that prints the password or token.
    pub(crate) command: String,
    pub(crate) fingerprint: Option<String>,
    /// The folder with sent mail; empty where it is to be found.
    pub(crate) sent_folder: String,
    pub(crate) strictness: Strictness,
    /// What the provider of the address wants the person to know.
    pub(crate) advice: Option<&'static str>,
    /// Whether the person has tried to go on, so that what is missing is said.
    pub(crate) tried: bool,
    /// Whether a test is under way.
    pub(crate) testing: bool,
    /// Whether the account was handed over.
    pub(crate) adding: bool,
    /// What was told last below the fields.
    pub(crate) news: News,
}

/// What an account signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Proof {
    /// A password that is typed, and kept in the system's keyring.
    #[default]
    Typed,
    /// A password that a command prints each time.
    PasswordCommand,
    /// An OAuth2 access token that a command prints each time.
    TokenCommand,
}

impl Proof {
    /// All, the usual one first.
    pub(crate) const ALL: [Proof; 3] = [Proof::Typed, Proof::PasswordCommand, Proof::TokenCommand];

    /// Its name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Proof::Typed => "Password",
            Proof::PasswordCommand => "Command (password)",
            Proof::TokenCommand => "Command (OAuth2 token)",
        }
    }

    /// Where the secret comes from and where it stays.
    pub(crate) fn means(self) -> &'static str {
        match self {
            Proof::Typed => "It goes to the system keyring, never to a file in the clear.",
            Proof::PasswordCommand => {
                "The password is the first line that this command prints, each time it is needed (a password manager)."
            }
            Proof::TokenCommand => {
                "The first line that this command prints is an OAuth2 access token; a program of yours keeps it fresh."
            }
        }
    }
}

/// What is told below the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum News {
    #[default]
    None,
    /// The server's certificate is not trusted.
    Certificate,
    /// A test is under way.
    Testing,
    Works,
    Fails,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Addresses,
    Host,
    Port,
    Security,
    Login,
    Password,
    Command,
}

impl SetupForm {
    pub(crate) fn new() -> SetupForm {
        SetupForm { port: "993".into(), ..SetupForm::default() }
    }

    /// The port that goes with a kind of protection.
    pub(crate) fn usual_port(security: Security) -> &'static str {
        match security {
            Security::Tls => "993",
            Security::StartTls | Security::Plain => "143",
        }
    }

    /// Fills in server and sign-in name where the provider of the first address is known and no server was
    /// typed.
    pub(crate) fn fill_in(&mut self) {
        let first = self.address_list().into_iter().next().unwrap_or_default();
        let known = discovery::candidates(&first).into_iter().find(|candidate| candidate.sure);
        self.advice = known.as_ref().and_then(|candidate| candidate.advice);
        let Some(candidate) = known.filter(|_| self.host.trim().is_empty()) else { return };
        self.host = candidate.host;
        self.port = candidate.port.to_string();
        self.security = candidate.security;
        if self.login.trim().is_empty() {
            self.login = candidate.login;
        }
    }

    fn address_list(&self) -> Vec<String> {
        let apart = |c: char| c == ',' || c == ';' || c.is_whitespace();
        self.addresses.split(apart).map(str::trim).filter(|a| !a.is_empty()).map(str::to_lowercase).collect()
    }

    /// What keeps the form from being used, per field, in words that say what to do.
    pub(crate) fn faults(&self, taken: &[&str]) -> Vec<(Field, String)> {
        let mut faults = Vec::new();
        let mut fault = |field, says: &str| faults.push((field, says.to_owned()));
        let name = self.name.trim();
        if name.is_empty() {
            fault(Field::Name, "Give the account a name, such as Work.");
        } else if taken.iter().any(|t| t.eq_ignore_ascii_case(name)) {
            fault(Field::Name, "There is an account of this name. Choose another.");
        }
        let addresses = self.address_list();
        let whole =
            |a: &String| a.split_once('@').is_some_and(|(l, d)| !l.is_empty() && d.contains(|c| c != '@'));
        if addresses.is_empty() {
            fault(Field::Addresses, "Type your own address, such as you@example.org.");
        } else if let Some(odd) = addresses.iter().find(|a| !whole(a)) {
            fault(Field::Addresses, &format!("“{odd}” is not a whole address."));
        }
        let host = self.host.trim();
        if host.is_empty() {
            fault(Field::Host, "Type the name of the IMAP server, such as imap.example.org.");
        } else if host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
            fault(Field::Host, "Type the server's name alone, without spaces, “/” or “@”.");
        }
        if self.port.trim().parse::<u16>().map_or(true, |p| p == 0) {
            fault(Field::Port, "A port is a number from 1 to 65535.");
        }
        if self.security == Security::Plain && !host.is_empty() && !is_loopback(host) {
            fault(
                Field::Security,
                "Without encryption only a server on this computer is allowed. Choose TLS.",
            );
        }
        if self.login.trim().is_empty() {
            fault(Field::Login, "Type the name you sign in with, often your address.");
        }
        if self.proof == Proof::Typed && self.password.is_empty() {
            fault(Field::Password, "Type the password. Many providers want an app password here.");
        }
        if let Some(says) = self.sign_in().problem() {
            fault(Field::Command, &says);
        }
        faults
    }

    /// The settings that the form stands for.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            name: self.name.trim().to_owned(),
            addresses: self.address_list(),
            origin: Origin::Imap {
                host: self.host.trim().to_owned(),
                port: self.port.trim().parse().unwrap_or_default(),
                security: self.security,
                login: self.login.trim().to_owned(),
                fingerprint: self.fingerprint.clone(),
            },
            mode: Mode::Observe,
            strictness: self.strictness,
            sent_folder: Some(self.sent_folder.trim()).filter(|f| !f.is_empty()).map(str::to_owned),
            sign_in: self.sign_in(),
            keep_days: None,
        }
    }

    fn sign_in(&self) -> SignIn {
        let command = (self.proof != Proof::Typed).then(|| self.command.trim().to_owned());
        SignIn { command, token: self.proof == Proof::TokenCommand }
    }

    /// The password as typed; none where a command prints it, whatever was typed before that was chosen.
    pub(crate) fn secret(&self) -> Secret {
        match self.proof {
            Proof::Typed => Secret::new(self.password.clone()),
            Proof::PasswordCommand | Proof::TokenCommand => Secret::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> SetupForm {
        SetupForm {
            name: "Work".into(),
            addresses: "Me@Example.org, me@example.net".into(),
            host: "imap.example.org".into(),
            login: "me".into(),
            password: "secret".into(),
            ..SetupForm::new()
        }
    }

    #[test]
    fn a_filled_form_becomes_settings_that_observe() {
        let form = filled();
        assert_eq!(form.faults(&[]), []);
        let settings = form.settings();
        assert_eq!(settings.addresses, ["me@example.org", "me@example.net"]);
        assert_eq!(settings.mode, Mode::Observe);
        assert!(matches!(settings.origin, Origin::Imap { port: 993, .. }));
    }

    #[test]
    fn each_fault_is_said_at_its_field() {
        let fields = |form: SetupForm| form.faults(&["Home"]).into_iter().map(|(f, _)| f).collect::<Vec<_>>();
        assert_eq!(
            fields(SetupForm::new()),
            [Field::Name, Field::Addresses, Field::Host, Field::Login, Field::Password]
        );
        assert_eq!(fields(SetupForm { name: "home".into(), ..filled() }), [Field::Name]);
        assert_eq!(fields(SetupForm { addresses: "me".into(), ..filled() }), [Field::Addresses]);
        assert_eq!(fields(SetupForm { port: "0".into(), ..filled() }), [Field::Port]);
        assert_eq!(fields(SetupForm { port: "70000".into(), ..filled() }), [Field::Port]);
        assert_eq!(fields(SetupForm { security: Security::Plain, ..filled() }), [Field::Security]);
        let here = SetupForm { security: Security::Plain, host: "127.0.0.1".into(), ..filled() };
        assert_eq!(fields(here), []);
        for proof in [Proof::PasswordCommand, Proof::TokenCommand] {
            let blank = SetupForm { proof, command: " ".into(), ..filled() };
            assert_eq!(fields(blank), [Field::Command]);
        }
        let forgotten = SetupForm { command: "pass show mail".into(), password: String::new(), ..filled() };
        assert_eq!(fields(forgotten), [Field::Password]);
    }

    #[test]
    fn a_command_takes_the_place_of_the_password() {
        let by = |proof| SetupForm { proof, command: " pass show mail ".into(), ..filled() };
        for (proof, command, token, secret) in [
            (Proof::Typed, None, false, "secret"),
            (Proof::PasswordCommand, Some("pass show mail"), false, ""),
            (Proof::TokenCommand, Some("pass show mail"), true, ""),
        ] {
            let form = by(proof);
            assert_eq!(form.faults(&[]), []);
            let settings = form.settings();
            assert_eq!((settings.sign_in.command.as_deref(), settings.sign_in.token), (command, token));
            assert_eq!(form.secret().reveal(), secret);
            assert_eq!(settings.problem(), None, "what the form takes, the service takes");
        }
    }
}
