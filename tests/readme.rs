//! The README's published tables are those of the program. `LAZARET_WRITE_README=1` writes them anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use lazaret::engine::notice::{Reason, Retry};
use lazaret::engine::{Toward, catalogue, policy};

fn findings() -> String {
    let mut table = String::from(
        "| finding | severity | toward | weight | what it proves |\n| --- | --- | --- | --- | --- |\n",
    );
    for kind in catalogue() {
        let weight =
            if kind.toward == Toward::Neither { "0".to_owned() } else { format!("{:.1}", kind.weight) };
        writeln!(
            table,
            "| `{}` | {} | {} | {weight} | {} |",
            kind.id,
            kind.severity.word(),
            kind.toward.word(),
            kind.means
        )
        .unwrap();
    }
    table
}

fn reasons() -> String {
    let mut table = String::from("| reason | in plain words | worth trying again |\n| --- | --- | --- |\n");
    for reason in Reason::ALL {
        let again = match reason.retry() {
            Retry::Pointless => "no",
            Retry::Later => "later",
            Retry::AfterChange => "after a change",
            Retry::NotNeeded => "not needed",
        };
        writeln!(table, "| `{}` | {} | {again} |", reason.word(), reason.sentence()).unwrap();
    }
    table
}

/// Replaces what stands between the two markers of `name`.
fn replaced(readme: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (before, rest) = readme.split_once(&begin).unwrap_or_else(|| panic!("no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{begin}{table}{end}{after}")
}

#[test]
fn the_published_tables_are_those_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let wanted = replaced(&replaced(&readme, "findings", &findings()), "reasons", &reasons());
    if std::env::var_os("LAZARET_WRITE_README").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(
        wanted == fs::read_to_string(&path).unwrap(),
        "README.md is out of date: run LAZARET_WRITE_README=1 cargo test --test readme"
    );
    assert!(readme.contains(&format!("starts with {:.1}", policy::BASE)), "the README names another base");
}

#[test]
fn every_finding_has_one_id_and_a_weight_that_fits_its_direction() {
    let mut seen = std::collections::BTreeSet::new();
    for kind in catalogue() {
        assert!(seen.insert(kind.id), "{} is listed twice", kind.id);
        assert!(kind.weight >= 0.0 && (kind.toward != Toward::Neither || kind.weight == 0.0), "{}", kind.id);
        assert!(kind.means.ends_with('.'), "{}", kind.id);
    }
    assert!(seen.len() > 50);
}
