"""What comes out of a round when this or that is changed by hand: one change after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from matchmaker.errors import BadInput
from matchmaker.matching.candidates import Candidates
from matchmaker.matching.change import Change
from matchmaker.matching.clashes import Conflict, InfeasibleRound, told
from matchmaker.matching.figures import Figures
from matchmaker.matching.keeping import total_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.whatif import Difference, Solution, what_if
from matchmaker.models import Adjustment, Round, Scenario
from matchmaker.rounds.overrides import PRICE, Override, merged
from matchmaker.rounds.settings import RoundSettings, settings_of, settings_stored
from matchmaker.vocabulary import N_, AdjustmentKind
from matchmaker.workbench.solved import Solved, keep, problem_of, solved_round
from matchmaker.workbench.standing import Standing

TOO_LARGE = N_("This round is too large to try out changes by hand. Change its settings instead.")
SIGNED = N_("Somebody has signed this pair already. Reject its proposal instead.")
MOST_PLACES = N_("Enter a whole number from 1 to %(most)s")
AS_IT_IS: dict[str, str] = {
    "lock": N_("This pair is locked already."),
    "tie": N_("This pair is preferred already."),
    "bar": N_("This pair is barred already."),
    "free": N_("Nothing was set by hand for this pair."),
    "serve": N_("It is set already that this need gets someone."),
    "unserve": N_("It is not set that this need gets someone."),
    "pause": N_("This offer has no place in this scenario already."),
    "need_places": N_("It has so many places already."),
    "offer_places": N_("It has so many places already."),
}


@dataclass(frozen=True)
class Asked:
    """One change that a coordinator asks for, in keys."""

    kind: str
    need: str | None = None
    offer: str | None = None
    places: int | None = None

    @classmethod
    def of(cls, row: Adjustment) -> "Asked":
        """Return what a stored adjustment asks for."""
        need = None if row.need is None else row.need.public_id
        offer = None if row.offer is None else row.offer.public_id
        return cls(row.kind, need, offer, row.places)


class AsItIs(BadInput):
    """What is asked for is so already."""


class Clashing(Exception):
    """Changes that cannot be met together with the rest.

    Attributes
    ----------
    told : dict
        As `matching.clashes.told`.
    at : int or None
        Which of the changes could not be made; None where the round as it stands clashes.
    """

    def __init__(
        self, conflicts: tuple[Conflict, ...], irreducible: bool, at: int | None = None
    ) -> None:
        self.told = told(InfeasibleRound(conflicts, irreducible), None)
        self.at = at
        super().__init__(len(conflicts))


def start_of(session: Session, round_: Round, standing: Standing) -> Solved:
    """Return the round as it stands now: its result, with what people have decided since.

    Raises
    ------
    BadInput
        If the round is too large.
    Clashing
        If what people have signed cannot be kept together with the rest.
    """
    solved = solved_round(session, round_)
    if not isinstance(solved.problem.candidates, Candidates):
        raise BadInput("", TOO_LARGE)
    change = standing.change(solved.problem)
    if change == Change():
        return solved
    return after(stepped(solved, change, None))


def state_of(round_: Round, scenario: Scenario) -> Solved:
    """Return a scenario as it was worked out last."""
    problem = problem_of(round_, settings_stored(scenario.settings))
    pairs = np.array(sorted(problem.pair((a, b)) for a, b in scenario.pairs), dtype=np.int64)
    pairs, figures = pairs.reshape(-1, 2), scenario.figures
    total, gap = total_of(problem.scores, pairs), float(figures["gap"])
    proof = bool(figures["optimal"]), gap, bool(figures["stopped"])
    return Solved(problem, Solution(pairs, total, *proof))


def after(difference: Difference) -> Solved:
    """Return where a change leads."""
    assert difference.solution is not None
    return Solved(difference.problem, difference.solution)


def stepped(state: Solved, change: Change, at: int | None = 0) -> Difference:
    """Make one change; raise `Clashing` where nothing can come out."""
    found = what_if(state.problem, state.solution, change)
    if found.solution is None:
        raise Clashing(found.conflicts, found.irreducible, at)
    return found


def steps_from(start: Solved, standing: Standing, asked: Sequence[Asked]) -> list[Difference]:
    """Make changes one after the other; return what each does."""
    found: list[Difference] = []
    state = start
    for at, one in enumerate(asked):
        try:
            change = change_of(one, state, standing)
        except AsItIs:  # the round itself has it by now
            change = Change()
        found.append(stepped(state, change, at))
        state = after(found[-1])
    return found


def change_of(asked: Asked, state: Solved, standing: Standing) -> Change:
    """Return what is asked for as a change to the present state.

    Raises
    ------
    BadInput
        If it is so already, if somebody has signed what would be barred, or if there are not so
        many places.
    """
    settings, kind = state.problem.settings, AdjustmentKind(asked.kind)
    if kind in (AdjustmentKind.NEED_PLACES, AdjustmentKind.OFFER_PLACES):
        return _places_changed(asked, state, standing)
    pair = (asked.need or "", asked.offer or "")
    if kind in (AdjustmentKind.BAR, AdjustmentKind.FREE) and pair in standing.kept:
        raise BadInput("", SIGNED)
    if kind == AdjustmentKind.FREE:
        return _freed(pair, settings, standing)
    if _is_so(asked, settings):
        raise AsItIs("", AS_IT_IS[asked.kind])
    return {
        AdjustmentKind.LOCK: Change(lock=(pair,)),
        AdjustmentKind.TIE: Change(tie=(pair,)),
        AdjustmentKind.BAR: Change(bar=(pair,), unlock=(pair,) if pair in settings.locked else ()),
        AdjustmentKind.SERVE: Change(must_serve=(pair[0],)),
        AdjustmentKind.UNSERVE: Change(
            need_not_serve=(pair[0],) if pair[0] in settings.must_serve else ()
        ),
        AdjustmentKind.PAUSE: Change(pause=(pair[1],)),
    }[kind]


def most_places(asked: Asked, standing: Standing) -> int:
    """Return how many places the need or offer really has for this round."""
    if asked.kind == AdjustmentKind.NEED_PLACES:
        return standing.need_places.get(asked.need or "", 0)
    return standing.offer_places.get(asked.offer or "", 0)


def figures_stored(figures: Figures, solution: Any) -> dict[str, Any]:
    """Return the figures of a result as a row keeps them."""
    return {
        "served": figures.served,
        "worst": figures.worst,
        "total": figures.total,
        "pairs": figures.pairs,
        "optimal": bool(solution.optimal),
        "stopped": bool(solution.stopped),
        "gap": float(solution.gap),
    }


def price_stored(difference: Difference) -> dict[str, Any]:
    """Return what a change costs as a row keeps it."""
    assert difference.price is not None
    served, worst, total = difference.price
    moved = max(len(difference.came), len(difference.left))
    without = list(difference.left_without)
    return {
        "served": served,
        "worst": worst,
        "total": total,
        "moved": moved,
        "left_without": without,
    }


def settings_to_use(round_: Round, scenario: Scenario, standing: Standing) -> RoundSettings:
    """Return the settings of a scenario for the round itself: pairs that stay because they are
    signed are told apart from those fixed by hand, and these keep their reason and their price."""
    present = settings_of(round_)
    matching = settings_stored(scenario.settings).matching
    made = [_override(row) for row in scenario.adjustments if row.need is not None]
    overrides = merged(present.overrides, made, matching)
    fixed = {(one.need, one.offer) for one in overrides if one.kind == AdjustmentKind.LOCK}
    signed = (set(matching.locked) & standing.kept) - fixed - set(present.fixed)
    return replace(present, matching=matching, signed=tuple(sorted(signed)), overrides=overrides)


def _override(row: Adjustment) -> Override:
    need = "" if row.need is None else row.need.public_id
    offer = "" if row.offer is None else row.offer.public_id
    price = {name: row.price[name] for name in PRICE if name in row.price}
    return Override(row.kind, need, offer, row.reason, row.told, price)


def pairs_stored(state: Solved) -> list[list[str]]:
    """Return the pairs of a state in keys, as a row keeps them."""
    needs, offers = state.problem.arrays.needs.keys, state.problem.arrays.offers.keys
    return [[needs[row], offers[column]] for row, column in state.solution.pairs.tolist()]


def remember(round_: Round, state: Solved) -> None:
    """Keep the scored round of a state at hand for the next change."""
    keep(round_, state.problem)


def _is_so(asked: Asked, settings: Settings) -> bool:
    pair = (asked.need or "", asked.offer or "")
    return {
        AdjustmentKind.LOCK: pair in settings.locked,
        AdjustmentKind.TIE: pair in settings.tied,
        AdjustmentKind.BAR: pair in settings.barred,
        AdjustmentKind.SERVE: asked.need in settings.must_serve,
        AdjustmentKind.UNSERVE: asked.need not in settings.must_serve,
        AdjustmentKind.PAUSE: settings.offer_places.get(asked.offer or "") == 0,
    }[AdjustmentKind(asked.kind)]


def _places_changed(asked: Asked, state: Solved, standing: Standing) -> Change:
    problem, most = state.problem, most_places(asked, standing)
    if asked.places is None or not 1 <= asked.places <= most:
        raise BadInput("places", MOST_PLACES, most=most)
    if asked.kind == AdjustmentKind.NEED_PLACES:
        need = asked.need or ""
        present, change = problem.snapshot.needs[problem.rows[need]].places, {need: asked.places}
        moved = Change(need_places=change)
    else:
        offer = asked.offer or ""
        present = problem.snapshot.offers[problem.columns[offer]].places
        moved = Change(offer_places={offer: asked.places})
    if present == asked.places:
        raise AsItIs("places", AS_IT_IS[asked.kind])
    return moved


def _freed(pair: tuple[str, str], settings: Settings, standing: Standing) -> Change:
    """Let go of what was set by hand for a pair; what people turned down stays barred."""
    locked, kept, tied = (pair in some for some in (settings.locked, settings.keep, settings.tied))
    barred = pair in settings.barred and pair in standing.barred_by_hand
    if not (locked or kept or tied or barred):
        raise AsItIs("", AS_IT_IS["free"])
    return Change(
        unlock=(pair,) if locked else (),
        unbar=(pair,) if barred else (),
        untie=(pair,) if tied else (),
        keep=tuple(one for one in settings.keep if one != pair) if kept else None,
    )
