//! A storm, or all mail of one sender, as one thing to decide about; and the rows that a person chose.
//!
//! The program sends nothing. What a storm offers is a text to copy, for the postmaster of each server that
//! accepts first and bounces later.

use std::collections::BTreeMap;

use super::command::{Group, ListQuery, Within};
use super::event::{GroupView, ReporterView, Row};
use super::problem::ServiceError;
use super::queries;
use crate::engine::notice::Notice;
use crate::store::{Store, StormServer};

/// Messages that one decision may be about.
pub const CHOSEN_MOST: usize = 20_000;

/// All that a query finds, each message by itself: a row that stands for several becomes those.
pub fn choose(store: &Store, query: &ListQuery) -> Result<Vec<Row>, ServiceError> {
    let limit = query.limit.min(CHOSEN_MOST);
    let page = queries::list(store, ListQuery { limit, ..query.clone() })?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        if row.members < 2 || rows.len() >= CHOSEN_MOST {
            rows.push(row);
            continue;
        }
        let within = match query.group {
            Group::Sender => Within::Sender(row.from_address),
            _ => Within::Storm(row.storm),
        };
        rows.extend(members(store, query, within)?);
    }
    rows.truncate(CHOSEN_MOST);
    Ok(rows)
}

fn members(store: &Store, query: &ListQuery, within: Within) -> Result<Vec<Row>, ServiceError> {
    let query =
        ListQuery { within: Some(within), group: Group::None, first: 0, limit: CHOSEN_MOST, ..query.clone() };
    Ok(queries::list(store, query)?.rows)
}

/// One group with what the list holds of it. Of a storm, also which servers took part.
pub fn open(store: &Store, query: &ListQuery, within: Within) -> Result<GroupView, ServiceError> {
    let rows = members(store, query, within.clone())?;
    let mut reporters = Vec::new();
    if let Within::Storm(key) = &within {
        for server in store.storm_servers(key)? {
            let example = store.message(server.example)?;
            let notice = example.as_ref().and_then(|m| m.verdict.notice.as_ref());
            let id = example.as_ref().and_then(|m| m.row.headline.message_id.as_deref());
            reporters.push(ReporterView {
                letter: letter(&server, id, notice),
                server: server.name,
                count: server.count,
                since: server.since,
                until: server.until,
            });
        }
    }
    let mut accounts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &rows {
        *accounts.entry(&row.account).or_default() += 1;
    }
    Ok(GroupView {
        since: rows.iter().map(|r| r.received).min(),
        until: rows.iter().map(|r| r.received).max(),
        accounts: accounts.into_iter().map(|(name, n)| (name.to_owned(), n)).collect(),
        within,
        rows,
        reporters,
    })
}

/// A text for the postmaster of a server that bounced forged mail: what happened, one example from their own
/// logs, what would help.
fn letter(server: &StormServer, id: Option<&str>, notice: Option<&Notice>) -> String {
    let name = server.name.as_deref().unwrap_or("your mail server");
    let when = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let returned = notice.and_then(|n| n.returned.as_ref());
    let me = returned.and_then(|r| r.from.as_deref()).unwrap_or("my address");
    let notices = match server.count {
        1 => "one delivery notice".to_owned(),
        n => format!("{n} delivery notices"),
    };
    let span = if server.since == server.until {
        format!("At {}", when(server.until))
    } else {
        format!("Between {} and {}", when(server.since), when(server.until))
    };
    let mut text = format!(
        "Subject: {name} sends delivery notices to forged senders\n\n\
         Dear postmaster,\n\n\
         {span}, {name} sent {notices} to {me} about mail that this address never sent: its sender was \
         forged.\n\n\
         The server took the forged mail first and found out afterwards that it could not be delivered. A \
         notice sent at that point goes to whoever was forged, not to the real sender.\n\n\
         What helps is to decide while the sending server is still connected: answer RCPT TO with 550 5.1.1 \
         for a recipient that does not exist or is over quota, refuse unwanted content in reply to DATA, and \
         let front servers know the recipients of the servers behind them. Notices about mail that a virus or \
         spam filter stopped should not be sent at all.\n\n\
         One example, to be found in your logs:\n",
    );
    let mut line = |label: &str, value: Option<&str>| {
        if let Some(value) = value.map(plain).filter(|v| !v.is_empty()) {
            text.push_str(&format!("  {label}: {value}\n"));
        }
    };
    line("Received here", Some(&when(server.until)));
    line("Message-ID of the notice", id);
    let report = notice.and_then(|n| n.reports.first());
    line("Recipient that failed", report.and_then(|r| r.recipient.as_deref()));
    line("Status", report.and_then(|r| r.status.as_deref()));
    line("Answer", report.and_then(|r| r.diagnostic.as_deref()));
    line("Message-ID of the forged mail", returned.and_then(|r| r.message_id.as_deref()));
    text.push_str("\nThank you.\n");
    text
}

/// One line of at most 200 characters, without anything that is no text.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect::<String>().trim().to_owned()
}
