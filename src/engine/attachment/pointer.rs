//! Files that make a program of the system fetch, connect or start something: queries, deployments, remote
//! desktops, themes, consoles. Each is text; its type says which program opens it, its text where that leads.
//!
//! A kind more is a row in `formats!`, a row that recognises it in `filetype/text`, and a row in [`KINDS`].

use super::filetype::{Format, text};
use super::findings as f;
use super::inspect::Case;
use super::name;

/// Text that is searched.
const LOOK_AT: usize = 1 << 20;

/// What of a kind's text leads elsewhere.
enum Leads {
    /// Any address of another machine.
    Anywhere,
    /// An address behind one of these words.
    Behind(&'static [&'static str]),
    /// A share of another machine, which gets the reader's sign-in, or a program behind one of these words.
    Share(&'static [&'static str]),
}

/// One kind: how to say what it does, and what counts.
struct Kind {
    format: Format,
    does: &'static str,
    leads: Leads,
}

const KINDS: &[Kind] = &[
    Kind { format: Format::Iqy, does: "makes Excel fetch data from", leads: Leads::Anywhere },
    Kind { format: Format::ApprefMs, does: "installs and starts a program from", leads: Leads::Anywhere },
    Kind {
        format: Format::ClickOnce,
        does: "installs and starts a program from",
        leads: Leads::Behind(&["codebase=\""]),
    },
    Kind {
        format: Format::Jnlp,
        does: "starts a Java program from",
        leads: Leads::Behind(&["codebase=\"", "href=\""]),
    },
    Kind { format: Format::Rdp, does: "connects to the machine", leads: Leads::Behind(&["full address:s:"]) },
    Kind {
        format: Format::Theme,
        does: "loads a part of the desktop from",
        leads: Leads::Share(&["scrnsave.exe="]),
    },
    Kind { format: Format::Contact, does: "has a link that opens", leads: Leads::Share(&["c:value>"]) },
    Kind { format: Format::Webloc, does: "opens", leads: Leads::Share(&["<string>"]) },
    Kind {
        format: Format::DataLink,
        does: "connects to",
        leads: Leads::Share(&["data source=", "odc:connectionstring>"]),
    },
];

/// Judges a file that points elsewhere.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let Some(kind) = KINDS.iter().find(|k| k.format == case.detected.format) else { return };
    case.only_first(LOOK_AT);
    let content = text::decode(case.bytes(), LOOK_AT).into_owned();
    case.budget().work(content.len() as u64 * 2);
    let lower = content.to_ascii_lowercase();
    let Some(at) = leads(&lower, &kind.leads) else { return };
    let target: String = content.get(at..).unwrap_or_default().chars().take(120).collect();
    let target = target.split(['"', '<', '\r', '\n', ' ']).next().unwrap_or_default();
    let range = (content.len() == case.bytes().len()).then(|| at..at + target.len());
    let says = format!("{} {}", kind.does, name::visible(target));
    case.find_mailed(&f::SHORTCUT_REMOTE, &f::RUNNABLE_FILE, &says, range);
}

/// Where in the text the address stands.
fn leads(lower: &str, leads: &Leads) -> Option<usize> {
    let behind = |words: &[&str], fits: &dyn Fn(&str) -> bool| {
        words.iter().find_map(|word| {
            lower
                .match_indices(word)
                .map(|(at, _)| at + word.len())
                .find(|&at| fits(lower.get(at..).unwrap_or_default()))
        })
    };
    let remote = |value: &str| {
        let value = value.trim_start();
        ["http://", "https://", "ftp://", "file://", "\\\\"].iter().any(|p| value.starts_with(p))
    };
    match leads {
        Leads::Anywhere => {
            ["http://", "https://", "ftp://", "file://", "\\\\"].iter().filter_map(|p| lower.find(p)).min()
        }
        Leads::Behind(words) => behind(words, &|value| {
            remote(value)
                || value.starts_with(|c: char| {
                    c.is_ascii_alphanumeric() && !words.iter().any(|w| w.ends_with('"'))
                })
        }),
        Leads::Share(words) => {
            let share = |value: &str| value.starts_with("\\\\") || value.starts_with("file://");
            let value =
                |v: &str| v.split(['"', '<', '\r', '\n', ';']).next().unwrap_or_default().trim().to_owned();
            let local = |v: &str| !v.starts_with("http") && !v.starts_with("mailto");
            let program =
                |v: &str| name::runs(v) && !v.contains("%systemroot%") && !v.contains(":\\windows\\");
            behind(words, &|text| share(text) || (local(text) && program(&value(text))))
                .or_else(|| lower.match_indices("=\\\\").map(|(at, _)| at + 1).next())
        }
    }
}
