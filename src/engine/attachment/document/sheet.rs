//! Sheets: Excel 4 macros in all their containers, DDE links, formulas in text files.

use super::{narrow, says};
use crate::engine::attachment::container::le16;
use crate::engine::attachment::filetype::{Format, text};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;

/// Functions of Excel 4 macros that reach out of the sheet.
const REACHES_OUT: &[&str] =
    &["exec(", "call(", "register(", "fopen(", "urldownload", "run(", "formula.fill("];
/// Text of a sheet that is searched.
const LOOK_AT: usize = 4 << 20;
/// Bytes of a link to another document.
const LINK: usize = 4 << 20;
/// Programs that a DDE link or a formula must not name, in lower case.
const PROGRAMS: &[&str] =
    &["cmd", "powershell", "mshta", "wscript", "cscript", "rundll32", "regsvr32", "msexcel", "certutil"];

/// An Excel 4 macro sheet of an Office Open XML workbook; `auto` where the workbook's names start one.
pub(super) fn macro_sheet(case: &mut Case<'_, '_>, sheet: &[u8], auto: bool) {
    let reaches = says(case, sheet, REACHES_OUT);
    grade(case, auto, reaches);
}

/// Whether one of a workbook's names starts a macro by itself.
pub(super) fn names_start(case: &mut Case<'_, '_>, workbook: &[u8]) -> bool {
    says(case, workbook, &["auto_open", "auto_close"])
}

fn grade(case: &mut Case<'_, '_>, auto: bool, reaches: bool) {
    match (auto, reaches) {
        (false, false) => case.find(&f::MACRO_XLM_NOTE, "has an Excel 4 macro sheet", None),
        (true, _) => case.find(&f::MACRO_XLM, "has an Excel 4 macro that starts by itself", None),
        (false, true) => case.find(&f::MACRO_XLM, "has an Excel 4 macro that reaches out of the sheet", None),
    }
}

/// A link to another document: DDE where it names a program.
pub(super) fn external_link(case: &mut Case<'_, '_>, part: &[u8]) {
    // What it links to stands at its beginning, before the cells.
    if part.len() > LINK {
        case.only(&format!("the first {} MiB of a link", LINK >> 20));
    }
    let content = narrow(part.get(..LINK).unwrap_or(part));
    if let Some(at) = content.find("ddeservice=\"") {
        let service = content.get(at + 12..).and_then(|s| s.split('"').next()).unwrap_or_default();
        if PROGRAMS.iter().any(|p| service.trim_end_matches(".exe").ends_with(p)) {
            case.find(&f::DDE, &format!("has a link that starts “{service}” by DDE"), None);
        }
        return;
    }
    // The binary form: BrtBeginSupBook of kind 1 (DDE), then service and topic as counted UTF-16.
    let Some(body) = part.get(3..) else { return };
    if part.starts_with(&[0xe8, 0x02]) && le16(body, 0) == Some(1) {
        let service = wide(body, 2).unwrap_or_default().to_lowercase();
        if PROGRAMS.iter().any(|p| service.trim_end_matches(".exe").ends_with(p)) {
            case.find(&f::DDE, &format!("has a link that starts “{service}” by DDE"), None);
        }
    }
}

/// A counted UTF-16 string: four bytes of length, then the units.
fn wide(bytes: &[u8], at: usize) -> Option<String> {
    let count = crate::engine::attachment::container::le32(bytes, at)? as usize;
    let raw = bytes.get(at + 4..(at + 4).checked_add(count.checked_mul(2)?)?)?;
    let units = (0..raw.len()).step_by(2).filter_map(|i| le16(raw, i));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect())
}

/// A BIFF stream (Excel 5 to 2003): macro sheets, names that start by themselves, DDE links.
pub(super) fn biff(case: &mut Case<'_, '_>, stream: &[u8]) {
    const SHEET: u16 = 0x85;
    const NAME: u16 = 0x18;
    const LINK: u16 = 0x1ae;
    const FILEPASS: u16 = 0x2f;
    let mut at = 0;
    let (mut sheet, mut auto, mut reaches) = (false, false, false);
    while let (Some(kind), Some(len)) = (le16(stream, at), le16(stream, at + 2)) {
        let body = stream.get(at + 4..(at + 4 + len as usize).min(stream.len())).unwrap_or_default();
        match kind {
            // Kind 1 of sheet is a macro sheet.
            SHEET => sheet |= body.get(5) == Some(&1),
            NAME => {
                // Built-in names 1 and 2 are Auto_Open and Auto_Close; a name may also be written out.
                let builtin = le16(body, 0).is_some_and(|flags| flags & 0x20 != 0);
                let macro_name = le16(body, 0).is_some_and(|flags| flags & 0x0e != 0);
                let text = narrow(body);
                let coded = matches!((body.get(14), body.get(15)), (Some(0), Some(1 | 2)) | (Some(1 | 2), _));
                auto |= (builtin && coded) || text.contains("auto_open") || text.contains("auto_close");
                let _ = macro_name;
            }
            LINK => {
                let text = narrow(body);
                if let Some((service, _)) = text.split_once('\u{3}')
                    && let Some(program) = PROGRAMS.iter().find(|p| service.ends_with(*p))
                {
                    case.find(&f::DDE, &format!("has a link that starts “{program}” by DDE"), None);
                }
            }
            FILEPASS => {
                case.find(&f::ENCRYPTED, "is an encrypted workbook: it was not inspected", None);
                return;
            }
            // A formula with the function EXEC (110), CALL (150) or REGISTER (149) in its tokens.
            0x06 | 0x206 | 0x406 if sheet => {
                let tokens = body.get(20..).unwrap_or_default();
                reaches |= tokens.windows(4).any(|w| {
                    matches!(
                        w,
                        [0x42 | 0x22 | 0x62, _, 110 | 150 | 149, 0]
                            | [0x41 | 0x21 | 0x61, 110 | 150 | 149, 0, _]
                    )
                });
            }
            _ => {}
        }
        at += 4 + len as usize;
    }
    if sheet {
        grade(case, auto, reaches);
    }
}

/// Sheets written as text: CSV, SYLK, the XML of 2003.
pub(super) fn inspect_text(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    case.only_first(LOOK_AT);
    let content = text::decode(bytes, LOOK_AT);
    case.budget().work(content.len() as u64 * 2);
    let exact = |at: usize| content.is_ascii().then(|| at..(at + 60).min(bytes.len()));
    match case.detected.format {
        Format::Slk => {
            let lower = content.to_ascii_lowercase();
            if let Some(at) = lower.find("nn;nauto_") {
                case.find(&f::MACRO_XLM, "is a SYLK sheet with a macro that starts by itself", exact(at));
            } else if let Some(at) =
                REACHES_OUT.iter().filter(|r| **r != "run(").find_map(|r| lower.find(&format!(";e{r}")))
            {
                case.find(
                    &f::MACRO_XLM,
                    "is a SYLK sheet with a macro that reaches out of the sheet",
                    exact(at),
                );
            }
        }
        Format::ExcelXml => {
            let lower = content.to_ascii_lowercase();
            let formula = lower.match_indices("ss:formula=\"").map(|(at, _)| at + 12);
            for at in formula {
                let value: String = content.get(at..).unwrap_or_default().chars().take(80).collect();
                if is_dde(&value) {
                    case.find(&f::DDE, &format!("has a formula that starts a program: {value}"), exact(at));
                }
            }
            return;
        }
        Format::WordXml => {
            let lower = content.to_ascii_lowercase();
            if let Some(at) = lower.find("ddeauto") {
                case.find(&f::DDE, "has a field that starts a program by DDE", exact(at));
            }
            if lower.contains("w:bindata") && lower.contains("editdata.mso") {
                case.find(&f::MACRO, "has macros", None);
            }
            return;
        }
        _ => {}
    }
    cells(case, &content);
}

/// Cells of a table in text that Excel takes for a formula and that name a program.
fn cells(case: &mut Case<'_, '_>, content: &str) {
    let mut at = 0;
    for line in content.split_inclusive('\n') {
        for cell in line.split([',', ';', '\t']) {
            let value = cell.trim_matches(|c: char| c == '"' || c.is_whitespace());
            if is_dde(value) {
                let shown: String = value.chars().take(80).collect();
                let range = content.is_ascii().then(|| at..at + cell.len());
                case.find(&f::DDE, &format!("has a cell that starts a program: {shown}"), range);
                return;
            }
            at += cell.len() + 1;
        }
    }
}

/// Whether a formula is a DDE call of a program: `=cmd|'/c ...'!A0`.
fn is_dde(value: &str) -> bool {
    if !value.starts_with(['=', '+', '-', '@']) {
        return false;
    }
    let Some((head, rest)) = value.split_once('|') else { return false };
    let head = head.to_ascii_lowercase();
    let program =
        head.rsplit(['(', '=', '+', '-', '@', '\'', '\\', '/', ' ', '*', '&']).next().unwrap_or_default();
    let program = program.trim_end_matches(".exe");
    PROGRAMS.contains(&program) && (rest.contains('!') || rest.trim_start().starts_with('\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_name_a_program_are_told_from_others() {
        for bad in [
            "=cmd|' /C calc'!A0", "+cmd|'/c x'!A1", "@SUM(1+1)*cmd|' /C calc'!A0",
            "=MSEXCEL|'\\..\\x.exe'!''",
        ] {
            assert!(is_dde(bad), "{bad}");
        }
        for good in ["=SUM(A1:A2)", "-5|6", "a|b", "=A1|B1", "=cmd"] {
            assert!(!is_dde(good), "{good}");
        }
    }
}
