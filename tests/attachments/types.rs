//! What a file is, by its bytes: a harmless beginning of every format that is told apart, under a name that says
//! nothing; and the scripts that only a name makes run, under theirs.

use lazaret::engine::Sureness;
use lazaret::engine::attachment::FileVerdict;

use crate::files::{file, ids, mail, mail_with, program, zip};

/// A Windows program with this header: flags, subsystem, and one name that it exports.
pub(crate) fn pe(flags: u16, subsystem: u16, export: &str) -> Vec<u8> {
    let mut bytes = vec![0_u8; 0x400];
    let mut put = |at: usize, what: &[u8]| bytes[at..at + what.len()].copy_from_slice(what);
    put(0, b"MZ\x90\0");
    put(0x3c, &0x80_u32.to_le_bytes());
    put(0x80, b"PE\0\0\x4c\x01\x01\0");
    put(0x94, &0xe0_u16.to_le_bytes());
    put(0x96, &flags.to_le_bytes());
    put(0x98, &0x10b_u16.to_le_bytes());
    put(0x98 + 68, &subsystem.to_le_bytes());
    // The directory of exports, and the section that it lies in: address 0x1000, offset 0x200.
    put(0x98 + 96, &0x1000_u32.to_le_bytes());
    put(0x98 + 0xe0, b".edata\0\0");
    put(0x98 + 0xe0 + 8, &0x200_u32.to_le_bytes());
    put(0x98 + 0xe0 + 12, &0x1000_u32.to_le_bytes());
    put(0x98 + 0xe0 + 16, &0x200_u32.to_le_bytes());
    put(0x98 + 0xe0 + 20, &0x200_u32.to_le_bytes());
    put(0x200 + 24, &1_u32.to_le_bytes());
    put(0x200 + 32, &0x1040_u32.to_le_bytes());
    put(0x240, &0x1050_u32.to_le_bytes());
    put(0x250, export.as_bytes());
    bytes
}

/// `len` zeros with something at an offset.
fn at(len: usize, offset: usize, what: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0_u8; len];
    bytes[offset..offset + what.len()].copy_from_slice(what);
    bytes
}

/// A compound file whose root lists these streams, all empty.
pub(crate) fn ole(class: [u8; 16], streams: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 512 * 4];
    let mut put = |at: usize, what: &[u8]| bytes[at..at + what.len()].copy_from_slice(what);
    put(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    put(24, b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0");
    put(44, &1_u32.to_le_bytes());
    put(48, &1_u32.to_le_bytes());
    put(56, &4_096_u32.to_le_bytes());
    put(60, &u32::MAX.wrapping_sub(1).to_le_bytes());
    put(68, &u32::MAX.wrapping_sub(1).to_le_bytes());
    for i in 0..109 {
        let sector = if i == 0 { 0 } else { u32::MAX };
        put(76 + i * 4, &u32::to_le_bytes(sector));
    }
    // The table: itself, the directory in one sector.
    put(512, &[0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff]);
    let mut entry = |index: usize, name: &str, kind: u8, right: u32, child: u32| {
        let start = 1_024 + index * 128;
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(start, &units);
        put(start + 64, &(units.len() as u16 + 2).to_le_bytes());
        put(start + 66, &[kind, 1]);
        put(start + 68, &u32::MAX.to_le_bytes());
        put(start + 72, &right.to_le_bytes());
        put(start + 76, &child.to_le_bytes());
        put(start + 116, &u32::MAX.wrapping_sub(1).to_le_bytes());
    };
    entry(0, "Root Entry", 5, u32::MAX, if streams.is_empty() { u32::MAX } else { 1 });
    for (i, name) in streams.iter().enumerate() {
        let next = if i + 1 < streams.len() { i as u32 + 2 } else { u32::MAX };
        entry(i + 1, name, 2, next, u32::MAX);
    }
    put(1_024 + 80, &class);
    bytes
}

fn wide(text: &str, mark: &[u8], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    [mark.to_vec(), text.encode_utf16().flat_map(unit).collect()].concat()
}

/// A zip archive that begins with its own type, stored as it is.
fn kin(mimetype: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("mimetype", stored).unwrap();
    writer.write_all(mimetype).unwrap();
    writer.start_file("content.xml", stored).unwrap();
    writer.write_all(b"<x/>").unwrap();
    writer.finish().unwrap().into_inner()
}

fn office(part: &str) -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>"), (part, b"<x/>")])
}

const MSI: [u8; 16] = [0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
const WINDOWS: &str = "application/vnd.microsoft.portable-executable";
const DOS: &str = "application/x-dosexec";

/// The type, what it is, and a file of it; in the order of the families.
fn samples() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let dos = at(600, 0, b"MZ\x10\0\x02\0\0\0\x02\0");
    let guid = |bytes: &[u8]| at(600, 0, bytes);
    vec![
        // Programs.
        (WINDOWS, "exe", pe(0x102, 3, "main")),
        (WINDOWS, "scr", program()),
        (WINDOWS, "dll", pe(0x2102, 2, "Start")),
        (WINDOWS, "cpl", pe(0x2102, 2, "CPlApplet\0")),
        (WINDOWS, "xll", pe(0x2102, 2, "xlAutoOpen\0")),
        (WINDOWS, "sys", pe(0x102, 1, "main")),
        (DOS, "MZ", dos),
        (DOS, "COM that jumps", [&b"\xe9\x20\0"[..], &[0; 0x20], b"\xb4\x09\xba\x03\x01\xcd\x21\xb4\x4c\xcd\x21"].concat()),
        (DOS, "COM that doesn't", b"\xb4\x09\xba\x0c\x01\xcd\x21\xb8\0\x4c\xcd\x21hello$\x80\x90\xa0\xff".to_vec()),
        ("application/x-executable", "ELF", at(64, 0, b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0")),
        ("application/x-mach-binary", "Mach-O", at(64, 0, b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0")),
        ("application/x-mach-binary", "Mach-O of PowerPC", at(64, 0, b"\xfe\xed\xfa\xce\0\0\0\x12\0\0\0\0\0\0\0\x02")),
        ("application/x-mach-binary", "fat Mach-O", at(64, 0, b"\xca\xfe\xba\xbe\0\0\0\x02\x01\0\0\x07")),
        ("application/java-vm", "class", at(64, 0, b"\xca\xfe\xba\xbe\0\0\0\x34\0\x10")),
        ("application/vnd.android.dex", "dex", at(64, 0, b"dex\n035\0")),
        // Packages and archives.
        ("application/java-archive", "JAR", zip(&[("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n"), ("a.txt", b"x")])),
        ("application/vnd.android.package-archive", "APK", zip(&[("AndroidManifest.xml", b"\x03\0\x08\0"), ("resources.arsc", b"x")])),
        ("application/x-xpinstall", "XPI", zip(&[("install.rdf", b"<RDF/>")])),
        ("application/x-xpinstall", "CRX", [&b"Cr24\x03\0\0\0\x04\0\0\0abcd"[..], &zip(&[("manifest.json", b"{}")])].concat()),
        ("application/msix", "MSIX", zip(&[("AppxManifest.xml", b"<Package/>"), ("[Content_Types].xml", b"<Types/>")])),
        ("application/x-msi", "MSI", ole(MSI, &["a"])),
        ("application/vnd.ms-cab-compressed", "CAB", at(64, 0, b"MSCF\0\0\0\0\x40\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01")),
        ("application/zip", "ZIP", zip(&[("a.txt", b"x")])),
        ("application/vnd.rar", "RAR 4", at(64, 0, b"Rar!\x1a\x07\0\xcf\x90\x73\0\0\x0d\0")),
        ("application/vnd.rar", "RAR 5", at(64, 0, b"Rar!\x1a\x07\x01\0")),
        ("application/x-7z-compressed", "7z", at(64, 0, b"7z\xbc\xaf\x27\x1c\0\x04")),
        ("application/x-tar", "tar", at(1_024, 257, b"ustar\x0000")),
        ("application/gzip", "gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0".to_vec()),
        ("application/x-bzip2", "bzip2", b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0".to_vec()),
        ("application/x-xz", "xz", b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\0\0\0\0".to_vec()),
        ("application/zstd", "zstd", b"\x28\xb5\x2f\xfd\x04\0\x01\0\0\x99\xe9\xd8\x51".to_vec()),
        ("application/x-lzma", "lzma", at(64, 0, b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0")),
        ("application/x-lzh-compressed", "LZH", at(64, 0, b"\x20\0-lh5-")),
        ("application/x-ace-compressed", "ACE", at(64, 0, b"\0\0\x31\0\0\0\0**ACE**")),
        ("application/x-arj", "ARJ", at(64, 0, b"\x60\xea\x20\0\x1e\x07")),
        ("application/x-compress", "Z", at(64, 0, b"\x1f\x9d\x90")),
        ("application/x-cpio", "cpio", b"070701".repeat(20)),
        ("application/vnd.debian.binary-package", "deb", b"!<arch>\ndebian-binary   1410122664  0     0     100644  4         `\n2.0\n".to_vec()),
        ("application/x-rpm", "rpm", at(96, 0, b"\xed\xab\xee\xdb\x03\0")),
        ("application/vnd.ms-tnef", "TNEF", at(64, 0, b"\x78\x9f\x3e\x22\x01\0")),
        ("text/x-uuencode", "uuencode", b"begin 644 a.txt\n#86)C\n`\nend\n".to_vec()),
        ("application/mac-binhex40", "BinHex", b"(This file must be converted with BinHex 4.0)\r\n\r\n:\"&*Z:\r\n".to_vec()),
        ("application/applefile", "AppleSingle", at(64, 0, b"\0\x05\x16\0\0\x02\0\0")),
        // Disk images.
        ("application/x-iso9660-image", "ISO", at(0x9000, 0x8000, b"\x01CD001\x01")),
        ("application/x-udf-image", "UDF", at(0x9000, 0x8000, b"\0BEA01\x01")),
        ("application/x-raw-disk-image", "IMG with FAT", {
            let mut boot = at(1_024, 0, b"\xeb\x3c\x90MSDOS5.0");
            boot[54..62].copy_from_slice(b"FAT12   ");
            boot[510..512].copy_from_slice(b"\x55\xaa");
            boot
        }),
        ("application/x-virtualbox-vhd", "VHD", at(2_048, 0, b"conectix")),
        ("application/x-virtualbox-vhd", "fixed VHD", at(4_096, 4_096 - 512, b"conectix")),
        ("application/x-virtualbox-vhdx", "VHDX", at(2_048, 0, b"vhdxfile")),
        ("application/x-apple-diskimage", "DMG", crate::macos::image_of_zeros()),
        // Shortcuts.
        ("application/x-ms-shortcut", "LNK", at(76, 0, b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46")),
        ("application/x-mswinurl", "URL", b"[InternetShortcut]\r\nURL=https://example.org/\r\n".to_vec()),
        ("application/x-mswinurl", "URL behind another section", b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,11\r\n[InternetShortcut]\r\nURL=https://example.org/\r\n".to_vec()),
        ("application/windows-library+xml", "library-ms", b"<?xml version=\"1.0\"?><libraryDescription xmlns=\"x\"/>".to_vec()),
        ("application/windows-search-connector+xml", "search-ms", b"<?xml version=\"1.0\"?><persistedQuery version=\"1.0\"/>".to_vec()),
        ("application/windows-search-connector+xml", "searchConnector-ms", b"<searchConnectorDescription/>".to_vec()),
        ("application/x-ms-scf", "SCF", b"[Shell]\r\nCommand=2\r\n".to_vec()),
        ("application/x-desktop", "desktop entry", b"[Desktop Entry]\nType=Link\n".to_vec()),
        ("application/x-ms-iqy", "IQY", b"WEB\r\n1\r\nhttps://example.org/\r\n".to_vec()),
        ("application/x-java-jnlp-file", "JNLP", b"<?xml version=\"1.0\"?><jnlp codebase=\"x\"></jnlp>".to_vec()),
        ("application/x-rdp", "RDP", b"screen mode id:i:2\r\nfull address:s:192.0.2.1\r\n".to_vec()),
        ("application/x-windows-theme", "theme", b"[Theme]\r\nDisplayName=x\r\n".to_vec()),
        ("application/x-webloc", "webloc", b"<?xml version=\"1.0\"?><plist><dict><key>URL</key><string>https://example.org</string></dict></plist>".to_vec()),
        // Scripts, by their text alone.
        ("application/hta", "HTA", b"<html><hta:application id=x></html>".to_vec()),
        ("application/x-jscript-encode", "JSE", b"#@~^DgAAAA==\\ko$K6,J4r3PwAAA==^#~@".to_vec()),
        ("application/x-wsf", "WSF", b"<job><script language=\"JScript\">1</script></job>".to_vec()),
        ("text/x-ms-regedit", "REG", b"Windows Registry Editor Version 5.00\r\n".to_vec()),
        ("text/x-ms-regedit", "REG of Windows 98", b"REGEDIT4\r\n".to_vec()),
        ("application/x-ms-msc", "MSC", b"<?xml version=\"1.0\"?><MMC_ConsoleFile ConsoleVersion=\"3.0\"/>".to_vec()),
        ("application/x-sh", "shell", b"#!/bin/sh\necho x\n".to_vec()),
        ("text/x-python", "Python", b"#!/usr/bin/env python3\nprint(1)\n".to_vec()),
        ("application/x-bat", "batch", b"@echo off\r\nsetlocal\r\ngoto end\r\n:end\r\n".to_vec()),
        ("application/x-powershell", "PowerShell", b"param([string]$Name)\r\nWrite-Host $Name\r\nGet-ChildItem | ForEach-Object { $_.Name }\r\n".to_vec()),
        ("text/vbscript", "VBScript", b"Option Explicit\r\nDim a\r\nSet a = CreateObject(\"x\")\r\nMsgBox a\r\n".to_vec()),
        ("text/javascript", "JavaScript", b"var a = 1;\nfunction f(b) { return a === b; }\nconsole.log(f(1));\n".to_vec()),
        // Documents.
        ("application/pdf", "PDF", b"%PDF-1.4\n".to_vec()),
        ("application/pdf", "PDF behind other bytes", b"\x01\x02junk\n%PDF-1.4\n".to_vec()),
        ("text/rtf", "RTF", b"{\\rtf1\\ansi x}".to_vec()),
        ("application/x-ole-storage", "OLE", ole([0; 16], &["a"])),
        ("application/msword", "DOC", ole([0; 16], &["WordDocument"])),
        ("application/vnd.ms-excel", "XLS", ole([0; 16], &["Workbook"])),
        ("application/vnd.ms-powerpoint", "PPT", ole([0; 16], &["PowerPoint Document"])),
        ("application/vnd.ms-outlook", "MSG", ole([0; 16], &["__properties_version1.0"])),
        ("application/encrypted-office", "encrypted Office", ole([0; 16], &["EncryptedPackage"])),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX", office("word/document.xml")),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", office("xl/workbook.xml")),
        ("application/vnd.ms-excel.sheet.binary.macroenabled.12", "XLSB", office("xl/workbook.bin")),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX", office("ppt/presentation.xml")),
        ("application/vnd.oasis.opendocument.text", "ODT", kin(b"application/vnd.oasis.opendocument.text")),
        ("application/vnd.oasis.opendocument.spreadsheet", "ODS", kin(b"application/vnd.oasis.opendocument.spreadsheet")),
        ("application/epub+zip", "EPUB", kin(b"application/epub+zip")),
        ("application/onenote", "OneNote", guid(b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3")),
        ("application/vnd.ms-htmlhelp", "CHM", at(200, 0, b"ITSF\x03\0\0\0\x60\0\0\0")),
        ("application/winhlp", "HLP", at(64, 0, b"?_\x03\0")),
        ("application/postscript", "PostScript", b"%!PS-Adobe-3.0\n".to_vec()),
        ("application/postscript", "EPS with a preview", at(64, 0, b"\xc5\xd0\xd3\xc6")),
        ("application/x-sylk", "SYLK", b"ID;PWXL;N;E\r\nC;X1;Y1;K1\r\nE\r\n".to_vec()),
        // Pages.
        ("text/html", "HTML", b"<!DOCTYPE html><p>x".to_vec()),
        ("image/svg+xml", "SVG", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()),
        ("image/svg+xml", "SVG with a declaration", b"<?xml version=\"1.0\"?><!-- x --><svg/>".to_vec()),
        ("text/xml", "XML", b"<?xml version=\"1.0\"?><a/>".to_vec()),
        ("text/calendar", "ICS", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_vec()),
        ("text/vcard", "VCF", b"BEGIN:VCARD\r\nEND:VCARD\r\n".to_vec()),
        ("message/rfc822", "mail", b"From: a@example.org\r\nSubject: x\r\n\r\nhello".to_vec()),
        // Pictures, sound, film, type.
        ("image/png", "PNG", at(64, 0, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")),
        ("image/jpeg", "JPEG", at(64, 0, b"\xff\xd8\xff\xe0\0\x10JFIF\0")),
        ("image/gif", "GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("image/bmp", "BMP", at(64, 0, b"BM\x40\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0")),
        ("image/tiff", "TIFF", at(64, 0, b"II\x2a\0\x08\0\0\0")),
        ("image/webp", "WebP", at(64, 0, b"RIFF\x38\0\0\0WEBPVP8 ")),
        ("image/heic", "HEIC", at(64, 0, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")),
        ("audio/mpeg", "MP3", at(64, 0, b"ID3\x03\0\0\0\0\0\0")),
        ("audio/vnd.wave", "WAV", at(64, 0, b"RIFF\x38\0\0\0WAVEfmt ")),
        ("audio/midi", "MIDI", at(64, 0, b"MThd\0\0\0\x06\0\x01")),
        ("audio/flac", "FLAC", at(64, 0, b"fLaC\0\0\0\x22")),
        ("video/x-msvideo", "AVI", at(64, 0, b"RIFF\x38\0\0\0AVI LIST")),
        ("application/mp4", "MP4", at(64, 0, b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")),
        ("application/x-ebml", "Matroska", at(64, 0, b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska")),
        ("font/ttf", "TrueType", at(64, 0, b"\0\x01\0\0\0\x0a")),
        ("font/otf", "OpenType", at(64, 0, b"OTTO\0\x0a")),
        ("font/woff", "WOFF", at(64, 0, b"wOFF\0\x01\0\0")),
        ("font/woff2", "WOFF2", at(64, 0, b"wOF2\0\x01\0\0")),
        // Signed and sealed.
        ("application/pgp", "PGP in letters", b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n".to_vec()),
        ("application/pgp", "PGP message", at(64, 0, b"\x85\x01\x0c\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x07\xff")),
        ("application/pgp", "PGP by password", at(64, 0, b"\x8c\x0d\x04\x09\x03\x02")),
        ("application/pgp", "PGP key", at(64, 0, b"\x99\x01\x0d\x04\x50\0\0\0\x01\x08\0")),
        ("application/pkcs7-mime", "S/MIME", at(64, 0, b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80")),
        ("application/pkcs7-mime", "S/MIME in letters", b"-----BEGIN PKCS7-----\r\nMIAG\r\n".to_vec()),
        // Text in its encodings, nothing, and what nobody knows.
        ("text/plain", "ASCII", b"The minutes of the meeting.\r\n".to_vec()),
        ("text/plain", "UTF-8", "Grüße aus München, Ελλάδα и Москва\n".into()),
        ("text/plain", "UTF-8 with a mark", "\u{feff}Grüße\n".into()),
        ("text/plain", "UTF-16, little end", wide("Grüße aus München\r\n", b"\xff\xfe", u16::to_le_bytes)),
        ("text/plain", "UTF-16, big end", wide("Grüße aus München\r\n", b"\xfe\xff", u16::to_be_bytes)),
        ("text/plain", "UTF-16 without a mark", wide("Plain words and more of them\r\n", b"", u16::to_le_bytes)),
        ("text/plain", "UTF-32", "Some words\r\n".chars().flat_map(|c| u32::from(c).to_le_bytes()).fold(b"\xff\xfe\0\0".to_vec(), |mut all, b| { all.push(b); all })),
        ("text/plain", "Latin", b"Gr\xfc\xdfe aus M\xfcnchen, ganz herzlich\r\n".to_vec()),
        ("text/plain", "Cyrillic", b"\xcf\xf0\xe8\xe2\xe5\xf2 \xe8\xe7 \xcc\xee\xf1\xea\xe2\xfb, \xea\xe0\xea \xe4\xe5\xeb\xe0\r\n".to_vec()),
        ("text/plain", "Japanese", b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x81\x41\x8a\x46\x82\xb3\x82\xf1\x81\x42\r\n".repeat(12)),
        ("text/plain", "Chinese", b"\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7\xa1\xa3\xbb\xe1\xd2\xe9\xbc\xc7\xc2\xbc\r\n".repeat(12)),
        ("text/plain", "Japanese with escapes", b"\x1b$B$3$s$K$A$O\x1b(B\r\n".repeat(4)),
        ("application/x-empty", "nothing", Vec::new()),
        ("application/octet-stream", "unknown", b"\x01\x02\x03\x04\x05\xf0\xf1\0\0\0".to_vec()),
    ]
}

#[test]
fn every_format_is_told_by_its_bytes() {
    let wrong: Vec<String> = samples()
        .into_iter()
        .filter_map(|(expected, what, bytes)| {
            let found = file("x", &bytes);
            let detected = found.attachments[0].detected.clone();
            (detected != expected).then(|| format!("{what}: {detected}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_not_known_is_not_claimed() {
    let found = file("x", b"\x01\x02\x03\x04\x05\xf0\xf1\0\0\0");
    assert_eq!(found.attachments[0].sure, Sureness::Unknown);
}

/// The system runs these by their names, whatever the text.
#[test]
fn scripts_are_told_by_name_and_text() {
    for (name, text, expected) in [
        ("a.js", "x", "text/javascript"),
        ("a.jse", "x", "application/x-jscript-encode"),
        ("a.vbs", "x", "text/vbscript"),
        ("a.vbe", "x", "application/x-vbscript-encode"),
        ("a.wsf", "x", "application/x-wsf"),
        ("a.ps1", "x", "application/x-powershell"),
        ("a.bat", "x", "application/x-bat"),
        ("a.cmd", "x", "application/x-bat"),
        ("a.sh", "x", "application/x-sh"),
        ("a.py", "x", "text/x-python"),
        ("a.hta", "<p>x", "application/hta"),
        ("a.csv", "1,2", "text/csv"),
        ("a.appref-ms", "https://example.org/a.application", "application/x-ms-appref"),
    ] {
        assert_eq!(file(name, text.as_bytes()).attachments[0].detected, expected, "{name}");
    }
}

/// Two formats in one file: both are seen.
#[test]
fn a_file_that_is_two_things_is_both() {
    let archive = zip(&[("a.exe", &program())]);
    let picture = [&b"GIF89a\x01\0\x01\0\0\0\0;"[..], &[0; 80]].concat();
    let document = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<<>>\n%%EOF\n".to_vec();
    let page = b"<html><body>hello</body></html>\n".repeat(3);
    for (what, first) in [("picture", picture), ("document", document), ("page", page)] {
        let both = [first.as_slice(), &archive].concat();
        let found = file("a.bin", &both);
        assert!(ids(&found).contains(&"polyglot"), "{what}: {:?}", ids(&found));
        assert_ne!(found.verdict(), FileVerdict::Clean, "{what}");
        let tame = [first.as_slice(), &zip(&[("a.txt", b"hello")])].concat();
        assert_eq!(file("a.bin", &tame).verdict(), FileVerdict::Clean, "{what}");
    }
}

/// A library does not run by itself; what the system loads by itself does, and so does a driver's kind of program.
#[test]
fn kinds_of_windows_program_are_weighed() {
    let sent = |name: &str, bytes: &[u8]| {
        let header = format!(
            "Content-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64"
        );
        mail(mail_with(&header, &crate::files::base64(bytes)).as_bytes())
    };
    assert_eq!(sent("setup.exe", &pe(0x102, 2, "main")).verdict(), FileVerdict::Malicious);
    assert_eq!(sent("panel.cpl", &pe(0x2102, 2, "CPlApplet\0")).verdict(), FileVerdict::Malicious);
    assert_eq!(sent("sheet.xll", &pe(0x2102, 2, "xlAutoOpen\0")).verdict(), FileVerdict::Malicious);
    assert_eq!(sent("part.dll", &pe(0x2102, 2, "Start")).verdict(), FileVerdict::Suspicious);
    assert_eq!(sent("photo.jpg", &pe(0x2102, 2, "Start")).verdict(), FileVerdict::Malicious);
}
