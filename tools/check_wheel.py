"""Fail where a wheel lacks what the product needs at run time: python tools/check_wheel.py FILE."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# folder in the tree -> folder in the wheel
CARRIED = {
    "matchmaker": "matchmaker",
    "templates": "matchmaker/templates",
    "static": "matchmaker/static",
}
NOT_CARRIED = (".po", ".gitkeep", ".gitignore")


def main(wheel: str) -> int:
    """Compare the wheel with the tracked files and print what is missing."""
    listing = subprocess.run(
        ["git", "ls-files", *CARRIED], cwd=ROOT, check=True, capture_output=True, text=True
    )
    inside = set(zipfile.ZipFile(wheel).namelist())
    missing = []
    for name in listing.stdout.splitlines():
        top, _, rest = name.partition("/")
        if not name.endswith(NOT_CARRIED) and f"{CARRIED[top]}/{rest}" not in inside:
            missing.append(name)
    print(f"{Path(wheel).name}: {len(inside)} files, {len(missing)} missing")
    for line in missing:
        print(line)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
