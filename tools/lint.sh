#!/usr/bin/env bash
# Every check that is no test. Runs all of them, and fails when one failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/${VENV:-.venv}/bin
failed=0

check() {
    echo "== $1"
    shift
    "$@" || failed=1
}

check "style" "$bin/ruff" check .
check "layout of the code" "$bin/ruff" format --check .
check "import contracts" "$bin/lint-imports" --no-cache
check "types" "$bin/mypy"
check "catalogues" "$bin/python" tools/check_catalogues.py
[ $failed = 0 ] && echo "== all good" || echo "== something failed, see above"
exit $failed
