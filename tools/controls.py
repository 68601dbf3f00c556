"""Switch each control off, one at a time, and see that the tests notice.

    make controls                                   every control of tools/controls.toml
    make controls ARGS='--only formula --only csrf'     those whose name holds a word
    make controls ARGS=--write                         also writes the table into docs/controls.md

The tree is copied; in the copy one line is changed so that the control no longer works, and the
tests that are named beside it run. They have to fail with it off, and to pass with all of them on.
"""

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("controls.toml")
PAGE = ROOT / "docs" / "controls.md"
START, END = "<!-- table: written by tools/controls.py -->", "<!-- end of the table -->"
FAILED = 1
"""pytest's exit code where tests ran and failed; any other says that something else is wrong."""
NOTICED, MISSED, BROKEN = "noticed", "NOT NOTICED", "BROKEN"


@dataclass(frozen=True)
class Control:
    """One control: where it stands, how it is switched off, and which tests have to notice."""

    name: str
    row: str
    file: str
    on: str
    off: str
    tests: tuple[str, ...]

    def problem(self, root: Path) -> str:
        """Return why this control cannot be switched off in a tree; empty where it can."""
        path = root / self.file
        if not path.is_file():
            return f"{self.file} is gone"
        n_found = path.read_text(encoding="utf-8").count(self.on)
        if n_found != 1:
            return f"its text stands {n_found} times in {self.file}"
        missing = [name for name in self.tests if not (root / name.split("::")[0]).is_file()]
        return f"no such test: {', '.join(missing)}" if missing else ""


def controls() -> list[Control]:
    """Return the controls of the list."""
    rows = tomllib.loads(LIST.read_text(encoding="utf-8"))["control"]
    return [Control(**row | {"row": str(row["row"]), "tests": tuple(row["tests"])}) for row in rows]


def main() -> int:
    """Switch off what was asked for, print the table, write it where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", default=[], help="a word of the name")
    parser.add_argument("--write", action="store_true")
    parser.add_argument(
        "--passed", action="store_true", help="the whole suite has just passed on this tree"
    )
    options = parser.parse_args()
    chosen = [
        one
        for one in controls()
        if not options.only or any(word in one.name for word in options.only)
    ]
    with tempfile.TemporaryDirectory(prefix="tandem-controls-") as folder:
        root = Path(folder) / "tree"
        _copy(root)
        if not options.passed and not _all_pass(root, chosen):
            print("With every control on, a test fails: nothing can be said.")
            return 1
        rows = [_tell(one, *_try(root, one)) for one in chosen]
    lines = [
        "| control | row | switched off in | tests | noticed |",
        "|---|---|---|---|---|",
        *rows,
    ]
    n_noticed = sum(f"| {NOTICED} |" in row for row in rows)
    print(f"\n{n_noticed} of {len(rows)} controls are noticed when they are off.")
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        head, tail = text[: text.index(START) + len(START)], text[text.index(END) :]
        PAGE.write_text("\n".join([head, "", *lines, "", tail]), encoding="utf-8")
    return int(n_noticed < len(rows))


def _copy(root: Path) -> None:
    """Copy what git knows, and lend the copy the installed packages."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, root / name
        if source.is_file() and not source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    # Compiled once: nothing is written later, so that no control is run from an older file.
    compileall.compile_dir(root / "matchmaker", quiet=1)
    # Some tests ask git what belongs to the tree.
    for words in (["init", "-q"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    # Tests read the data folder beside the repository, where there is one.
    shared = ROOT.parent / "shared"
    if shared.exists():
        (root.parent / "shared").symlink_to(shared.resolve())


def _all_pass(root: Path, chosen: list[Control]) -> bool:
    """Tell whether the tests pass while every control is on."""
    tests = sorted({test for one in chosen for test in one.tests})
    return _pytest(root, tests, stop=False) == 0


def _try(root: Path, control: Control) -> tuple[str, float]:
    """Switch one control off, run its tests, switch it on again."""
    began = time.monotonic()
    if problem := control.problem(root):
        return f"{BROKEN}: {problem}", 0.0
    path = root / control.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(control.on, control.off), encoding="utf-8")
    try:
        code = _pytest(root, list(control.tests), stop=True)
    finally:
        path.write_text(text, encoding="utf-8")
    state = {FAILED: NOTICED, 0: MISSED}.get(code, f"{BROKEN}: pytest ended with {code}")
    return state, time.monotonic() - began


def _pytest(root: Path, tests: list[str], *, stop: bool) -> int:
    """Run tests of the copy and return pytest's exit code."""
    command = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    quiet = subprocess.DEVNULL if stop else None
    ended = subprocess.run(
        [*command, *(["-x"] if stop else []), *tests],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=quiet,
        stderr=quiet,
        check=False,
    )
    return ended.returncode


def _tell(control: Control, state: str, seconds: float) -> str:
    """Print how one control did, and return its line of the table."""
    print(f"{state:12} {seconds:6.1f} s  {control.name}", flush=True)
    files = ", ".join(sorted({f"`{name.split('::')[0]}`" for name in control.tests}))
    return f"| {control.name} | {control.row} | `{control.file}` | {files} | {state} |"


def problems() -> Iterator[str]:
    """Yield what keeps a control of the list from being switched off in this tree."""
    for control in controls():
        if problem := control.problem(ROOT):
            yield f"{control.name}: {problem}"


if __name__ == "__main__":
    raise SystemExit(main())
