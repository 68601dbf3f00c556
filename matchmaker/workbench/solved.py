"""A solved round as matching knows it, kept in memory for the next question about it.

Reading the stored input and scoring it anew takes most of the time of an answer, so the last few
rounds stay at hand in each process. What is kept holds keys and numbers, no name, and is found by
the digests of input and settings: a round that changed is another one.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matchmaker.matching.candidates import Candidates
from matchmaker.matching.figures import Figures, figures_of
from matchmaker.matching.keeping import total_of
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import Problem
from matchmaker.matching.whatif import Solution, problem_under
from matchmaker.models import Round
from matchmaker.rounds.queries import chosen_pairs
from matchmaker.rounds.settings import RoundSettings, settings_of

MOST_ROUNDS = 4
MOST_CANDIDATES = 4_000_000
"""Pairs that all kept rounds may hold together; about 100 bytes each."""

_kept: OrderedDict[tuple[str, str], Problem] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Solved:
    """A round and the pairs chosen of it."""

    problem: Problem
    solution: Solution

    @property
    def figures(self) -> Figures:
        """The figures of the chosen pairs."""
        return figures_of(self.problem, self.solution.pairs)


def solved_round(session: Session, round_: Round) -> Solved:
    """Return a solved round with its chosen pairs.

    Raises
    ------
    ValueError
        If the round was never solved.
    """
    if not round_.result_digest:
        raise ValueError("the round was not solved")
    problem = problem_of(round_, settings_of(round_))
    pairs = _positions(problem, chosen_pairs(session, round_))
    summary = round_.summary
    total = total_of(problem.scores, pairs)
    gap = float(summary.get("gap", 0.0))
    solution = Solution(pairs, total, bool(summary["optimal"]), gap, bool(summary["stopped"]))
    return Solved(problem, solution)


def problem_of(round_: Round, settings: RoundSettings) -> Problem:
    """Return the stored input of a round under some settings, scored; from memory where it can."""
    key = (round_.snapshot_digest or "", settings.matching.digest)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    problem = _from_kept(key, settings.matching)
    if problem is None:
        problem = prepare(Snapshot.from_json(round_.snapshot or ""), settings.matching)
    keep(round_, problem)
    return problem


def keep(round_: Round, problem: Problem) -> None:
    """Keep the stored input of a round, scored under the settings that the problem carries."""
    with _lock:
        _kept[round_.snapshot_digest or "", problem.settings.digest] = problem
        while len(_kept) > 1 and (len(_kept) > MOST_ROUNDS or _held() > MOST_CANDIDATES):
            _kept.popitem(last=False)


def _from_kept(key: tuple[str, str], settings: Settings) -> Problem | None:
    """Score the same input under other settings from what is kept: only what differs is scored."""
    with _lock:
        same = [problem for (input_, _), problem in _kept.items() if input_ == key[0]]
    for problem in reversed(same):
        if isinstance(problem.candidates, Candidates):
            found = problem_under(problem, settings)
            if found is not None:
                return found[0]
    return None


def _held() -> int:
    return sum(problem.scores.nnz for problem in _kept.values())


def _positions(problem: Problem, keys: list[tuple[str, str]]) -> NDArray[np.int64]:
    pairs = np.array(sorted(problem.pair(pair) for pair in keys), dtype=np.int64)
    return pairs.reshape(-1, 2)
