#!/bin/sh
# Installs the Debian packages of the tools that are missing.
# usage: system-packages.sh SUDO tool:package ...
set -eu
sudo=$1
shift
missing=""
for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0
echo "==> apt-get install$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "This system has no apt-get. Install these packages with its own tool, then run make again:$missing" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ] && [ -z "$sudo" ]; then
    echo "Root is needed for: apt-get install$missing. Run that as root once, then run make again." >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086 # one word a package
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
