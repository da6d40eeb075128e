//! Keeps the walls between the layers: reads the source's own words and fails where one names what it
//! must not. The rules are the table in the crate's documentation.

use std::fs;
use std::path::{Path, PathBuf};

/// A room and the words that may not stand in its code.
struct Wall {
    room: &'static str,
    except: &'static [&'static str],
    forbidden: &'static [&'static str],
    why: &'static str,
}

const WALLS: &[Wall] = &[
    Wall {
        room: "src/engine",
        except: &[],
        forbidden: &[
            "crate::mail", "crate::store", "crate::account", "crate::service", "crate::gui", "crate::cli",
            "std::fs", "std::net::TcpStream", "std::time::SystemTime", "std::time::Instant", "std::env",
            "std::process", "std::thread", "Timestamp::now", "rusqlite", "eframe", "egui::", "tokio",
            "rustls", "tracing::",
        ],
        why: "the engine is pure: bytes and a context in, a verdict out",
    },
    Wall {
        room: "src/mail",
        except: &[],
        forbidden: &[
            "crate::store", "crate::account", "crate::service", "crate::gui", "crate::cli", "rusqlite",
            "egui::",
        ],
        why: "mail knows servers and files, not where verdicts or accounts are kept",
    },
    Wall {
        room: "src/store",
        except: &[],
        forbidden: &[
            "crate::mail", "crate::account", "crate::service", "crate::gui", "crate::cli", "egui::", "imap::",
        ],
        why: "the store knows rows, not where they come from",
    },
    Wall {
        room: "src/account",
        except: &[],
        forbidden: &[
            "crate::mail", "crate::store", "crate::service", "crate::gui", "crate::cli", "rusqlite", "egui::",
        ],
        why: "an account is settings and a credential",
    },
    Wall {
        room: "src/knowledge",
        except: &[],
        forbidden: &[
            "crate::mail", "crate::store", "crate::account", "crate::service", "crate::gui", "crate::cli",
            "rusqlite", "egui::",
        ],
        why: "knowledge is scanners and lists, asked by the engine's own trait",
    },
    Wall {
        room: "src/service",
        except: &[],
        forbidden: &["crate::gui", "crate::cli", "rusqlite", "egui::", "imap::Session", "imap::Client"],
        why: "the service works behind any face",
    },
    Wall {
        room: "src/gui",
        // Read once, before the first frame: the system's font files, and which libraries are missing.
        except: &["src/gui/fonts.rs", "src/gui/preflight.rs"],
        forbidden: &[
            "crate::store", "crate::mail", "crate::cli", "rusqlite", "std::fs", "std::net::TcpStream",
        ],
        why: "views are functions of a snapshot",
    },
    Wall {
        room: "src/cli",
        except: &[],
        forbidden: &["crate::store", "rusqlite", "egui::"],
        why: "the command line asks the service",
    },
];

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The code of a file: comments and what stands after its test module are left out.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or(text);
    before_tests.lines().map(|l| l.split("//").next().unwrap_or(l)).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_layer_names_what_it_must_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut broken = Vec::new();
    let mut read = 0;
    for wall in WALLS {
        let mut files = Vec::new();
        rust_files(&root.join(wall.room), &mut files);
        assert!(!files.is_empty(), "{} holds no code", wall.room);
        for path in files {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            if wall.except.contains(&name.as_str()) || name.ends_with("tests.rs") {
                continue;
            }
            read += 1;
            let code = code(&fs::read_to_string(&path).unwrap());
            for word in wall.forbidden {
                if code.contains(word) {
                    broken.push(format!("{name} names {word}: {}", wall.why));
                }
            }
        }
    }
    assert!(read > 40, "only {read} files were read");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_one_room_names_each_big_dependency() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let homes = [
        ("rusqlite::", "src/store"),
        ("egui::", "src/gui"),
        ("imap::Session", "src/mail/imap"),
        ("notify_rust::", "src/cli"),
    ];
    let mut files = Vec::new();
    rust_files(&root.join("src"), &mut files);
    for (word, home) in homes {
        let strangers: Vec<String> = files
            .iter()
            .filter(|p| !p.starts_with(root.join(home)))
            .filter(|p| code(&fs::read_to_string(p).unwrap()).contains(word))
            .map(|p| p.display().to_string())
            .collect();
        assert!(strangers.is_empty(), "{word} belongs to {home}, but stands in {strangers:?}");
    }
}

#[test]
fn files_are_rooms_not_halls() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&root.join("src"), &mut files);
    let halls: Vec<String> = files
        .iter()
        .filter_map(|p| {
            let text = fs::read_to_string(p).unwrap();
            let lines = text.split("#[cfg(test)]").next().unwrap_or(&text).lines().count();
            (lines > 700).then(|| format!("{}: {lines} lines", p.display()))
        })
        .collect();
    assert!(halls.is_empty(), "more than 700 lines without tests:\n{}", halls.join("\n"));
}

#[test]
fn the_top_level_is_the_agreed_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let agreed =
        ["Cargo.toml", "Cargo.lock", "src", "assets", "tests", "packaging", "README.md", "LICENSE", "target"];
    let strangers: Vec<String> = fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !agreed.contains(&name.as_str()))
        .collect();
    assert!(strangers.is_empty(), "beyond the agreed entries: {strangers:?}");
}
