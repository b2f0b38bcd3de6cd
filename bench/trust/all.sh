#!/usr/bin/env bash
# All figures of trust that need the real program for minutes: one JSON line each in OUT/figures.jsonl, and what was said
# meanwhile in OUT/NAME.log. About a quarter of an hour on two cores, which should be quiet. TEND_PROGRAM names the program,
# TMPDIR a disk with 20 GB free, FIRM a folder made by firm.py (it is written to), CUSTOMERS and PHONES smaller sizes.
#   bench/trust/all.sh target/bench/trust
set -uo pipefail
cd "$(dirname "$0")"
mkdir -p "${1:?a folder for the figures}"
out=$(cd "$1" && pwd)
customers=${CUSTOMERS:-320000}
place=$(mktemp -d "${TMPDIR:-/tmp}/tend-trust-XXXXXX")
trap 'rm -rf "$place"' EXIT
firm=${FIRM:-$place/firm}
: > "$out/figures.jsonl"
failed=0
one() {
  local name=$1 script=$2 began=$SECONDS; shift 2
  python3 "$script.py" "$@" 2> "$out/$name.log" | tee -a "$out/figures.jsonl"
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then failed=1; echo "$name: see $out/$name.log" >&2; fi
  echo "$name: $((SECONDS - began)) s" >&2
}
one overload overload ${OVERLOAD_WORDS:-}
one slow_readers slow_readers --readers "${READERS:-5000}"
one firm firm "$firm" --customers "$customers"
one restore restore --firm "$firm"
one rotation rotation --firm "$firm"
one lookup lookup --firm "$firm" --phones "${PHONES:-10000000}"
rm -rf "$place/firm"
one ledger ledger --entries "${ENTRIES:-1000000}"
echo "all: $SECONDS s, figures in $out/figures.jsonl" >&2
exit "$failed"
