#!/usr/bin/env bash
# Checks every shell script of the project: with shellcheck where it is installed, else only that bash can read them.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard -- '*.sh' '.ci/run')
for script in "${scripts[@]}"; do
    bash -n "$script"
done
if command -v shellcheck >/dev/null; then
    shellcheck "${scripts[@]}"
else
    echo "shellcheck is not installed (scripts/install.sh all): only the syntax of the scripts was checked"
fi
