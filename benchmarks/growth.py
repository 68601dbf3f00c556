"""Measure how the cost grows with the number of needs, and draw it.

    python benchmarks/growth.py [--largest 100000] [--largest-round 32000] [--write]

`assign` runs on 20 candidates per need, in blocks of 250 and as one component; the whole round
(snapshot to explanations) on made-up rounds in blocks of 250. The exponent p of
seconds = c (n log n)^p is fitted over the sizes from 2,000 on, where fixed costs no longer count;
in blocks it is to be at most 1. Also times the whole round of 1,000 x 1,000 in one piece, whose
bar is 5 s. `--write` puts figures and plot into docs/benchmarks.md.
"""

import argparse
import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import page  # noqa: E402
from benchmarks.chart import Line, chart  # noqa: E402
from benchmarks.instances import BLOCK, thin  # noqa: E402
from benchmarks.worker import forget_peak, trimmed_mb  # noqa: E402

FITTED_FROM = 2000
REPEATS = 3
STOP_SECONDS = 200
"""A series ends after a size that took so long."""
PLOT = ROOT / "docs" / "images" / "growth.svg"
SERIES = ("assign, blocks", "assign, one component", "whole round, blocks")
Point = dict[str, float]


def main() -> int:
    """Measure the series, print the exponents, write what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--largest-round", type=int, default=32_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found: dict[str, Any] = {"series": {}, "exponents": {}}
    for name in SERIES:
        largest = options.largest_round if name.startswith("whole") else options.largest
        points = measured(name, largest)
        found["series"][name] = points
        found["exponents"][name] = exponent(points)
        print(f"{name}: seconds ~ (n log n)^{_told(found['exponents'][name])}", flush=True)
    found["thousand"] = in_child(whole_round, 1000, None)
    print(f"whole round 1,000 x 1,000 in one piece: {found['thousand']}")
    if options.write:
        PLOT.write_text(drawing(found), encoding="utf-8")
        page.keep(growth=found)
    return 0


def measured(name: str, largest: int) -> list[Point]:
    """Return a point for each size until the largest, or until one takes too long."""
    sizes = [n for k in range(20) if (n := 500 * 2**k) < largest * 0.9] + [largest]
    points: list[Point] = []
    for n in sizes:
        if name.startswith("whole"):
            point = in_child(whole_round, n, BLOCK)
        else:
            point = in_child(assignment, n, name.split(", ")[1])
        if not point:
            print(f"  {name} {n:,}: not finished in {STOP_SECONDS * 3} s")
            break
        points.append({"n": n} | point)
        print(f"  {name} {n:,}: {point}", flush=True)
        if point["seconds"] > STOP_SECONDS:
            break
    return points


def assignment(n: int, structure: str) -> Point:
    """Time `assign` with its certificate; the first call is not counted."""
    from matchmaker.matching import assign

    scores = thin(structure, n, 20, 1).scores
    assert assign(scores).gap == 0.0
    times = []
    for _ in range(REPEATS):
        gc.collect()
        began = time.perf_counter()
        found = assign(scores)
        assert found.total > 0 and found.gap == 0.0
        times.append(time.perf_counter() - began)
    return {"seconds": statistics.median(times)}


def whole_round(n: int, block: int | None) -> Point:
    """Time a round from its snapshot to the explanations, step by step."""
    from benchmarks.rounds import round_of
    from matchmaker.matching.pipeline import match
    from matchmaker.matching.settings import Settings

    match(round_of(250, block=block), Settings())
    snapshot = round_of(n, block=block)
    start_mb = trimmed_mb()
    forget_peak()
    steps: dict[str, float] = {}
    last = began = time.perf_counter()

    def reached(step: str, done: int, total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        steps[step] = steps.get(step, 0.0) + now - last
        last = now

    result = match(snapshot, Settings(), progress=reached)
    seconds = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert result.optimal
    told = {step: round(value, 3) for step, value in steps.items()}
    counts = {"candidates": result.n_candidates, "pairs": len(result.pairs)}
    return {"seconds": seconds, "peak_mb": peak_mb - start_mb} | counts | {"steps": told}


def in_child(work: Callable[..., Point], *arguments: Any) -> Point:
    """Run in a process of its own; empty where it did not finish."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(STOP_SECONDS * 3) else {}
    except EOFError:
        return {}
    finally:
        process.kill()
        process.join()


def _serve(pipe: Connection, work: Callable[..., Point], arguments: tuple[Any, ...]) -> None:
    pipe.send(work(*arguments))


def exponent(points: list[Point]) -> list[float] | None:
    """Return p of seconds = c (n log n)^p and its standard error; None with under 3 points."""
    n = np.array([point["n"] for point in points if point["n"] >= FITTED_FROM])
    seconds = np.array([point["seconds"] for point in points if point["n"] >= FITTED_FROM])
    if len(n) < 3:
        return None
    x, y = np.log(n * np.log(n)), np.log(seconds)
    away = x - x.mean()
    slope = float(away @ y / (away @ away))
    left = y - y.mean() - slope * away
    error = float(np.sqrt(left @ left / (len(n) - 2) / (away @ away)))
    return [slope, error]


def _told(fit: list[float] | None) -> str:
    return "too few sizes" if fit is None else f"{fit[0]:.2f} (standard error {fit[1]:.2f})"


def drawing(found: dict[str, Any]) -> str:
    """Return the plot, with a line of n log n through the first fitted point of the rounds."""
    lines = [
        Line(name, [(point["n"], point["seconds"]) for point in points])
        for name, points in found["series"].items()
        if points
    ]
    for name, points in found["series"].items():
        fitted = [point for point in points if point["n"] >= FITTED_FROM]
        if "blocks" in name and len(fitted) > 1:
            first = fitted[0]
            unit = first["seconds"] / (first["n"] * np.log(first["n"]))
            ends = [(point["n"], unit * point["n"] * np.log(point["n"])) for point in fitted]
            lines.append(Line(f"n log n ({name.split(',')[0]})", ends, marked=False))
    return chart(
        "How the cost grows with the needs", "needs (and as many offers)", "seconds", lines
    )


if __name__ == "__main__":
    raise SystemExit(main())
