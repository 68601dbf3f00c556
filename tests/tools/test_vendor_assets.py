import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_vendored_files_agree_with_their_manifest():
    done = subprocess.run(
        [sys.executable, "tools/vendor_assets.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_npm_lock_names_no_registry():
    lock = (ROOT / "tools/npm/package-lock.json").read_text()
    assert '"resolved"' not in lock
