//! What the window needs from the machine, checked before it opens.
//!
//! winit opens its libraries by itself and panics where one is missing, so the linker's cache is asked
//! first. Where there is no such cache (other systems, other distributions) nothing is claimed.

use std::path::Path;

/// Why no window can open. `Display` says what is missing; [`WindowError::advice`] what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Neither X11 nor Wayland is there.
    #[error("there is no display to open a window on")]
    NoDisplay,
    /// A library that the window system needs is not installed.
    #[error("{library} is not installed, and the window needs it")]
    MissingLibrary {
        /// Its file name.
        library: String,
        /// The Debian or Ubuntu package that has it.
        package: String,
    },
    /// OpenGL could not be started.
    #[error("OpenGL could not be started: {says}")]
    NoGraphics {
        /// The system's words.
        says: String,
    },
    /// Anything else that the window system said.
    #[error("the window could not be opened: {says}")]
    Other {
        /// The system's words.
        says: String,
    },
}

impl WindowError {
    /// What the person can do about it, in one sentence.
    pub fn advice(&self) -> String {
        match self {
            WindowError::NoDisplay => {
                "Start Lazaret from a desktop session, or use the commands `lazaret scan` and `lazaret sync` in the terminal.".into()
            }
            WindowError::MissingLibrary { package, .. } => format!("Install it: sudo apt-get install {package}"),
            WindowError::NoGraphics { .. } => {
                "Install the graphics libraries: sudo apt-get install libgl1 libegl1 libgl1-mesa-dri".into()
            }
            WindowError::Other { .. } => "Check that other programs can open a window in this session.".into(),
        }
    }
}

/// Libraries that winit and glutin open by name: file, Debian package.
const X11: &[(&str, &str)] = &[
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libGL.so.1", "libgl1"),
];
const WAYLAND: &[(&str, &str)] = &[
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libwayland-egl.so.1", "libwayland-egl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libEGL.so.1", "libegl1"),
];

/// Checks display and libraries.
pub(crate) fn check() -> Result<(), WindowError> {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return Ok(());
    }
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    // Somebody who points the linker elsewhere knows better than its cache.
    let cache = match std::env::var_os("LD_LIBRARY_PATH") {
        Some(_) => None,
        None => std::fs::read(Path::new("/etc/ld.so.cache")).ok(),
    };
    needs(set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET"), set("DISPLAY"), cache.as_deref())
}

fn needs(wayland: bool, x11: bool, cache: Option<&[u8]>) -> Result<(), WindowError> {
    let libraries = match (wayland, x11) {
        (true, _) => WAYLAND,
        (false, true) => X11,
        (false, false) => return Err(WindowError::NoDisplay),
    };
    let Some(cache) = cache else { return Ok(()) };
    for (library, package) in libraries {
        if memchr::memmem::find(cache, library.as_bytes()).is_none() {
            return Err(WindowError::MissingLibrary {
                library: (*library).into(),
                package: (*package).into(),
            });
        }
    }
    Ok(())
}

/// Puts the toolkit's error into words.
pub(crate) fn explain(error: eframe::Error) -> WindowError {
    // The toolkit puts source paths before the last colon.
    let says = error.to_string();
    let says = says.rsplit(".rs:").next().map_or(says.as_str(), |rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == ' ')
    });
    let says = says.to_owned();
    match error {
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
            let no_display = ["display", "compositor", "X server", "XOpenDisplay", "WAYLAND"];
            if no_display.iter().any(|word| says.contains(word)) {
                WindowError::NoDisplay
            } else {
                WindowError::Other { says }
            }
        }
        eframe::Error::Glutin(_) | eframe::Error::NoGlutinConfigs(..) | eframe::Error::OpenGL(_) => {
            WindowError::NoGraphics { says }
        }
        _ => WindowError::Other { says },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_display_it_says_so() {
        assert_eq!(needs(false, false, None), Err(WindowError::NoDisplay));
        assert!(WindowError::NoDisplay.advice().contains("lazaret scan"));
    }

    #[test]
    fn a_missing_library_is_named_with_its_package() {
        let mut cache = Vec::new();
        for (library, _) in X11.iter().filter(|(l, _)| !l.contains("xkbcommon-x11")) {
            cache.extend_from_slice(library.as_bytes());
            cache.push(0);
        }
        let error = needs(false, true, Some(&cache)).unwrap_err();
        assert!(error.to_string().contains("libxkbcommon-x11.so.0"));
        assert!(error.advice().ends_with("libxkbcommon-x11-0"));
        cache.extend_from_slice(b"libxkbcommon-x11.so.0");
        assert_eq!(needs(false, true, Some(&cache)), Ok(()));
    }
}
