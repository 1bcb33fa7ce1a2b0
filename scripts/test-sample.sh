#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds and runs Samples/FirmwareBudgets as a stranger would: with Kinglet by version, here from a
# tagged clone of the last commit. Then shows the messages of budgets that do not hold.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
sample=$root/Samples/FirmwareBudgets
work=$root/.build/sample
clone=$work/origin/kinglet
scratch=$work/scratch

revision=$(git -C "$root" rev-parse HEAD)
version=$(sed -n 's/.*current = "\(.*\)"/\1/p' "$root/Sources/Workbench/KingletVersion.swift")
if [ "$(git -C "$clone" rev-parse HEAD 2>/dev/null || true)" != "$revision" ]; then
    # SwiftPM takes it that a tag never moves; here it does with each commit. What was built of another
    # one goes, too: parts of it were taken for current, with other layouts of the types they share.
    rm -rf "$work/origin" "$work/security" "$scratch"/checkouts/kinglet \
        "$scratch"/repositories/kinglet-* "$scratch"/workspace-state.json "$sample/Package.resolved" \
        "$scratch"/*-linux-gnu "$scratch"/build.db "$scratch"/debug*
    mkdir -p "$work/origin"
    git clone --quiet "$root" "$clone"
    git -C "$clone" -c advice.detachedHead=false checkout --quiet "$revision"
    git -C "$clone" tag "$version"
fi

export KINGLET_URL="file://$clone"
options=(--package-path "$sample" --scratch-path "$scratch" --security-path "$work/security"
    --disable-dependency-cache)
make --no-print-directory -s -C "$sample/firmware"
swift build --build-tests "${options[@]}"

log=$work/log.txt
run() { (cd "$sample" && swift test --skip-build --disable-xctest "${options[@]}" --filter "$1") >"$log" 2>&1; }
fail() {
    cat "$log"
    echo "test-sample: $1" >&2
    exit 1
}

run FilterTests || fail "the sample's tests failed"
grep -q 'Test run with 3 tests.* passed' "$log" || fail "not all of the sample's tests ran"
export SHOW_FAILURES=1
if run TooTightTests; then fail "budgets that are too tight passed"; fi
while IFS= read -r line; do
    grep -qF -- "$line" "$log" || fail "the failing test does not say: $line"
done <<'LINES'
(record.sram.peak → 4.17 KiB (4,272 B), 176 B too much: static 4,224 B, main stack 48 B
<= (.kibibytes(4) → 4 KiB (4,096 B))
SRAM peak of 'filter' on nrf52840: 4.17 KiB (4,272 B), 176 B more than the budget of 4 KiB (4,096 B)
largest symbols: history 4,096 B (.bss), filtered 128 B (.bss)
longest step of 'filter' on nrf52840: 
'filter-grown' on nrf52840: sram.peak is 9,392 B, 5,035 B (115.5 %) more than the limit of +2 % = 4,357 B; the baseline has 4,272 B
sram.static  +5,120 B  4,224  -> 9,344
history  +5,120 B  4,096  -> 9,216
LINES
echo "test-sample: FirmwareBudgets passes; budgets that are too tight say"
grep -E 'recorded an issue|^(↳|    )' "$log" | grep -v 'Library\|Platform\|///'
