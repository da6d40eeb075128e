//! What is it? The type by content.
//!
//! [`detect`] reads magics from a table (`magic`), then asks the sniffers that need more than a magic
//! (zip and OLE families, executables, text), and last the `file-format` crate for the long tail of
//! pictures, media, fonts and data. Text that a name makes run is refined by name *and* text.
//! A new format is a row in [`formats!`] and a row in `magic`, or a few lines in a sniffer.

mod magic;
mod ole;
mod pe;
mod scripts;
pub(super) mod text;
mod zip;

use std::borrow::Cow;

use crate::engine::verdict::Sureness;

/// What kind of thing a format is, as far as danger and mismatch are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Code that a processor or a virtual machine runs.
    Program,
    /// Text that an interpreter runs.
    Script,
    /// A file that points to something to be opened or started.
    Shortcut,
    /// Files in a file, or one file compressed.
    Archive,
    /// A disk or a part of one.
    DiskImage,
    /// Word processing, sheets, slides, print.
    Document,
    /// HTML, SVG, XML.
    Page,
    /// Raster and vector pictures.
    Image,
    /// Sound and film.
    Media,
    /// Typefaces.
    Font,
    /// Mail messages.
    Message,
    /// Signatures, keys, encrypted messages.
    Crypto,
    /// Plain text and its kin.
    Text,
    /// Data of a known format that runs nothing.
    Data,
    /// No bytes.
    Empty,
    /// Nothing that is known here.
    Unknown,
}

macro_rules! formats {
    ($($name:ident $family:ident $mime:literal $label:literal;)*) => {
        /// The formats that rules distinguish. The tail (pictures, media, data) shares a few of them and
        /// differs in [`Detected::mime`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Format { $(#[doc = $label] $name),* }

        impl Format {
            /// Its family.
            pub(super) fn family(self) -> Family {
                match self { $(Format::$name => Family::$family),* }
            }
            /// Its media type.
            pub(super) fn mime(self) -> &'static str {
                match self { $(Format::$name => $mime),* }
            }
            /// What to call it in a sentence.
            pub(super) fn label(self) -> &'static str {
                match self { $(Format::$name => $label),* }
            }
        }
    };
}

formats! {
    Pe Program "application/vnd.microsoft.portable-executable" "a Windows program";
    PeLibrary Program "application/vnd.microsoft.portable-executable" "a Windows library";
    PeDriver Program "application/vnd.microsoft.portable-executable" "a Windows driver";
    PeControl Program "application/vnd.microsoft.portable-executable" "a Windows control panel item";
    PeAddin Program "application/vnd.microsoft.portable-executable" "an Excel add-in";
    DosExe Program "application/x-dosexec" "a DOS program";
    Elf Program "application/x-executable" "a Linux program";
    MachO Program "application/x-mach-binary" "a macOS program";
    JavaClass Program "application/java-vm" "Java code";
    Dex Program "application/vnd.android.dex" "Android code";
    Eicar Program "application/x-eicar" "the EICAR test file";

    JScript Script "text/javascript" "a JavaScript file";
    JScriptEncoded Script "application/x-jscript-encode" "an encoded JScript file";
    VbScript Script "text/vbscript" "a VBScript file";
    VbScriptEncoded Script "application/x-vbscript-encode" "an encoded VBScript file";
    Wsf Script "application/x-wsf" "a Windows script file";
    Hta Script "application/hta" "an HTML application";
    PowerShell Script "application/x-powershell" "a PowerShell script";
    Batch Script "application/x-bat" "a batch file";
    Shell Script "application/x-sh" "a shell script";
    Python Script "text/x-python" "a Python script";
    Perl Script "text/x-perl" "a Perl script";
    Php Script "text/x-php" "a PHP script";
    OtherScript Script "text/x-script" "a script";
    Registry Script "text/x-ms-regedit" "a registry file";
    Inf Script "application/x-setupscript" "a set-up script";
    Console Script "application/x-ms-msc" "a management console";

    Lnk Shortcut "application/x-ms-shortcut" "a Windows shortcut";
    Url Shortcut "application/x-mswinurl" "an internet shortcut";
    Scf Shortcut "application/x-ms-scf" "an Explorer command file";
    LibraryMs Shortcut "application/windows-library+xml" "a Windows library file";
    SearchMs Shortcut "application/windows-search-connector+xml" "a Windows search file";
    Desktop Shortcut "application/x-desktop" "a desktop entry";
    Iqy Shortcut "application/x-ms-iqy" "an Excel web query";
    ApprefMs Shortcut "application/x-ms-appref" "a reference to a program on the web";
    ClickOnce Shortcut "application/x-ms-application" "a program to be installed from the web";
    Jnlp Shortcut "application/x-java-jnlp-file" "a Java program on the web";
    Rdp Shortcut "application/x-rdp" "a remote desktop connection";
    Theme Shortcut "application/x-windows-theme" "a desktop theme";
    Contact Shortcut "application/x-ms-contact" "a Windows contact";
    Webloc Shortcut "application/x-webloc" "a macOS location file";
    DataLink Shortcut "application/x-ms-datalink" "a data connection";

    Zip Archive "application/zip" "a zip archive";
    Jar Archive "application/java-archive" "a Java archive";
    Apk Archive "application/vnd.android.package-archive" "an Android package";
    Xpi Archive "application/x-xpinstall" "a browser extension";
    Appx Archive "application/msix" "a Windows app package";
    Rar4 Archive "application/vnd.rar" "a RAR archive";
    Rar5 Archive "application/vnd.rar" "a RAR archive";
    SevenZip Archive "application/x-7z-compressed" "a 7-Zip archive";
    Tar Archive "application/x-tar" "a tar archive";
    Gzip Archive "application/gzip" "a gzip file";
    Bzip2 Archive "application/x-bzip2" "a bzip2 file";
    Xz Archive "application/x-xz" "an xz file";
    Lzma Archive "application/x-lzma" "an lzma file";
    Zstd Archive "application/zstd" "a Zstandard file";
    Compress Archive "application/x-compress" "a compress file";
    Zlib Archive "application/zlib" "a zlib stream";
    Lzip Archive "application/x-lzip" "an lzip file";
    Lz4 Archive "application/x-lz4" "an lz4 file";
    Lzh Archive "application/x-lzh-compressed" "an LZH archive";
    Cab Archive "application/vnd.ms-cab-compressed" "a cabinet file";
    Ace Archive "application/x-ace-compressed" "an ACE archive";
    Arj Archive "application/x-arj" "an ARJ archive";
    Cpio Archive "application/x-cpio" "a cpio archive";
    Ar Archive "application/x-archive" "an ar archive";
    Deb Archive "application/vnd.debian.binary-package" "a Debian package";
    Rpm Archive "application/x-rpm" "an RPM package";
    Xar Archive "application/x-xar" "a xar archive";
    Tnef Archive "application/vnd.ms-tnef" "an Outlook envelope (winmail.dat)";
    Uuencode Archive "text/x-uuencode" "uuencoded text";
    BinHex Archive "application/mac-binhex40" "a BinHex file";
    AppleSingle Archive "application/applefile" "a Macintosh file";

    Iso DiskImage "application/x-iso9660-image" "a CD image";
    Udf DiskImage "application/x-udf-image" "a UDF disk image";
    Fat DiskImage "application/x-raw-disk-image" "a disk image";
    Vhd DiskImage "application/x-virtualbox-vhd" "a virtual disk";
    Vhdx DiskImage "application/x-virtualbox-vhdx" "a virtual disk";
    Dmg DiskImage "application/x-apple-diskimage" "a macOS disk image";

    Docx Document "application/vnd.openxmlformats-officedocument.wordprocessingml.document" "a Word document";
    Xlsx Document "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" "an Excel workbook";
    Xlsb Document "application/vnd.ms-excel.sheet.binary.macroenabled.12" "a binary Excel workbook";
    Pptx Document "application/vnd.openxmlformats-officedocument.presentationml.presentation" "a PowerPoint presentation";
    Visio Document "application/vnd.ms-visio.drawing.main+xml" "a Visio drawing";
    Xps Document "application/vnd.ms-xpsdocument" "an XPS document";
    Opc Document "application/x-opc" "an Office Open XML package";
    OdfText Document "application/vnd.oasis.opendocument.text" "an OpenDocument text";
    Odf Document "application/vnd.oasis.opendocument" "an OpenDocument file";
    Epub Document "application/epub+zip" "an e-book";
    Ole Document "application/x-ole-storage" "an OLE file";
    Doc Document "application/msword" "a Word document";
    Xls Document "application/vnd.ms-excel" "an Excel workbook";
    Ppt Document "application/vnd.ms-powerpoint" "a PowerPoint presentation";
    Msg Document "application/vnd.ms-outlook" "an Outlook message";
    Publisher Document "application/vnd.ms-publisher" "a Publisher document";
    OfficeEncrypted Document "application/encrypted-office" "an encrypted Office document";
    Msi Document "application/x-msi" "a Windows installer package";
    XlsRaw Document "application/vnd.ms-excel" "an old Excel sheet";
    WordOld Document "application/msword" "an old Word document";
    Lotus Document "application/vnd.lotus-1-2-3" "a Lotus or Quattro sheet";
    WordXml Document "application/msword" "a Word XML document";
    ExcelXml Document "application/vnd.ms-excel" "an Excel XML workbook";
    Slk Document "application/x-sylk" "a SYLK sheet";
    Csv Document "text/csv" "a table in text";
    Pdf Document "application/pdf" "a PDF document";
    Rtf Document "text/rtf" "an RTF document";
    OneNote Document "application/onenote" "a OneNote section";
    PostScript Document "application/postscript" "a PostScript document";
    Chm Document "application/vnd.ms-htmlhelp" "a compiled help file";
    Hlp Document "application/winhlp" "a Windows help file";

    Html Page "text/html" "a web page";
    Mht Page "application/x-mimearchive" "a web archive";
    Svg Page "image/svg+xml" "an SVG picture";
    Xml Page "text/xml" "an XML file";

    Image Image "application/x-image" "a picture";
    Media Media "application/x-media" "sound or film";
    Font Font "application/x-font" "a font";

    Message Message "message/rfc822" "a mail message";
    Ics Text "text/calendar" "a calendar entry";
    Vcf Text "text/vcard" "a business card";
    Pgp Crypto "application/pgp" "an OpenPGP file";
    Smime Crypto "application/pkcs7-mime" "an S/MIME file";
    Text Text "text/plain" "plain text";
    Json Text "application/json" "JSON";

    Data Data "application/octet-stream" "data";
    DosCom Data "application/x-dosexec" "DOS code, which runs under a name for programs only";
    Empty Empty "application/x-empty" "an empty file";
    Unknown Unknown "application/octet-stream" "of no known type";
}

impl Format {
    /// Whether DOS or Windows runs or loads it.
    pub(super) fn is_for_windows(self) -> bool {
        matches!(
            self,
            Format::Pe
                | Format::PeLibrary
                | Format::PeDriver
                | Format::PeControl
                | Format::PeAddin
                | Format::DosExe
        )
    }
}

/// What the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Detected {
    /// The format, as far as rules care.
    pub(super) format: Format,
    /// The media type to report.
    pub(super) mime: Cow<'static, str>,
    /// How sure it is.
    pub(super) sure: Sureness,
}

impl Detected {
    /// A format by its signature, under the media type it has there.
    fn certain(format: Format, mime: impl Into<Cow<'static, str>>) -> Detected {
        Detected { format, mime: mime.into(), sure: Sureness::Certain }
    }
}

impl From<Format> for Detected {
    fn from(format: Format) -> Detected {
        match format {
            Format::Unknown => {
                Detected { sure: Sureness::Unknown, ..Detected::certain(format, format.mime()) }
            }
            _ => Detected::certain(format, format.mime()),
        }
    }
}

/// Bytes at the start that the cheap sniffers look at.
const PREFIX: usize = 8 << 10;

/// The type by content; `name` only chooses among the kinds of text that a name makes run.
pub(super) fn detect(bytes: &[u8], name: Option<&str>) -> Detected {
    if bytes.is_empty() {
        return Format::Empty.into();
    }
    if let Some(known) = able(bytes, name) {
        return known;
    }
    let found = magic::tail(bytes.get(..PREFIX).unwrap_or(bytes));
    match found.format {
        Format::Unknown if pe::is_dos_com(bytes) => {
            Detected { sure: Sureness::Likely, ..Format::DosCom.into() }
        }
        _ => found,
    }
}

/// [`detect`] for formats that are able to do something, and for text: `None` for pictures, data and the like,
/// whose telling apart costs more than all else.
pub(super) fn able(bytes: &[u8], name: Option<&str>) -> Option<Detected> {
    let prefix = bytes.get(..PREFIX).unwrap_or(bytes);
    if is_eicar(prefix) {
        return Some(Format::Eicar.into());
    }
    if let Some(format) = magic::find(bytes, prefix) {
        return Some(match format {
            Format::Zip => zip::refine(bytes),
            Format::Ole => ole::refine(bytes).into(),
            Format::Pe => pe::refine(bytes).into(),
            other => other.into(),
        });
    }
    let found = text::sniff(bytes, prefix, name)?;
    Some(Detected { sure: Sureness::Likely, ..found })
}

/// The standard test string of 68 bytes (EICAR, 2003), alone but for blanks around it. Kept in two halves
/// so that a scanner does not take this program for the file.
fn is_eicar(prefix: &[u8]) -> bool {
    const HALVES: (&[u8], &[u8]) =
        (br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    let text = prefix.trim_ascii();
    text.len() <= 128
        && text.starts_with(HALVES.0)
        && text.get(HALVES.0.len()..).is_some_and(|rest| rest.starts_with(HALVES.1))
}
