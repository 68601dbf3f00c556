"""Change the pure code in small ways with mutmut and see whether a test notices.

    make mutation                                    all of it, about five minutes on two cores
    make mutation ARGS='matchmaker.matching.explain*'    one module
    make mutation ARGS=--write                       also writes the survivors into docs/mutation.md

What is changed and which tests run stands in pyproject.toml, [tool.mutmut]. Ends with the share
that was noticed, and fails below 85 %. A changed line that no test reaches counts as not noticed; a
change that makes the tests run for ever counts as noticed.
"""

import argparse
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutation.md"
LEAST_SHARE = 0.85
NOTICED = ("killed", "timeout", "segfault")
START, END = "<!-- survivors: written by tools/mutation.py -->", "<!-- end of survivors -->"
MUTMUT = [sys.executable, "-m", "mutmut"]


def main() -> int:
    """Run mutmut, tell the share for each module, write the survivors where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="only these changes, e.g. 'matchmaker.*.explain*'")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--no-run", action="store_true", help="report on the last run only")
    options = parser.parse_args()
    if not options.no_run:
        command = [*MUTMUT, "run", *options.names]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return 1
    states = states_of(_output("results", "--all", "true"))
    if not states:
        print("mutmut tells of no change; is there a run?")
        return 1
    lines, share = summary(states)
    print("\n".join(lines))
    if options.write:
        _write(lines, states)
    return int(share < LEAST_SHARE)


def _output(*arguments: str) -> str:
    command = [*MUTMUT, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def states_of(text: str) -> dict[str, str]:
    """Return the state of each tried change from what `mutmut results` prints."""
    found = dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+?)\s*$", text, re.M))
    return {name: state for name, state in found.items() if state != "not checked"}


def summary(states: dict[str, str]) -> tuple[list[str], float]:
    """Return the table of modules and the share that was noticed."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, state in states.items():
        for module in (_module(name), "together"):
            counts[module]["changes"] += 1
            counts[module]["noticed"] += state in NOTICED
            counts[module]["no tests"] += state == "no tests"
    lines = ["| module | changes | noticed | share | reached by no test |", "|---|---|---|---|---|"]
    share = 0.0
    for module in [*sorted(set(counts) - {"together"}), "together"]:
        one = counts[module]
        share = one["noticed"] / one["changes"]
        lines.append(
            f"| {module} | {one['changes']} | {one['noticed']} | {share:.1%} | {one['no tests']} |"
        )
    return lines, share


def _module(name: str) -> str:
    return name.rsplit(".", 1)[0]


def _function(name: str) -> str:
    """Return the function's name: mutmut writes x_f and, for methods, xǁClassǁf."""
    bare = re.sub(r"__mutmut_\d+$", "", name.rsplit(".", 1)[1])
    return ".".join(bare.removeprefix("xǁ").split("ǁ")) if "ǁ" in bare else bare.removeprefix("x_")


def _write(table: list[str], states: dict[str, str]) -> None:
    """Put the table and the changed lines of the survivors between the marks of the page."""
    lines = [*table, ""]
    left = [name for name, state in states.items() if state not in NOTICED]
    for name in sorted(left, key=lambda name: (_module(name), name)):
        lines.append(f"- `{_module(name).rsplit('.', 1)[1]}.{_function(name)}`: {_change(name)}")
    text = PAGE.read_text(encoding="utf-8")
    head, tail = text[: text.index(START) + len(START)], text[text.index(END) :]
    PAGE.write_text("\n".join([head, "", *lines, "", tail]), encoding="utf-8")


def _change(name: str) -> str:
    """Return what was changed, as `old` -> `new`."""
    shown = _output("show", name).splitlines()
    old = [line[1:].strip() for line in shown if re.match(r"-(?!--)", line)]
    new = [line[1:].strip() for line in shown if re.match(r"\+(?!\+\+)", line)]
    return f"`{' '.join(old)}` became `{' '.join(new)}`"


if __name__ == "__main__":
    raise SystemExit(main())
