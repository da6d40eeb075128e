//! Accuracy over real mail and real files.
//!
//! The corpora lie outside the repository: `LAZARET_CORPORA`, or `../shared/corpora`. Where they are
//! absent each test says plainly that it was skipped. Each prints its tables and fails below the bars that
//! stand in its module.

mod attachments;
mod corpus;
mod provenance;
mod recognition;

/// Measures and fails below a bar.
fn judge(measure: fn(&corpus::Corpora) -> Vec<String>) {
    let Some(corpora) = corpus::Corpora::open() else {
        println!(
            "SKIPPED: no corpora; set LAZARET_CORPORA to their folder, or put them into ../shared/corpora"
        );
        return;
    };
    let failures = measure(&corpora);
    assert!(failures.is_empty(), "below the bar:\n{}", failures.join("\n"));
}

#[test]
fn accuracy_of_recognition() {
    judge(recognition::measure);
}

#[test]
fn accuracy_of_provenance() {
    judge(provenance::measure);
}
