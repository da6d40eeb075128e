//! What others know of the bytes: hash lists, virus scanners, rules. Their answers become findings here.

use super::findings as f;
use super::inspect::Case;
use crate::engine::knowledge::What;
use crate::engine::verdict::{Finding, FindingKind, Severity, Toward};

/// Tells what is known of the item; `true` where the person vouches for exactly these bytes.
pub(super) fn ask(case: &mut Case<'_, '_>) -> bool {
    let remarks = case.asked();
    // A list that calls the same bytes bad takes the vouching back.
    let vouched =
        remarks.iter().any(|r| r.what == What::Good) && !remarks.iter().any(|r| r.what == What::Bad);
    for remark in &remarks {
        if let Some(kind) = kind(remark.what, vouched) {
            case.find(kind, &remark.says, remark.at.clone());
        }
    }
    vouched
}

/// The finding that an answer makes; a list that contradicts itself vouches for nothing.
fn kind(what: What, vouched: bool) -> Option<&'static FindingKind> {
    Some(match what {
        What::Bad => &f::KNOWN_BAD,
        What::Good if vouched => &f::KNOWN_GOOD,
        What::Good => return None,
        What::Virus => &f::VIRUS_SIGNATURE,
        What::Doubt => &f::VIRUS_DOUBT,
        What::RuleMalicious => &f::RULE_MALICIOUS,
        What::Rule => &f::RULE,
        What::RuleNote => &f::RULE_NOTE,
        What::Unanswered => &f::NOT_INSPECTED_SCANNER,
    })
}

/// Makes notes of what is merely suspicious in bytes that the person vouches for.
///
/// *Malicious* stays: it is about what opening does, or about deceit. So do tricks of the name: the person
/// vouched for bytes, not for what this mail calls them.
pub(super) fn calm(findings: &mut [Finding]) {
    for finding in findings {
        if finding.severity < Severity::Critical && !finding.id.starts_with("attachment.name_") {
            finding.severity = Severity::Info;
            finding.toward = Toward::Neither;
            finding.weight = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::attachment::{FileVerdict, Inspected, inspect_file_knowing};
    use crate::engine::context::Limits;
    use crate::engine::knowledge::{Knowledge, Remark, Sample, What};

    /// Answers for files that hold `marker`.
    struct Told(&'static [u8], Vec<What>);

    impl Knowledge for Told {
        fn remarks(&self, sample: &Sample<'_>) -> Vec<Remark> {
            let Some(at) = memchr::memmem::find(sample.bytes, self.0) else { return Vec::new() };
            let remark = |what: &What| Remark {
                what: *what,
                says: "is known".into(),
                at: Some(at..at + self.0.len()),
            };
            self.1.iter().map(remark).collect()
        }
    }

    fn told(name: &str, bytes: &[u8], marker: &'static [u8], what: &[What]) -> Inspected {
        inspect_file_knowing(name, bytes, &Limits::default(), &Told(marker, what.to_vec()))
    }

    fn ids(found: &Inspected) -> Vec<&str> {
        found.findings.iter().map(|f| f.id.as_ref()).collect()
    }

    const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

    #[test]
    fn each_answer_is_a_finding_with_its_bytes() {
        for (what, verdict, id) in [
            (What::Bad, FileVerdict::Malicious, "attachment.known_bad"),
            (What::Virus, FileVerdict::Malicious, "attachment.virus_signature"),
            (What::RuleMalicious, FileVerdict::Malicious, "attachment.rule_malicious"),
            (What::Doubt, FileVerdict::Suspicious, "attachment.virus_doubt"),
            (What::Rule, FileVerdict::Suspicious, "attachment.rule"),
            (What::RuleNote, FileVerdict::Clean, "attachment.rule_note"),
            (What::Unanswered, FileVerdict::Clean, "attachment.not_inspected_scanner"),
        ] {
            let found = told("a.txt", b"hello world", b"world", &[what]);
            assert_eq!((found.verdict(), ids(&found)), (verdict, vec![id]));
            assert_eq!(found.findings[0].evidence[0].range, [6, 11]);
            assert_eq!(found.findings[0].evidence[0].text, "world");
        }
    }

    #[test]
    fn bytes_that_the_person_vouches_for_are_no_longer_suspicious() {
        let plain = told("a.svg", SVG, b"nothing", &[]);
        assert_eq!(plain.verdict(), FileVerdict::Suspicious, "{:?}", ids(&plain));
        let calmed = told("a.svg", SVG, b"<svg", &[What::Good]);
        assert_eq!(calmed.verdict(), FileVerdict::Clean);
        // What was seen is still said.
        assert!(ids(&calmed).contains(&"attachment.svg_script"));
        assert!(ids(&calmed).contains(&"attachment.known_good"));
    }

    #[test]
    fn a_list_of_harmless_files_excuses_neither_tricks_of_the_name_nor_another_list() {
        let named = told("a.pdf.exe", b"plain text", b"plain", &[What::Good]);
        assert_eq!(named.verdict(), FileVerdict::Suspicious, "{:?}", ids(&named));
        let both = told("a.svg", SVG, b"<svg", &[What::Good, What::Bad]);
        assert_eq!(both.verdict(), FileVerdict::Malicious);
        assert!(!ids(&both).contains(&"attachment.known_good"));
    }

    #[test]
    fn a_program_dressed_as_a_document_stays_malicious_whatever_the_list_says() {
        let mut program = vec![0u8; 512];
        program[..2].copy_from_slice(b"MZ");
        program[0x3c] = 0x80;
        program[0x80..0x84].copy_from_slice(b"PE\0\0");
        program[0x84] = 0x4c;
        program[0x85] = 0x01;
        let found = told("invoice.pdf", &program, b"MZ", &[What::Good]);
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{:?}", ids(&found));
    }
}
