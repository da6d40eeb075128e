#!/usr/bin/env bash
# Builds a Debian package, target/lazaret_VERSION_ARCH.deb, with every optional part switched on (YARA rules).
# Needs Rust and dpkg-dev; installs nothing but missing build tools.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/packages.sh
. packaging/packages.sh

need "${build_tools[@]}" dpkg-dev
cargo build --release --locked --features yara

# cargo prints …#0.1.0 or …#lazaret@0.1.0.
version=$(cargo pkgid --locked)
version=${version##*[#@]}
architecture=$(dpkg --print-architecture)
root=target/deb/lazaret
rm -rf target/deb
mkdir -p target/deb/debian
install -D -m 755 target/release/lazaret "$root/usr/bin/lazaret"
install -D -m 644 packaging/linux/lazaret.desktop "$root/usr/share/applications/lazaret.desktop"
install -D -m 644 packaging/linux/lazaret.metainfo.xml "$root/usr/share/metainfo/lazaret.metainfo.xml"
for size in 48 128 256; do
    install -D -m 644 "packaging/linux/icons/lazaret-$size.png" \
        "$root/usr/share/icons/hicolor/${size}x$size/apps/lazaret.png"
done
install -D -m 644 LICENSE "$root/usr/share/doc/lazaret/copyright"
printf '\nThe fonts in the program:\n\n' | cat - assets/fonts/OFL.txt >>"$root/usr/share/doc/lazaret/copyright"
gzip -9nc packaging/CHANGELOG.md >"$root/usr/share/doc/lazaret/changelog.gz"

# What the linker knows of is found in the program; what the window opens at run time is listed by hand.
printf 'Source: lazaret\n\nPackage: lazaret\nArchitecture: any\n' >target/deb/debian/control
linked=$(cd target/deb && dpkg-shlibdeps -O lazaret/usr/bin/lazaret 2>/dev/null)
linked=${linked#*=}
opened=$(printf ', %s' "${window_libraries[@]}")
mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: lazaret
Version: $version
Architecture: $architecture
Maintainer: The Lazaret developers <lazaret@localhost>
Section: mail
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: $linked$opened
Recommends: fonts-droid-fallback | fonts-noto-cjk
Suggests: clamav-daemon
Description: mail quarantine for the desktop
 Lazaret fetches a person's mail over IMAP, judges it on their own machine, and
 holds backscatter and malicious attachments in a quarantine that they review.
CONTROL
package=target/lazaret_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
