//! Reads the corpora and their truth files.

use std::collections::HashMap;
use std::path::PathBuf;

/// What the truth file says of one message.
pub(crate) struct Entry {
    /// Path relative to the corpora, with `/`.
    pub(crate) path: String,
    /// The label: `bounce`, `ordinary`, ...
    pub(crate) kind: String,
    /// Recipients in lower case, in order.
    pub(crate) recipients: Vec<String>,
    /// Status per recipient; empty where unknown.
    pub(crate) status: Vec<String>,
    /// Reason per recipient, in the words of the truth file.
    pub(crate) reason: Vec<String>,
    /// Action per recipient, where the Sisimai table gives one.
    pub(crate) action: Vec<String>,
}

impl Entry {
    /// The corpus: the first folder of the path.
    pub(crate) fn corpus(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }
}

/// The corpora.
pub(crate) struct Corpora {
    root: PathBuf,
    /// Every labelled message.
    pub(crate) entries: Vec<Entry>,
}

impl Corpora {
    /// Opens the corpora, if they are there.
    pub(crate) fn open() -> Option<Corpora> {
        let root = match std::env::var_os("LAZARET_CORPORA") {
            Some(path) => PathBuf::from(path),
            None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"),
        };
        let truth = std::fs::read_to_string(root.join("truth.tsv")).ok()?;
        let actions = actions(&std::fs::read_to_string(root.join("sisimai-truth.tsv")).unwrap_or_default());
        let list = |cell: &str| cell.split(';').map(|s| s.trim().to_lowercase()).collect::<Vec<_>>();
        let entries = truth
            .lines()
            .skip(1)
            .filter_map(|line| {
                let cells: Vec<&str> = line.split('\t').collect();
                let path = (*cells.first()?).to_owned();
                let file = path.rsplit('/').next()?;
                let action = if path.starts_with("sisimai/") {
                    actions.get(file).cloned().unwrap_or_default()
                } else {
                    Vec::new()
                };
                Some(Entry {
                    kind: (*cells.get(1)?).to_owned(),
                    recipients: list(cells.get(4)?).into_iter().filter(|r| !r.is_empty()).collect(),
                    status: list(cells.get(5)?),
                    reason: list(cells.get(6)?),
                    action,
                    path,
                })
            })
            .collect();
        Some(Corpora { root, entries })
    }

    /// The bytes of a message, without the `From ` line of an mbox; `None` where the file is absent.
    pub(crate) fn read(&self, entry: &Entry) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.root.join(&entry.path)).ok()?;
        if bytes.starts_with(b"From ") {
            let line = bytes.iter().position(|b| *b == b'\n').map_or(0, |i| i + 1);
            return Some(bytes[line..].to_vec());
        }
        Some(bytes)
    }
}

/// File name -> actions, from the Sisimai table.
fn actions(table: &str) -> HashMap<String, Vec<String>> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let (Some(file), Some(action)) =
        (header.iter().position(|h| *h == "file"), header.iter().position(|h| *h == "run_action"))
    else {
        return HashMap::new();
    };
    let mut map: HashMap<String, Vec<String>> = HashMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        if let (Some(file), Some(action)) = (cells.get(file), cells.get(action)) {
            map.entry((*file).to_owned()).or_default().push((*action).to_lowercase());
        }
    }
    map
}
