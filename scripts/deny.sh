#!/usr/bin/env bash
# Licences, sources, and advisories of RustSec for everything we depend on. Says what it could not look at.
set -euo pipefail

if ! cargo deny --version >/dev/null 2>&1; then
  echo "cargo-deny is missing: cargo install --locked cargo-deny" >&2
  exit 1
fi
cargo deny check bans licenses sources
# The advisories are a git repository of their own.
if git ls-remote --exit-code https://github.com/RustSec/advisory-db HEAD >/dev/null 2>&1; then
  cargo deny check advisories
else
  echo "NOT CHECKED: advisories. github.com cannot be reached from here; run make deny where it can." >&2
fi
