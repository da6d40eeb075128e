#!/usr/bin/env bash
# Runs every test. On a fresh Debian or Ubuntu with Rust it first installs what is missing: Dovecot, Courier and
# ClamAV, which the tests start themselves on loopback with throw-away folders, a virtual display and a message bus.
# With --prepare it only installs.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/packages.sh
. packaging/packages.sh

need "${build_tools[@]}" "${window_libraries[@]}" clamav-daemon dbus dovecot-imapd mesa-vulkan-drivers xvfb xauth xdotool imagemagick file
unpack target/courier courier-imap courier-authlib libcourier-unicode4 libfam0 libgdbm6 libidn12
# Where a release has gamin in place of libfam0, Courier waits for gamin's server, which stands in one place only.
if apt-cache show gamin >/dev/null 2>&1; then
    need gamin
fi
if [ "${1:-}" = "--prepare" ]; then
    exit 0
fi
# Passwords of tests stay in memory: no test may touch the keyring of the person who runs it.
export LAZARET_KEYRING=off
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --no-fail-fast "$@"
else
    cargo test --locked --no-fail-fast "$@"
fi
