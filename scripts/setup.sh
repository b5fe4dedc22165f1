#!/usr/bin/env bash
# Installs the tools the project is built and tested with, where they are missing. Usage: setup.sh CARGO_LEPTOS WASM_BINDGEN
set -euo pipefail
cd "$(dirname "$0")/.."
cargo_leptos=$1
wasm_bindgen=$2

say() { printf '\033[1m%s\033[0m\n' "$*"; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# A Debian package for each command that is missing.
missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need cc build-essential
need pkg-config pkg-config
need chromium chromium
need brotli brotli
need node nodejs
need npm npm
need sqlite3 sqlite3
need pdftotext poppler-utils
[ -e /usr/include/openssl/ssl.h ] || missing+=(libssl-dev)
[ -n "$(find /usr/lib/postgresql -name initdb 2>/dev/null | head -n 1)" ] || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
  say "Installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v cargo >/dev/null 2>&1; then
  echo "Rust is missing. Install it from https://rustup.rs and run this again." >&2
  exit 1
fi
if command -v rustup >/dev/null 2>&1 && ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then
  say "Adding the wasm32 target"
  rustup target add wasm32-unknown-unknown
fi

# The tools are built once without the project's own flags.
unset RUSTFLAGS
if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $wasm_bindgen" ]; then
  say "Installing wasm-bindgen $wasm_bindgen (about two minutes, once)"
  # Without --locked: the lock names a version of a dependency that not every registry mirror serves yet.
  cargo install --quiet wasm-bindgen-cli --version "$wasm_bindgen"
fi
if [ "$(cargo leptos --version 2>/dev/null | head -n 1)" != "cargo-leptos $cargo_leptos" ]; then
  if command -v cargo-binstall >/dev/null 2>&1; then
    say "Fetching cargo-leptos $cargo_leptos"
    cargo binstall --no-confirm "cargo-leptos@$cargo_leptos" || true
  fi
fi
if [ "$(cargo leptos --version 2>/dev/null | head -n 1)" != "cargo-leptos $cargo_leptos" ]; then
  say "Installing cargo-leptos $cargo_leptos (about eight minutes, once)"
  # Its own profile spends five minutes on a link that saves nothing here.
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    cargo install --quiet cargo-leptos --version "$cargo_leptos" --locked --features no_downloads
fi

if [ ! -e end2end/node_modules/.package-lock.json ] || [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
  say "Installing the browser tests' packages"
  (cd end2end && npm ci --no-audit --no-fund --loglevel=error)
fi
