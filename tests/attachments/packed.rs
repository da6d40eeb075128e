//! Archives of Unix and DOS: `compress`, cpio, ar, Debian and RPM packages, ARJ; each written here, opened, cut, broken,
//! and with nothing but words in it.

use lazaret::engine::attachment::{FileVerdict, Inspected, inspect_file};
use lazaret::engine::{Limits, attachment::FINDINGS};

use crate::containers::{bzip2, gzip, tar};
use crate::files::{base64, file, ids, mail, mail_saying, program};
use crate::packers::{ar, arj, compress, cpio, deb, locked_arj, rpm};

/// Every archive that is written here, with one file in it.
fn archives(name: &str, data: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let inner = cpio("070701", &[(name, data)]);
    let mut out = vec![
        ("a.tar.Z", compress(&tar(&[(name, data)]), 16, &[])),
        ("b.tar.Z", compress(&tar(&[(name, data)]), 12, &[200, 300])),
        ("a.cpio", inner.clone()),
        ("b.cpio", cpio("070707", &[(name, data)])),
        ("c.cpio", cpio("little", &[(name, data)])),
        ("d.cpio", cpio("big", &[(name, data)])),
        ("a.cpio.gz", gzip(&inner)),
        ("a.a", ar(&[("/", b"\0\0\0\0"), (&format!("{name}/"), data)])),
        ("a.deb", deb(&format!("./usr/bin/{name}"), data)),
        ("a.rpm", rpm(&gzip(&inner))),
        ("b.rpm", rpm(&bzip2(&inner))),
        ("c.rpm", rpm(&inner)),
    ];
    for (outer, method) in [("a.arj", 0), ("b.arj", 1), ("c.arj", 4)] {
        out.push((outer, arj(name, data, method, 0)));
    }
    out
}

fn says(found: &Inspected, id: &str) -> bool {
    assert!(FINDINGS.iter().any(|kind| kind.id.ends_with(id)), "{id}");
    ids(found).contains(&id)
}

#[test]
fn a_disguised_program_is_found_in_each() {
    let (name, data) = ("doc.pdf.scr", program());
    for (outer, bytes) in archives(name, &data) {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{outer}: {:?}", found.findings);
        assert!(
            !ids(&found).iter().any(|id| id.starts_with("not_inspected")),
            "{outer}: {:?}",
            found.findings
        );
        let inner = found.attachments.last().unwrap();
        assert!(inner.name.as_deref().is_some_and(|n| n.ends_with(name)), "{outer}: {inner:?}");
        assert_eq!(inner.size, data.len() as u64, "{outer}");
    }
}

#[test]
fn words_in_each_are_silent() {
    for (outer, bytes) in archives("notes.txt", b"nothing to see here, and nothing there\r\n") {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
        assert!(
            !ids(&found).iter().any(|id| id.starts_with("not_inspected")),
            "{outer}: {:?}",
            found.findings
        );
        assert_eq!(found.attachments.last().unwrap().detected, "text/plain", "{outer}");
    }
}

#[test]
fn what_is_cut_or_broken_is_said_and_ends() {
    for (outer, bytes) in archives("doc.pdf.scr", &program()) {
        let mut said = 0;
        for at in (9..bytes.len()).step_by(5) {
            let cut = file(outer, &bytes[..at]);
            assert!(!cut.attachments.is_empty() && cut.attachments.len() < 9, "{outer} {at}");
            said += usize::from(says(&cut, "not_inspected_unreadable"));
            let mut torn = bytes.clone();
            torn[at] ^= 0xff;
            assert!(!file(outer, &torn).attachments.is_empty(), "{outer} {at}");
        }
        assert!(said > 5, "{outer}: {said}");
    }
}

#[test]
fn long_texts_come_out_of_compress_as_they_went_in() {
    let mut number = 1_u32;
    let words: Vec<u8> = (0..90_000)
        .flat_map(|_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [b'a' + (number >> 28) as u8, b' ']
        })
        .collect();
    let mut sum = file("words", &words).attachments.remove(0).sha256;
    for (most, clear) in [(16, &[][..]), (13, &[][..]), (9, &[][..]), (14, &[100, 5_000, 5_001][..])] {
        let found = file("words.Z", &compress(&words, most, clear));
        assert_eq!(found.attachments.last().unwrap().sha256, sum, "{most} {clear:?}");
    }
    // A run is written by codes that are only just being made.
    let run = vec![b'x'; 5_000];
    sum = file("run", &run).attachments.remove(0).sha256;
    assert_eq!(file("run.Z", &compress(&run, 16, &[])).attachments.last().unwrap().sha256, sum);
}

#[test]
fn what_explodes_is_bounded_and_said() {
    let limits = Limits { inflated_bytes: 64 << 10, entries: 50, ..Limits::default() };
    let zeros = vec![0_u8; 200 << 10];
    let many: Vec<(String, &[u8])> = (0..200).map(|i| (format!("{i}.txt"), &b"word"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, data)| (name.as_str(), *data)).collect();
    for (outer, bytes) in [
        ("zeros.Z", compress(&zeros, 16, &[])),
        ("zeros.arj", arj("zeros.bin", &zeros, 4, 0)),
        ("zeros.rpm", rpm(&gzip(&cpio("070701", &[("zeros.bin", &zeros)])))),
        ("many.cpio", cpio("070701", &many)),
        ("many.a", ar(&many)),
    ] {
        let found = inspect_file(outer, &bytes, &limits);
        assert!(says(&found, "not_inspected_limit"), "{outer}: {:?}", found.findings);
        assert!(found.attachments.len() < 60, "{outer}");
    }
    // A member of ARJ that says to be long, and is not.
    let mut bytes = arj("a.txt", b"word", 4, 0);
    let size = bytes.windows(4).rposition(|w| w == 4_u32.to_le_bytes()).unwrap();
    bytes[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(says(&file("a.arj", &bytes), "not_inspected_unreadable"));
}

#[test]
fn what_an_arj_member_hides_is_said() {
    let found = file("a.arj", &arj("doc.pdf.exe", &program(), 0, 1));
    assert!(says(&found, "encrypted_program"), "{:?}", found.findings);
    let found = file("a.arj", &arj("doc.pdf.exe", &program(), 7, 0));
    assert!(
        says(&found, "not_inspected_format") && says(&found, "name_double_extension"),
        "{:?}",
        found.findings
    );
    let found = file("a.arj", &arj("notes.txt", b"words", 7, 0));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", found.findings);
}

#[test]
fn the_password_in_the_text_opens_an_arj_archive() {
    let header = "Content-Type: application/x-arj; name=a.arj\r\nContent-Transfer-Encoding: base64\r\n\
                  Content-Disposition: attachment; filename=a.arj";
    for method in [0, 1, 4] {
        let archive = base64(&locked_arj("details.txt", &program(), method, "48213"));
        let told = mail(mail_saying("The password for the archive is 48213.", header, &archive).as_bytes());
        assert_eq!(told.verdict(), FileVerdict::Malicious, "{method}: {:?}", told.findings);
        assert!(says(&told, "encrypted_password_sent"), "{method}: {:?}", told.findings);
        let silent = mail(mail_saying("The password for the archive is 48214.", header, &archive).as_bytes());
        assert_eq!(silent.verdict(), FileVerdict::Clean, "{method}: {:?}", silent.findings);
        assert!(says(&silent, "encrypted"), "{method}: {:?}", silent.findings);
    }
}

#[test]
fn names_of_ar_members_stand_in_a_table_or_before_the_data() {
    let program = program();
    let bsd = [&b"a.long.name.for.a.exe\0\0\0"[..], &program].concat();
    for files in [
        [("//", &b"a.long.name.for.a.exe/\n"[..]), ("/0", &program)],
        [("#1/24", bsd.as_slice()), ("/", b"\0\0\0\0")],
    ] {
        let found = file("a.a", &ar(&files));
        assert!(
            found.attachments.iter().any(|a| a.name.as_deref() == Some("a.long.name.for.a.exe")),
            "{found:?}"
        );
    }
    // The import of a program, in a library for Windows.
    let import = [&b"\0\0\xff\xff\0\0\x64\x86"[..], &[0; 40]].concat();
    let found = file("a.lib", &ar(&[("/", b"\0\0\0\0"), ("host.exe/", &import)]));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", found.findings);
}

#[test]
fn one_packed_script_of_many_files_is_a_part_of_them() {
    let script = gzip(b"function add(a, b) { return a + b; }\nvar sum = add(1, 2);\n");
    let mut files: Vec<(String, &[u8])> = (0..20).map(|i| (format!("{i}.txt"), &b"words"[..])).collect();
    files.push(("add.min.js.gz".to_owned(), &script));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, data)| (name.as_str(), *data)).collect();
    for (outer, bytes) in [("a.tar", tar(&files)), ("a.cpio", cpio("070701", &files))] {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
    }
    // Alone it is a lure.
    let found = file("a.tar", &tar(&files[20..]));
    assert!(says(&found, "archive_one_program"), "{:?}", found.findings);
}

#[test]
fn a_package_of_linux_stays_a_note() {
    let mut tool = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
    tool.resize(600, 7);
    for (outer, bytes) in [
        ("tool.deb", deb("./usr/bin/tool", &tool)),
        ("tool.rpm", rpm(&gzip(&cpio("070701", &[("./usr/bin/tool", &tool)])))),
    ] {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
        assert!(says(&found, "code") && found.attachments.len() > 3, "{outer}: {:?}", found.findings);
    }
}
