"""How sure a pair is: kept under other weights, and whether other results are as good.

Costs a second or more for a large round, so what was found is kept for a while in the process.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from matchmaker.matching.stability import PairStability, Stability, stability
from matchmaker.matching.tied import TiedPairs, tied_pairs
from matchmaker.models import Round
from matchmaker.workbench.solved import Solved

DRAWS = 100
MOST_PAIRS = 60_000
"""Rounds of at most so many candidate pairs get all draws, larger ones fewer."""
LEAST_DRAWS = 10
MOST_CANDIDATES = 400_000
"""In rounds with more candidate pairs even these take minutes, and nobody is kept waiting."""
MOST_OF_A_PROGRAMME = 1_000
"""The same where rules make each draw an integer programme of its own."""
TIE_SECONDS = 2.0
MOST_KEPT = 8

_kept: OrderedDict[tuple[str, str], "Sureness"] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Sureness:
    """How much a result hangs on its weights, and on the order that breaks ties."""

    stability: Stability
    ties: TiedPairs | None
    """None where the result is not proven."""

    def of(self, need: str, offer: str) -> PairStability | None:
        """Return how often a pair was kept; None where it is not in the result."""
        for pair in self.stability.pairs:
            if (pair.need, pair.offer) == (need, offer):
                return pair
        return None

    def is_exchangeable(self, need: str, offer: str) -> bool:
        """Tell whether an equally good result does without the pair."""
        return self.ties is not None and (need, offer) in self.ties.exchangeable


def draws_for(n_candidates: int) -> int:
    """Return how often a round of this size is solved again."""
    if n_candidates <= MOST_PAIRS:
        return DRAWS
    return max(LEAST_DRAWS, DRAWS * MOST_PAIRS // n_candidates)


def takes_long(round_: Round) -> bool:
    """Tell whether to work it out for this round would take minutes."""
    summary = round_.summary
    is_programme = summary.get("solver") == "milp"
    most = MOST_OF_A_PROGRAMME if is_programme else MOST_CANDIDATES
    return bool(summary["n_candidates"] > most)


def sureness_of(round_: Round, solved: Solved) -> Sureness:
    """Return how sure the result of a round is, from memory where it can.

    Raises
    ------
    ValueError
        If pairs of the round were left out because it is large (`pipeline.prepare`).
    """
    key = (round_.result_digest or "", solved.problem.settings.digest)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    problem, solution = solved.problem, solved.solution
    found = Sureness(
        stability(problem, solution, draws=draws_for(problem.scores.nnz)),
        tied_pairs(problem, solution, TIE_SECONDS),
    )
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
