//! What an account's thread says: how a job ended, in the words that lead on.

use std::time::Instant;

use super::{Core, Decision};
use crate::account::CredentialError;
use crate::mail::MailError;
use crate::service::desk;
use crate::service::event::{AccountState, Event, JobView, Problem};
use crate::service::problem::ServiceError;
use crate::service::schedule::passes;
use crate::service::worker::{Ended, Note, Task};

impl Core {
    /// Takes in what an account's thread says.
    pub(super) fn note(&mut self, note: Note) {
        let (account, job, result) = match note {
            Note::Ended { account, job, result } => (account, job, result),
            Note::News { account } => {
                self.schedule.hurry(&account, Instant::now());
                return self.sync_due();
            }
            Note::Damaged(error) => {
                self.mends(&error);
                return;
            }
            Note::PasswordReady { account } => {
                return self.answer(Some(&account), |core| core.start(&account, Task::Sync));
            }
        };
        let ended =
            Event::Job(JobView { id: job, says: String::new(), done: 1, total: Some(1), ended: true });
        if job < self.first_job {
            return self.tell(ended);
        }
        if let Some(worker) = self.workers.get_mut(&account) {
            worker.ended(job);
        }
        if let Err(error) = &result
            && self.mends(error)
        {
            return self.tell(ended);
        }
        self.questions.remove(&account);
        let state = match result {
            Ok(Ended::Synced(report, pushes)) => {
                self.schedule.went_well(&account, pushes, Instant::now());
                for says in report.news() {
                    self.tell(Event::Done { says, undo: None });
                }
                for left in &report.left {
                    self.tell(Event::Problem(Problem {
                        account: Some(account.clone()),
                        says: left.clone(),
                        advice: "Nothing was lost; the message is where it was.".to_owned(),
                    }));
                }
                AccountState::Idle
            }
            Ok(Ended::Acted(outcome)) => {
                let undo = outcome.actions.first().copied();
                if let Some(first) = undo {
                    let (actions, entries) = (outcome.actions, outcome.entries);
                    self.groups.insert(first, Decision { actions, entries });
                }
                self.tell(Event::Done { says: outcome.says, undo });
                for left in outcome.left {
                    self.tell(Event::Problem(Problem {
                        account: Some(account.clone()),
                        says: left,
                        advice: "Nothing was lost; the message is where it was.".to_owned(),
                    }));
                }
                AccountState::Idle
            }
            Err(error) => self.failed(&account, &error),
        };
        self.states.insert(account, state);
        self.tell(ended);
        self.tell_accounts();
        self.tell(Event::Changed);
    }

    /// Whether a command of the person's gives an account's password or token.
    fn is_by_command(&self, account: &str) -> bool {
        desk::account(&self.store, account).is_ok_and(|a| a.settings.sign_in.command.is_some())
    }

    /// Tells a failed job in the way that leads on.
    fn failed(&mut self, account: &str, error: &ServiceError) -> AccountState {
        if error.is_cancelled() {
            self.schedule.went_well(account, false, Instant::now());
            self.tell(Event::Done {
                says: format!("Stopped. {account} goes on at the next sync."),
                undo: None,
            });
            return AccountState::Idle;
        }
        let mut problem = error.problem(Some(account));
        let (failures, wait) = self.schedule.failed(account, error, Instant::now());
        if self.options.automatic && passes(error) {
            let minutes = wait.as_secs().div_ceil(60);
            let when = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
            problem.advice = format!("{} Lazaret tries again in about {when}.", problem.advice);
        }
        match error {
            ServiceError::Mail(MailError::Certificate { fingerprint, why, .. }) => {
                let question = Event::CertificateUnknown {
                    account: account.to_owned(),
                    fingerprint: fingerprint.clone(),
                    why: why.clone(),
                };
                self.ask(account, question);
            }
            // A command is asked again at the next sync; there is nothing to type.
            ServiceError::Credential(CredentialError::Command(_)) => {
                self.tell(Event::Problem(problem.clone()))
            }
            ServiceError::Mail(MailError::SignIn { .. }) if self.is_by_command(account) => {
                self.tell(Event::Problem(problem.clone()));
            }
            ServiceError::Credential(_) | ServiceError::PasswordMissing { .. } => {
                self.ask(account, Event::PasswordNeeded { account: account.to_owned(), why: problem.says });
                return AccountState::NeedsPassword;
            }
            ServiceError::Mail(MailError::SignIn { .. }) => {
                self.ask(account, Event::PasswordNeeded { account: account.to_owned(), why: problem.says });
                return AccountState::NeedsPassword;
            }
            // A server that stays away is told of once; the account's state goes on saying it.
            error if passes(error) && failures != 1 && self.options.automatic => {}
            _ => self.tell(Event::Problem(problem.clone())),
        }
        AccountState::Trouble(format!("{} {}", problem.says, problem.advice))
    }
}
