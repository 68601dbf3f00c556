#!/usr/bin/env bash
# Write the hash-locked requirements again: tools/lock.sh [extra arguments for uv, e.g. --upgrade or -c FILE].
#
# The files name versions and hashes only, no index: where packages come from is the affair of the
# machine that installs them. Needs uv (UV=path where it is not on PATH); installing needs plain pip.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}

compile() {
    local out=$1
    shift
    "$uv" pip compile --quiet --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
        --custom-compile-command tools/lock.sh \
        --output-file "requirements/$out.txt" "$@"
}

compile runtime pyproject.toml "$@"
compile test pyproject.toml requirements/test.in -c requirements/runtime.txt "$@"
compile bench pyproject.toml requirements/bench.in -c requirements/runtime.txt "$@"
