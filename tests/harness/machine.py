"""Find what the machine offers the tests: PostgreSQL and a Chromium. Standard library only."""

import os
import shutil
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def postgres_binaries() -> Path | None:
    """Return the folder that holds initdb and postgres, the newest version first."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_first = sorted(found, key=lambda path: path.parts[-3].zfill(4), reverse=True)
    for initdb in newest_first:
        if (initdb.parent / "postgres").exists():
            return initdb.parent
    return None


def chromium() -> str | None:
    """Return the path of a Chromium: TEST_CHROMIUM, else the first one on PATH."""
    named = os.environ.get("TEST_CHROMIUM")
    if named is not None:
        return named or None
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)
