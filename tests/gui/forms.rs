//! The set-up form, senders, settings, certificate and password questions.

use egui_kittest::kittest::Queryable;
use lazaret::account::{Mode, Origin, SignIn};
use lazaret::engine::Strictness;
use lazaret::engine::senders::{SenderRule, SenderScope};
use lazaret::engine::verdict::Class;
use lazaret::service::command::{Colours, Command, DesktopChoice, Every, Shelf};
use lazaret::service::event::{AccountState, Event, JobView, Problem, TestedView};

use crate::fixture;
use crate::harness::{Answers, Window};

const PRINT: &str =
    "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89";

/// The form, filled but for the password.
fn begun() -> Window {
    let mut window = Window::sized(1280.0, Answers::Fixture, Some(Vec::new()));
    window.click("Add an account");
    window.fill("Account name", "Work");
    window.fill("Your addresses", "me@example.org");
    window.fill("IMAP server", "imap.example.org");
    window.fill("Sign-in name", "me");
    window
}

fn filled() -> Window {
    let mut window = begun();
    window.fill("Password", "secret");
    window
}

#[test]
fn the_first_page_offers_two_ways() {
    let mut window = Window::sized(1280.0, Answers::Fixture, Some(Vec::new()));
    assert!(matches!(&window.click("Try the demo mailbox")[..], [Command::OpenDemo]));
    window.click("Add an account");
    assert!(window.shows("Test connection"));
}

#[test]
fn an_empty_form_says_what_is_missing_and_sends_nothing() {
    let mut window = Window::sized(1280.0, Answers::Fixture, Some(Vec::new()));
    window.click("Add an account");
    assert!(!window.shows_part("Type the name of the IMAP server"));
    assert!(window.click("Test connection").is_empty());
    assert!(window.shows_part("Type the name of the IMAP server"));
    assert!(window.click("Add account").is_empty());
}

#[test]
fn a_filled_form_is_tested_and_added() {
    let mut window = filled();
    let wishes = window.click("Test connection");
    let [Command::TestConnection { settings, password }] = &wishes[..] else { panic!("{wishes:?}") };
    assert_eq!(password.reveal(), "secret");
    assert!(matches!(&settings.origin, Origin::Imap { host, port: 993, .. } if host == "imap.example.org"));
    assert!(window.shows("Connecting to imap.example.org…"));
    window.tell(Event::Tested(Ok(TestedView { sent: Some("Sent".into()), inbox: 812, moving: None })));
    assert!(window.shows("The connection works."));
    let wishes = window.click("Add account");
    assert!(
        matches!(&wishes[..], [Command::AddAccount { settings, .. }] if settings.mode == Mode::Observe),
        "{wishes:?}"
    );
    let mut accounts = fixture::accounts();
    accounts[0].settings.mode = Mode::Observe;
    accounts[0].last_sync = None;
    accounts[0].state = AccountState::Syncing;
    window.tell(Event::Accounts(accounts.clone()));
    window.settle();
    assert!(window.shows("First look at Work"));
    assert!(window.shows("Reading your mail for the first time"));
    window.tell(Event::Job(JobView {
        id: 1,
        says: "Reading Sent of Work".into(),
        done: 1_200,
        total: Some(4_120),
        ended: false,
    }));
    assert!(window.shows("Reading Sent of Work: 1,200 of 4,120"));

    // Read to the end: what would have been held, and the choice.
    accounts[0].last_sync = Some(fixture::now());
    accounts[0].state = AccountState::Idle;
    window.tell(Event::Accounts(accounts));
    window.tell(Event::Changed);
    window.settle();
    assert!(window.shows("Here is what Lazaret would have done"));
    assert!(window.shows_part("So far it would hold 6 messages: 3 backscatter, 3 malicious."));
    assert!(window.shows_part("3 bounces of your own mail stay where they are"));
    let wishes = window.click("Let it act");
    assert!(
        matches!(&wishes[..], [Command::SetMode { account, mode: Mode::Act }] if account == "Work"),
        "{wishes:?}"
    );
    assert!(window.shows("What was found"), "the overview follows");
}

/// The guide of an account that observes and was read to the end.
fn guided() -> Window {
    let mut window = filled();
    window.click("Add account");
    let mut accounts = fixture::accounts();
    accounts[0].settings.mode = Mode::Observe;
    window.tell(Event::Accounts(accounts));
    window.settle();
    assert!(window.shows("May it act?"));
    window
}

#[test]
fn the_guide_leads_to_its_examples_and_lets_the_account_observe() {
    let mut window = guided();
    window.click("See all 3: Malicious");
    let asked = window.questions.iter().rev().find_map(|c| match c {
        Command::List(query) if query.shelf != Shelf::Bounces => Some(query.clone()),
        _ => None,
    });
    let query = asked.unwrap();
    assert_eq!((query.account.as_deref(), query.class), (Some("Work"), Some(Class::Malicious)));
    assert!(window.shows("Class: Malicious") && window.shows("Account: Work"));

    let mut window = guided();
    window.click("Open “Invoice 4471 overdue”");
    assert!(window.shows_part("Carries something that would harm your computer"));
    let mut window = guided();
    assert!(window.click("Keep observing").is_empty());
    assert!(window.shows("What was found"));
}

#[test]
fn the_server_of_a_known_provider_is_filled_in() {
    let mut window = Window::sized(1280.0, Answers::Fixture, Some(Vec::new()));
    window.click("Add an account");
    window.fill("Account name", "Private");
    window.fill("Your addresses", "ada@gmail.com");
    window.fill("Password", "secret");
    assert!(window.shows_part("app password"), "what the provider wants is said");
    let wishes = window.reach("Test connection");
    let [Command::TestConnection { settings, .. }] = &wishes[..] else { panic!("{wishes:?}") };
    let Origin::Imap { host, port, login, .. } = &settings.origin else { panic!() };
    assert_eq!((host.as_str(), *port, login.as_str()), ("imap.gmail.com", 993, "ada@gmail.com"));
}

#[test]
fn settings_say_what_they_come_to() {
    let mut window = Window::open();
    window.click("Settings");
    assert!(window.shows("So far it would hold 2 messages: 2 backscatter."), "Home observes");
    assert!(window.shows("Now it holds 6 messages: 3 backscatter, 3 malicious."), "Work acts");
    let wishes = window.reach("Strict for Home");
    assert!(
        matches!(&wishes[..], [Command::SetStrictness { account, strictness: Strictness::Strict }] if account == "Home"),
        "{wishes:?}"
    );
    assert!(window.reach("Normal for Home").is_empty(), "it is so already");
    assert!(window.shows("Strict would hold 1 message more now."));
    let wishes = window.reach("Every 15 minutes");
    assert!(matches!(&wishes[..], [Command::SetEvery(Every::Minutes(15))]), "{wishes:?}");
    window.tell(Event::Every(Every::Minutes(15)));
    assert!(window.reach("Every 15 minutes").is_empty());
    window.reach("See what Home holds");
    assert!(window.shows("Account: Home"));
}

#[test]
fn notifications_are_on_until_the_person_wants_none() {
    let mut window = Window::open();
    window.click("Settings");
    let wishes = window.reach("Tell me of news");
    let off = DesktopChoice { notify: false, ..DesktopChoice::default() };
    assert!(matches!(&wishes[..], [Command::SetDesktop(choice)] if *choice == off), "{wishes:?}");
    window.tell(Event::Desktop(off));
    let wishes = window.reach("Tell me of news");
    assert!(matches!(&wishes[..], [Command::SetDesktop(choice)] if choice.notify), "{wishes:?}");
}

#[test]
fn going_on_and_starting_at_login_are_chosen_where_the_system_offers_them() {
    let mut window = Window::open();
    window.click("Settings");
    let wishes = window.reach("Go on when I close the window");
    assert!(matches!(&wishes[..], [Command::SetDesktop(choice)] if choice.background), "{wishes:?}");
    assert!(!window.shows("Start when I log in"), "this system has no such folder");
    window.tell(Event::Desktop(DesktopChoice { login: Some(false), ..DesktopChoice::default() }));
    let wishes = window.reach("Start when I log in");
    assert!(matches!(&wishes[..], [Command::SetDesktop(choice)] if choice.login == Some(true)), "{wishes:?}");
}

#[test]
fn the_folder_for_sent_mail_is_kept() {
    let mut window = Window::sized(1280.0, Answers::Fixture, Some(vec![fixture::account("Work", Mode::Act)]));
    window.click("Settings");
    assert!(window.reach("Keep the folder of Work").is_empty(), "nothing was changed");
    window.fill("Sent mail", "Envoy\u{e9}s");
    let wishes = window.reach("Keep the folder of Work");
    assert!(
        matches!(&wishes[..], [Command::SetSentFolder { account, folder: Some(folder) }] if account == "Work" && folder == "Envoy\u{e9}s"),
        "{wishes:?}"
    );
}

#[test]
fn held_mail_goes_for_ever_only_after_a_question() {
    let mut window = Window::open();
    window.click("Settings");
    assert!(window.reach("Delete held mail of Work after 90 days").is_empty(), "it asks first");
    assert!(window.shows("Delete held mail of Work for ever?"));
    assert!(window.click("Keep it").is_empty());
    window.reach("Delete held mail of Work after 90 days");
    let commands = window.click("Delete after 90 days");
    let [Command::SetRetention { account, days: Some(90) }] = commands.as_slice() else {
        panic!("{commands:?}")
    };
    assert_eq!(account, "Work");
    let mut accounts = fixture::accounts();
    accounts[0].settings.keep_days = Some(45);
    let name = accounts[0].settings.name.clone();
    window.tell(Event::Accounts(accounts));
    assert!(window.shows(&format!("Delete held mail of {name} after 45 days")), "any number is shown");
    let commands = window.reach(&format!("Keep held mail of {name}"));
    assert!(
        matches!(commands.as_slice(), [Command::SetRetention { days: None, .. }]),
        "{commands:?}: to keep it needs no question"
    );
}

/// The same, with a way to sign in chosen.
fn filled_for(way: &str) -> Window {
    let mut window = begun();
    window.click("Sign in with");
    window.click(way);
    window
}

#[test]
fn an_account_may_take_its_password_or_token_from_a_command() {
    for (way, command, token) in [
        ("Command (password)", "pass show mail/work", false),
        ("Command (OAuth2 token)", "oauth-token work", true),
    ] {
        let mut window = filled_for(way);
        assert!(window.shows_part("the first line that this command prints") || token);
        assert!(window.shows_part("is an OAuth2 access token") == token);
        window.fill("Command", command);
        let wishes = window.reach("Add account");
        let [Command::AddAccount { settings, password }] = &wishes[..] else { panic!("{wishes:?}") };
        assert_eq!(settings.sign_in, SignIn { command: Some(command.into()), token });
        assert_eq!(password.reveal(), "", "a command takes the place of the password");
        assert_eq!(settings.problem(), None);
    }
}

#[test]
fn a_command_that_is_missing_or_fails_is_said() {
    let mut window = filled_for("Command (OAuth2 token)");
    assert!(window.reach("Test connection").is_empty(), "there is no command to run");
    assert!(window.shows("Fill in the command that prints the password or token."));
    window.fill("Command", "oauth-token work");
    assert!(!window.shows("Fill in the command that prints the password or token."));
    let wishes = window.reach("Test connection");
    let [Command::TestConnection { settings, .. }] = &wishes[..] else { panic!("{wishes:?}") };
    assert!(settings.sign_in.token);
    window.tell(Event::Tested(Err(Problem {
        account: Some("Work".into()),
        says: "the command for the password gave none: it failed: vault is locked".into(),
        advice: "Run the command by hand.".into(),
    })));
    assert!(window.shows_part("vault is locked") && window.shows("Run the command by hand."));
    // Back to a password: what is missing is said of that, and the command is not sent along.
    window.click("Sign in with");
    window.click("Password");
    assert!(window.reach("Add account").is_empty());
    assert!(window.shows_part("Type the password."));
    window.fill("Password", "secret");
    let wishes = window.reach("Add account");
    let [Command::AddAccount { settings, password }] = &wishes[..] else { panic!("{wishes:?}") };
    assert_eq!((&settings.sign_in, password.reveal()), (&SignIn::default(), "secret"));
}

#[test]
fn the_sent_folder_and_the_strictness_can_be_chosen() {
    let mut window = filled();
    window.fill("Sent folder", " Envoy\u{e9}s ");
    window.click("Strictness");
    window.click("Strict");
    assert!(window.shows("Holds fake bounces and suspicious mail as well."));
    let wishes = window.click("Add account");
    let [Command::AddAccount { settings, .. }] = &wishes[..] else { panic!("{wishes:?}") };
    assert_eq!(settings.sent_folder.as_deref(), Some("Envoy\u{e9}s"));
    assert_eq!(settings.strictness, Strictness::Strict);
}

#[test]
fn a_failed_test_says_what_to_do() {
    let mut window = filled();
    window.click("Test connection");
    window.tell(Event::Tested(Err(Problem {
        account: Some("Work".into()),
        says: "imap.example.org did not accept the sign-in of me".into(),
        advice: "Check name and password.".into(),
    })));
    assert!(window.shows("imap.example.org did not accept the sign-in of me"));
    assert!(window.shows("Check name and password."));
}

#[test]
fn an_unknown_certificate_is_trusted_in_the_form_by_its_fingerprint() {
    let mut window = filled();
    window.click("Test connection");
    window.tell(Event::CertificateUnknown {
        account: "Work".into(),
        fingerprint: PRINT.into(),
        why: "Nobody on this computer vouches for it.".into(),
    });
    window.tell(Event::Tested(Err(Problem { account: None, says: "x".into(), advice: "y".into() })));
    assert!(window.shows_part(&PRINT[..47]));
    let wishes = window.click("Trust this certificate");
    let [Command::TestConnection { settings, .. }] = &wishes[..] else { panic!("{wishes:?}") };
    assert!(matches!(&settings.origin, Origin::Imap { fingerprint: Some(f), .. } if f == PRINT));
    assert!(window.shows("Connecting to imap.example.org…"));
    window.fill("IMAP server", ".test");
    let wishes = window.click("Add account");
    let [Command::AddAccount { settings, .. }] = &wishes[..] else { panic!("{wishes:?}") };
    assert!(
        matches!(&settings.origin, Origin::Imap { fingerprint: None, .. }),
        "another server, another trust"
    );
    window.tell(Event::Accounts(fixture::accounts()));
    assert!(!window.shows("Certificate of Work"));
}

#[test]
fn a_changed_certificate_of_a_saved_account_is_asked_about() {
    let mut window = Window::open();
    window.tell(Event::CertificateUnknown {
        account: "Work".into(),
        fingerprint: PRINT.into(),
        why: "It is not the one you trusted.".into(),
    });
    assert!(window.shows("Certificate of Work"));
    let wishes = window.click("Trust this certificate");
    assert!(
        matches!(&wishes[..], [Command::TrustCertificate { account, fingerprint }] if account == "Work" && fingerprint == PRINT)
    );
    assert!(!window.shows("Certificate of Work"));
}

#[test]
fn a_password_is_asked_for_and_can_wait() {
    let mut window = Window::open();
    let mut accounts = fixture::accounts();
    accounts[0].state = AccountState::NeedsPassword;
    window.tell(Event::Accounts(accounts));
    let ask =
        || Event::PasswordNeeded { account: "Work".into(), why: "This computer has no keyring.".into() };
    window.tell(ask());
    assert!(window.shows("This computer has no keyring."));
    window.click("Later");
    assert!(!window.shows("This computer has no keyring."));
    window.harness.get_all_by_label("Enter password").next().unwrap().click();
    window.settle();
    window.fill("Password", "secret");
    let wishes = window.click("Sign in");
    assert!(
        matches!(&wishes[..], [Command::ProvidePassword { account, password }] if account == "Work" && password.reveal() == "secret"),
        "{wishes:?}"
    );
}

#[test]
fn senders_are_added_and_removed() {
    let mut window = Window::open();
    window.go("Senders");
    window.fill("Sender", "not an address");
    assert!(window.click("Allow sender").is_empty());
    assert!(window.shows("This is not one whole address."));
    let mut window = Window::open();
    window.go("Senders");
    window.fill("Sender", "friend@example.net");
    assert!(window.shows("Allowing friend@example.net would release 3 messages."), "before it is confirmed");
    let wishes = window.click("Allow sender");
    assert!(
        matches!(&wishes[..], [Command::AddSender { rule: SenderRule::Allow, scope: SenderScope::Address, value, expires: None }] if value == "friend@example.net"),
        "{wishes:?}"
    );
    assert!(matches!(&window.click("Remove firm.example")[..], [Command::RemoveSender(1)]));
}

#[test]
fn acting_is_explained_before_it_begins() {
    let mut window = Window::open();
    window.click("Settings");
    assert!(window.reach("Act on Home").is_empty());
    assert!(window.shows_part("2 messages would be held now"));
    let wishes = window.click("Let it act");
    assert!(matches!(&wishes[..], [Command::SetMode { account, mode: Mode::Act }] if account == "Home"));
    let wishes = window.reach("Observe Work");
    assert!(matches!(&wishes[..], [Command::SetMode { account, mode: Mode::Observe }] if account == "Work"));
}

#[test]
fn an_account_is_removed_after_a_question() {
    let mut window = Window::open();
    window.click("Settings");
    assert!(window.reach("Remove Home").is_empty());
    let wishes = window.click("Remove account");
    assert!(matches!(&wishes[..], [Command::RemoveAccount { account }] if account == "Home"));
}

#[test]
fn the_look_is_kept() {
    let mut window = Window::open();
    window.click("Settings");
    let wishes = window.reach("Dark");
    assert!(matches!(&wishes[..], [Command::SetLook(look)] if look.colours == Colours::Dark));
    assert!(window.harness.get_all_by_label("Dark").next().is_some());
}
