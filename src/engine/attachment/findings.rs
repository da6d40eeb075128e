//! The table of everything an attachment can be found to be.
//!
//! One row per kind: identifier (`attachment.` is put before it), severity, weight, meaning. Severity says
//! what follows: `Critical` means *malicious* (it would run, or it deceives about running), `High` and
//! `Medium` mean *suspicious* (meant well, perhaps, and able to do harm), `Low` and `Info` are notes.
//! A new rule adds its row here and names it from its own room.

use crate::engine::verdict::{FindingKind, Severity, Toward};

macro_rules! kinds {
    ($($name:ident $id:literal $severity:ident $weight:literal $means:literal;)*) => {
        $(
            #[doc = $means]
            pub(super) const $name: FindingKind = FindingKind {
                id: concat!("attachment.", $id),
                severity: Severity::$severity,
                toward: toward(Severity::$severity),
                weight: $weight,
                means: $means,
            };
        )*
        /// The kinds of finding that attachments can give.
        pub const FINDINGS: &[FindingKind] = &[$($name),*];
    };
}

const fn toward(severity: Severity) -> Toward {
    match severity {
        Severity::Info => Toward::Neither,
        _ => Toward::Quarantine,
    }
}

kinds! {
    // What it is.
    EXECUTABLE "executable" Critical 6.0 "A Windows or DOS program: opening it runs it.";
    EXECUTABLE_DISGUISED "executable_disguised" Critical 8.0 "A program whose name or declared type says that it is something harmless.";
    EXECUTABLE_FOREIGN "executable_foreign" High 4.0 "A program for Linux, macOS, Java or Android under its own name.";
    PROGRAM_FILE "program_file" High 4.0 "A Windows or DOS program under its own name, with no mail around it.";
    RUNNABLE_FILE "runnable_file" Low 0.8 "A script or shortcut under its own name, with no mail around it or among many other files.";
    EXECUTABLE_MEMBER "executable_member" Medium 3.0 "A part of a Windows program (library, driver) that something else has to load.";
    CODE "code" Low 0.5 "Compiled code, a package or a program that does not run by being opened.";
    EXECUTABLE_EMBEDDED "executable_embedded" Critical 7.0 "A program packed into a document or hidden behind another file's bytes.";
    ARCHIVE_NAME "archive_program_name" High 4.0 "A name in an archive that makes the system run the file, whose bytes can't be inspected.";
    ARCHIVE_NAME_BARE "archive_program_name_bare" Low 0.8 "The same, in an archive that did not come by mail.";
    EXECUTABLE_NAME "executable_name" High 4.0 "A name that makes the system run the file, over bytes of no known type.";
    INSTALLER "installer" High 4.0 "An installation package: opening it installs programs.";
    EICAR "antivirus_test" Critical 8.0 "The EICAR test file that every virus scanner reports.";
    SCRIPT "script" High 4.0 "A script that the system runs when it is opened, by its name and its text.";
    SCRIPT_HOSTILE "script_hostile" Critical 7.0 "A script that runs when it is opened, and fetches, hides or starts programs.";
    SCRIPT_DISGUISED "script_disguised" High 5.0 "Active content (HTA, script host file, shortcut) under a name that says something else.";
    SCRIPT_TEXT "script_text" Low 0.5 "A script's text under a name that does not run it.";
    SCRIPT_SOURCE "script_source" Info 0.0 "A script or source text that the system does not run by itself.";
    SHORTCUT "shortcut" High 4.0 "A shortcut: opening it starts what it points to.";
    SHORTCUT_COMMAND "shortcut_command" Critical 7.0 "A shortcut that starts a command interpreter or a script host with arguments.";
    SHORTCUT_REMOTE "shortcut_remote" High 5.0 "A shortcut or library file that makes the system open a place on another machine.";
    SHORTCUT_WEB "shortcut_web" Medium 3.0 "A shortcut to a web page, sent as a file: it opens without the look of a link.";
    REGISTRY "registry_file" High 4.0 "A file that changes the Windows registry when it is opened.";
    HELP_FILE "help_file" Low 0.8 "A compiled help file: it is able to run programs when it is opened.";
    HELP_COMMAND "help_command" High 5.0 "A compiled help file with a page that starts a command.";
    DISK_IMAGE "disk_image" Info 0.0 "A disk image: opening it mounts a drive.";
    DISK_IMAGE_PROGRAM "disk_image_program" High 5.0 "A disk image that holds something that runs.";

    // What it claims.
    NAME_DOUBLE "name_double_extension" Medium 3.5 "A name that looks like one type and whose last part is one that runs.";
    NAME_PADDED "name_padded" Medium 3.5 "A name padded with blanks, so that its real ending is out of sight.";
    NAME_REVERSED "name_reversed" Medium 3.5 "A name with a control character that shows its ending in another order.";
    NAME_INVISIBLE "name_invisible" Low 0.8 "A name with characters that cannot be seen.";
    NAME_LOOKALIKE "name_lookalike" Low 0.8 "A name whose ending is written with letters or points that only look like those of a known one.";
    NAME_TRAILING "name_trailing" Low 0.8 "A name that ends in dots or blanks, which Windows drops.";
    NAME_CONFLICT "name_conflict" Low 0.8 "Two places name the same file differently, and one of the names runs.";
    NAME_RUNS "name_runs" Low 0.5 "A name that would run a program, over content that is harmless.";
    NAME_CLASS_ID "name_class_id" Medium 3.0 "A name that ends in a class identifier, which Windows hides and obeys.";
    TYPE_MISMATCH "type_mismatch" Info 0.0 "The name or the declared type says something else than the bytes, harmlessly.";

    // What a container holds.
    ARCHIVE_ONE_PROGRAM "archive_one_program" High 4.0 "An archive that holds one thing that runs and nothing else to speak of.";
    ARCHIVE_CONFLICT "archive_conflict" Medium 3.0 "The archive's two lists name different files, one of which runs: programs would see different things.";
    ARCHIVE_OVERLAP "archive_overlap" Low 0.5 "Entries of the archive share the same bytes.";
    ARCHIVE_MARK "archive_path" Low 0.5 "An entry's name leads out of the folder it is unpacked in.";
    ENCRYPTED "encrypted" Info 0.0 "Not inspected: it is encrypted.";
    ENCRYPTED_OPENED "encrypted_opened" Info 0.0 "An encrypted document that was opened: its password is one that Office tries by itself, or stands in the message.";
    ENCRYPTED_PASSWORD_SENT "encrypted_password_sent" Medium 3.0 "An encrypted archive whose password stands in the message, so that scanners can't look and people can.";
    ENCRYPTED_PROGRAM "encrypted_program" High 5.0 "An encrypted archive that, by its list of names, holds something that runs.";
    NOT_INSPECTED_LIMIT "not_inspected_limit" Info 0.0 "Not inspected in full: a bound on depth, entries, bytes or work was reached.";
    NOT_INSPECTED_UNREADABLE "not_inspected_unreadable" Info 0.0 "Not inspected in full: it is damaged or cut short.";
    NOT_INSPECTED_FORMAT "not_inspected_format" Info 0.0 "Not inspected inside: a form of packing that can't be opened here.";

    // What a document can do.
    MACRO_EMPTY "macro_empty" Info 0.0 "A macro project that holds no code.";
    MACRO_STRIPPED "macro_stripped" Medium 3.0 "A macro project whose source was taken out, so that only its compiled form is left.";
    MACRO "macro" Info 0.0 "A document with macro code that does not start by itself.";
    MACRO_AUTO "macro_auto" Low 0.8 "A document with macro code that starts when it is opened or closed.";
    MACRO_HOSTILE "macro_hostile" High 5.0 "Macro code that starts by itself and writes files, fetches or starts programs.";
    MACRO_ATTACK "macro_attack" Critical 7.0 "Macro code that starts by itself, fetches something or unpacks it, and runs it.";
    MACRO_XLM "macro_xlm" Medium 3.5 "Excel 4 macros that start by themselves or start programs.";
    MACRO_XLM_NOTE "macro_xlm_note" Info 0.0 "Excel 4 macro sheet without a start of its own.";
    MACRO_DISGUISED "macro_disguised" Medium 3.0 "A document with macros under a name that promises none.";
    DDE "dde" High 5.0 "A field or formula that starts a program by DDE.";
    REMOTE_TEMPLATE "remote_template" High 5.0 "A document that loads its template or a part from another machine when it is opened.";
    REMOTE_OBJECT "remote_object" Low 0.8 "A document that links an object or data on another machine.";
    LOCAL_TEMPLATE "local_template" Info 0.0 "A document that names a template on a disk.";
    EMBEDDED_OBJECT "embedded_object" Info 0.0 "A document with an embedded object.";
    EMBEDDED_SCRIPT "embedded_script" Critical 6.0 "A document with an embedded script or shortcut to be clicked on.";
    EMBEDDED_COMMAND "embedded_command" High 5.0 "A document with an embedded object that points to a program.";
    EQUATION "equation_object" Medium 3.5 "An object of the old equation editor that is a known way in: in an RTF document, or longer than any equation.";
    RTF_OBJECT "rtf_object" Info 0.0 "An RTF document with an embedded object.";
    RTF_OBFUSCATED "rtf_obfuscated" Medium 3.5 "An RTF document whose object data is written so as to escape inspection.";
    PDF_JAVASCRIPT "pdf_javascript" Info 0.0 "A PDF with JavaScript.";
    PDF_JAVASCRIPT_OPEN "pdf_javascript_open" Low 0.8 "A PDF with JavaScript that starts when it is opened.";
    PDF_JAVASCRIPT_HOSTILE "pdf_javascript_hostile" High 5.0 "A PDF with JavaScript that starts when it is opened and hides or exports something.";
    PDF_LAUNCH "pdf_launch" High 5.0 "A PDF that starts a program.";
    PDF_EMBEDDED "pdf_embedded_file" Info 0.0 "A PDF with an embedded file.";
    HTML_SMUGGLING "html_smuggling" High 5.0 "A page that builds a file by script and hands it over as a download.";
    HTML_PASSWORD_FORM "html_password_form" High 4.0 "A page that asks for a password and sends it to another place.";
    HTML_SCRIPT "html_script" Info 0.0 "A page with script.";
    SVG_SCRIPT "svg_script" Medium 3.5 "A picture (SVG) with script in it.";
    ONENOTE_FILE "onenote_file" Medium 3.0 "A OneNote section with an embedded file that runs.";

    // What others know of the bytes.
    KNOWN_BAD "known_bad" Critical 8.0 "The person's list of hashes names exactly these bytes as harmful.";
    KNOWN_GOOD "known_good" Info 0.0 "The person's list of hashes vouches for exactly these bytes: what is only suspicious in them becomes a note.";
    VIRUS_SIGNATURE "virus_signature" Critical 7.0 "The person's own virus scanner knows it by a signature.";
    VIRUS_DOUBT "virus_doubt" Medium 3.0 "The person's own virus scanner suspects it, by a heuristic or as an unwanted program.";
    RULE_MALICIOUS "rule_malicious" Critical 7.0 "A YARA rule of the person's matches that calls itself malicious.";
    RULE "rule" High 4.0 "A YARA rule of the person's matches.";
    RULE_NOTE "rule_note" Info 0.0 "A YARA rule of the person's matches that is only a note.";
    NOT_INSPECTED_SCANNER "not_inspected_scanner" Info 0.0 "Not inspected by a scanner of the person's own, because that did not answer.";

    // How the mail is written.
    MIME_HIDDEN "mime_hidden" Medium 3.0 "An attachment that only some mail programs see.";
    MIME_AMBIGUOUS "mime_ambiguous" Info 0.0 "The message is written so that mail programs may see different parts.";
    FILE_AS_TEXT "file_as_text" Info 0.0 "A file written into the text so that no mail program makes a file of it: in a quoted mail, or in numbered lines.";
    EXTERNAL_BODY "external_body" Low 0.8 "A part whose content lies on another machine.";
    PARTIAL "partial_message" Low 0.8 "One piece of a message sent in pieces; it can't be inspected alone.";
    POLYGLOT "polyglot" Low 0.8 "A file that is valid as two different types.";
    POLYGLOT_ARCHIVE "polyglot_archive" Medium 3.0 "An archive hidden behind another file's bytes, with something that runs in it.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique_and_weights_fit_severities() {
        let mut ids: Vec<&str> = FINDINGS.iter().map(|k| k.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), FINDINGS.len());
        for kind in FINDINGS {
            assert_eq!(kind.weight == 0.0, kind.severity == Severity::Info, "{}", kind.id);
            // A malicious or suspicious finding alone must outweigh the harmless start of every message.
            assert_eq!(kind.weight >= 3.0, kind.severity >= Severity::Medium, "{}", kind.id);
            assert!(kind.means.ends_with('.'), "{}", kind.id);
        }
    }
}
