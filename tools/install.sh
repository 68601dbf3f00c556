#!/usr/bin/env bash
# Install one lock into .venv: tools/install.sh runtime|test|bench. Nothing happens when it is installed already.
#
# Needs python 3.11 or newer with venv, nothing else. The lock is compared by content, because a
# fresh checkout gives every file a new time. test and bench hold the same versions as runtime.
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?runtime, test or bench}
lock=requirements/$name.txt
stamp=.venv/.installed-$name

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer with its venv module is needed (Debian: python3.11-venv)." >&2
    return 1
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    echo "Making .venv with $python ..."
    "$python" -m venv --clear .venv
fi
if ! cmp -s "$lock" "$stamp"; then
    echo "Installing $lock ..."
    rm -f "$stamp"
    # The lock is complete, so nothing is resolved; Python compiles what it uses at the first import.
    .venv/bin/python -m pip --disable-pip-version-check --no-input install -qq \
        --no-compile --require-hashes --no-deps -r "$lock"
    cp "$lock" "$stamp"
fi
