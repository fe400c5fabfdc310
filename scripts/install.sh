#!/usr/bin/env bash
# Installs what is missing on a blank Debian 12 with Rust, and says what and why.
#
#   scripts/install.sh [demo|test|bench|pictures|all]      (demo if nothing is said)
#
# Does nothing and needs no network when everything is there.
set -euo pipefail

# A package and what it is for, one a line. Keep only what the tree really uses, and say where.
build_packages="
gcc             compiles the SQLite, zstd and TLS sources that come with the crates
libc6-dev       headers and start-up objects for it and for linking Rust programs
make            runs the Makefile
"
# The terminal's window opens these at run time (winit and softbuffer); nothing is needed to build it.
window_packages="
libx11-6            window under X11
libx11-xcb1         window under X11
libxcursor1         pointer under X11
libxi6              touch under X11
libxkbcommon0       keyboard
libxkbcommon-x11-0  keyboard under X11
libwayland-client0  window under Wayland
"
test_packages="
zbar-tools      zbarimg reads printed QR codes back (document/tests)
poppler-utils   pdftotext and pdftoppm read PDF slips back (document/tests)
chromium        a real browser reads the phone page (hall/src/tests/phone.rs)
chromium-driver has it open boards and tickets' pages and press what is on them (hall/src/tests/chromium.rs)
postgresql      the hall runs on PostgreSQL too: the same tests on both databases (tests, hall)
procps          kill(1) stops halls as an operator does (tests)
mount           small disks that fill up, disks whose power is cut (tests/suite/faults.rs, promises/)
e2fsprogs       mkfs.ext4 makes the disk whose power is cut (tests/suite/promises/power.rs)
cups-ipp-utils  ippeveprinter, an IPP printer for pages (tests/suite/promises/ipp_printers.rs)
dbus            ippeveprinter does not start without it (the same test)
avahi-daemon    ippeveprinter does not start without it (the same test)
cups-daemon     cupsd with a queue for pages (the same test)
cups-client     lpadmin makes the queue (the same test)
openssl         passwords and fingerprints of those printers (the same test)
util-linux      unshare gives each printer name spaces of its own (the same test)
faketime        wrong clocks for the real programs (tests/suite/promises/clock.rs)
iproute2        a thin line, and a cable that comes out (tests/suite/promises/slow_link.rs)
strace          kills an update at a chosen call to the system (tests/suite/promises/catalogue.rs)
systemd         systemd-sysusers, systemctl and systemd-analyze: installing as it is written (tests/suite/installation.rs)
udev            udevadm (the same test)
xvfb            a display without a screen for the real window (tests/suite/window.rs)
xdotool         a hand at its mouse and keyboard (tests/suite/window.rs)
"
bench_packages="
postgresql      the hall beside raw inserts (hall/src/testing/postgres.rs)
nginx-light     answers polls beside the hall (benches/figures/polls.rs)
xvfb            the screen without a display (benches/figures/display.rs)
chromium        a page in a browser beside the screen (benches/peers/page.html)
nodejs          runs PouchDB and flexsearch (benches/peers)
npm             installs them
python3-venv    holds Qt Quick, the finger that clicks, and what makes slips beside ours (benches/peers)
libegl1         Qt Quick loads it, as the next ones (benches/peers/page.qml)
libdbus-1-3     Qt Quick
libfontconfig1  Qt Quick
libxcb-cursor0  Qt Quick under X11, as the next ones
libxcb-icccm4   Qt Quick
libxcb-image0   Qt Quick
libxcb-keysyms1 Qt Quick
libxcb-randr0   Qt Quick
libxcb-render-util0 Qt Quick
libxcb-shape0   Qt Quick
libxcb-xkb1     Qt Quick
util-linux      taskset and findmnt (benches/figures/machine.rs)
"
picture_packages="
netpbm          makes pictures smaller (scripts/pictures.sh)
pngquant        gives them fewer colours (the same)
chromium        draws the phone page (hall/src/tests/phone.rs)
"
lint_packages="
shellcheck      reads the shell scripts (make lint)
"

usage() {
    echo "usage: scripts/install.sh [demo|test|bench|pictures|all]" >&2
    exit 2
}

[ $# -le 1 ] || usage
purpose=${1:-demo}
list=$build_packages
case $purpose in
demo)
    # Without a display the demo's session runs offscreen and opens no window.
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then list+=$window_packages; fi
    ;;
test) list+=$window_packages$test_packages ;;
bench) list+=$window_packages$bench_packages ;;
pictures) list+=$picture_packages ;;
all) list+=$window_packages$test_packages$bench_packages$picture_packages$lint_packages ;;
*) usage ;;
esac

if ! command -v cargo >/dev/null; then
    echo "Rust is missing: install it from https://rustup.rs (Debian 12's own is too old)." >&2
    exit 1
fi

names=$(awk 'NF { print $1 }' <<<"$list")
if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: see to it that these, or what they are called here, are installed:" "${names//$'\n'/ }" >&2
    exit 0
fi
# One call for all of them: unknown packages are simply not in the answer.
# shellcheck disable=SC2086
installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $names 2>/dev/null | awk '$2 == "installed" { print $1 }' || true)
missing=()
while read -r name reason; do
    [ -n "$name" ] || continue
    # Node.js from elsewhere than Debian brings its own, and the two do not go together.
    if [ "$name" = npm ] && command -v npm >/dev/null; then continue; fi
    if ! grep -qxF -- "$name" <<<"$installed"; then
        missing+=("$name")
        echo "Installing $name: $reason"
    fi
done <<<"$list"
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root, or install them yourself: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
run_apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
}
run_apt update
run_apt install -y --no-install-recommends "${missing[@]}"
