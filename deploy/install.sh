#!/usr/bin/env bash
# Installs on a plain server by running the blocks of docs/deploy.md; run it as root, again once .env is filled in.
# `deploy/install.sh --blocks NAME…` only prints the blocks of these names.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

blocks() { # names
    local name
    for name in "$@"; do
        awk -v opening="^\`\`\`sh $name\$" '$0 ~ opening { on = 1; next } /^```/ { on = 0 } on' "$here/docs/deploy.md"
    done
}

run() { # names
    bash -euxc "$(blocks "$@")"
}

if [ "${1:-}" = --blocks ]; then blocks "${@:2}"; exit; fi
[ "$(id -u)" = 0 ] || { echo "Run this as root." >&2; exit 1; }
[ "$here" = /opt/countersign ] || { echo "Put the sources into /opt/countersign; they are in $here." >&2; exit 1; }
run install
if ! grep -qE '^COUNTERSIGN_TELEGRAM_TOKEN=.+' "$here/.env"; then
    echo "Now fill in /opt/countersign/.env (token, company, address), then run deploy/install.sh again."
    exit
fi
run setup
echo "It runs. For TLS and a check see docs/deploy.md; then docs/live.md, section 2."
