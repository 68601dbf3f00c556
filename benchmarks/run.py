"""Measure `assign` against its peers in one run, alternating, and write docs/benchmarks.md.

    make bench                     everything, about 12 minutes, on an otherwise quiet machine
    make bench ARGS="--only dense --sizes 1000 --repeat 3"

`--only` takes dense, sparse, published, prices, startup; `--sizes` the numbers of needs;
`--routes` words of the routes' names (ours is always there). A run of at least 7 repetitions with
every route puts its figures into benchmarks/figures.json, beside those of other instances, and
writes the page from them; `--write` does so for any run, `--dry` never. A peer is given `--cap`
seconds for a call.
"""

import argparse
import pickle
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import page  # noqa: E402
from benchmarks.instances import Instance, recipes  # noqa: E402
from benchmarks.prices import forced_prices_figures  # noqa: E402
from benchmarks.routes import INEXACT, OURS, ROUTES  # noqa: E402
from benchmarks.startup import startup_figures  # noqa: E402
from benchmarks.worker import Call, Ended, Worker  # noqa: E402

OUR_CAP = 300
NEAR, FAR = 1.6, 6.0
"""First calls of this many times the quickest peer's: full repetitions, a few, one only."""
EVERY = ["dense", "sparse", "published", "prices", "startup"]
FEW = 3
LEAST_SECONDS = 0.03


@dataclass
class Figures:
    """What one route did on one instance."""

    calls: list[Call] = field(default_factory=list)
    ended: str = ""
    wanted: int = 1


def main() -> int:
    """Measure what is asked for, print it, and keep it."""
    options = arguments()
    began = time.perf_counter()
    found: dict[str, Any] = {}
    absent: list[str] = []
    beaten: dict[tuple[str, str], str] = {}
    places = {key: place for place, (key, _) in enumerate(recipes([], EVERY))}
    for key, make in recipes(options.sizes, options.only):
        instance = make()
        if instance is None:
            absent.append(key)
            continue
        found[instance.name] = measured(instance, options, beaten) | {"place": places[key]}
        print("\n".join(page.lines_of(instance.name, found[instance.name])), flush=True)
    if absent:
        print(f"absent (no ../shared/matching beside the repository): {', '.join(absent)}")
    prices = forced_prices_figures(options.repeat) if "prices" in options.only else None
    if prices:
        print("\n".join(page.price_lines(prices)))
    startup = startup_figures() if "startup" in options.only else None
    for name, seconds in (startup or {}).items():
        print(name, {key: round(value, 3) for key, value in seconds.items()})
    print(f"{time.perf_counter() - began:.0f} s in all")
    full = options.repeat >= page.FULL and not options.routes
    if (full or options.write) and not options.dry:
        page.keep(instances=found, absent=absent, prices=prices, startup=startup)
        print(f"kept in {page.FIGURES.relative_to(ROOT)} and {page.PAGE.relative_to(ROOT)}")
    if missed := [name for name, one in found.items() if page.verdict(one) == "missed"]:
        print(f"bars missed: {'; '.join(missed)}")
    disagree = [name for name, one in found.items() if not one["agree"]]
    if disagree:
        print(f"objectives disagree: {', '.join(disagree)}")
    return int(bool(disagree))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=EVERY, default=EVERY)
    parser.add_argument("--sizes", nargs="+", type=int, default=[])
    parser.add_argument("--routes", nargs="+", default=[])
    parser.add_argument("--repeat", type=int, default=page.FULL)
    parser.add_argument("--cap", type=float, default=20.0, help="seconds a peer is given")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--dry", action="store_true")
    return parser.parse_args()


def measured(
    instance: Instance, options: argparse.Namespace, beaten: dict[tuple[str, str], str]
) -> dict[str, Any]:
    """Run every route in turn on one instance; return its figures as JSON takes them."""
    figures = {
        name: Figures()
        for name, (fits, _) in ROUTES.items()
        if fits(instance)
        and (name == OURS or not options.routes or any(word in name for word in options.routes))
    }
    workers: dict[str, Worker] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "instance"
        file.write_bytes(pickle.dumps(instance, protocol=5))
        try:
            for name, figure in figures.items():
                _first(name, figure, workers, instance, file, options.cap, beaten)
            _share_out(figures, options.repeat)
            # After the first round only processes at rest remain, so each pass is alternating.
            for turn in range(options.repeat):
                for name in list(workers):
                    if turn < figures[name].wanted:
                        _again(name, figures[name], workers, options.cap)
        finally:
            for worker in workers.values():
                worker.end()
    return _as_json(instance, figures)


def _first(
    name: str,
    figure: Figures,
    workers: dict[str, Worker],
    instance: Instance,
    file: Path,
    cap: float,
    beaten: dict[tuple[str, str], str],
) -> None:
    """Start a route and make its first call, which loads libraries and compiled code."""
    slow = beaten.get((name, instance.family))
    if slow and instance.kind != "published":
        figure.ended = f"not run: {slow}"
        return
    try:
        workers[name] = Worker(name, file)
        figure.calls.append(workers[name].run(OUR_CAP if name == OURS else cap))
    except Ended as reason:
        figure.ended = str(reason)
        if "not finished" in figure.ended or "matrix" in figure.ended:
            beaten[name, instance.family] = f"{figure.ended} at {instance.name}"
        if name in workers:
            workers.pop(name).end()


def _again(name: str, figure: Figures, workers: dict[str, Worker], cap: float) -> None:
    try:
        figure.calls.append(workers[name].run(OUR_CAP if name == OURS else 2 * cap, _often(figure)))
    except Ended as reason:
        figure.ended = f"a later call {reason}"
        workers.pop(name).end()


def _often(figure: Figures) -> int:
    """Say how often to call in one go, so that the clock sees some hundredths of a second."""
    return min(200, max(1, int(LEAST_SECONDS / figure.calls[0].seconds)))


def _share_out(figures: dict[str, Figures], repeat: int) -> None:
    """Give ours and the quick peers all repetitions, slow ones a few, hopeless ones the first."""
    firsts = {
        name: figure.calls[0].seconds
        for name, figure in figures.items()
        if figure.calls and name != OURS and name not in INEXACT
    }
    best = min(firsts.values(), default=0.0)
    for name, figure in figures.items():
        if not figure.calls:
            continue
        first = figure.calls[0].seconds
        if name == OURS or first <= max(NEAR * best, 0.3):
            figure.wanted = repeat
        elif first <= max(FAR * best, 2.0):
            figure.wanted = min(FEW, repeat)
        else:
            figure.wanted = 0


def _as_json(instance: Instance, figures: dict[str, Figures]) -> dict[str, Any]:
    """Return the figures of an instance with medians, spread, ratios and agreement."""
    optimum = instance.known
    if optimum is None and figures[OURS].calls:
        optimum = figures[OURS].calls[0].total
    rows, agree = [], True
    for name, figure in figures.items():
        if not figure.calls:
            rows.append({"route": name, "ended": figure.ended})
            continue
        # The first call counts only where it is the only one.
        warm = figure.calls[1:] or figure.calls
        seconds = [call.seconds for call in warm]
        off = optimum - warm[0].total if optimum is not None else 0
        exact = all(call.total == optimum for call in figure.calls)
        agree &= exact or name in INEXACT
        row: dict[str, Any] = {
            "route": name,
            "first": figure.calls[0].seconds,
            "median": statistics.median(seconds),
            "least": min(seconds),
            "most": max(seconds),
            "runs": len(seconds),
            "only_first": len(figure.calls) == 1,
            "peak_mb": max(call.peak_mb for call in warm),
            "first_mb": figure.calls[0].peak_mb,
            "off": off,
            "exact": exact,
            "ended": figure.ended,
        }
        if name == OURS:
            row["solver"] = warm[0].solver
            row["gap"] = statistics.median(call.gap_seconds or 0.0 for call in warm)
        rows.append(row)
    return {
        "kind": instance.kind,
        "family": instance.family,
        "known": instance.known is not None,
        "agree": agree,
        "rows": rows,
    }


if __name__ == "__main__":
    raise SystemExit(main())
