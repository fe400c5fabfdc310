#!/usr/bin/env bash
# Licences, sources and doubles of every package that comes in, by deny.toml. cargo-deny is built once, into target/tools,
# unless the machine has this version.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.20.2
tools=${CARGO_TARGET_DIR:-target}/tools

is_there() {
    [ "$("$1" --version 2>/dev/null)" = "cargo-deny $version" ]
}

deny=cargo-deny
if ! is_there "$deny"; then
    deny=$tools/bin/cargo-deny
    if ! is_there "$deny"; then
        echo "Building cargo-deny $version, which reads deny.toml, in $tools"
        # Built in a hurry: it runs for a second.
        CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --quiet --force --debug --version "$version" \
            --root "$tools" --target-dir "$tools/build" cargo-deny
        rm -r "$tools/build"
    fi
fi
# It asks the network for packages only that cargo has not fetched yet. An exception that is not needed any more is an
# error.
"$deny" --locked check -D unmatched-skip -D unnecessary-skip bans licenses sources
