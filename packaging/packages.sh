# Sourced by the run scripts: installs Debian packages that are missing, and only those.

# Installs the named packages that are not installed yet. Does nothing (and asks for no password) where all
# of them are there. On a system without apt-get it says what is missing and goes on.
need() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null 2>&1; then
        echo "This is no Debian or Ubuntu: if something below fails, install the equivalents of: $*" >&2
        return 0
    fi
    for name in "$@"; do
        if [ "$(dpkg-query -W -f='${Status}' "$name" 2>/dev/null)" != "install ok installed" ]; then
            missing+=("$name")
        fi
    done
    if [ "${#missing[@]}" -eq 0 ]; then
        return 0
    fi
    echo "Installing: ${missing[*]}"
    local run=()
    if [ "$(id -u)" -ne 0 ]; then
        run=(sudo)
    fi
    "${run[@]}" apt-get update -qq
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Unpacks Debian packages into a folder instead of installing them, where they would drive out what is installed
# already (two IMAP servers) or want to be started. Does nothing where that is done.
unpack() {
    local folder=$1 name
    shift
    if [ -e "$folder/unpacked" ]; then
        return 0
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "This is no Debian or Ubuntu: tests that need $1 will fail." >&2
        return 0
    fi
    local update=(apt-get update -qq)
    if [ "$(id -u)" -ne 0 ]; then
        update=(sudo "${update[@]}")
    fi
    mkdir -p "$folder/packages"
    if ! (cd "$folder/packages" && apt-get download -qq "$1" 2>/dev/null); then
        "${update[@]}"
    fi
    # A library that this release has under another name is one that its programs don't ask for.
    for name in "$@"; do
        (cd "$folder/packages" && apt-get download -qq "$name" 2>/dev/null) || true
    done
    for name in "$folder"/packages/*.deb; do
        dpkg -x "$name" "$folder"
    done
    rm -r "$folder/packages"
    touch "$folder/unpacked"
}

# What the window needs at run time and no tool finds: the window library opens these by itself.
window_libraries=(libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2 libxkbcommon-x11-0 libwayland-client0
    libgl1 libegl1 libgl1-mesa-dri)
# Chinese, Japanese and Korean in subjects and text: small, and looked up only when such a character occurs.
window_fonts=(fonts-droid-fallback)
# What building needs beside Rust: SQLite and the cryptography are compiled from C.
build_tools=(gcc libc6-dev)
