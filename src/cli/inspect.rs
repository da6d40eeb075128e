//! `lazaret inspect`: bare files judged as attachments.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::args::InspectArgs;
use super::print::{DONE, FAILED, plain, problem};
use crate::engine::attachment::{FileVerdict, Inspected};
use crate::engine::{Finding, Sureness};
use crate::service::known::Outside;
use crate::service::scan::{InspectedFile, inspect};

/// One line of `inspect --json`: the attachment object with its findings in full.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    verdict: &'static str,
    name: Option<&'a str>,
    detected: &'a str,
    sure: Sureness,
    sha256: &'a str,
    size: u64,
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "<[Inside<'_>]>::is_empty")]
    inside: &'a [Inside<'a>],
}

/// A file found inside.
#[derive(Serialize)]
struct Inside<'a> {
    container: &'a [String],
    name: Option<&'a str>,
    detected: &'a str,
    sure: Sureness,
    sha256: &'a str,
    size: u64,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    path: String,
    error: &'a str,
}

/// Runs `lazaret inspect`.
pub(super) fn run(args: InspectArgs) -> u8 {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failed = false;
    let outside = match Outside::open(&args.outside.choice()) {
        Ok(outside) => outside,
        Err(error) => {
            problem(&error.problem(None));
            return FAILED;
        }
    };
    for path in &args.files {
        let file = inspect(path, &outside);
        failed |= file.outcome.is_err();
        let written = if args.json { json(&mut out, &file) } else { text(&mut out, &file) };
        if written.is_err() {
            return FAILED;
        }
    }
    let flushed = out.flush();
    for complaint in outside.complaints() {
        eprintln!("{complaint}");
    }
    if flushed.is_err() || failed { FAILED } else { DONE }
}

fn json(out: &mut impl Write, file: &InspectedFile) -> io::Result<()> {
    let path = file.path.to_string_lossy().into_owned();
    match &file.outcome {
        Ok(inspected) => {
            let own = inspected.attachments.first();
            let inside: Vec<Inside<'_>> = inspected
                .attachments
                .iter()
                .skip(1)
                .map(|a| Inside {
                    container: &a.container,
                    name: a.name.as_deref(),
                    detected: &a.detected,
                    sure: a.sure,
                    sha256: &a.sha256,
                    size: a.size,
                })
                .collect();
            serde_json::to_writer(
                &mut *out,
                &Line {
                    path,
                    verdict: verdict(inspected).word(),
                    name: own.and_then(|a| a.name.as_deref()),
                    detected: own.map_or("application/octet-stream", |a| a.detected.as_str()),
                    sure: own.map_or(Sureness::Unknown, |a| a.sure),
                    sha256: own.map_or("", |a| a.sha256.as_str()),
                    size: own.map_or(0, |a| a.size),
                    findings: &inspected.findings,
                    inside: &inside,
                },
            )?;
        }
        Err(error) => serde_json::to_writer(&mut *out, &ErrorLine { path, error })?,
    }
    writeln!(out)
}

fn text(out: &mut impl Write, file: &InspectedFile) -> io::Result<()> {
    match &file.outcome {
        Ok(inspected) => {
            let detected = inspected.attachments.first().map_or("", |a| a.detected.as_str());
            writeln!(out, "{:<10} {}  {detected}", verdict(inspected).word(), file.path.display())?;
            for finding in &inspected.findings {
                writeln!(out, "    {:<8} {}", finding.severity.word(), plain(&finding.says, 200))?;
            }
            Ok(())
        }
        Err(error) => writeln!(out, "{:<10} {}\n    {error}", "error", file.path.display()),
    }
}

fn verdict(inspected: &Inspected) -> FileVerdict {
    FileVerdict::of(&inspected.findings)
}
