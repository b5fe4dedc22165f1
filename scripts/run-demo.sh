#!/usr/bin/env bash
# Serves the demo district. Usage: run-demo.sh BANHOC SITE
set -euo pipefail
export LEPTOS_OUTPUT_NAME=banhoc LEPTOS_SITE_ROOT=$2 LEPTOS_HASH_FILES=true
exec "$1" demo
