//! The snapshot that views paint: built from events alone, no I/O.
//!
//! `None` means "not answered yet", so that each view can tell loading from empty.

use crate::account::Mode;
use crate::engine::Class;
use crate::service::command::{DesktopChoice, Every, ListQuery, MessageId, Shelf, Within};
use crate::service::event::{
    AccountState, AccountView, ActivityRow, ChartView, GroupView, JobView, ListPage, MessageView,
    OverviewView, PreviewView, Problem, SenderView, TestedView, TouchedView,
};
use crate::service::{Command, Event};

use super::words::Now;

/// A certificate that waits for the person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateAsk {
    pub(crate) account: String,
    pub(crate) fingerprint: String,
    pub(crate) why: String,
}

/// A password that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PasswordAsk {
    pub(crate) account: String,
    pub(crate) why: String,
}

/// The message in the reading pane.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Opened {
    /// Asked for.
    Loading(MessageId),
    /// Here.
    Here(Box<MessageView>),
    /// Not in the database any more.
    Missing(MessageId),
}

/// News that is to be shown once.
#[derive(Debug, Clone)]
pub(crate) enum News {
    /// Something was done.
    Done { says: String, undo: Option<Command> },
    /// Something failed.
    Problem(Problem),
}

/// Everything that is known.
pub(crate) struct Model {
    pub(crate) now: Now,
    pub(crate) accounts: Option<Vec<AccountView>>,
    pub(crate) messages: Option<ListPage>,
    pub(crate) bounces: Option<ListPage>,
    pub(crate) opened: Option<Opened>,
    /// The group that is open, with the question about it.
    pub(crate) group: Option<Box<GroupView>>,
    pub(crate) senders: Option<Vec<SenderView>>,
    /// What an entry that is being thought about would touch.
    pub(crate) touched: Option<TouchedView>,
    pub(crate) activity: Option<Vec<ActivityRow>>,
    pub(crate) overview: Option<OverviewView>,
    pub(crate) chart: Option<ChartView>,
    /// What each account holds, or would.
    pub(crate) previews: Vec<PreviewView>,
    /// How often new mail is looked for.
    pub(crate) every: Every,
    /// What the program does on the desktop besides its window.
    pub(crate) desktop: DesktopChoice,
    pub(crate) jobs: Vec<JobView>,
    pub(crate) tested: Option<Result<TestedView, Problem>>,
    /// Where downloads go; empty where the system does not say.
    pub(crate) downloads: String,
    pub(crate) certificates: Vec<CertificateAsk>,
    pub(crate) passwords: Vec<PasswordAsk>,
    /// What a list could not be read for; shown in place of the list.
    pub(crate) trouble: Option<Problem>,
    /// Whether lists may be out of date.
    pub(crate) stale: bool,
}

impl Model {
    pub(crate) fn new(now: Now) -> Model {
        Model {
            now,
            accounts: None,
            messages: None,
            bounces: None,
            opened: None,
            group: None,
            senders: None,
            touched: None,
            activity: None,
            overview: None,
            chart: None,
            previews: Vec::new(),
            every: Every::default(),
            desktop: DesktopChoice::default(),
            jobs: Vec::new(),
            tested: None,
            downloads: String::new(),
            certificates: Vec::new(),
            passwords: Vec::new(),
            trouble: None,
            stale: false,
        }
    }

    /// Takes in one event. Returns what is to be shown once.
    pub(crate) fn take(&mut self, event: Event) -> Option<News> {
        match event {
            Event::Accounts(accounts) => {
                let old = self.accounts.take().unwrap_or_default();
                let of = |list: &[AccountView], name: &str| {
                    list.iter().find(|a| a.settings.name == name).map(|a| a.state.clone())
                };
                // A question ends with its account, or with the state that it came from.
                self.passwords.retain(|ask| match (of(&old, &ask.account), of(&accounts, &ask.account)) {
                    (Some(AccountState::NeedsPassword), Some(now)) => now == AccountState::NeedsPassword,
                    (Some(_), None) => false,
                    _ => true,
                });
                self.certificates
                    .retain(|ask| of(&old, &ask.account).is_none() || of(&accounts, &ask.account).is_some());
                self.accounts = Some(accounts);
            }
            Event::List(page) => {
                self.trouble = None;
                match page.query.shelf {
                    Shelf::Bounces => self.bounces = Some(page),
                    Shelf::Quarantine | Shelf::All => self.messages = Some(page),
                }
            }
            Event::Opened(message) => {
                let wanted = match &self.opened {
                    Some(Opened::Loading(id) | Opened::Missing(id)) => *id == message.row.id,
                    Some(Opened::Here(old)) => old.row.id == message.row.id,
                    None => false,
                };
                if wanted {
                    self.opened = Some(Opened::Here(message));
                }
            }
            Event::NotFound(id) => {
                if self.opened_id() == Some(id) {
                    self.opened = Some(Opened::Missing(id));
                }
            }
            Event::Group(group) => self.group = Some(group),
            Event::Chosen { .. } => {}
            Event::Senders(senders) => self.senders = Some(senders),
            Event::Touched(touched) => self.touched = Some(touched),
            Event::Activity(activity) => self.activity = Some(activity),
            Event::Overview(overview) => self.overview = Some(overview),
            Event::Chart(chart) => self.chart = Some(chart),
            Event::Job(job) => {
                self.jobs.retain(|j| j.id != job.id);
                if !job.ended {
                    self.jobs.push(job);
                    self.jobs.sort_by_key(|j| j.id);
                }
            }
            Event::Done { says, undo } => {
                return Some(News::Done { says, undo: undo.map(Command::Undo) });
            }
            Event::Did { says, undo } => return Some(News::Done { says, undo: Some(*undo) }),
            Event::Dealt { says, marks, dealt } => {
                let undo = Command::MarkDealt { marks, dealt: !dealt };
                return Some(News::Done { says, undo: Some(undo) });
            }
            Event::Problem(problem) => {
                if self.messages.is_none() && problem.account.is_none() {
                    self.trouble = Some(problem.clone());
                }
                return Some(News::Problem(problem));
            }
            Event::Tested(result) => self.tested = Some(result),
            Event::CertificateUnknown { account, fingerprint, why } => {
                self.certificates.retain(|ask| ask.account != account);
                self.certificates.push(CertificateAsk { account, fingerprint, why });
            }
            Event::PasswordNeeded { account, why } => {
                self.passwords.retain(|ask| ask.account != account);
                self.passwords.push(PasswordAsk { account, why });
            }
            Event::Previews(previews) => self.previews = previews,
            Event::Every(every) => self.every = every,
            Event::Desktop(desktop) => self.desktop = desktop,
            // The desktop's, not the window's: what is listed comes with the lists.
            Event::Arrived(_) => {}
            Event::Downloads(folder) => self.downloads = folder,
            Event::Changed => self.stale = true,
            Event::Look(_) => {}
        }
        None
    }

    /// The message in the reading pane, loaded or not.
    pub(crate) fn opened_id(&self) -> Option<MessageId> {
        match self.opened.as_ref()? {
            Opened::Loading(id) | Opened::Missing(id) => Some(*id),
            Opened::Here(message) => Some(message.row.id),
        }
    }

    /// The mode of an account.
    pub(crate) fn mode(&self, account: &str) -> Option<Mode> {
        self.accounts.as_ref()?.iter().find(|a| a.settings.name == account).map(AccountView::mode)
    }

    /// What an account holds, or would.
    pub(crate) fn preview(&self, account: &str) -> Option<&PreviewView> {
        self.previews.iter().find(|preview| preview.account == account)
    }

    /// Whether it is known that there is no account.
    pub(crate) fn no_account(&self) -> bool {
        self.accounts.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether any account is at work.
    pub(crate) fn syncing(&self) -> bool {
        self.accounts.iter().flatten().any(|a| a.state == AccountState::Syncing)
    }

    /// The group that `within` names, where it is here.
    pub(crate) fn group(&self, within: &Within) -> Option<&GroupView> {
        self.group.as_deref().filter(|group| group.within == *within)
    }

    /// The page that answers `query`'s shelf.
    pub(crate) fn page(&self, query: &ListQuery) -> Option<&ListPage> {
        match query.shelf {
            Shelf::Bounces => self.bounces.as_ref(),
            Shelf::Quarantine | Shelf::All => {
                self.messages.as_ref().filter(|page| page.query.shelf == query.shelf)
            }
        }
    }

    /// How many messages of `class` the overview counts.
    pub(crate) fn counted(&self, class: Class) -> u64 {
        self.overview.iter().flat_map(|o| &o.per_class).filter(|(c, _)| *c == class).map(|(_, n)| n).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Origin, Settings};

    fn account(name: &str, state: AccountState) -> AccountView {
        let settings = Settings {
            name: name.into(),
            addresses: Vec::new(),
            origin: Origin::Maildir { path: "mail".into() },
            mode: Mode::Observe,
            strictness: Default::default(),
            sent_folder: None,
            sign_in: Default::default(),
            keep_days: None,
        };
        AccountView { settings, state, last_sync: None, sent: 0, judged: 0 }
    }

    fn asked(model: &mut Model, accounts: &[AccountView]) -> usize {
        model.take(Event::Accounts(accounts.to_vec()));
        model.passwords.len() + model.certificates.len()
    }

    #[test]
    fn a_question_lasts_until_it_is_settled() {
        let mut model = Model::new(Now::system());
        let idle = account("Work", AccountState::Idle);
        let waits = account("Work", AccountState::NeedsPassword);
        model.take(Event::Accounts(vec![idle.clone()]));
        model.take(Event::PasswordNeeded { account: "Work".into(), why: String::new() });
        assert_eq!(
            asked(&mut model, std::slice::from_ref(&idle)),
            1,
            "the state may come later than the question"
        );
        assert_eq!(asked(&mut model, &[waits]), 1);
        assert_eq!(asked(&mut model, &[idle]), 0);
    }

    #[test]
    fn the_question_of_a_form_outlives_news_about_other_accounts() {
        let mut model = Model::new(Now::system());
        let home = account("Home", AccountState::Idle);
        let why = String::new();
        model.take(Event::CertificateUnknown { account: "Work".into(), fingerprint: "AA".into(), why });
        assert_eq!(asked(&mut model, &[home]), 1);
        assert_eq!(asked(&mut model, &[account("Work", AccountState::Idle)]), 1);
        assert_eq!(asked(&mut model, &[]), 0);
    }
}
