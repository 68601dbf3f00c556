"""Keep the figures of all runs and write docs/benchmarks.md from them."""

import json
import os
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.routes import INEXACT, OURS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
FIGURES = ROOT / "benchmarks" / "figures.json"
FULL = 7
"""Repetitions of a run that counts."""
BY_HAND = "## The file job"
"""Where the part of the page begins that is written by hand."""
WRAPPED = {"dense", "sparse", "lp", "milp"}
"""Names of `Assignment.solver` that run a kernel of scipy; the others are our own."""
PACKAGES = ("numpy", "scipy", "numba", "lapx", "ortools", "highspy")
Figures = dict[str, Any]


def keep(**parts: Any) -> None:
    """Put new figures beside the old ones and write the page; None leaves a part as it is.

    Without parts the page is written anew from the kept figures.
    """
    stored: Figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    about = {"date": date.today().isoformat(), "commit": _commit(), "machine": machine()}
    about["command"] = " ".join(["python", "benchmarks/" + Path(sys.argv[0]).name, *sys.argv[1:]])
    for name, part in parts.items():
        if part is None:
            continue
        if name == "instances":
            fresh = {key: value | {"about": about} for key, value in part.items()}
            stored["instances"] = stored.get("instances", {}) | fresh
        elif name == "absent":
            stored[name] = part
        else:
            stored[name] = {"figures": part, "about": about}
    FIGURES.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    by_hand = old[old.find(BY_HAND) :] if BY_HAND in old else ""
    PAGE.write_text(text(stored) + by_hand, encoding="utf-8")


def machine() -> str:
    """Say what the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = models[0] if models else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def versions() -> str:
    """List the versions that were measured."""
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} absent")
    return ", ".join(found)


def best_peer(figures: Figures) -> Figures | None:
    """Return the row of the quickest peer that found the optimum."""
    rows = [
        row
        for row in figures["rows"]
        if row["route"] != OURS and row["route"] not in INEXACT and row.get("exact")
    ]
    return min(rows, key=lambda row: float(row["median"]), default=None)


def our_row(figures: Figures) -> Figures:
    """Return our own row."""
    return next(row for row in figures["rows"] if row["route"] == OURS)


def bar_of(figures: Figures) -> float:
    """Return the greatest ratio the issue allows: 1.0 for our kernel, more where one is wrapped."""
    if our_row(figures).get("solver") not in WRAPPED:
        return 1.0
    return 1.3 if figures["family"] == "uniform" else 1.1


def ratio_of(figures: Figures) -> float | None:
    """Return our median over the best peer's; None where either is missing."""
    ours, peer = our_row(figures), best_peer(figures)
    return ours["median"] / peer["median"] if peer and "median" in ours else None


def verdict(figures: Figures) -> str:
    """Say whether the bar is kept."""
    ratio = ratio_of(figures)
    if ratio is None:
        return "no peer finished" if "median" in our_row(figures) else "not measured"
    return "kept" if round(ratio, 2) <= bar_of(figures) else "missed"


def lines_of(name: str, figures: Figures) -> list[str]:
    """Return the detailed lines of one instance."""
    ratio, peer = ratio_of(figures), best_peer(figures)
    mark = "" if ratio is None else f": ratio {ratio:.2f}, bar {bar_of(figures):.1f}"
    lines = [f"{name}{mark}, {verdict(figures)}"]
    for row in figures["rows"]:
        lines.append(f"  {row['route']:42}" + _cells(row, peer))
    return lines


def _cells(row: Figures, peer: Figures | None) -> str:
    if "median" not in row:
        return str(row["ended"])
    least_to_most = f"{seconds(row['least'])}-{seconds(row['most'])}"
    times = f"{seconds(row['median']):>10}{least_to_most:>20}{row['runs']:>3}"
    ratio = f"{row['median'] / peer['median']:9.2f}" if peer else " " * 9
    memory = f"{row['peak_mb']:7.0f}"
    first = f"{row['first']:9.3f}{row['first_mb']:7.0f}"
    notes = [f"gap +{seconds(row['gap'])} s, route {row['solver']}"] if "gap" in row else []
    if row["only_first"]:
        notes.append("first call only")
    if not row["exact"]:
        notes.append(f"not exact: {row['off']} grid units below the optimum")
    if row["ended"]:
        notes.append(row["ended"])
    return f"{times}{ratio}{memory}{first}  {'; '.join(notes)}".rstrip()


def seconds(value: float) -> str:
    """Write seconds with three figures that mean something."""
    return f"{value:.{2 if value >= 10 else 3 if value >= 0.1 else 4 if value >= 0.01 else 6}f}"


HEADING = (
    f"  {'route':42}{'median s':>10}{'spread s':>20}{'n':>3}{'ratio':>9}{'MB':>7}"
    f"{'first s':>9}{'MB':>7}"
)


def price_lines(prices: list[Figures]) -> list[str]:
    """Return the lines about forced prices."""
    lines = []
    for row in prices:
        what = f"{row['family']} {row['size']:,} x {row['size']:,}"
        if "ended" in row:
            lines.append(f"| {what} | {row['ended']} | | | | missed |")
            continue
        ratio = row["forced"] / row["assign"]
        lines.append(
            f"| {what} | {_span(row['forced'], row['forced_spread'])} | "
            f"{_span(row['assign'], row['assign_spread'])} | {row['runs']} | {ratio:.2f} | "
            f"{'kept' if ratio <= 1.0 else 'missed'} |"
        )
    return lines


def _span(median: float, spread: list[float]) -> str:
    return f"{median:.2f} ({spread[0]:.2f}-{spread[1]:.2f})"


def text(stored: Figures) -> str:
    """Return the generated part of docs/benchmarks.md."""
    parts = [_opening(stored), _summary(stored), _details(stored), _prices(stored)]
    parts += [_startup(stored), _growth(stored), _components(stored)]
    return "\n".join(part for part in parts if part) + "\n"


def _sorted(stored: Figures) -> list[tuple[str, Figures]]:
    """Return the instances in the order of a whole run."""
    items = list(stored.get("instances", {}).items())
    return sorted(items, key=lambda item: int(item[1]["place"]))


def _about(about: Figures) -> str:
    return f"{about['date']}, commit {about['commit']}, `{about['command']}`"


def _opening(stored: Figures) -> str:
    runs = list(dict.fromkeys(_about(one["about"]) for _, one in _sorted(stored)))
    machines = list(dict.fromkeys(one["about"]["machine"] for _, one in _sorted(stored)))
    return f"""# Benchmarks

`make bench` measures everything here up to "The file job" and writes this page; its options
(`python benchmarks/run.py --help`) measure a part, which replaces only its own lines.

Machine: {"; ".join(machines)}. {versions()}.
Runs: {"; ".join(runs)}.

How it is measured. Every route runs in a process of its own; they take turns, so that what
disturbs the machine disturbs all. Figures are medians with least and greatest of `n` calls (7; a
peer several times slower than the best gets 3, or its first call only, and the line says so; one
that is not finished in the cap says that). The first call of a process, which loads libraries and
compiled code, stands in a column of its own. The clock of `assign` covers everything from the
caller's float scores to `pairs` and `total`: checks, rounding to the grid, layout, solving. The
peers' matrices, index arrays and integer costs are laid out before their clock starts: the
comparison is in the peers' favour. Solvers that are objects (ortools, HiGHS) are filled inside it,
by their vector calls. The chosen pairs of every call of every route are checked against the places
and summed in grid integers (1e-9), and must agree exactly. "Single precision" is what lapx does by
default; it solves rounded costs and is no peer for the ratio. "Components" is a recipe around the
peer's dense call that a caller can write in twenty lines, inside its clock. Memory is the greatest
of a call above what the process held before, instance and peer's form included. `gap` is the time
of reading the certificate afterwards. The ratio is to the best peer that solves the instance
exactly; the bar is 1.0 where our own kernel runs, 1.1 where a kernel of scipy does (1.3 at dense
uniform).
"""


def _summary(stored: Figures) -> str:
    lines = [
        "## Ratio to the best exact peer",
        "",
        "| instance | assign s | gap s | best exact peer | its s | ratio | bar | | MB | its MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in _sorted(stored):
        ours, peer, ratio = our_row(one), best_peer(one), ratio_of(one)
        if "median" not in ours:
            lines.append(f"| {name} | {ours['ended']} | | | | | | missed | | |")
            continue
        theirs = (
            f"{peer['route']} | {seconds(peer['median'])} | {ratio:.2f}" if peer else "none | | "
        )
        memory = " | ".join(f"{row['peak_mb']:.0f}" if row else "" for row in (ours, peer))
        lines.append(
            f"| {name} | {seconds(ours['median'])} | {seconds(ours['gap'])} | {theirs} "
            f"| {bar_of(one):.1f} | {verdict(one)} | {memory} |"
        )
    if stored.get("absent"):
        lines += ["", f"Absent, no ../shared/matching beside the repository: {stored['absent']}."]
    return "\n".join(lines) + "\n"


def _details(stored: Figures) -> str:
    lines = ["## Every route", "", "```", HEADING]
    for name, one in _sorted(stored):
        lines += lines_of(name, one)
    return "\n".join([*lines, "```"]) + "\n"


def _prices(stored: Figures) -> str:
    if "prices" not in stored:
        return ""
    head = [
        "## The price of forcing any pair",
        "",
        "`forced_prices` gives the whole matrix; the bar is the time of 20 calls of `assign` on",
        f"the same scores. Medians (spread), seconds. {_about(stored['prices']['about'])}.",
        "",
        "| scores | forced_prices s | 20 x assign s | n | ratio | bar 1.0 |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join(head + price_lines(stored["prices"]["figures"])) + "\n"


def _startup(stored: Figures) -> str:
    if "startup" not in stored:
        return ""
    figures = stored["startup"]["figures"]
    columns = list(next(iter(figures.values())))
    lines = [
        "## What a process pays once",
        "",
        "Seconds of the imports and of the first and second call (the sparse one has 20 candidates",
        "per need and 3 places per offer), gap included, in a process that finds no compiled code",
        f"of an earlier one, and in the next. {_about(stored['startup']['about'])}.",
        "",
        f"| | {' | '.join(columns)} |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, row in figures.items():
        lines.append(f"| {name} | {' | '.join(f'{row[c]:.3f}' for c in columns)} |")
    return "\n".join(lines) + "\n"


def _growth(stored: Figures) -> str:
    if "growth" not in stored:
        return ""
    figures, about = stored["growth"]["figures"], stored["growth"]["about"]
    lines = [
        "## How the cost grows",
        "",
        "20 candidates per need for `assign` (certificate included); the whole round is made-up",
        "needs and offers in blocks of 250, from snapshot to explanations. p is fitted to",
        f"seconds = c (n log n)^p over n >= 2,000; in blocks the bar is 1. {_about(about)}.",
        "",
        "![Seconds by number of needs](images/growth.svg)",
        "",
        "| series | p (standard error) | seconds by n |",
        "|---|---|---|",
    ]
    for name, points in figures["series"].items():
        fit = figures["exponents"][name]
        told = f"{fit[0]:.2f} ({fit[1]:.2f})" if fit else "too few sizes"
        steps = ", ".join(f"{point['n']:,}: {seconds(point['seconds'])}" for point in points)
        lines.append(f"| {name} | {told} | {steps} |")
    lines += [
        "",
        "| whole round | s | MB | candidate pairs | seconds by step |",
        "|---|---|---|---|---|",
    ]
    rounds = {f"{p['n']:,} in blocks": p for p in figures["series"].get("whole round, blocks", [])}
    for name, point in (
        {"1,000 x 1,000 in one piece (bar 5 s)": figures["thousand"]} | rounds
    ).items():
        if point:
            steps = ", ".join(f"{step} {seconds(value)}" for step, value in point["steps"].items())
            lines.append(
                f"| {name} | {seconds(point['seconds'])} | {point['peak_mb']:.0f} "
                f"| {point['candidates']:,} | {steps} |"
            )
    return "\n".join(lines) + "\n"


def component_lines(rows: list[Figures]) -> list[str]:
    """Return the table of components."""
    lines = [
        "| round | graph | pairs | needs with a pair | without | components | largest |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        largest = "; ".join(f"{needs:,} x {offers:,}" for needs, offers in row["sizes"])
        lines.append(
            f"| {row['round']} | {row['graph']} | {row['pairs']:,} | {row['needs']:,} "
            f"| {row['alone']:,} | {row['components']:,} | {largest} |"
        )
    return lines


def _components(stored: Figures) -> str:
    if "components" not in stored:
        return ""
    about = _about(stored["components"]["about"])
    head = ["## Do real score graphs fall into components?", "", f"{about}.", ""]
    return "\n".join(head + component_lines(stored["components"]["figures"])) + "\n"
