"""The tracked files, for the tests of this folder."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = ("static/vendor/",)


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the tree that git tracks or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = sorted(set(listing.stdout.decode().split("\0")) - {""})
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def ours(*suffixes: str) -> list[Path]:
    """Return the files with one of these endings, without what others wrote."""
    return [
        path
        for path in tracked()
        if path.suffix in suffixes and not name_of(path).startswith(NOT_OURS)
    ]


def name_of(path: Path) -> str:
    """Return the path as seen from the root."""
    return path.relative_to(ROOT).as_posix()


def hits(paths, pattern) -> list[str]:
    """Return place and line of each match of a pattern in these files."""
    return [
        f"{name_of(path)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(_text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def _text(path: Path) -> str:
    """Return a file's text, nothing for a binary one."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
