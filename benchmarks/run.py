"""Measure the assignment routes against their peers, in one run, and write docs/benchmarks.md.

    make bench            or: python benchmarks/run.py [--repeats 7] [--quick] [--write]

Each peer solves the same seeded instance in its fastest form; the runs alternate, the objectives
must agree, and the table gives medians with their spread and the ratio to the best peer. Seconds
depend on the machine; the ratios are what counts.
"""

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import scipy
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matchmaker.matching import assign

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
FILE_JOB = "\n## The file job"
"""Where the part of the page begins that is written by hand."""
Run = Callable[[], float]


def main() -> int:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    lines = [f"{'instance':34}{'route':26}{'median s':>10}{'spread s':>18}{'ratio':>8}"]
    for name, runs in cases(options.quick):
        lines += measured(name, runs, options.repeats)
    table = "\n".join(lines)
    print(table)
    if options.write:
        kept = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        rest = kept[kept.find(FILE_JOB) :] if FILE_JOB in kept else ""
        PAGE.write_text(page(table, options.repeats) + rest, encoding="utf-8")
    return 0


def cases(quick: bool) -> list[tuple[str, dict[str, Run]]]:
    """Return the instances, each with ours first and then the peers that solve it exactly."""
    rng = np.random.default_rng(20090201)
    sizes = (300, 1000) if quick else (1000, 2000)
    found = []
    for n in sizes:
        uniform = np.round(rng.random((n, n)), 9)
        factors = rng.random((n, 8)), rng.random((8, n))
        similar = np.round(factors[0] @ factors[1] / 8, 9)
        found += [
            (f"dense uniform {n} x {n}", dense_runs(uniform)),
            (f"dense low rank {n} x {n}", dense_runs(similar)),
        ]
    n = 2000 if quick else 20_000
    found.append((f"sparse {n} x 20, blocks of 250", sparse_runs(blocks(rng, n))))
    return found


def dense_runs(scores: np.ndarray) -> dict[str, Run]:
    """Return ours and the peers for a full matrix."""
    runs: dict[str, Run] = {
        "tandem assign": lambda: assign(scores).total,
        "scipy linear_sum_assignment": lambda: _sum_of(
            scores, linear_sum_assignment(scores, maximize=True)
        ),
    }
    try:
        import lap
    except ImportError:
        return runs
    runs["lapx lapjv"] = lambda: _sum_of(
        scores, (np.arange(len(scores)), lap.lapjv(1.0 - scores)[1])
    )
    return runs


def blocks(rng: np.random.Generator, n: int) -> sparse.csr_array:
    """Make n needs with 20 candidates each, in blocks, as categories and regions make them."""
    rows = np.repeat(np.arange(n), 20)
    columns = np.minimum(rows // 250 * 250 + rng.integers(0, 250, rows.size), n - 1)
    scores = np.round(rng.random(rows.size), 6) + 1e-6
    keys = np.unique(rows * n + columns, return_index=True)[1]
    return sparse.coo_array((scores[keys], (rows[keys], columns[keys])), shape=(n, n)).tocsr()


def sparse_runs(scores: sparse.csr_array) -> dict[str, Run]:
    """Return ours and scipy's sparse matcher, which wants a full matching: dummies are added."""
    n = scores.shape[0]
    # A private dummy per need and per offer lets everybody stay unmatched at score 0.
    shift = 2.0
    idle = sparse.eye_array(n, format="csr") * shift
    spare = scores.T.tocsr().copy()
    spare.data[:] = shift
    full = sparse.block_array([[scores + _pattern(scores) * shift, idle], [idle, spare]]).tocsr()

    def peer() -> float:
        rows, columns = min_weight_full_bipartite_matching(full, maximize=True)
        return float(full[rows, columns].sum() - shift * 2 * n)

    return {"tandem assign": lambda: assign(scores).total, "scipy sparse matching": peer}


def _pattern(scores: sparse.csr_array) -> sparse.csr_array:
    ones = scores.copy()
    ones.data[:] = 1.0
    return ones


def _sum_of(scores: np.ndarray, pairs: tuple[np.ndarray, np.ndarray]) -> float:
    return float(scores[pairs].sum())


def measured(name: str, runs: dict[str, Run], repeats: int) -> list[str]:
    """Run everything in turn, check that the totals agree, return the lines of the table."""
    seconds: dict[str, list[float]] = {route: [] for route in runs}
    totals: dict[str, float] = {}
    for _ in range(repeats):
        for route, run in runs.items():
            began = time.perf_counter()
            totals[route] = run()
            seconds[route].append(time.perf_counter() - began)
    reference = totals["tandem assign"]
    for route, total in totals.items():
        if abs(total - reference) > 1e-6 * max(1.0, abs(reference)):
            sys.exit(f"{name}: {route} finds {total}, ours {reference}")
    medians = {route: statistics.median(times) for route, times in seconds.items()}
    best = min(value for route, value in medians.items() if route != "tandem assign")
    return [
        f"{name:34}{route:26}{medians[route]:10.3f}"
        f"{min(times):9.3f}-{max(times):8.3f}{medians[route] / best:8.2f}"
        for route, times in seconds.items()
    ]


def page(table: str, repeats: int) -> str:
    """Return the text of docs/benchmarks.md."""
    return f"""# Benchmarks

Measured on {date.today().isoformat()} with `make bench ARGS=--write` on {platform.machine()},
Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}; median of
{repeats} runs, alternating, totals compared. The ratio is to the best peer that solves the same
instance exactly; seconds depend on the machine. This is the foundation: the issue "Engine" sets
the bars and is where speed is worked on.

```
{table}
```
"""


if __name__ == "__main__":
    raise SystemExit(main())
