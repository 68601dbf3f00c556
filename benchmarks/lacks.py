"""What each peer lacks: the call that shows it, what it answered, and our call beside it.

Run with `python benchmarks/lacks.py` after `make bench-env`; with `--write` the table in
docs/matching.md is replaced by what the calls answered.
"""

import argparse
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lap
import numpy as np
from ortools.graph.python import linear_sum_assignment as ortools_assignment
from ortools.graph.python import min_cost_flow
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matchmaker.matching import Infeasible, assign, forced_prices

DOCUMENT = Path(__file__).parents[1] / "docs/matching.md"
START, END = "<!-- lacks: made by benchmarks/lacks.py -->", "<!-- end of lacks -->"
SCORES = np.array([[0.9, 0.6], [0.8, 0.1]])
CLOSE = np.array([[1.0, 1.0 + 1e-8], [1.0 + 1e-8, 1.0]])
HOLE = np.array([[1.0, np.inf], [1.0, np.inf]])


@dataclass(frozen=True)
class Lack:
    """One thing a peer cannot do, and how both answer."""

    peer: str
    lacks: str
    call: str
    peer_answers: Callable[[], Any]
    ours: str
    we_answer: Callable[[], Any]


def _knapsack_like(**options: float) -> float:
    """Return what milp calls the optimum of a small problem with large whole numbers."""
    random = np.random.default_rng(0)
    weight = random.integers(10**6, 10**6 + 300, 60)
    value = weight + random.integers(0, 50, 60)
    row = LinearConstraint(weight[None, :], -np.inf, weight.sum() // 2)
    result = milp(
        -value, constraints=row, integrality=np.ones(60), bounds=Bounds(0, 1), options=options
    )
    return float(-result.fun)


def _two_answers() -> str:
    return f"{_knapsack_like():.0f} by default, {_knapsack_like(mip_rel_gap=0):.0f} with gap 0"


def _conflicts() -> Any:
    try:
        assign(SCORES, allowed=[[True, False], [True, False]], must_serve=[0, 1])
    except Infeasible as error:
        return error.conflicts
    return None


def _dropped_zero() -> Any:
    graph = csr_array(([1.0, 0.0, 1.0], ([0, 0, 1], [0, 1, 0])), shape=(2, 2))
    return min_weight_full_bipartite_matching(graph)


def _ortools_infeasible() -> Any:
    solver = ortools_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(np.array([0, 1]), np.array([0, 0]), np.array([1, 1]))
    return solver.solve().name


def _ortools_fractions() -> Any:
    flow = min_cost_flow.SimpleMinCostFlow()
    return flow.add_arc_with_capacity_and_unit_cost(0, 1, 1, 0.9)


def _marginals() -> Any:
    # two needs, one offer: any price from 0.5 to 0.8 is optimal
    result = linprog([-0.8, -0.5], A_ub=[[1, 1], [1, 0], [0, 1]], b_ub=[1, 1, 1], bounds=(0, None))
    return f"{-result.ineqlin.marginals[0]:g} for the offer"


def _interval() -> Any:
    low, high = assign([[0.8], [0.5]]).offer_prices[0][::-1]  # type: ignore[index]
    return f"from {low:g} to {high:g}"


LACKS = [
    Lack(
        "scipy `linear_sum_assignment`",
        "a proof, prices",
        "`linear_sum_assignment(c, maximize=True)`",
        lambda: linear_sum_assignment(SCORES, maximize=True),
        "`a = assign(c); a.gap, a.offer_prices`",
        lambda: (assign(SCORES).gap, assign(SCORES).offer_prices),
    ),
    Lack(
        "scipy `linear_sum_assignment`",
        "a reason when there is no result; needs left out",
        "`linear_sum_assignment([[1, inf], [1, inf]])`",
        lambda: linear_sum_assignment(HOLE),
        "`assign(c, allowed=…, must_serve=[0, 1])`: `.conflicts`",
        _conflicts,
    ),
    Lack(
        "scipy `min_weight_full_bipartite_matching`",
        "pairs scored 0, needs left out",
        "the same of a sparse array with a stored 0",
        _dropped_zero,
        "`assign(s).pairs`",
        lambda: assign(csr_array(([1.0, 0.5, 1.0], ([0, 0, 1], [0, 1, 0])), shape=(2, 2))).pairs,
    ),
    Lack(
        "scipy `milp` (HiGHS)",
        "the optimum, unless told to look for it",
        "`milp(…)` and `milp(…, options={'mip_rel_gap': 0})`",
        _two_answers,
        "`assign(…, rules=…).optimal` is told from the bound in whole numbers",
        lambda: assign(SCORES, solver="milp").optimal,
    ),
    Lack(
        "HiGHS `linprog`, marginals",
        "the other end of the price",
        "`linprog(…).ineqlin.marginals`",
        _marginals,
        "`assign([[0.8], [0.5]]).offer_prices`",
        _interval,
    ),
    Lack(
        "lapx `lapjv`",
        "refusal of what is no number",
        "`lap.lapjv([[1, nan], [1, nan]])`",
        lambda: lap.lapjv(np.array([[1.0, np.nan], [1.0, np.nan]])),
        "`assign([[1, nan], [1, nan]])`",
        lambda: assign([[1.0, np.nan], [1.0, np.nan]]),
    ),
    Lack(
        "lapx `lapjvx`",
        "pairs that are not allowed",
        "`lap.lapjvx([[1, inf], [1, inf]])`",
        lambda: lap.lapjvx(HOLE),
        "`assign(c, allowed=…).pairs`",
        lambda: assign(SCORES, allowed=[[True, False], [True, False]]).pairs,
    ),
    Lack(
        "lapx `lapjvs`",
        "differences that 32-bit numbers do not carry, unless told to",
        "`lap.lapjvs(-s)` with scores of 1 + 1e-8 and 1",
        lambda: lap.lapjvs(-CLOSE)[2],
        "`assign(s).pairs`",
        lambda: assign(CLOSE).pairs,
    ),
    Lack(
        "ortools `SimpleLinearSumAssignment`",
        "a reason when there is no result; needs left out; prices",
        "`solve()` of two needs and one offer",
        _ortools_infeasible,
        "`assign([[1], [1]]).pairs`",
        lambda: assign([[1.0], [1.0]]).pairs,
    ),
    Lack(
        "ortools `SimpleMinCostFlow`",
        "scores that are no whole numbers; prices",
        "`add_arc_with_capacity_and_unit_cost(0, 1, 1, 0.9)`",
        _ortools_fractions,
        "`assign([[0.9]]).total`",
        lambda: assign([[0.9]]).total,
    ),
    Lack(
        "all of them",
        "what forcing another pair would cost",
        "no such call",
        lambda: "nothing",
        "`forced_prices(c)`",
        lambda: forced_prices(SCORES),
    ),
]


def _told(answer: Callable[[], Any]) -> str:
    """Return what a call answered, or the exception it raised, on one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = _plainly(answer())
    except Exception as error:
        said = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    said = re.sub(r"\s+", " ", said).replace("|", "\\|")
    return f"`{said[:110]}`"


def _plainly(value: Any) -> str:
    """Return a value as a person would write it."""
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    if isinstance(value, tuple):
        return ", ".join(_plainly(item) for item in value)
    return str(value)


def table() -> str:
    """Return the table as Markdown, with what the calls answer now."""
    lines = ["| peer | lacks | its call | answers | ours | answers |", "|---|---|---|---|---|---|"]
    for lack in LACKS:
        cells = [lack.peer, lack.lacks, lack.call, _told(lack.peer_answers)]
        cells += [lack.ours, _told(lack.we_answer)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the table in the document")
    made = table()
    print(made)
    if parser.parse_args().write:
        text = DOCUMENT.read_text(encoding="utf-8")
        before, _, rest = text.partition(START)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{START}\n{made}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
