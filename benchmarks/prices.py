"""Time the matrix of forcing prices against twenty calls of `assign` on the same scores."""

import statistics
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.instances import DENSE, dense

SIZE = 1000
CALLS = 20
CAP_SECONDS = 240
BUDGET_SECONDS = 25
"""After this no further turn begins; the table says how many there were."""


def forced_prices_figures(repeat: int) -> list[dict[str, Any]]:
    """Return, for each family of scores, the medians of both, in turns, in one process."""
    found = []
    for family in DENSE:
        context = get_context("forkserver")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, family, repeat), daemon=True)
        process.start()
        theirs.close()
        row: dict[str, Any] = {"family": family, "size": SIZE, "calls": CALLS}
        if ours.poll(CAP_SECONDS):
            row |= ours.recv()
        else:
            row["ended"] = f"not finished in {CAP_SECONDS} s"
        process.kill()
        process.join()
        found.append(row)
    return found


def _serve(pipe: Connection, family: str, repeat: int) -> None:
    from matchmaker.matching import assign, forced_prices

    scores = dense(family, DENSE[family], SIZE).scores
    prices, calls = [], []
    # The first turn loads compiled code and is not counted, where there is time for a second.
    budget = time.perf_counter() + BUDGET_SECONDS
    for turn in range(repeat + 1):
        began = time.perf_counter()
        forced_prices(scores)
        prices.append(time.perf_counter() - began)
        began = time.perf_counter()
        for _ in range(CALLS):
            found = assign(scores)
            assert found.pairs is not None and found.total is not None
        calls.append(time.perf_counter() - began)
        if turn and time.perf_counter() > budget:
            break
    prices, calls = prices[1:] or prices, calls[1:] or calls
    pipe.send(
        {
            "forced": statistics.median(prices),
            "forced_spread": [min(prices), max(prices)],
            "assign": statistics.median(calls),
            "assign_spread": [min(calls), max(calls)],
            "runs": len(prices),
        }
    )
