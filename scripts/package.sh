#!/usr/bin/env bash
# Collects what belongs on the machines.
#
#   scripts/package.sh BIN_DIR OUT_DIR      BIN_DIR has the programs, OUT_DIR is made anew
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -eq 2 ] || {
    echo "usage: scripts/package.sh BIN_DIR OUT_DIR" >&2
    exit 2
}
bin=$1
out=$2
rm -rf "$out"
mkdir -p "$out/bin"
cp "$bin/bianmin-kiosk" "$bin/bianmin-hall" "$bin/bianmin-devices" "$out/bin/"
cp -r kiosk-config "$out/"
cp hall/hall.toml "$out/kiosk-config/"
cp --parents docs/technician.md hall/README.md "$out/"
mkdir -p "$out/assets"
cp -r assets/catalogue "$out/assets/"
