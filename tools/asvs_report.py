"""Say which requirements of ASVS 5.0 the tests prove: id, level, what it asks for, tests, result.

Runs the tests that carry the mark `asvs`, prints one line per id of tools/asvs.csv and ends with 1
where a test failed. With --collect-only nothing is run and each result is a dash.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("asvs.csv")


class Results:
    """Notes, while pytest runs, which ids each test names and how it ended."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, str]] = defaultdict(dict)
        self._ids: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, config, items):
        """Keep the tests that name an id."""
        kept = []
        for item in items:
            ids = [one for mark in item.iter_markers("asvs") for one in mark.args]
            if ids:
                kept.append(item)
                self._ids[item.nodeid] = ids
                for one in ids:
                    self.tests[one].setdefault(name_of(item.nodeid), "-")
        items[:] = kept

    def pytest_runtest_logreport(self, report):
        """Take over how a test ended; one failure of a test's cases makes it failed."""
        for one in self._ids.get(report.nodeid, ()):
            name = name_of(report.nodeid)
            if report.failed:
                self.tests[one][name] = "failed"
            elif report.when == "call" and self.tests[one][name] == "-":
                self.tests[one][name] = "passed"


def name_of(nodeid: str) -> str:
    """Return file and test without the values of its case."""
    return nodeid.split("[")[0].removeprefix("tests/")


def line_of(row: dict[str, str], tests: dict[str, str]) -> str:
    """Return the line of one requirement."""
    ends = set(tests.values())
    result = next((end for end in ("failed", "-", "passed") if end in ends), "no test")
    names = ", ".join(sorted(tests)) or "-"
    return f"{row['id']:8} L{row['level']}  {result:8} {row['asks for']}: {names}"


def main(arguments: list[str]) -> int:
    """Run or collect the marked tests and print the list."""
    results = Results()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *arguments], plugins=[results])
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print()
    for row in rows:
        print(line_of(row, results.tests.get(row["id"], {})))
    n_proved = sum(row["id"] in results.tests for row in rows)
    others = sorted(set(results.tests) - {row["id"] for row in rows})
    print(f"\n{n_proved} of {len(rows)} requirements have a test.", *others)
    return int(code)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
