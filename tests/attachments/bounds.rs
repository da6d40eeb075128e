//! Bounds that formats have of their own: what lies beyond is not inspected, and that is said; a file just inside of
//! one is looked at in silence.

use lazaret::engine::Severity;

use crate::compound::{compound, module, with_macros};
use crate::disks::{in_runs, le16, le32, le64, named, put, record};
use crate::files::{file, program, zip};

const MIB: usize = 1 << 20;

/// What is said of bounds.
fn notes(name: &str, bytes: &[u8]) -> Vec<String> {
    let found = file(name, bytes);
    let notes = found.findings.iter().filter(|f| f.id == "attachment.not_inspected_limit");
    notes
        .map(|f| {
            assert_eq!(f.severity, Severity::Info);
            f.says.clone()
        })
        .collect()
}

/// A file just inside of a bound says nothing of it, and one just beyond says these words.
fn told(name: &str, says: &str, inside: &[u8], beyond: &[u8]) {
    assert_eq!(notes(name, inside), Vec::<String>::new(), "{name}: {says}");
    let said = notes(name, beyond);
    assert!(said.iter().any(|s| s.contains(says)), "{name}: {says}: {said:?}");
}

/// A compound file whose directory has so many streams, all without bytes.
fn streams(count: usize) -> Vec<u8> {
    let directory = (count + 1).div_ceil(4);
    let table = (directory + 400).div_ceil(128);
    let mut out = compound([0; 16], &[("A", b"")])[..512].to_vec();
    put(&mut out, 44, &le32(table));
    put(&mut out, 48, &le32(table));
    (0..109).for_each(|i| put(&mut out, 76 + i * 4, &le32(if i < table { i } else { 0xffff_ffff })));
    let end = table + directory - 1;
    let next = |i: usize| match i {
        _ if i < table => 0xffff_fffd,
        _ if i < end => i + 1,
        _ => 0xffff_fffe,
    };
    (0..table * 128).for_each(|i| out.extend(le32(next(i))));
    for index in 0..=count {
        let mut entry = vec![0; 128];
        put(&mut entry, 0, b"S\0");
        put(&mut entry, 64, &le16(4));
        put(&mut entry, 66, &[if index == 0 { 5 } else { 2 }, 1]);
        (68..80).for_each(|at| entry[at] = 0xff);
        put(&mut entry, 116, &le32(0xffff_fffe));
        out.extend(entry);
    }
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

#[test]
fn entries_of_compound_files() {
    told("a.doc", "only the first 20000 of its parts", &streams(19_999), &streams(20_000));
}

/// A volume whose root folder has so many deleted files.
fn deleted(count: usize) -> Vec<u8> {
    let roots = count.next_multiple_of(16) + 16;
    let mut out = vec![0; (40 + roots / 16 + 5_000) * 512];
    put(&mut out, 0, b"\xeb\x3c\x90MSDOS5.0");
    put(&mut out, 11, &le16(512));
    put(&mut out, 13, &[1, 1, 0, 1]);
    put(&mut out, 17, &le16(roots));
    let sectors = out.len() / 512;
    put(&mut out, 19, &le16(sectors));
    put(&mut out, 22, &le16(39));
    put(&mut out, 54, b"FAT16   ");
    put(&mut out, 510, b"\x55\xaa");
    for index in 0..count {
        put(&mut out, 40 * 512 + index * 32, b"\xe5LD     TXT\x20");
    }
    out
}

/// A disk with so many partitions, all empty.
fn partitions(count: usize) -> Vec<u8> {
    let mut out = vec![0; 300 * 512];
    put(&mut out, 446 + 4, &[0xee]);
    put(&mut out, 446 + 8, &le32(1));
    put(&mut out, 446 + 12, &le32(usize::MAX));
    put(&mut out, 510, b"\x55\xaa");
    put(&mut out, 512, b"EFI PART");
    put(&mut out, 512 + 72, &le64(2));
    put(&mut out, 512 + 80, &le32(128));
    put(&mut out, 512 + 84, &le32(128));
    for index in 0..count {
        put(&mut out, 1_024 + index * 128, &[7; 16]);
        put(&mut out, 1_024 + index * 128 + 32, &le64(200 + index));
        put(&mut out, 1_024 + index * 128 + 40, &le64(200 + index));
    }
    out.resize(1 << 17, 0);
    out
}

/// A volume whose table of files says to have so many records, of which one is there.
fn records(count: usize) -> Vec<u8> {
    let mut out = vec![0; 200 * 512];
    put(&mut out, 0, b"\xeb\x52\x90NTFS    ");
    put(&mut out, 11, &le16(512));
    put(&mut out, 13, &[1]);
    put(&mut out, 48, &le64(8));
    put(&mut out, 64, &[0xf6]);
    put(&mut out, 510, b"\x55\xaa");
    let own = record(1, &[named("$MFT", 5), in_runs(count * 1_024, &[(56, 8)], 0)]);
    put(&mut out, 8 * 512, &own);
    out
}

/// An image of so many folders, each empty and at a place of its own.
fn folders(count: usize) -> Vec<u8> {
    const SECTOR: usize = 2_048;
    let record = |name: &[u8], at: usize, len: usize, flags: u8| {
        let mut r = vec![0; 33];
        put(&mut r, 2, &le32(at));
        put(&mut r, 10, &le32(len));
        r[25] = flags;
        r[32] = name.len() as u8;
        r.extend(name);
        r.resize(r.len().next_multiple_of(2), 0);
        r[0] = r.len() as u8;
        r
    };
    let mut folder = Vec::new();
    for index in 0..count {
        let entry = record(format!("D{index}").as_bytes(), 100 + index, 64, 2);
        if folder.len() % SECTOR + entry.len() > SECTOR {
            folder.resize(folder.len().next_multiple_of(SECTOR), 0);
        }
        folder.extend(entry);
    }
    let mut out = vec![0; (101 + count) * SECTOR];
    put(&mut out, 16 * SECTOR, b"\x01CD001");
    put(&mut out, 16 * SECTOR + 156, &record(&[0], 18, folder.len(), 2));
    put(&mut out, 17 * SECTOR, b"\xffCD001");
    put(&mut out, 18 * SECTOR, &folder);
    out
}

/// An image of raw sectors with so many programs in it that no list names.
fn programs(count: usize) -> Vec<u8> {
    let mut out = folders(0);
    for _ in 0..count {
        let at = out.len();
        put(&mut out, at, &program());
        out.resize(out.len().next_multiple_of(2_048), 0);
    }
    out
}

#[test]
fn lists_of_disk_images() {
    told("a.img", "only the first 10000 entries of a folder", &deleted(10_000), &deleted(10_001));
    told("a.img", "only the first 16 partitions", &partitions(16), &partitions(17));
    told("a.img", "only the first 20000 entries of its list", &records(20_000), &records(20_001));
    // The root is a folder too.
    told("a.iso", "only the first 1000 folders", &folders(999), &folders(1_000));
    told("a.iso", "only the first 20 programs that no list names", &programs(20), &programs(21));
    // The program begins where the image of one program does, and goes on to its end.
    let long = |len: usize| {
        let mut out = programs(1);
        let start = programs(0).len();
        out.resize(start + len, 0x11);
        out
    };
    let says = "only the first 4 MiB of a program that no list names";
    told("a.iso", says, &long(4 << 20), &long((4 << 20) + 1));
}

fn office(name: &str, bytes: &[u8]) -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<?xml?>"), (name, bytes)])
}

#[test]
fn parts_of_office_documents() {
    let latin = |n: usize| office("word/document.xml", &vec![0xe9; n]);
    told(
        "a.docx",
        "only the first 4 MiB of a part that is not in UTF-8",
        &latin(4 * MIB),
        &latin(4 * MIB + 1),
    );
    // In UTF-8, as Office writes them, a part is read to its end.
    assert!(notes("a.docx", &office("word/document.xml", &vec![b' '; 20 * MIB])).is_empty());
    let fields = |n: usize| office("word/document.xml", &b"<w:instrText>PAGE PAGE PAGE PAGE ".repeat(n / 20));
    told("a.docx", "only the first 2 MiB of its fields", &fields(2 * MIB - 100), &fields(2 * MIB + 100));
    let link = |n: usize| office("xl/externalLinks/externalLink1.xml", &vec![b' '; n]);
    told("a.xlsx", "only the first 4 MiB of a link", &link(4 * MIB), &link(4 * MIB + 1));
    // Macro sheets are searched to their end.
    let sheet = [vec![b' '; 9 * MIB], b"<f>EXEC(\"x\")</f>".to_vec()].concat();
    let found = file("a.xlsm", &office("xl/macrosheets/sheet1.xml", &sheet));
    assert!(found.findings.iter().any(|f| f.id == "attachment.macro_xlm"), "{:?}", found.findings);
}

#[test]
fn macros_and_objects() {
    let line = "a = a + 1234567890\r\n";
    let macros = |n: usize| {
        let source = format!("Sub a()\r\n{}End Sub\r\n", line.repeat(n / line.len()));
        with_macros("WordDocument", "Macros/", &module(&source))
    };
    told("a.doc", "only the first 2 MiB of its macros", &macros(MIB), &macros(3 * MIB));
    let basic = |n: usize| {
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in [
            ("mimetype", b"application/vnd.oasis.opendocument.text".to_vec()),
            ("Basic/Standard/Module1.xml", vec![b' '; n]),
        ] {
            writer.start_file(name, stored).unwrap();
            std::io::Write::write_all(&mut writer, &bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    told("a.odt", "only the first 4 MiB of its macros", &basic(4 * MIB), &basic(4 * MIB + 1));

    let mut section =
        vec![0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3];
    section.resize(1_024, 0);
    let notebook = |n: usize| {
        let one = [
            &[0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac]
                [..],
            &le64(4),
            &[0; 12],
            b"text",
        ];
        [section.clone(), one.concat().repeat(n)].concat()
    };
    told("a.one", "only the first 200 files in it", &notebook(200), &notebook(201));
    // Presentations may have as many objects as there are: each is paid for.
    let object = compound([0; 16], &[("A", b"text")]);
    let atom = [&le16(0)[..], &le16(0x1011), &le32(object.len()), &object].concat();
    let slides = compound([0; 16], &[("PowerPoint Document", &atom.repeat(120))]);
    assert!(notes("a.ppt", &slides).is_empty());
}

#[test]
fn envelopes_and_help_files() {
    let envelope = |n: usize| {
        let attribute = [&[2][..], &le32(0x0001_8010), &le32(2), b"a\0\0\0"].concat();
        [&[0x78, 0x9f, 0x3e, 0x22, 1, 0][..], &attribute.repeat(n)].concat()
    };
    told("winmail.dat", "only the first 10000 attributes", &envelope(10_000), &envelope(10_001));

    let help = |n: usize| {
        const CHUNK: usize = 1 << 16;
        let entries = b"\x02/a\0\0\0".repeat(n);
        let mut out = [b"ITSF".as_slice(), &le32(3), &le32(0x60)].concat();
        put(&mut out, 0x48, &le64(0x60));
        put(&mut out, 0x58, &le64(0x60 + 0x54 + CHUNK));
        let mut directory = [b"ITSP".as_slice(), &le32(1), &le32(0x54), &le32(0), &le32(CHUNK)].concat();
        put(&mut directory, 0x2c, &le32(1));
        directory.resize(0x54, 0);
        let mut chunk =
            [b"PMGL".as_slice(), &le32(CHUNK - 0x14 - entries.len()), &le32(0), &[0xff; 8]].concat();
        chunk.extend(entries);
        chunk.resize(CHUNK, 0);
        [out, directory, chunk].concat()
    };
    told("a.chm", "only the first 5000 files in it", &help(5_000), &help(5_001));

    let blocks = |n: usize| {
        let block = [0, 0, 0x7a, 0, 0, 7, 0];
        [&b"Rar!\x1a\x07\x00"[..], &block.repeat(n), &[0, 0, 0x7b, 0, 0x40, 7, 0]].concat()
    };
    told("a.rar", "only the first 10000 blocks", &blocks(9_000), &blocks(10_001));

    let single = |n: usize| {
        let mut out = b"\0\x05\x16\0\0\x02\0\0".to_vec();
        out.resize(24, 0);
        out.extend((n as u16).to_be_bytes());
        out.resize(26 + n * 12, 0);
        out
    };
    told("a.as", "only the first 32 entries", &single(32), &single(33));
}

#[test]
fn texts_and_pointers() {
    let text = |head: &str, n: usize| [head.as_bytes(), &vec![b' '; n - head.len()]].concat();
    for (name, head, most) in [
        ("a.csv", "a,b\r\n", 4 * MIB),
        ("a.iqy", "WEB\r\n1\r\nhttps://example.org/\r\n", MIB),
        ("a.url", "[InternetShortcut]\r\nURL=https://example.org/\r\n", MIB),
        ("a.library-ms", "<libraryDescription>", MIB),
        ("a.desktop", "[Desktop Entry]\r\n", MIB),
    ] {
        let says = format!("only the first {most} of {} bytes", most + 1);
        told(name, &says, &text(head, most), &text(head, most + 1));
    }
    let mut shortcut = crate::files::shortcut();
    shortcut.resize(MIB, 0);
    let longer = [shortcut.clone(), vec![0]].concat();
    told("a.lnk", "only the strings of it and its first 1024 kB", &shortcut, &longer);
}

fn pdf(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    for (dictionary, data) in streams {
        out.extend(format!("1 0 obj<<{dictionary}>>stream\n").bytes());
        out.extend(data);
        out.extend(b"\nendstream endobj\n");
    }
    out.extend(b"%%EOF\n");
    out
}

#[test]
fn streams_and_scripts_of_a_pdf() {
    let untyped = |n: usize| pdf(&[("", vec![b' '; n])]);
    told("a.pdf", "only streams without a type below 8 MiB", &untyped(8 * MIB - 2), &untyped(8 * MIB));
    let objects = |n: usize| pdf(&[("/Type/ObjStm", vec![b' '; n])]);
    told("a.pdf", "only the first 8 MiB of its objects", &objects(8 * MIB - 200), &objects(8 * MIB));
    let script = |n: usize| pdf(&[("", [b"function ".to_vec(), vec![b' '; n]].concat())]);
    told("a.pdf", "only the first 1 MiB of its scripts", &script(MIB - 100), &script(MIB));
    let actions = |n: usize| pdf(&[("/Type/ObjStm", b"<</S/JavaScript/JS(x)>> ".repeat(n))]);
    told("a.pdf", "only the first of its scripts", &actions(1_999), &actions(2_001));
    let action = |n: usize| {
        let text = format!("<</S/JavaScript/JS({})>>{}", "x".repeat(n), " ".repeat(100));
        pdf(&[("/Type/ObjStm", text.into_bytes())])
    };
    told("a.pdf", "only the first of its scripts", &action(19_990), &action(30_000));
    let filters = |n: usize| pdf(&[(&format!("/Filter[{}]", "/AHx".repeat(n)), b"41>".to_vec())]);
    told("a.pdf", "only the first 5 filters of a stream", &filters(5), &filters(6));
    let dictionary = |n: usize| pdf(&[(&" ".repeat(n), b"x".to_vec())]);
    told("a.pdf", "only the last 64 kB before a stream", &dictionary(60_000), &dictionary(70_000));
}

#[test]
fn lists_of_files_and_of_findings() {
    let many = |n: usize, name: &dyn Fn(usize) -> String| {
        let names: Vec<String> = (0..n).map(name).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"text"[..])).collect();
        zip(&files)
    };
    let plain = |n: usize| many(n, &|i| format!("{i}.txt"));
    // The archive itself is listed too.
    told("a.zip", "Only the first 1000 files are listed: 1 more", &plain(999), &plain(1_000));
    let named = |n: usize| many(n, &|i| format!("{i}.jpg.exe"));
    let says = "Only the first 20 findings of a kind are listed: ";
    told("a.zip", says, &named(20), &named(21));
}

/// A RAR 5 archive of one packed file that says to need a dictionary of `128 KiB << power`.
fn dictionary(power: usize) -> Vec<u8> {
    let mut builder = rars::Builder::new(rars::ArchiveVersion::Rar50);
    builder.add_bytes(b"a.txt".to_vec(), b"words of a text ".repeat(4_000), Some(0), None).unwrap();
    let mut out = builder.to_bytes().unwrap();
    let mut at = 8;
    loop {
        // Sum, length, kind, flags, lengths of the extra area and of the data, then the fields of a file.
        let mut place = at + 4;
        let mut number = |out: &[u8]| {
            let (mut value, mut shift) = (0, 0);
            loop {
                let byte = out[place];
                place += 1;
                value |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    break (value, place);
                }
            }
        };
        let (size, body) = number(&out);
        let (kind, _) = number(&out);
        let (flags, _) = number(&out);
        let extra = if flags & 1 != 0 { number(&out).0 } else { 0 };
        let data = if flags & 2 != 0 { number(&out).0 } else { 0 };
        assert!(extra < size);
        if kind != 2 {
            at = body + size + data;
            continue;
        }
        let (file, _) = number(&out);
        // The time and the sum have four bytes each.
        let (_, end) = (number(&out), number(&out).1);
        let start = end + [2, 4].iter().filter(|bit| file & **bit != 0).count() * 4;
        let value = usize::from(out[start] & 0x7f) | usize::from(out[start + 1]) << 7;
        assert!(out[start] & 0x80 != 0 && out[start + 1] & 0x80 == 0, "a number of two bytes");
        let value = value & !(0x1f << 10) | power << 10;
        out[start] = (value & 0x7f) as u8 | 0x80;
        out[start + 1] = (value >> 7) as u8;
        let mut crc = flate2::Crc::new();
        crc.update(&out[at + 4..body + size]);
        let sum = crc.sum().to_le_bytes();
        put(&mut out, at, &sum);
        return out;
    }
}

#[test]
fn dictionaries_and_windows() {
    // 16 MiB, and 32.
    told("a.rar", "unpacked at one time", &dictionary(7), &dictionary(8));
    let frame = |window: u8| [&b"\x28\xb5\x2f\xfd\0"[..], &[window, 0x83, 0x3e, 0, b'a']].concat();
    // 8 MiB, and the next size, of a frame of one run of 2,000 letters.
    told("a.zst", "unpacked at one time", &frame(13 << 3), &frame(13 << 3 | 1));
}

#[test]
fn passwords_open_what_needs_one_and_the_rest_is_looked_at_once() {
    use crate::files::{base64, ids, mail, mail_saying};
    let archive = |locked: bool| {
        let mut builder = rars::Builder::new(rars::ArchiveVersion::Rar50);
        if locked {
            builder = builder.password(Some(b"48213".to_vec()));
        }
        builder.add_bytes(b"notes.txt".to_vec(), b"a few words ".repeat(40), Some(0), None).unwrap();
        builder.to_bytes().unwrap()
    };
    let header = "Content-Type: application/vnd.rar; name=a.rar\r\nContent-Transfer-Encoding: base64";
    for locked in [false, true] {
        let raw = mail_saying("The password is 48213.", header, &base64(&archive(locked)));
        let found = mail(raw.as_bytes());
        let names: Vec<_> = found.attachments.iter().filter_map(|a| a.name.as_deref()).collect();
        assert_eq!(names, ["a.rar", "notes.txt"], "{locked}");
        assert_eq!(ids(&found).contains(&"encrypted_password_sent"), locked);
    }
}

/// Files that overlap can be named over and over: what looking at them costs is counted, and ends the walk.
#[test]
fn work_that_is_spent_ends_the_walk() {
    let (_, bombs) = crate::bombs::all().into_iter().find(|(kind, _)| *kind == "documents").unwrap();
    let section = bombs.iter().find(|b| b.name == "files.one").unwrap();
    let found = file(section.name, &(section.make)());
    assert!((20..120).contains(&found.attachments.len()), "{}", found.attachments.len());
    let says = "more work than one message may cost";
    assert!(found.findings.iter().any(|f| f.says.contains(says)), "{:?}", found.findings);
}
