//! What a document can do, row by row of the table of findings; see `every`.

use crate::compound::{compound, module, with_macros};
use crate::documents::word;
use crate::every::{Row, sent};
use crate::files::{base64, file, ids, program, shortcut, zip};

use lazaret::engine::attachment::FileVerdict::{Clean, Malicious, Suspicious};
use lazaret::engine::attachment::Inspected;

/// A procedure with this name that does this.
fn procedure(name: &str, does: &str) -> String {
    format!("Sub {name}()\r\n{does}\r\nEnd Sub\r\n")
}

/// A document of Word 97 with this source of macros.
fn doc(source: &str) -> Vec<u8> {
    with_macros("WordDocument", "Macros/", &module(source))
}

/// A document of Word 2007 with this project of macros.
fn docm(project: &[u8]) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>"),
        ("word/document.xml", b"<w:document/>"),
        ("word/vbaProject.bin", project),
    ])
}

fn project(module: &[u8]) -> Vec<u8> {
    with_macros("PROJECT", "", module)
}

/// The compiled form of a module, which no one reads here.
fn compiled() -> Vec<u8> {
    let mut bytes = b"\x01\x16\x03\0\0\xf0\0\0".to_vec();
    bytes.resize(3_000, 0x77);
    bytes
}

const STARTS: &str = "x = Shell(\"calc.exe\", 1)";
const ATTACKS: &str = "x = Shell(\"calc.exe\", 1)\r\ny = URLDownloadToFile(0, Chr(104), \"a\", 0, 0)";
const HARMLESS: &str = "MsgBox \"hello\"";

/// The macros of Word and Excel.
fn macros() -> Vec<Row> {
    let auto = procedure("AutoOpen", HARMLESS);
    let called = procedure("Total", HARMLESS);
    let plain = || file("a.docx", &word(&[]));
    let xlm = |names: &str, formula: &str| {
        let book = zip(&[
            ("[Content_Types].xml", b"<?xml?>"),
            ("xl/workbook.xml", format!("<workbook>{names}</workbook>").as_bytes()),
            ("xl/macrosheets/sheet1.xml", format!("<f>{formula}</f>").as_bytes()),
        ]);
        file("a.xlsm", &book)
    };
    vec![
        ("macro_empty", file("a.doc", &doc("Option Explicit\r\n")), file("a.doc", &doc(&called))),
        (
            "macro_stripped",
            file("a.docm", &docm(&project(&compiled()))),
            file("a.docm", &docm(&project(&[compiled(), module(&called)].concat()))),
        ),
        ("macro", file("a.doc", &doc(&called)), plain()),
        ("macro_auto", file("a.doc", &doc(&auto)), file("a.doc", &doc(&called))),
        (
            "macro_hostile",
            file("a.doc", &doc(&procedure("AutoOpen", STARTS))),
            file("a.doc", &doc(&procedure("Total", STARTS))),
        ),
        (
            "macro_attack",
            file("a.doc", &doc(&procedure("Document_Open", ATTACKS))),
            file("a.doc", &doc(&procedure("Total", ATTACKS))),
        ),
        (
            "macro_disguised",
            file("a.docx", &docm(&project(&module(&called)))),
            file("a.docm", &docm(&project(&module(&called)))),
        ),
        (
            "macro_xlm",
            xlm("<definedName name=\"_xlnm.Auto_Open\">M!$A$1</definedName>", "ALERT(1)"),
            xlm("", "ALERT(1)"),
        ),
        ("macro_xlm_note", xlm("", "ALERT(1)"), plain()),
    ]
}

/// A Word document with one external relationship.
fn linked(kind: &str, target: &str) -> Inspected {
    let relation = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
    );
    file("a.docx", &word(&[("word/_rels/settings.xml.rels", &relation)]))
}

/// What the packager makes of a file: its label, its path, and its bytes.
fn package(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut inside = format!("\u{2}\0{name}\0C:\\{name}\0").into_bytes();
    inside.extend([0, 0, 3, 0]);
    inside.extend((name.len() as u32 + 4).to_le_bytes());
    inside.extend(format!("C:\\{name}\0").as_bytes());
    inside.extend((bytes.len() as u32).to_le_bytes());
    inside.extend(bytes);
    [&(inside.len() as u32).to_le_bytes()[..], &inside].concat()
}

/// A Word document with an object of the packager.
fn packaged(name: &str, bytes: &[u8]) -> Inspected {
    let object = compound([0; 16], &[("\u{1}Ole10Native", &package(name, bytes))]);
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>"),
        ("word/document.xml", b"<w:document/>"),
        ("word/embeddings/oleObject1.bin", &object),
    ];
    file("a.docx", &zip(&parts))
}

/// An equation in a font of this name (MTEF 3), as the old editor keeps it.
fn equation(font: &str) -> Inspected {
    let mut stream = 28_u16.to_le_bytes().to_vec();
    stream.resize(28, 0);
    stream.extend([3, 1, 1, 3, 0x0a]);
    stream.extend([0x0a, 8, 1, 1]);
    stream.extend(font.as_bytes());
    stream.extend([0; 8]);
    file(
        "a.doc",
        &compound([0; 16], &[("WordDocument", &[0; 64]), ("ObjectPool/_1/Equation Native", &stream)]),
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// An RTF document with an object of this class.
fn rtf(class: &str) -> Inspected {
    let mut object = b"\x01\x05\0\0\x02\0\0\0".to_vec();
    object.extend((class.len() as u32 + 1).to_le_bytes());
    object.extend(class.as_bytes());
    object.extend([0; 20]);
    file("a.rtf", format!("{{\\rtf1{{\\object\\objemb{{\\*\\objdata {}}}}}}}", hex(&object)).as_bytes())
}

/// The same object with groups and words strewn among its digits.
fn strewn_rtf() -> Inspected {
    let object: String = (0..12).map(|n| format!("0{{\\*\\foo{n}}}1")).collect();
    file("a.rtf", format!("{{\\rtf1{{\\object{{\\*\\objdata {object}}}}}}}").as_bytes())
}

/// Links, objects and fields of Office documents.
fn office() -> Vec<Row> {
    let field = |text: &str| {
        let xml = format!("<w:document><w:instrText>{text}</w:instrText></w:document>");
        file("a.docx", &word(&[("word/header1.xml", &xml)]))
    };
    let part = |name: &str, bytes: &[u8]| {
        let files: [(&str, &[u8]); 3] =
            [("[Content_Types].xml", b"<?xml?>"), ("word/document.xml", b"<w:document/>"), (name, bytes)];
        file("a.docx", &zip(&files))
    };
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\0IEND\xae\x42\x60\x82";
    let note = |name: &str, bytes: &[u8]| {
        let mut out = vec![
            0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3,
        ];
        out.resize(1_024, 0);
        out.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        out.extend([0, 0]);
        out.extend([
            0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac,
        ]);
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend([0; 12]);
        out.extend(bytes);
        file("a.one", &out)
    };
    vec![
        ("dde", field("DDEAUTO c:\\\\x.exe"), field("DATE \\@ \"d. MMMM\"")),
        (
            "remote_template",
            linked("attachedTemplate", "https://example.org/a.dotm"),
            linked("hyperlink", "https://example.org/a.dotm"),
        ),
        (
            "remote_object",
            linked("oleObject", "https://example.org/a.xlsx"),
            linked("hyperlink", "https://example.org/a.xlsx"),
        ),
        (
            "local_template",
            linked("attachedTemplate", "file:///C:\\a.dotm"),
            linked("hyperlink", "file:///C:\\a.dotm"),
        ),
        ("embedded_object", packaged("notes.txt", b"only words\r\n"), part("word/media/a.png", picture)),
        ("embedded_script", packaged("notes.lnk", &shortcut()), packaged("notes.txt", b"only words\r\n")),
        ("embedded_command", packaged("cmd.exe", b""), packaged("notes.txt", b"")),
        ("executable_embedded", part("word/media/a.bin", &program()), part("word/media/a.png", picture)),
        ("equation_object", equation(&"a".repeat(60)), equation("Times New Roman")),
        ("rtf_object", rtf("Excel.Sheet.8"), file("a.rtf", b"{\\rtf1\\ansi hello}")),
        ("rtf_obfuscated", strewn_rtf(), rtf("Excel.Sheet.8")),
        ("onenote_file", note("open.exe", &program()), note("a.png", picture)),
    ]
}

/// A PDF whose catalog says this.
fn pdf(catalog: &str) -> Inspected {
    file(
        "a.pdf",
        format!("%PDF-1.6\n1 0 obj\n<</Type/Catalog {catalog}>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
            .as_bytes(),
    )
}

/// PDF and pages.
fn pages() -> Vec<Row> {
    let payload = base64(&program()).replace("\r\n", "");
    let page = |inside: &str| file("a.html", format!("<html><body>{inside}</body></html>").as_bytes());
    let smuggling = format!(
        "<script>var b=new Blob([Uint8Array.from(atob('{payload}'))]);var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='x.zip';a.click();</script>"
    );
    let filed = "%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n3 0 obj\n<</Type/Filespec/F(a.txt)/EF<</F 4 0 R>>>>\nendobj\n\
                 4 0 obj\n<</Type/EmbeddedFile>>\nstream\nonly words\nendstream\nendobj\n%%EOF\n";
    let svg = |inside: &str| {
        file("a.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>").as_bytes())
    };
    vec![
        ("pdf_javascript", pdf("/A<</S/JavaScript/JS(app.alert\\(1\\))>>"), pdf("/Pages 2 0 R")),
        (
            "pdf_javascript_open",
            pdf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
            pdf("/A<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        ),
        (
            "pdf_javascript_hostile",
            pdf("/OpenAction<</S/JavaScript/JS(eval\\(unescape\\('%41'\\)\\))>>"),
            pdf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        ),
        (
            "pdf_launch",
            pdf("/OpenAction<</S/Launch/Win<</F(cmd.exe)/P(/c x)>>>>"),
            pdf("/A<</S/Launch/F(appendix.pdf)>>"),
        ),
        ("pdf_embedded_file", file("a.pdf", filed.as_bytes()), pdf("/Pages 2 0 R")),
        ("html_smuggling", page(&smuggling), page("<script>a.download='x.csv';a.click()</script>")),
        (
            "html_password_form",
            page("<form action=\"https://example.org/take\"><input type=password></form>"),
            page("<form action=\"/login\"><input type=password></form>"),
        ),
        ("html_script", page("<script>let a = 1;</script>"), page("<p>hi")),
        ("svg_script", svg("<script>alert(1)</script>"), svg("<path d=\"M0 0\"/>")),
    ]
}

/// All rows.
pub(crate) fn rows() -> Vec<Row> {
    [macros(), office(), pages()].concat()
}

/// Where the source was taken out the project is said to be stripped, and not to be empty: in each of the formats.
#[test]
fn macros_without_source_are_not_called_empty() {
    let slides = |module: &[u8]| {
        // A record of kind 0x1011 with the project as it is (MS-PPT §2.10.34).
        let object = project(module);
        let mut records = vec![0, 0, 0x11, 0x10];
        records.extend((object.len() as u32).to_le_bytes());
        records.extend(object);
        compound([0; 16], &[("PowerPoint Document", &records)])
    };
    let source = [compiled(), module(&procedure("Total", HARMLESS))].concat();
    let old = |module: &[u8]| with_macros("WordDocument", "Macros/", module);
    for (name, stripped, whole) in [
        ("a.doc", old(&compiled()), old(&source)),
        ("a.docm", docm(&project(&compiled())), docm(&project(&source))),
        ("a.ppt", slides(&compiled()), slides(&source)),
    ] {
        let found = file(name, &stripped);
        assert!(ids(&found).contains(&"macro_stripped"), "{name}: {:?}", ids(&found));
        assert!(!ids(&found).contains(&"macro_empty"), "{name}: {:?}", ids(&found));
        assert_eq!(found.verdict(), Suspicious, "{name}");
        let found = file(name, &whole);
        assert!(ids(&found).contains(&"macro"), "{name}: {:?}", ids(&found));
        assert_eq!(found.verdict(), Clean, "{name}");
    }
}

/// The three ways into the equation editor: its own stream overlong, an object of its class that is no equation,
/// and in RTF any object of it.
#[test]
fn the_old_equation_editor_is_known_in_every_container() {
    let class = [0x02, 0xce, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
    let native = |class| compound(class, &[("\u{1}Ole10Native", &package("a.txt", b"only words\r\n"))]);
    let inside = |object: &[u8]| {
        let parts: [(&str, &[u8]); 3] = [
            ("[Content_Types].xml", b"<?xml?>"),
            ("word/document.xml", b"<w:document/>"),
            ("word/embeddings/oleObject1.bin", object),
        ];
        zip(&parts)
    };
    for (what, found, expected) in [
        ("overlong", equation(&"A".repeat(200)), Suspicious),
        ("honest", equation("Symbol"), Clean),
        ("no equation", file("a.docx", &inside(&native(class))), Suspicious),
        ("of another class", file("a.docx", &inside(&native([0; 16]))), Clean),
        ("in RTF", rtf("Equation.3"), Suspicious),
        ("a sheet in RTF", rtf("Excel.Sheet.8"), Clean),
    ] {
        assert_eq!(found.verdict(), expected, "{what}: {:?}", ids(&found));
        assert_eq!(ids(&found).contains(&"equation_object"), expected == Suspicious, "{what}");
    }
}

/// Data connections: those to a share hand over the reader's sign-in, those to a server or a disk are everyday.
#[test]
fn data_connections_are_judged_by_where_they_lead() {
    let wide = |text: &str| -> Vec<u8> {
        [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
    };
    let udl = |source: &str| {
        format!(
            "[oledb]\r\n; Everything after this line is an OLE DB initstring\r\nProvider=Microsoft.Jet.OLEDB.4.0;Data Source={source};Persist Security Info=False\r\n"
        )
    };
    let odc = |source: &str| {
        format!(
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\">\r\n<head>\r\n<meta http-equiv=Content-Type content=\"text/x-ms-odc; charset=utf-8\">\r\n<meta name=ProgId content=ODC.Table>\r\n<xml id=msodc><odc:OfficeDataConnection xmlns:odc=\"urn:schemas-microsoft-com:office:odc\">\r\n<odc:Connection odc:Type=\"OLEDB\">\r\n<odc:ConnectionString>Provider=Microsoft.ACE.OLEDB.12.0;Data Source={source};Mode=Read</odc:ConnectionString>\r\n</odc:Connection></odc:OfficeDataConnection></xml></head><body></body></html>\r\n"
        )
    };
    let share = "\\\\192.0.2.7\\share\\a.mdb";
    for place in [share, "C:\\data\\a.mdb", "sql.example.org"] {
        let remote = place == share;
        for (name, bytes) in [
            ("prices.udl", udl(place).into_bytes()),
            ("wide.udl", wide(&udl(place))),
            ("prices.odc", odc(place).into_bytes()),
        ] {
            let found = sent(name, &bytes);
            assert_eq!(ids(&found).contains(&"shortcut_remote"), remote, "{name} {place}: {:?}", ids(&found));
            assert_eq!(found.verdict() == Clean, !remote, "{name} {place}: {:?}", ids(&found));
        }
    }
}

/// A troubleshooting package is a cabinet whose scripts the system runs; a cabinet of the same files is none.
#[test]
fn troubleshooting_packages_install() {
    let bytes =
        crate::containers::cab("package.diagpkg", b"<?xml version=\"1.0\"?><dcmPS:DiagnosticPackage/>");
    let found = sent("fix.diagcab", &bytes);
    assert!(ids(&found).contains(&"installer"), "{:?}", ids(&found));
    assert_eq!(found.verdict(), Suspicious);
    let found = sent("fix.cab", &bytes);
    assert_eq!(found.verdict(), Clean, "{:?}", ids(&found));
}

/// `.pif` runs whatever lies under it: a program, one of the old lists of how to start a DOS program, and bytes of no
/// known type. A picture or a text under the name can do nothing.
#[test]
fn program_information_files_run_what_they_are() {
    let mut old = vec![0_u8; 0x221];
    old[1] = 0x78;
    old[2..32].fill(b' ');
    old[0x24..0x33].copy_from_slice(b"C:\\COMMAND.COM\0");
    old[0x171..0x181].copy_from_slice(b"MICROSOFT PIFEX\0");
    for (name, bytes, expected) in [
        ("a.pif", program(), Malicious),
        ("a.pif", old.clone(), Suspicious),
        ("a.dat", old, Clean),
        ("a.pif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), Clean),
        ("a.pif", b"only words\r\n".to_vec(), Clean),
    ] {
        let found = sent(name, &bytes);
        assert_eq!(found.verdict(), expected, "{name}: {:?}", ids(&found));
    }
}
