//! YARA rules of the person's, from a folder, by the `yara-x` crate.
//!
//! Every `.yar` and `.yara` file of the folder and its sub-folders is compiled, each in a name space of its
//! own. A file that does not compile costs itself: its faults are told by file and line, and the rest is
//! used. A rule's tag says how grave it is: `malicious`, or `info` for a note; any other rule makes a file
//! suspicious. Rules can't read other files (`include` is off) and each look is limited in time.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use yara_x::errors::CompileError;
use yara_x::{Compiler, MetaValue, ScanError, Scanner, SourceCode};

use super::rules::{Hit, Problem, RulesError, Weight};

/// Rule files that are read.
const MOST_FILES: usize = 2_000;
/// Bytes of one rule file.
const MAX_FILE: u64 = 8 << 20;
/// Bytes of all rule files together.
const MAX_ALL: u64 = 64 << 20;
/// Faults that are kept.
const MOST_PROBLEMS: usize = 100;
/// Time for one file; yara-x counts in whole seconds.
const ONE_FILE: Duration = Duration::from_secs(2);
/// Time for all files of one message together.
const ONE_MESSAGE: Duration = Duration::from_secs(5);
/// Places that are kept of one pattern.
const MOST_MATCHES: usize = 10;
/// Longest description of a rule that is repeated, in characters.
const MAX_DESCRIPTION: usize = 120;

/// Compiled rules.
pub struct Rules {
    rules: yara_x::Rules,
    problems: Vec<Problem>,
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rules").field("count", &self.count()).field("problems", &self.problems).finish()
    }
}

impl Rules {
    /// Compiles the rules of `folder`. Takes about a second per thousand rules.
    ///
    /// # Errors
    /// A folder that can't be read, holds no rule file, or of whose rules none compiles.
    pub fn compile(folder: &Path) -> Result<Rules, RulesError> {
        let fail = |says: String| RulesError::Folder { folder: folder.to_owned(), says };
        let files = files(folder).map_err(fail)?;
        if files.is_empty() {
            return Err(fail("it holds no .yar or .yara file".to_owned()));
        }
        let mut compiler = Compiler::new();
        compiler.enable_includes(false);
        let mut problems = Vec::new();
        let mut all = 0;
        for path in files {
            let shown = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let problem = |line, says: String| Problem { file: shown.clone(), line, says };
            let source = match read(&path, MAX_ALL - all) {
                Ok(source) => source,
                Err(says) => {
                    problems.push(problem(None, says));
                    continue;
                }
            };
            all += source.len() as u64;
            compiler.new_namespace(&shown);
            let before = compiler.errors().len();
            // The first error comes back; all of them stand in the compiler's list.
            let _ = compiler.add_source(SourceCode::from(source.as_slice()).with_origin(&shown));
            for error in compiler.errors().iter().skip(before) {
                problems.push(problem(line_of(error, &source), words(error)));
            }
            problems.truncate(MOST_PROBLEMS);
        }
        let rules = compiler.build();
        if rules.iter().len() == 0 {
            return Err(RulesError::None { folder: folder.to_owned(), problems });
        }
        Ok(Rules { rules, problems })
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        self.rules.iter().len()
    }

    /// What kept files or rules from being used.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Looks at the files of one message.
    pub fn looking(&self) -> Look<'_> {
        Look { rules: &self.rules, scanner: RefCell::new(None), spent: Cell::new(Duration::ZERO) }
    }
}

/// Rule files below `folder`, sorted, so that a run is like the one before.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    for entry in walkdir::WalkDir::new(folder).max_depth(8).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        let is_rule = |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("yar") || e.eq_ignore_ascii_case("yara");
        if entry.file_type().is_file() && entry.path().extension().is_some_and(is_rule) {
            out.push(entry.into_path());
            if out.len() > MOST_FILES {
                return Err(format!("it holds more than {MOST_FILES} rule files"));
            }
        }
    }
    Ok(out)
}

fn read(path: &Path, room: u64) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if size > MAX_FILE || size > room {
        return Err(format!("it is larger than can be read ({} MiB)", MAX_FILE.min(room) >> 20));
    }
    std::fs::read(path).map_err(|e| e.to_string())
}

/// The line of the source that an error speaks of, counted from 1.
fn line_of(error: &CompileError, source: &[u8]) -> Option<usize> {
    let label = error.labels().next()?;
    let before = source.get(..label.span().start())?;
    Some(memchr::memchr_iter(b'\n', before).count() + 1)
}

/// What is wrong: the error's title and what it says of the place.
fn words(error: &CompileError) -> String {
    let place = error.labels().next().map(|l| l.text().to_owned()).unwrap_or_default();
    match place.is_empty() || place == error.title() {
        true => error.title().to_owned(),
        false => format!("{} ({place})", error.title()),
    }
}

/// Looks at the files of one message within one measure of time.
pub struct Look<'r> {
    rules: &'r yara_x::Rules,
    /// Made with the first file and used for all: making one costs more than a small file does.
    scanner: RefCell<Option<Scanner<'r>>>,
    spent: Cell<Duration>,
}

impl Look<'_> {
    /// The rules that match these bytes; the reason where they could not be tried.
    pub fn at(&self, bytes: &[u8]) -> Result<Vec<Hit>, String> {
        let slow = || "the YARA rules took too long".to_owned();
        let left = ONE_MESSAGE.saturating_sub(self.spent.get());
        if left.is_zero() {
            return Err(slow());
        }
        let start = Instant::now();
        let mut slot = self.scanner.try_borrow_mut().map_err(|e| e.to_string())?;
        let scanner = slot.get_or_insert_with(|| {
            let mut scanner = Scanner::new(self.rules);
            scanner.max_matches_per_pattern(MOST_MATCHES);
            scanner
        });
        scanner.set_timeout(ONE_FILE.min(left.max(Duration::from_secs(1))));
        let hits = match scanner.scan(bytes) {
            Ok(results) => Ok(results.matching_rules().map(|rule| hit(&rule)).collect()),
            Err(ScanError::Timeout) => Err(slow()),
            Err(error) => Err(error.to_string()),
        };
        self.spent.set(self.spent.get() + start.elapsed());
        hits
    }
}

fn hit(rule: &yara_x::Rule<'_, '_>) -> Hit {
    let description = rule.metadata().find_map(|(key, value)| match value {
        MetaValue::String(text) if key.eq_ignore_ascii_case("description") => Some(text),
        _ => None,
    });
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let weight =
        rule.tags().map(|tag| tag.identifier().to_ascii_lowercase()).find_map(|t| Weight::of_tag(&t));
    Hit {
        rule: rule.identifier().to_owned(),
        description: description.map(|d| d.chars().map(plain).take(MAX_DESCRIPTION).collect()),
        weight: weight.unwrap_or(Weight::Suspicious),
        at: rule.patterns().flat_map(|p| p.matches()).map(|m| m.range()).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn compile(files: &[(&str, &str)]) -> Result<Rules, RulesError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Rules::compile(folder.path())
    }

    const MARKER: &str = "rule marker : malicious {\n  meta:\n    description = \"A marker\"\n  strings:\n    $a = \"lazaret-marker\"\n  condition:\n    $a\n}\n";

    #[test]
    fn rules_match_with_their_weight_description_and_place() {
        let rules = compile(&[
            ("a.yar", MARKER),
            ("deep/b.YARA", "rule note : info { strings: $a = /mark[a-z]r/ condition: $a }"),
            ("deep/c.yar", "rule plain { condition: filesize > 100 }"),
            ("ignored.txt", "no rule"),
        ])
        .unwrap();
        assert_eq!((rules.count(), rules.problems().len()), (3, 0));
        let look = rules.looking();
        let hits = look.at(b"xx lazaret-marker").unwrap();
        let shown: Vec<_> = hits
            .iter()
            .map(|h| (h.rule.as_str(), h.weight, h.description.as_deref(), h.at.clone()))
            .collect();
        assert_eq!(
            shown,
            [
                ("marker", Weight::Malicious, Some("A marker"), Some(3..17)),
                ("note", Weight::Note, None, Some(11..17))
            ]
        );
        assert_eq!(look.at(&[b' '; 200]).unwrap()[0].weight, Weight::Suspicious);
        assert!(look.at(b"nothing").unwrap().is_empty());
    }

    #[test]
    fn the_usual_modules_are_there() {
        let rules = compile(&[(
            "m.yar",
            "import \"pe\"\nimport \"math\"\nimport \"hash\"\nimport \"elf\"\nimport \"string\"\n\
             rule m { condition: math.entropy(0, filesize) > 0.5 and hash.md5(0, 1) != \"\" and not pe.is_pe }",
        )])
        .unwrap();
        assert_eq!(rules.looking().at(b"abcdefgh").unwrap().len(), 1);
    }

    #[test]
    fn faults_are_told_by_file_and_line_and_cost_their_file_only() {
        let rules = compile(&[
            ("bad.yar", "rule one {\n  condition:\n    nonsense\n}\n"),
            ("broken.yar", "rule {"),
            ("latin.yar", "rule x { condition: true } // \u{e9}"),
            ("include.yar", "include \"a.yar\"\n"),
            ("a.yar", MARKER),
        ])
        .unwrap();
        assert!(rules.count() >= 1);
        let shown: Vec<String> = rules.problems().iter().map(ToString::to_string).collect();
        let starts = |start: &str| shown.iter().any(|p| p.starts_with(start));
        assert!(starts("bad.yar:3: ") && starts("broken.yar:1: ") && starts("include.yar:1: "), "{shown:#?}");
        assert!(
            shown.iter().any(|p| p.contains("nonsense") || p.contains("unknown identifier")),
            "{shown:#?}"
        );
        assert_eq!(rules.looking().at(b"lazaret-marker").unwrap().first().unwrap().rule, "marker");
    }

    #[test]
    fn nothing_that_compiles_is_an_error() {
        let error = compile(&[("bad.yar", "rule {")]).unwrap_err();
        assert!(error.to_string().contains("bad.yar:1"), "{error}");
        assert!(compile(&[("a.txt", "")]).unwrap_err().to_string().contains("no .yar"));
        assert!(Rules::compile(Path::new("/nonexistent")).is_err());
    }

    #[test]
    fn a_look_is_limited_in_time() {
        // Counts in nested loops: some 10^10 steps.
        let rules = compile(&[(
            "slow.yar",
            "rule slow { condition: for all i in (1..100000) : (for all j in (1..100000) : (i * j + filesize != 1)) }",
        )])
        .unwrap();
        let start = Instant::now();
        let look = rules.looking();
        for _ in 0..20 {
            assert!(look.at(b"bytes").is_err());
        }
        assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    }
}
