//! Printing that several subcommands share.

use std::io::{self, Write};

use crate::service::event::Problem;

/// Everything was done.
pub(super) const DONE: u8 = 0;
/// Some input or step failed.
pub(super) const FAILED: u8 = 1;

/// Prints a failure: what happened, then what to do.
pub(super) fn problem(problem: &Problem) {
    match &problem.account {
        Some(account) => eprintln!("{account}: {}", problem.says),
        None => eprintln!("{}", problem.says),
    }
    if !problem.advice.is_empty() {
        eprintln!("  {}", problem.advice);
    }
}

/// A table with columns as wide as they must be; the last one may be of any width.
pub(super) fn table(out: &mut impl Write, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let width = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = head.iter().map(|h| width(h)).collect();
    for row in rows {
        for (cell, widest) in row.iter().zip(widths.iter_mut()) {
            *widest = (*widest).max(width(cell));
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, widest) in cells.zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', widest.saturating_sub(width(cell)) + 2));
        }
        text.trim_end().to_owned()
    };
    writeln!(out, "{}", line(&mut head.iter().copied()))?;
    for row in rows {
        writeln!(out, "{}", line(&mut row.iter().map(String::as_str)))?;
    }
    Ok(())
}

/// Text for a terminal: control characters made visible (a subject must not steer the terminal), cut to
/// `most` characters.
pub(super) fn plain(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count + 1 >= most && text.chars().count() > most {
            out.push('…');
            break;
        }
        out.push(if c.is_control() || is_direction_mark(c) { '\u{fffd}' } else { c });
    }
    out
}

/// Characters that turn the direction of the text around them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_can_neither_steer_the_terminal_nor_turn_its_text_around() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c", 40), "a\u{fffd}[31mb\u{fffd}c");
        assert_eq!(plain("abcdef", 4), "abc…");
        assert_eq!(plain("abcd", 4), "abcd");
    }

    #[test]
    fn columns_line_up() {
        let mut out = Vec::new();
        table(&mut out, &["a", "b"], &[vec!["long cell".into(), "x".into()], vec!["s".into(), "y".into()]])
            .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a          b\nlong cell  x\ns          y\n");
    }
}
