//! Compound files with contents, and the form in which they keep the source of macros.

/// A sector's bytes.
const SECTOR: usize = 512;
/// The end of a chain, and a place that is empty.
const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;

/// One entry of the directory: name, kind (1 folder, 2 stream, 5 root), the folder it lies in, its bytes.
struct Entry<'a> {
    name: &'a str,
    kind: u8,
    parent: usize,
    bytes: &'a [u8],
}

/// A compound file with these streams, given by their paths; `class` is what its root says that it is.
pub(crate) fn compound(class: [u8; 16], streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut entries = vec![Entry { name: "Root Entry", kind: 5, parent: 0, bytes: &[] }];
    for (path, bytes) in streams {
        let mut parent = 0;
        let mut parts: Vec<&str> = path.split('/').collect();
        let name = parts.pop().unwrap();
        for part in parts {
            let known = (1..entries.len())
                .find(|&i| entries[i].kind == 1 && entries[i].parent == parent && entries[i].name == part);
            parent = known.unwrap_or_else(|| {
                entries.push(Entry { name: part, kind: 1, parent, bytes: &[] });
                entries.len() - 1
            });
        }
        entries.push(Entry { name, kind: 2, parent, bytes });
    }
    // The directory first, then the streams, then the table of chains; all streams lie in whole sectors.
    let directory = (entries.len() * 128).div_ceil(SECTOR);
    let mut chains: Vec<u32> = Vec::new();
    let mut chain = |sectors: usize| {
        let start = chains.len() as u32;
        chains.extend((1..=sectors as u32).map(|i| if i == sectors as u32 { END } else { start + i }));
        if sectors == 0 { END } else { start }
    };
    chain(directory);
    let starts: Vec<u32> = entries.iter().map(|e| chain(e.bytes.len().div_ceil(SECTOR))).collect();
    let table = (chains.len() + 1).div_ceil(SECTOR / 4 - 1);
    let table_at = chains.len();
    assert!(table <= 109, "too long for the tests' writer");
    chains.extend(std::iter::repeat_n(0xffff_fffd, table));
    chains.resize(table * SECTOR / 4, FREE);

    let mut out = vec![0_u8; SECTOR];
    let put = |out: &mut [u8], at: usize, what: &[u8]| out[at..at + what.len()].copy_from_slice(what);
    put(&mut out, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    put(&mut out, 24, b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0");
    put(&mut out, 44, &(table as u32).to_le_bytes());
    put(&mut out, 60, &END.to_le_bytes());
    put(&mut out, 68, &END.to_le_bytes());
    for i in 0..109 {
        let sector = if i < table { (table_at + i) as u32 } else { FREE };
        put(&mut out, 76 + i * 4, &sector.to_le_bytes());
    }
    for (index, entry) in entries.iter().enumerate() {
        // A folder's children hang on each other in a row.
        let child = (1..entries.len()).find(|&i| entries[i].parent == index);
        let next = (index + 1..entries.len()).find(|&i| index > 0 && entries[i].parent == entry.parent);
        let number = |i: Option<usize>| i.map_or(FREE, |i| i as u32).to_le_bytes();
        let mut raw = vec![0_u8; 128];
        let units: Vec<u8> = entry.name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(&mut raw, 0, &units);
        put(&mut raw, 64, &(units.len() as u16 + 2).to_le_bytes());
        put(&mut raw, 66, &[entry.kind, 1]);
        put(&mut raw, 68, &FREE.to_le_bytes());
        put(&mut raw, 72, &number(next));
        put(&mut raw, 76, &number(child));
        if index == 0 {
            put(&mut raw, 80, &class);
        }
        put(&mut raw, 116, &starts[index].to_le_bytes());
        put(&mut raw, 120, &(entry.bytes.len() as u32).to_le_bytes());
        out.extend(raw);
    }
    out.resize(SECTOR * (1 + directory), 0);
    for entry in &entries {
        out.extend(entry.bytes);
        out.resize(out.len().next_multiple_of(SECTOR), 0);
    }
    out.extend(chains.iter().flat_map(|n| n.to_le_bytes()));
    out
}

/// A stream with the source of a macro (MS-OVBA §2.4.1): in the packed form, with nothing packed in it.
pub(crate) fn module(source: &str) -> Vec<u8> {
    let text = format!("Attribute VB_Name = \"Module1\"\r\n{source}");
    let mut out = vec![1];
    for piece in text.as_bytes().chunks(3_600) {
        let letters: Vec<u8> = piece.chunks(8).flat_map(|c| [&[0], c].concat()).collect();
        out.extend((0xb000 | (letters.len() as u16 - 1)).to_le_bytes());
        out.extend(letters);
    }
    out
}

/// A macro project of one module, as it lies in the folder `under`, and `main` beside it.
pub(crate) fn with_macros(main: &str, under: &str, module: &[u8]) -> Vec<u8> {
    let path = |name: &str| format!("{under}VBA/{name}");
    compound(
        [0; 16],
        &[
            (main, &[0; 64]),
            (&path("_VBA_PROJECT"), b"\xcc\x61\xff\xff\0\0\0"),
            (&path("dir"), &[1; 40]),
            (&path("Module1"), module),
        ],
    )
}
