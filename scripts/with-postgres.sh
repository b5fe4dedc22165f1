#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL, told to it as BANHOC_TEST_POSTGRES; the cluster is gone afterwards.
# Usage: with-postgres.sh COMMAND...
set -euo pipefail

bin=$(dirname "$(find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -n 1)")
if [ "$bin" = . ]; then
  echo "PostgreSQL is missing; run make setup." >&2
  exit 1
fi
cluster=$(mktemp -d /tmp/banhoc-postgres.XXXXXX)
# PostgreSQL refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres "$cluster"; fi
stop() {
  as_owner "$bin/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$cluster"
}
trap stop EXIT

cd /
# An authority, a certificate of it for 127.0.0.1, and another authority that signed nothing.
tls=$cluster/tls
mkdir "$tls"
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
    -keyout "$tls/$1.key" -out "$tls/$1.pem" 2>/dev/null
}
authority authority
authority another
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=postgres \
  -keyout "$tls/server.key" -out "$tls/server.csr" 2>/dev/null
openssl x509 -req -in "$tls/server.csr" -CA "$tls/authority.pem" -CAkey "$tls/authority.key" -CAcreateserial -days 2 \
  -extfile <(echo subjectAltName=IP:127.0.0.1) -out "$tls/server.pem" 2>/dev/null
chmod 600 "$tls"/*.key
if [ "$(id -u)" = 0 ]; then chown -R postgres "$tls"; fi
as_owner "$bin/initdb" -D "$cluster/data" --username=banhoc --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
# A port that nobody uses: the kernel's choice. Settings that matter for durability stay as they are.
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
as_owner "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w start \
  -o "-p $port -k $cluster -c listen_addresses=127.0.0.1 -c max_connections=400 \
      -c ssl=on -c ssl_cert_file=$tls/server.pem -c ssl_key_file=$tls/server.key" >/dev/null
cd - >/dev/null
export BANHOC_TEST_POSTGRES="postgres://banhoc@127.0.0.1:$port"
# For the one test that asks for it; the others are quicker without.
export BANHOC_TEST_POSTGRES_TLS="$tls"
export PGSSLMODE=disable
# What psql and pg_ctl of a test need to stop it at once.
export BANHOC_TEST_POSTGRES_DATA="$cluster/data"
"$@"
