#!/usr/bin/env bash
# Builds Lazaret and starts it. Without arguments the window opens; "packaging/run.sh demo" opens the demo.
# On a fresh Debian or Ubuntu with Rust it first installs the libraries that are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/packages.sh
. packaging/packages.sh

need "${build_tools[@]}" "${window_libraries[@]}" "${window_fonts[@]}"
if ! command -v cargo >/dev/null 2>&1; then
    echo "Rust is missing. Install it from https://rustup.rs and start this again." >&2
    exit 1
fi
echo "Building (the first time takes some minutes)"
cargo build --release --locked
if [ "$#" -eq 0 ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    # Nothing can open here: show the demo in the terminal instead of failing.
    set -- demo
fi
exec target/release/lazaret "$@"
