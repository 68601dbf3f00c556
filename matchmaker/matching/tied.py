"""Whether other results are as good, and in which pairs they differ, by keys."""

from dataclasses import dataclass, field

from matchmaker.matching.assignment import Assignment
from matchmaker.matching.change import Pair
from matchmaker.matching.engine.alternatives import ties
from matchmaker.matching.engine.solved import Pairs
from matchmaker.matching.solving import Problem, is_narrowed, solve_problem, solve_whole
from matchmaker.matching.whatif import Chosen


@dataclass(frozen=True)
class TiedPairs:
    """Where equally good results differ; which of them is proposed is decided by the keys."""

    always: tuple[Pair, ...]
    """Proposed pairs that every equally good result has."""
    exchangeable: tuple[Pair, ...]
    """Proposed pairs that some equally good result does without."""
    others: tuple[Pair, ...]
    """Pairs not proposed that some equally good result has."""
    undecided: tuple[Pair, ...]
    """Pairs of which time did not tell."""
    seconds: float = field(compare=False)

    @property
    def exist(self) -> bool:
        """Tell whether another equally good result is known."""
        return bool(self.exchangeable or self.others)


def tied_pairs(
    problem: Problem, before: Chosen, time_limit: float | None = None
) -> TiedPairs | None:
    """Return in which pairs the equally good results of a round differ.

    Parameters
    ----------
    problem : Problem
    before : Assignment or Solution
        Its result. The round is solved once more where that does not hold all its pairs.
    time_limit : float, optional
        Seconds, for rounds with rules, minima or the policy fairest.

    Returns
    -------
    TiedPairs or None
        None where the result is not proven.

    Raises
    ------
    ValueError
        If pairs of the round were left out because it is large (`pipeline.prepare`).

    Notes
    -----
    See `engine.alternatives.ties`. Where pairs are to be kept, their bonus counts: a tie it broke
    is none any more.
    """
    problem.check_whole()
    result = before
    if is_narrowed(problem):
        result = solve_whole(problem)
    elif not isinstance(before, Assignment):
        result = solve_problem(problem)
    assert isinstance(result, Assignment)
    found = ties(result, time_limit)
    if found is None:
        return None

    def keys(pairs: Pairs) -> tuple[Pair, ...]:
        needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
        return tuple((needs[row], offers[column]) for row, column in pairs.tolist())

    return TiedPairs(
        always=keys(found.always),
        exchangeable=keys(found.exchangeable),
        others=keys(found.others),
        undecided=keys(found.undecided),
        seconds=found.seconds,
    )
