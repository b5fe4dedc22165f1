#!/usr/bin/env bash
# Fails when a crate has come to depend on something it must never know. The list is the invariants of ARCHITECTURE.md.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
never() {
  local crate=$1 dependency=$2 why=$3
  shift 3
  # Without a way to it Cargo prints nothing; for a package of no crate here it fails.
  if [ -n "$(cargo tree --quiet --package "$crate" --edges normal --invert "$dependency" "$@" 2>/dev/null)" ]; then
    echo "$crate depends on $dependency: $why" >&2
    status=1
  fi
}

for dependency in sqlx axum leptos tokio web-sys js-sys wasm-bindgen getrandom; do
  never shared "$dependency" "the rules do no I/O and know no framework"
done
# Tokio's channels come along with the browser's database; its runtime does not.
for dependency in sqlx axum hyper zip argon2 typst papers; do
  never app "$dependency" "the screens ask the Backend" --target wasm32-unknown-unknown --features csr
done
for dependency in app server sqlx axum tokio leptos; do
  never papers "$dependency" "papers are data in and bytes out"
done
never app sqlx "SQL lives in server/src/db" --features ssr
never app server "the server takes the app, not the other way round" --features ssr

# Inside a crate: what is only text for Cargo.
inside() {
  local pattern=$1 path=$2 why=$3
  shift 3
  if grep -rnE "$pattern" "$path" --include='*.rs' "$@"; then
    echo "^ $why" >&2
    status=1
  fi
}
inside 'sqlx::(query|raw_sql|Row)' server/src 'SQL only in server/src/db' --exclude-dir=db --exclude=db.rs
inside '<textarea[^>]*>[^<]' app/src 'the renderer writes what stands in a textarea as markup; TextArea escapes it' --exclude=text_area.rs
inside 'gloo_storage|indexed_db_futures' app/src 'browser storage only in app/src/offline' --exclude-dir=offline --exclude=offline.rs
inside 'crate::(pages|store|offline)' app/src/components 'components draw their props and know nothing else'
inside 'crate::pages' app/src/store 'the store knows no page'

[ "$status" = 0 ] && echo "imports point the right way"
exit "$status"
