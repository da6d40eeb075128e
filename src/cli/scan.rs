//! `lazaret scan`: messages in, one JSON object (or one line) each out.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::args::ScanArgs;
use super::print::{DONE, FAILED, plain, problem};
use crate::engine::notice::Notice;
use crate::engine::{Attachment, Class, Disposition, Finding};
use crate::service::known::Outside;
use crate::service::scan::{ScanContext, Scanned, default_jobs, scan};

/// One line of `scan --json`: the published contract.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    index: usize,
    message_id: Option<&'a str>,
    class: Class,
    disposition: Disposition,
    score: f32,
    notice: Option<&'a Notice>,
    attachments: &'a [Attachment],
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    storm: Option<&'a str>,
}

/// A file that can't be read, or isn't mail.
#[derive(Serialize)]
struct ErrorLine<'a> {
    path: String,
    error: &'a str,
}

/// Runs `lazaret scan`.
pub(super) fn run(args: ScanArgs) -> u8 {
    let now = args.now.unwrap_or_else(Timestamp::now);
    let context = match ScanContext::learn(&args.sent, &args.identity, now) {
        Ok(context) => context,
        Err(failed) => {
            for failure in failed {
                eprintln!("{failure}");
            }
            eprintln!(
                "  Without all of the sent mail a genuine bounce could look forged, so nothing was judged."
            );
            return FAILED;
        }
    };
    let context = match Outside::open(&args.outside.choice()) {
        Ok(outside) => context.asking(outside),
        Err(error) => {
            problem(&error.problem(None));
            return FAILED;
        }
    };
    let jobs = args.jobs.map_or_else(default_jobs, usize::from);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failed = false;
    let mut broken_pipe = false;
    scan(&args.paths, &context, jobs, &mut |scanned| {
        failed |= scanned.outcome.is_err();
        let written = if args.json { json(&mut out, &scanned) } else { text(&mut out, &scanned) };
        broken_pipe = written.is_err();
        !broken_pipe
    });
    for complaint in context.complaints() {
        eprintln!("{complaint}");
    }
    broken_pipe |= out.flush().is_err();
    if failed || broken_pipe { FAILED } else { DONE }
}

fn json(out: &mut impl Write, scanned: &Scanned) -> io::Result<()> {
    let path = scanned.path.to_string_lossy().into_owned();
    match &scanned.outcome {
        Ok(verdict) => serde_json::to_writer(
            &mut *out,
            &Line {
                path,
                index: scanned.index,
                message_id: verdict.headline.message_id.as_deref(),
                class: verdict.class,
                disposition: verdict.disposition,
                score: verdict.score,
                notice: verdict.notice.as_ref(),
                attachments: &verdict.attachments,
                findings: &verdict.findings,
                storm: verdict.storm.as_deref(),
            },
        )?,
        Err(error) => serde_json::to_writer(&mut *out, &ErrorLine { path, error })?,
    }
    writeln!(out)
}

fn text(out: &mut impl Write, scanned: &Scanned) -> io::Result<()> {
    let place = match scanned.index {
        0 => scanned.path.display().to_string(),
        n => format!("{} #{n}", scanned.path.display()),
    };
    match &scanned.outcome {
        Ok(verdict) => writeln!(
            out,
            "{:<17} {:<10} {:.2}  {place}\n    {}",
            verdict.class.word(),
            verdict.disposition.word(),
            verdict.score,
            plain(&verdict.sentence(), 200),
        ),
        Err(error) => writeln!(out, "{:<17} {place}\n    {error}", "error"),
    }
}
