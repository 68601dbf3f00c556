"""Measure whole rounds as they grow to 100,000 needs and as many offers.

    python benchmarks/scale.py [--sizes 2500,10000,100000] [--one-piece] [--cut]

Each row is a process of its own: a made-up round (`rounds.round_of`, in blocks of 250 unless
`--one-piece`) goes from snapshot to explanations. Printed are wall and processor seconds of the
whole and of its steps, and the peak of memory above the start of the round. Rounds of more than
`large.cut.WHOLE` pairs are cut; `--cut` cuts them all. The exponent p of seconds = c (n log n)^p
is fitted to the processor seconds of the rounds that are cut, compilation left out: each process
first solves a small round that is cut.
"""

import argparse
import resource
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.growth import exponent, in_child  # noqa: E402
from benchmarks.instances import BLOCK  # noqa: E402
from benchmarks.worker import forget_peak, trimmed_mb  # noqa: E402

SIZES = (2500, 5000, 10_000, 20_000, 50_000, 100_000)
STEPS = ("check", "candidates", "scores", "assign", "widen", "explain")
WARM = 300


def main() -> int:
    """Measure each size, print a table and the exponent."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")])
    parser.add_argument("--one-piece", action="store_true", help="all needs and offers together")
    parser.add_argument("--cut", action="store_true", help="cut rounds of any size")
    options = parser.parse_args()
    block = None if options.one_piece else BLOCK
    print(head(), flush=True)
    points: list[dict[str, Any]] = []
    for n in options.sizes or SIZES:
        found = in_child(whole_round, n, block, options.cut)
        if not found:
            print(f"{n:>8,}  not finished")
            break
        points.append({"n": n} | found)
        print(row(points[-1]), flush=True)
    cut = [{"n": p["n"], "seconds": p["cpu"]} for p in points if p["left_out"] is not None]
    fit = exponent(cut)
    told = "too few sizes" if fit is None else f"{fit[0]:.2f} (standard error {fit[1]:.2f})"
    print(f"processor seconds of rounds that are cut ~ (n log n)^p, p = {told}")
    return 0


def head() -> str:
    """Return the first line of the table."""
    columns = "".join(f"{step:>12}" for step in STEPS)
    return (
        f"{'n':>8}{'wall s':>9}{'cpu s':>9}{'MB':>7}{columns}{'left out':>15}{'bound':>8}  proven"
    )


def row(point: dict[str, Any]) -> str:
    """Return a line of the table; steps in processor seconds."""
    steps = "".join(f"{point['steps'].get(step, 0.0):>12.1f}" for step in STEPS)
    cut = "not cut" if point["left_out"] is None else f"{point['left_out']:,}"
    return (
        f"{point['n']:>8,}{point['seconds']:>9.1f}{point['cpu']:>9.1f}{point['peak_mb']:>7.0f}"
        f"{steps}{cut:>15}{point['bound']:>8.3g}  {'yes' if point['optimal'] else 'no'}"
    )


def whole_round(n: int, block: int | None, cut: bool) -> dict[str, Any]:
    """Time a round from its snapshot to the explanations, step by step."""
    from benchmarks.rounds import round_of
    from matchmaker.matching.large.cut import Keeping
    from matchmaker.matching.pipeline import match
    from matchmaker.matching.settings import Settings

    match(round_of(WARM, block=block), Settings(), keeping=Keeping(5, 1))
    snapshot = round_of(n, block=block)
    start_mb = trimmed_mb()
    forget_peak()
    steps: dict[str, float] = {}
    began, spent = time.perf_counter(), time.process_time()
    last = [spent, ""]

    def reached(step: str, done: int, total: int) -> None:
        # what passes until the next report belongs to the step that was reported last
        now = time.process_time()
        steps[str(last[1])] = steps.get(str(last[1]), 0.0) + now - float(last[0])
        last[:] = [now, step]

    result = match(snapshot, Settings(), progress=reached, keeping=Keeping() if cut else None)
    reached("", 1, 1)
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - spent,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - start_mb,
        "steps": steps,
        "left_out": None if result.cut is None else result.cut.left_out,
        "bound": 0.0 if result.cut is None else result.cut.bound,
        "optimal": result.optimal,
    }


if __name__ == "__main__":
    raise SystemExit(main())
