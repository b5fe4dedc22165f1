#!/usr/bin/env bash
# Measures the budgets of the design and writes docs/bench.md. Usage: bench.sh BANHOC SITE
# Its figures say something only on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
export BANHOC=$1 BANHOC_SITE=$2
rows=$(mktemp -d)
trap 'rm -rf "$rows"' EXIT
status=0
load=$(cut -d ' ' -f 1 /proc/loadavg)

(cd end2end && node bench.js --rows "$rows/browser") || status=$?
(cd end2end && node slow-link.js --rows "$rows/link") || status=$?
(cd end2end && node lists.js --rows "$rows/lists") || status=$?
(cd end2end && node verify.js --rows "$rows/verify") || status=$?
scripts/with-postgres.sh \
  cargo bench --quiet --package server --bench throughput -- --rows "$rows/server" || status=$?
cargo bench --quiet --package papers --bench papers -- --rows "$rows/papers" || status=$?

{
  echo '# Figures beside their budgets'
  echo
  echo 'Written by `make bench`; the budgets are those of the design. A budget that was not met says **missed**;'
  echo '[budgets.md](budgets.md) says why.'
  echo
  echo "$(date +%Y-%m-%d), $(nproc) cores ($(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)), \
$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB, $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), \
load before the run $load. Clients and server share the machine."
  echo
  echo '| work | budget | measured | verdict |'
  echo '| --- | --- | --- | --- |'
  cat "$rows/browser" "$rows/link" "$rows/lists" "$rows/verify" "$rows/server" "$rows/papers" 2>/dev/null || true
} >"$rows/bench.md"
# A run that broke off leaves the last whole table alone.
if [ "$status" = 0 ]; then
  cp "$rows/bench.md" docs/bench.md
  echo "docs/bench.md written"
else
  cat "$rows/bench.md"
  echo "The run broke off; docs/bench.md stays as it was." >&2
fi
exit "$status"
