#!/usr/bin/env bash
# A whole Bianmin on this machine: a hall with its embedded database, a simulated receipt printer and the terminal.
#
# With a display the terminal's window opens and stays until it is closed. Without one it says so and a scripted
# resident uses the terminal offscreen, with the hall away at first. Either way target/demo/ holds what came of
# it: pictures of the screens, slip.png, slip.escpos, slip.pdf, and case.json as the hall sees it; where there is a browser
# with a driver also pictures of the clerks' pages.
set -euo pipefail
cd "$(dirname "$0")/.."

demo=target/demo
run=$demo/run
timeout=20

say() { printf '%s\n' "$*"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

processes=()
cleanup() {
    local status=$?
    trap - EXIT
    if [ ${#processes[@]} -gt 0 ]; then
        kill "${processes[@]}" 2>/dev/null || true
        wait "${processes[@]}" 2>/dev/null || true
    fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The string or number NAME in the JSON on stdin; the first if there are several.
field() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }

# start NAME COMMAND…: runs it in the background and waits for its line of JSON; its id is in $started.
start() {
    local name=$1 deadline=$((SECONDS + timeout))
    shift
    # Emptied here, not by the program's redirection: what it said when it ran before must not be read again.
    : >"$run/$name.json"
    "$@" >>"$run/$name.json" 2>>"$run/$name.log" &
    started=$!
    processes+=("$started")
    until [ -s "$run/$name.json" ]; do
        kill -0 "$started" 2>/dev/null || fail "$name did not start: $(tail -n 1 "$run/$name.log")"
        [ "$SECONDS" -lt "$deadline" ] || fail "$name was not ready in $timeout s: see $run/$name.log"
        sleep 0.05
    done
}

hall() { target/debug/bianmin-hall --data "$run/hall" "$@"; }
kiosk() { target/debug/bianmin-kiosk --config "$run/kiosk.toml" --data "$run/kiosk" "$@"; }

hall_process=
# The port is chosen once: the terminal goes on to look for the hall where it enrolled.
hall_at=127.0.0.1:0
start_hall() {
    start hall target/debug/bianmin-hall --data "$run/hall" serve --listen "$hall_at"
    hall_process=$started
    hall_url=$(field listening <"$run/hall.json")
    hall_at=${hall_url#http://}
}
stop_hall() {
    kill "$hall_process"
    wait "$hall_process" 2>/dev/null || true
}

configure_kiosk() {
    # Like a community's terminal, but in a window and with the simulated printer.
    cat >"$run/kiosk.toml" <<TOML
[place]
name = "示例社区"
counter = "一楼综合窗口"

[screen]
fullscreen = false

[printer]
kind = "tcp"
address = "$printer_at"
profile = "epson-80"

[ledger]
reserve_kb = 1024
TOML
}

# Everything that came of one application, by its registration number.
collect() {
    local registration=$1 printed=$run/printer/slip-0001
    if [ -f "$printed.png" ]; then
        # The paper as it came out of the printer, and the bytes that the printer got.
        cp "$printed.png" "$demo/slip.png"
        cp "$printed.bin" "$demo/slip.escpos"
    else
        kiosk slip "$registration" --as png -o "$demo/slip.png"
        kiosk slip "$registration" --as escpos -o "$demo/slip.escpos"
    fi
    kiosk slip "$registration" --as pdf -o "$demo/slip.pdf"
    hall --json case show "$registration" >"$demo/case.json"
}

# What the resident of the offscreen session does. Each leaves pictures of the screens it passes in $demo.
item_name=居民身份证补领
resident_applies() { rehearse apply shenfenzhengdiule "$item_name"; }
resident_asks() { rehearse ask "$1"; }
rehearse() { target/debug/examples/rehearsal "$run/kiosk" "$run/kiosk.toml" "$demo" "$@"; }

# A resident at the terminal while the hall is away, then the hall comes back and the resident asks again.
offscreen_session() {
    local registration
    say "No display: a scripted resident uses the terminal offscreen."
    stop_hall
    say "  the hall is away"
    resident_applies >"$run/applied.json"
    registration=$(field registration <"$run/applied.json")
    [ -n "$registration" ] || fail "the session gave no registration number: see $run/applied.json"
    say "  accepted without the hall: $registration"
    start_hall
    say "  the hall is back"
    kiosk --json sync --once >"$run/sync.json"
    [ "$(field waiting <"$run/sync.json")" = 0 ] || fail "not everything was sent: see $run/sync.json"
    resident_asks "$registration" >"$run/progress.json"
    collect "$registration"
    say "  received by the hall as case $(field case_number <"$demo/case.json")"
}

window_session() {
    local registration
    say "The terminal's window is open; the printer's paper comes out in $run/printer/. Close the window to end."
    # In the background, so that ending this script ends the window too.
    target/debug/bianmin-kiosk --config "$run/kiosk.toml" --data "$run/kiosk" run --windowed &
    processes+=("$!")
    wait "$!" || fail "the window could not be opened or ended badly"
    registration=$(kiosk --json outbox list | field registration)
    if [ -z "$registration" ]; then
        say "Nothing was applied for."
        return
    fi
    if kiosk --json sync --once >"$run/sync.json"; then
        collect "$registration"
    else
        fail "what was accepted could not be sent: see $run/sync.json"
    fi
}

# Some weeks of a hall with its staff and invented applications (示例数据), before it is started.
fill_hall() { clerks fill "$run/hall" >"$run/clerks.json"; }
clerks() { target/debug/examples/clerks "$@"; }

scripts/install.sh demo
# The clerks are an example of the hall that needs what its tests have.
cargo build --workspace --bins --example rehearsal --example clerks --features bianmin-hall/testing

rm -rf "$demo"
mkdir -p "$run/hall"
fill_hall
start_hall
start printer target/debug/bianmin-devices printer --out "$run/printer" --web 127.0.0.1:0
printer_at=$(field listening <"$run/printer.json")
configure_kiosk
code=$(hall --json terminal invite | field code)
kiosk enrol --hall "$hall_url" --code "$code"
kiosk --json sync --once >"$run/first-sync.json"
say "Hall on $hall_url, printer on $printer_at; its paper comes out on $(field web <"$run/printer.json")."
say "Clerks work on $hall_url/console ($(field cases <"$run/clerks.json") invented cases)."
say "  Sign in as one of $(field logins <"$run/clerks.json") with the password: $(field password <"$run/clerks.json")"
clerks pictures "$hall_url" "$demo"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    window_session
else
    offscreen_session
fi

say "In $demo/:"
find "$demo" -maxdepth 1 -type f -printf '  %f\n' | sort
