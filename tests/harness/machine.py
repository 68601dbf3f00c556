"""Find what the machine offers the tests: PostgreSQL, a Chromium, Pango. Standard library only."""

import ctypes
import os
import shutil
from pathlib import Path

WHOLE_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSERS = ("chromium-headless-shell", *WHOLE_BROWSERS)
"""The shell is the same browser without its own windows: it takes half the processor time."""

PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
"""Libraries with which papers are set (PDF)."""


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
    return _first_on_path(BROWSERS)


def whole_browser() -> str | None:
    """Return the path of a Chromium that can also show a PDF."""
    return _first_on_path(WHOLE_BROWSERS) or os.environ.get("TEST_CHROMIUM") or None


def _first_on_path(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def pango() -> bool:
    """Tell whether the libraries are there with which papers are set."""
    try:
        for name in PANGO:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True
