#!/usr/bin/env bash
# What the main path costs, in one table.
#
#   scripts/bench.sh [PART…]      parts as benches/figures/main.rs names them; all if none is named
#
# Everything durable is measured in target/bench, because /tmp is in memory on many machines.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo=${CARGO:-cargo}
read -ra arguments <<<"${CARGO_ARGS:-}"

# The screen is measured as the program that it is.
"$cargo" build "${arguments[@]}" --release -p bianmin-kiosk --bin bianmin-kiosk
"$cargo" bench "${arguments[@]}" -p bianmin-benches --bench figures --no-run

mkdir -p target/bench
TMPDIR=$PWD/target/bench
export TMPDIR
exec "$cargo" bench "${arguments[@]}" -p bianmin-benches --bench figures -- "$@"
