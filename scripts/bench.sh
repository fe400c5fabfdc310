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

# What others wrote, to be measured beside: in target/bench/peers, from the registries, in the versions that
# benches/peers names. Nothing is installed twice.
peers=$PWD/target/bench/peers
mkdir -p "$peers"
cp benches/peers/* "$peers"
if ! cmp -s "$peers/package-lock.json" "$peers/node_modules/.installed"; then
    npm ci --prefix "$peers" --no-audit --no-fund --loglevel=error
    cp "$peers/package-lock.json" "$peers/node_modules/.installed"
fi
if ! cmp -s "$peers/requirements.txt" "$peers/python/.installed"; then
    rm -rf "$peers/python"
    python3 -m venv "$peers/python"
    "$peers/python/bin/pip" install --quiet --disable-pip-version-check -r "$peers/requirements.txt"
    cp "$peers/requirements.txt" "$peers/python/.installed"
fi

# The screen and the fleet's hall are measured as the programs that they are.
"$cargo" build "${arguments[@]}" --release -p bianmin-kiosk --bin bianmin-kiosk
"$cargo" build "${arguments[@]}" --release -p bianmin-hall --bin bianmin-hall
"$cargo" bench "${arguments[@]}" -p bianmin-benches --bench figures --no-run

TMPDIR=$PWD/target/bench
BIANMIN_PEERS=$peers
export TMPDIR BIANMIN_PEERS
exec "$cargo" bench "${arguments[@]}" -p bianmin-benches --bench figures -- "$@"
