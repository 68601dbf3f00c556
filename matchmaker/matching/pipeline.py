"""The way of a round: snapshot -> candidates -> scores -> assignment -> explanations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.arrays import Arrays, arrays_of
from matchmaker.matching.assignment import Assignment
from matchmaker.matching.candidates import RULES, Candidates, candidates
from matchmaker.matching.clashes import InfeasibleRound
from matchmaker.matching.competition import competitions
from matchmaker.matching.engine.forced import forbidden_prices, forced_prices
from matchmaker.matching.explain import Standing, explain_pairs, explain_unused
from matchmaker.matching.figures import values_of
from matchmaker.matching.large.cut import WHOLE, Keeping, Kept, cut_round
from matchmaker.matching.large.reasons import explain_cut
from matchmaker.matching.large.widening import solve_widened
from matchmaker.matching.result import (
    CancelledRound,
    Cut,
    Price,
    Result,
    RuleCount,
)
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import (
    Problem,
    bound_by_places_only,
    is_narrowed,
    solve_problem,
)
from matchmaker.matching.unmatched import Reasons, explain_all

VERSION = "3"
"""Version of the matching model; rises whenever the same input could give another result."""

Progress = Callable[[str, int, int], None]
Cancelled = Callable[[], bool]

PRICED_WORK = 400_000
"""Up to so many pairs x candidates it is told with each price who would come and go."""
PRICED_BY_PROGRAMME = 50_000
"""The same where each price is an integer programme of its own: up to a thousand times the work."""
FORCED_PAIRS = 40_000
"""Rounds of at most so many pairs get the exact price of forcing each pair a need lost."""
_BLOCK = 256


@dataclass
class _Watch:
    """Reports progress, and stops the run where somebody cancelled it."""

    progress: Progress | None
    cancelled: Cancelled | None

    def at(self, step: str, done: int, total: int) -> None:
        if self.cancelled is not None and self.cancelled():
            raise CancelledRound(step)
        if self.progress is not None:
            self.progress(step, done, total)


def match(
    snapshot: Snapshot,
    settings: Settings,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    keeping: Keeping | None = None,
) -> Result:
    """Propose pairs for a round and explain them, and every need that got none.

    Parameters
    ----------
    snapshot : Snapshot
    settings : Settings
    progress : callable (step code, done, total), optional
        Steps: 'check', 'candidates', 'scores', 'assign', 'widen', 'prices', 'explain'.
    cancelled : callable returning bool, optional
        Asked between blocks of work.
    keeping : Keeping, optional
        Cut the round to its best pairs, so many, whatever its size; None cuts it where it has more
        than `large.cut.WHOLE` pairs. `Result.cut` tells what that can have cost.

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If the snapshot is not sound, or settings name a key that it does not have.
    InfeasibleRound
        If the demands of the settings cannot be met together; carries them in keys.
    TimeUp
        If the time limit passed before any feasible result was found.
    CancelledRound
        If `cancelled` said so.

    Notes
    -----
    The order of the records does not matter: everything is computed in the order of the keys. The
    same snapshot and settings give the same bytes of `Result.to_json`, unless `stopped` is true.
    """
    return match_scored(snapshot, settings, progress, cancelled, keeping)[1]


def match_scored(
    snapshot: Snapshot,
    settings: Settings,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    keeping: Keeping | None = None,
) -> tuple[Problem, Result]:
    """Match as `match` does, and return the scored round beside the result."""
    watch = _Watch(progress, cancelled)
    snapshot = snapshot.sorted()
    problem = prepare(snapshot, settings, watch.at, keeping)
    watch.at("assign", 0, 1)
    cut = None
    if isinstance(problem.candidates, Kept):
        widened = solve_widened(problem, problem.candidates, watch.at)
        problem, assignment, cut = widened.problem, widened.assignment, widened.cut
    else:
        assignment = solve_problem(problem)
    watch.at("assign", 1, 1)
    whole = cut is None or cut.left_out == 0
    prices = _prices(problem, assignment, watch) if whole else {}
    result = _result(problem, assignment, prices, cut, watch)
    if _moves(settings):
        result = replace(result, snapshot_digest=snapshot.digest)
    return problem, result


def prepare(
    snapshot: Snapshot,
    settings: Settings,
    progress: Progress | None = None,
    keeping: Keeping | None = None,
) -> Problem:
    """Check, order and score a round, without solving it; one that is large is cut (`match`).

    The snapshot of the problem has the places that the settings give.
    """
    report = progress or (lambda step, done, total: None)
    report("check", 0, 1)
    snapshot = _with_places(snapshot.sorted().validate(), settings)
    arrays = arrays_of(snapshot)
    rows = {key: i for i, key in enumerate(arrays.needs.keys)}
    columns = {key: i for i, key in enumerate(arrays.offers.keys)}
    check_keys(settings, rows, columns)
    report("check", 1, 1)
    found: Candidates | Kept
    if keeping is not None or arrays.shape[0] * arrays.shape[1] > WHOLE:
        pairs = [(rows[a], columns[b]) for a, b in (*settings.locked, *settings.preferred)]
        found, scores = cut_round(arrays, settings, keeping or Keeping(), pairs, report)
    else:
        found = candidates(arrays, settings, lambda done, n: report("candidates", done, n))
        scores = score_candidates(arrays, settings, found, report)
    return Problem(snapshot, settings, arrays, found, scores, rows, columns)


def _moves(settings: Settings) -> bool:
    return bool(settings.need_places or settings.offer_places)


def _with_places(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """Return the snapshot with the places that the settings give in place of its own."""
    if not _moves(settings):
        return snapshot
    return replace(
        snapshot,
        needs=tuple(_placed(one, settings.need_places) for one in snapshot.needs),
        offers=tuple(_placed(one, settings.offer_places) for one in snapshot.offers),
    )


def _placed(record: Any, places: dict[str, int]) -> Any:
    return replace(record, places=places[record.key]) if record.key in places else record


def price_of_forbidding(problem: Problem, need: str, offer: str) -> Price:
    """Return what forbidding a proposed pair costs, exactly, by solving the round once without it.

    Raises
    ------
    ValueError
        If pairs of the round were left out because it is large (`prepare`).
    """
    problem.check_whole()
    before = solve_problem(problem)
    return _price(problem, before, problem.pair((need, offer)))


def score_candidates(
    arrays: Arrays, settings: Settings, found: Candidates, report: Progress = lambda *_: None
) -> sparse.csr_array:
    """Return the scores of the allowed pairs, shape (n_needs, n_offers)."""
    n_needs, n_offers = arrays.shape
    data, indices, counts = [], [], [np.zeros(1, dtype=np.int64)]
    for start in range(0, n_needs, _BLOCK):
        rows, columns = np.nonzero(found.bar[start : start + _BLOCK] == 0)
        data.append(scores_of(arrays, settings, rows + start, columns))
        indices.append(columns.astype(np.int32))
        counts.append(np.bincount(rows, minlength=min(_BLOCK, n_needs - start)))
        report("scores", min(start + _BLOCK, n_needs), n_needs)
    parts = (
        np.concatenate([np.zeros(0), *data]),
        np.concatenate([np.zeros(0, dtype=np.int32), *indices]),
        np.cumsum(np.concatenate(counts)),
    )
    return sparse.csr_array(parts, shape=(n_needs, n_offers))


def _prices(
    problem: Problem, assignment: Assignment, watch: _Watch
) -> dict[tuple[int, int], Price]:
    """Price each proposed pair, in small rounds with who would come and go."""
    n_pairs = len(assignment.pairs)
    if assignment.stopped:
        return {}
    most = PRICED_BY_PROGRAMME if assignment.solver == "milp" else PRICED_WORK
    if n_pairs * problem.scores.nnz > most:
        return _prices_at_once(problem, assignment)
    locked = {problem.pair(keys) for keys in problem.settings.locked}
    prices = {}
    for done, (row, column) in enumerate(assignment.pairs.tolist()):
        watch.at("prices", done, n_pairs)
        if (row, column) not in locked:
            prices[row, column] = _price(problem, assignment, (row, column))
    return prices


def _prices_at_once(problem: Problem, assignment: Assignment) -> dict[tuple[int, int], Price]:
    """Price all proposed pairs together, where the whole round is one flow with all its pairs."""
    if is_narrowed(problem) or problem.settings.preferred:
        return {}
    found = forbidden_prices(assignment)
    if found is None:
        return {}
    locked = {problem.pair(keys) for keys in problem.settings.locked}
    prices = {}
    for at, (row, column) in enumerate(assignment.pairs.tolist()):
        loss = found[at]
        if (row, column) not in locked:
            total = None if np.isinf(loss.total) else round(loss.total, 9)
            prices[row, column] = Price(total, loss.served or 0, (), (), changes=False)
    return prices


def _forced(problem: Problem) -> NDArray[np.float64] | None:
    """Price forcing any pair, for small rounds in which nothing but places binds the pairs."""
    settings = problem.settings
    small = 0 < problem.candidates.size <= FORCED_PAIRS
    if not small or not bound_by_places_only(problem):
        return None
    scores = problem.scores.toarray()
    usable = problem.is_stored() & (scores >= settings.minimum_score)
    for row, column in (problem.pair(keys) for keys in settings.barred):
        usable[row, column] = False
    places = problem.arrays.needs.places, problem.arrays.offers.places
    return forced_prices(scores, usable, *places)


def _price(problem: Problem, before: Assignment, pair: tuple[int, int]) -> Price:
    try:
        after = solve_problem(problem, without=(pair,))
    except InfeasibleRound:
        return Price(None, 0, (), ())
    old, new = ({tuple(p) for p in a.pairs.tolist()} for a in (before, after))
    served = len({row for row, _ in old}) - len({row for row, _ in new})
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    gained, lost = (
        tuple((needs[row], offers[column]) for row, column in sorted(side))
        for side in (new - old, old - new)
    )
    loss = round(before.total - after.total, 9)
    return Price(loss, served, gained, lost, _worst_lost(problem, before, after))


def _worst_lost(problem: Problem, before: Assignment, after: Assignment) -> float:
    """Return how much lower the worst-off served need scores; 0 for nobody served."""
    lowest = [min(values_of(problem, one.pairs).values(), default=0.0) for one in (before, after)]
    return round(lowest[0] - lowest[1], 9) + 0.0


def _result(
    problem: Problem,
    assignment: Assignment,
    prices: dict[tuple[int, int], Price],
    cut: Cut | None,
    watch: _Watch,
) -> Result:
    arrays, settings = problem.arrays, problem.settings
    pairs: NDArray[Any] = assignment.pairs
    whole = cut is None or cut.left_out == 0
    found = problem.candidates
    counts = None if whole else (found.offers_allowed, found.needs_allowed)
    standing = Standing.of(arrays, problem.scores, pairs, counts)
    by_hand: dict[int, set[int]] = {}
    for row, column in (problem.pair(keys) for keys in settings.barred):
        by_hand.setdefault(row, set()).add(column)
    forced = _forced(problem) if whole else None
    reasons = Reasons(problem.snapshot, settings, problem.candidates, standing, forced, by_hand)
    left = np.array([r for r in range(arrays.shape[0]) if r not in standing.served], dtype=np.int64)
    explain = explain_all if whole else explain_cut
    unmatched = list(explain(reasons, left, lambda done, n: watch.at("explain", done, n)))
    proposed = explain_pairs(standing, settings, pairs, prices)
    watch.at("explain", len(left), len(left))
    return Result(
        version=VERSION,
        snapshot_digest=problem.snapshot.digest,
        settings_digest=settings.digest,
        policy=settings.policy,
        n_needs=arrays.shape[0],
        n_offers=arrays.shape[1],
        n_candidates=int(problem.candidates.offers_allowed.sum()),
        pairs=proposed,
        unmatched=tuple(unmatched),
        unused=explain_unused(standing, settings),
        funnel=tuple(
            RuleCount(rule.value, int(count))
            for rule, count in zip(RULES, problem.candidates.funnel.sum(axis=0)[1:], strict=True)
        ),
        total=assignment.total,
        objective=assignment.objective,
        bound=assignment.bound,
        gap=assignment.gap,
        optimal=assignment.optimal,
        stopped=assignment.stopped,
        solver=assignment.solver,
        kept=_kept(problem, pairs),
        competitions=competitions(problem) if len(left) and whole else (),
        cut=cut,
    )


def _kept(problem: Problem, pairs: NDArray[Any]) -> int | None:
    """Count the pairs to keep that stayed."""
    keep = {problem.pair(keys) for keys in problem.settings.keep}
    return len(keep & {(row, column) for row, column in pairs.tolist()}) if keep else None


def check_keys(settings: Settings, rows: dict[str, int], columns: dict[str, int]) -> None:
    """Raise ValueError where settings name a need or offer that is not in the snapshot."""
    needs: dict[str, Iterable[str]] = {
        "must_serve": settings.must_serve,
        "locked": [need for need, _ in settings.locked],
        "barred": [need for need, _ in settings.barred],
        "keep": [need for need, _ in settings.keep],
        "tied": [need for need, _ in settings.tied],
        "need_places": settings.need_places,
        "rules": [key for rule in settings.rules for key in rule.needs or ()],
        "balances": [key for rule in settings.balances for key in (*rule.a, *rule.b)],
    }
    offers: dict[str, Iterable[str]] = {
        "locked": [offer for _, offer in settings.locked],
        "barred": [offer for _, offer in settings.barred],
        "keep": [offer for _, offer in settings.keep],
        "tied": [offer for _, offer in settings.tied],
        "offer_places": settings.offer_places,
        "rules": [key for rule in settings.rules for key in rule.offers or ()],
    }
    for kind, named, known in (("need", needs, rows), ("offer", offers, columns)):
        for name, keys in named.items():
            for key in keys:
                if key not in known:
                    raise ValueError(f"settings {name}: there is no {kind} {key!r}")
