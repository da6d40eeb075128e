//! Documents, scripts, shortcuts and pages: what acts is found, what is everyday is silent.

use lazaret::engine::attachment::FileVerdict::{self, Clean, Malicious, Suspicious};

use crate::files::{base64, file, ids, mail, mail_saying, mail_with, program, shortcut, zip};

pub(crate) fn word(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut files: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>"),
        ("word/document.xml", b"<?xml version=\"1.0\"?><w:document/>"),
    ];
    files.extend(parts.iter().map(|(n, t)| (*n, t.as_bytes())));
    zip(&files)
}

fn relation(kind: &str, target: &str) -> String {
    format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
    )
}

#[test]
fn only_links_that_load_by_themselves_from_elsewhere_count() {
    let rels = "word/_rels/settings.xml.rels";
    for (kind, target, expected) in [
        ("attachedTemplate", "https://example.org/a.dotm", Suspicious),
        ("attachedTemplate", "\\\\192.0.2.1\\share\\a.dotm", Suspicious),
        ("attachedTemplate", "file:///C:\\Templates\\Normal.dotm", Clean),
        ("hyperlink", "https://example.org/", Clean),
        ("hyperlink", "file://server/share/a.docx", Clean),
        ("image", "https://example.org/a.png", Clean),
    ] {
        let found = file("a.docx", &word(&[(rels, &relation(kind, target))]));
        assert_eq!(found.verdict(), expected, "{kind} {target}: {:?}", found.findings);
    }
}

#[test]
fn dde_is_found_in_fields_links_and_cells() {
    let field = "<w:document><w:instrText>DDE</w:instrText><w:r/><w:instrText xml:space=\"preserve\">AUTO c:\\\\x.exe</w:instrText></w:document>";
    let found = file("a.docx", &word(&[("word/header1.xml", field)]));
    assert!(ids(&found).contains(&"dde"), "{:?}", ids(&found));
    let link = "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c x\"/></externalLink>";
    let book = zip(&[
        ("[Content_Types].xml", b"<?xml?>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/externalLinks/externalLink1.xml", link.as_bytes()),
    ]);
    assert!(ids(&file("a.xlsx", &book)).contains(&"dde"));
    assert!(ids(&file("a.csv", b"a,b\r\n=cmd|'/c x'!A0,1\r\n")).contains(&"dde"));
    assert_eq!(file("a.csv", b"a,b\r\n=SUM(A1:A2),-5\r\n").verdict(), Clean);
}

#[test]
fn programs_in_documents_are_malicious() {
    let found = file(
        "a.docx",
        &zip(&[
            ("[Content_Types].xml", b"<?xml?>"),
            ("word/document.xml", b"<w:document/>"),
            ("word/embeddings/object1.bin", &program()),
        ]),
    );
    assert_eq!(found.verdict(), Malicious);
    assert!(ids(&found).contains(&"executable_embedded"));
}

#[test]
fn excel_4_macros_are_graded() {
    let book = |names: &str, formula: &str| {
        zip(&[
            ("[Content_Types].xml", b"<?xml?>"),
            ("xl/workbook.xml", format!("<workbook>{names}</workbook>").as_bytes()),
            ("xl/macrosheets/sheet1.xml", format!("<f>{formula}</f>").as_bytes()),
        ])
    };
    let auto = "<definedName name=\"_xlnm.Auto_Open\">M!$A$1</definedName>";
    assert_eq!(file("a.xlsm", &book(auto, "ALERT(1)")).verdict(), Suspicious);
    assert_eq!(file("a.xlsm", &book("", "EXEC(\"x\")")).verdict(), Suspicious);
    assert_eq!(file("a.xlsm", &book("", "ALERT(1)")).verdict(), Clean);
}

#[test]
fn pdf_actions_are_graded() {
    let pdf = |catalog: &str, more: &str| {
        format!(
            "%PDF-1.6\n1 0 obj\n<</Type/Catalog {catalog}>>\nendobj\n{more}\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        )
        .into_bytes()
    };
    let cases: Vec<(Vec<u8>, FileVerdict, &str)> = vec![
        (pdf("/Pages 2 0 R", ""), Clean, ""),
        (pdf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>", ""), Clean, "pdf_javascript_open"),
        (
            pdf("/OpenAction<</S/J#61vaScript/JS(eval\\(unescape\\('%41'\\)\\))>>", ""),
            Suspicious,
            "pdf_javascript_hostile",
        ),
        (pdf("/OpenAction<</S/Launch/Win<</F(cmd.exe)/P(/c x)>>>>", ""), Suspicious, "pdf_launch"),
        (pdf("/OpenAction<</S/URI/URI(https://example.org/)>>", ""), Clean, ""),
    ];
    for (bytes, expected, id) in cases {
        let found = file("a.pdf", &bytes);
        assert_eq!(found.verdict(), expected, "{}", String::from_utf8_lossy(&bytes));
        assert!(id.is_empty() || ids(&found).contains(&id), "{id}: {:?}", ids(&found));
    }
    // The same in an object stream.
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut deflated, b"5 0 <</S/Launch/Win<</F(cmd.exe)>>>>").unwrap();
    let inside = deflated.finish().unwrap();
    let mut bytes = b"%PDF-1.6\n4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\n".to_vec();
    bytes.extend(inside);
    bytes.extend(b"\nendstream\nendobj\n%%EOF\n");
    assert!(ids(&file("a.pdf", &bytes)).contains(&"pdf_launch"));
    // An embedded program.
    let mut bytes = b"%PDF-1.6\n4 0 obj\n<</Type/EmbeddedFile>>\nstream\n".to_vec();
    bytes.extend(program());
    bytes.extend(b"\nendstream\nendobj\n%%EOF\n");
    assert_eq!(file("a.pdf", &bytes).verdict(), Malicious);
}

#[test]
fn rtf_objects_are_graded() {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let equation = format!(
        "{{\\rtf1{{\\object\\objemb\\objupdate{{\\*\\objdata {}}}}}}}",
        hex(b"\x01\x05\0\0\x02\0\0\0\x0b\0\0\0Equation.3\0\0\0\0\0\0\0\0\0")
    );
    assert!(ids(&file("a.rtf", equation.as_bytes())).contains(&"equation_object"));
    let mut native = b"\x01\x05\0\0\x02\0\0\0\x08\0\0\0Package\0\0\0\0\0\0\0\0\0".to_vec();
    let mut package = b"\x02\0a.exe\0C:\\a.exe\0\0\0\x03\0\x09\0\0\0C:\\a.exe\0".to_vec();
    package.extend((program().len() as u32).to_le_bytes());
    package.extend(program());
    native.extend((package.len() as u32).to_le_bytes());
    native.extend(package);
    let object = format!("{{\\rtf1{{\\object\\objemb{{\\*\\objdata {}}}}}}}", hex(&native));
    assert_eq!(file("a.doc", object.as_bytes()).verdict(), Malicious);
    assert_eq!(file("a.rtf", b"{\\rtf1\\ansi hello}").verdict(), Clean);
    let template = b"{\\rtf1{\\*\\template https://example.org/a.dot}hello}";
    assert!(ids(&file("a.rtf", template)).contains(&"remote_template"));
}

#[test]
fn pages_that_build_files_or_ask_for_passwords_are_found() {
    let payload = base64(&program()).replace("\r\n", "");
    let smuggling = format!(
        "<html><script>var b=new Blob([Uint8Array.from(atob('{payload}'))]);var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='x.zip';a.click();</script></html>"
    );
    assert!(ids(&file("a.html", smuggling.as_bytes())).contains(&"html_smuggling"));
    let form = b"<html><form method=post action=\"https://example.org/take\"><input name=u><input type=password name=p></form></html>";
    assert!(ids(&file("a.html", form)).contains(&"html_password_form"));
    let local = b"<html><form action=\"/login\"><input type=password name=p></form></html>";
    assert_eq!(file("a.html", local).verdict(), Clean);
    assert_eq!(file("a.html", b"<html><script>let a = 1;</script><p>hi</html>").verdict(), Clean);
    assert_eq!(
        file("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>").verdict(),
        Clean
    );
    assert_eq!(file("a.svg", b"<svg><script>alert(1)</script></svg>").verdict(), Suspicious);
}

#[test]
fn scripts_are_judged_by_name_and_text() {
    let hostile = b"Set s = CreateObject(\"WScript.Shell\")\r\nSet x = CreateObject(\"MSXML2.XMLHTTP\")\r\n";
    assert_eq!(file("a.vbs", hostile).verdict(), Malicious);
    assert_eq!(file("a.txt", hostile).verdict(), Clean);
    let part = |name: &str, bytes: &[u8]| {
        let header = format!(
            "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"{name}\""
        );
        mail(mail_with(&header, &base64(bytes)).as_bytes())
    };
    for (name, text) in [
        ("run.bat", "@echo off\r\necho x\r\n"),
        ("run.ps1", "Write-Host x\r\n"),
        ("run.js", "WScript.Echo(1);\r\n"),
        ("run.wsf", "<job><script language=\"VBScript\">x</script></job>"),
        ("x.reg", "Windows Registry Editor Version 5.00\r\n"),
        ("x.scf", "[Shell]\r\nCommand=2\r\nIconFile=\\\\192.0.2.1\\x.ico\r\n"),
    ] {
        assert_eq!(part(name, text.as_bytes()).verdict(), Suspicious, "{name}");
        // A bare file that says what it is deceives nobody, but for what acts from afar.
        assert!(file(name, text.as_bytes()).verdict() <= Suspicious, "{name}");
    }
    let hta = b"<html><hta:application id=x><script>1</script></html>";
    for name in ["photo.jpg", "readme.txt", "attachment"] {
        assert!(ids(&file(name, hta)).contains(&"script_disguised"), "{name}");
    }
}

#[test]
fn shortcuts_are_judged_by_their_target() {
    assert_eq!(file("document.lnk", &shortcut()).verdict(), Malicious);
    assert!(ids(&file("photo.jpg", &shortcut())).contains(&"script_disguised"));
    assert_eq!(file("site.url", b"[InternetShortcut]\r\nURL=https://example.org/\r\n").verdict(), Clean);
    assert_eq!(
        file("site.url", b"[InternetShortcut]\r\nURL=file://192.0.2.1/share/a.exe\r\n").verdict(),
        Suspicious
    );
    let library = b"<?xml version=\"1.0\"?><libraryDescription><simpleLocation><url>\\\\192.0.2.1\\share</url></simpleLocation></libraryDescription>";
    assert_eq!(file("docs.library-ms", library).verdict(), Suspicious);
}

#[test]
fn onenote_sections_with_a_script_are_found() {
    let mut bytes =
        vec![0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3];
    bytes.resize(1024, 0);
    bytes.extend("open.exe".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0, 0]);
    bytes.extend([
        0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac,
    ]);
    bytes.extend((program().len() as u64).to_le_bytes());
    bytes.extend([0; 12]);
    bytes.extend(program());
    let found = file("notes.one", &bytes);
    assert_eq!(found.verdict(), Malicious, "{:?}", ids(&found));
    assert!(ids(&found).contains(&"onenote_file"));
}

#[test]
fn types_are_told_by_content() {
    for (bytes, detected) in [
        (&b"%PDF-1.4\n"[..], "application/pdf"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0", "application/x-executable"),
        (b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0", "application/x-mach-binary"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "application/java-vm"),
        (b"\xca\xfe\xba\xbe\0\0\0\x02", "application/x-mach-binary"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "image/gif"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
        (b"ID3\x03\0\0\0\0\0\0", "audio/mpeg"),
        (b"OggS\0\x02\0\0\0\0\0\0\0\0", "application/ogg"),
        (b"{\\rtf1 x}", "text/rtf"),
        (b"<?xml version=\"1.0\"?><a/>", "text/xml"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "text/vcard"),
        (b"MZ is how this sentence begins, and it is text.", "text/plain"),
        (b"", "application/x-empty"),
        (b"\x01\x02\x03\x04\x05\xf0\xf1\0\0\0", "application/octet-stream"),
    ] {
        assert_eq!(file("x", bytes).attachments[0].detected, detected);
    }
}

/// A workbook with a field that starts a program.
fn book_with_dde() -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<?xml?>"),
        ("xl/workbook.xml", b"<workbook/>"),
        (
            "xl/externalLinks/externalLink1.xml",
            b"<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c x\"/></externalLink>",
        ),
    ])
}

#[test]
fn a_document_that_office_opens_without_asking_is_looked_into() {
    for locked in [
        msoffice_crypto::encrypt_ooxml(&book_with_dde(), "VelvetSweatshop").unwrap(),
        msoffice_crypto::encrypt_ooxml_standard(&book_with_dde(), "VelvetSweatshop").unwrap(),
    ] {
        let found = file("prices.xlsx", &locked);
        assert_eq!(found.verdict(), Suspicious, "{:?}", found.findings);
        assert!(ids(&found).contains(&"encrypted_opened") && ids(&found).contains(&"dde"));
        assert_eq!(found.attachments.last().unwrap().container, ["prices.xlsx"]);
    }
    let tame = zip(&[("[Content_Types].xml", b"<?xml?>"), ("xl/workbook.xml", b"<workbook/>")]);
    let found = file("prices.xlsx", &msoffice_crypto::encrypt_ooxml(&tame, "VelvetSweatshop").unwrap());
    assert_eq!(found.verdict(), Clean, "{:?}", found.findings);
}

#[test]
fn the_password_in_the_text_opens_a_document() {
    let locked = msoffice_crypto::encrypt_ooxml(&book_with_dde(), "kestrel77").unwrap();
    let header = "Content-Type: application/vnd.ms-excel; name=prices.xlsx\r\nContent-Transfer-Encoding: base64\r\n\
                  Content-Disposition: attachment; filename=prices.xlsx";
    let found = mail(mail_saying("The password is kestrel77", header, &base64(&locked)).as_bytes());
    assert_eq!(found.verdict(), Suspicious, "{:?}", found.findings);
    assert!(ids(&found).contains(&"dde"));
    let found = mail(mail_saying("The figures.", header, &base64(&locked)).as_bytes());
    assert_eq!(found.verdict(), Clean);
    assert!(ids(&found).contains(&"encrypted") && !ids(&found).contains(&"encrypted_opened"));
}

#[test]
fn a_key_that_takes_too_long_to_make_is_not_made() {
    // Written with fewer rounds; the number is changed after.
    let few = msoffice_crypto::EncryptParams { spin_count: 1_000_000, ..Default::default() };
    let locked =
        msoffice_crypto::encrypt_ooxml_with_params(&book_with_dde(), "VelvetSweatshop", few).unwrap();
    let at = locked.windows(19).position(|w| w == b"spinCount=\"1000000\"").unwrap();
    let mut slow = locked;
    slow[at + 11] = b'9';
    let found = file("prices.xlsx", &slow);
    assert!(ids(&found).contains(&"encrypted"), "{:?}", ids(&found));
    assert!(ids(&found).contains(&"not_inspected_limit"), "{:?}", ids(&found));
}
