"""Scenarios: saved, changed by hand, taken back, worked out anew, and made the round's own."""

from dataclasses import replace

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.errors import BadInput, WrongStep
from matchmaker.matching.whatif import Difference
from matchmaker.models import Adjustment, Job, Round, Scenario
from matchmaker.proposals.queries import needs_by_key, offers_by_key
from matchmaker.rounds import service as rounds
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import N_, OverrideReason, RoundStatus
from matchmaker.workbench import scenario_queries as queries
from matchmaker.workbench.scenario_work import (
    Asked,
    after,
    change_of,
    figures_stored,
    pairs_stored,
    price_stored,
    remember,
    settings_to_use,
    start_of,
    state_of,
    stepped,
    steps_from,
)
from matchmaker.workbench.solved import Solved
from matchmaker.workbench.standing import Standing, standing_of

TAKEN_NAME = N_("Another scenario of this round has this name. Choose another one.")
STALE = N_("The round has changed since this scenario was worked out. Work it out anew first.")


class ChangedSince(Exception):
    """The scenario was changed since its page was read."""


def is_stale(scenario: Scenario, standing: Standing) -> bool:
    """Tell whether the round has changed since a scenario was worked out."""
    return scenario.base_digest != standing.digest


def looked_at(
    session: Session,
    round_: Round,
    scenario: Scenario | None,
    asked: Asked,
    standing: Standing,
) -> Difference:
    """Return what a change would do to a scenario, or to the round as it stands; writes nothing.

    Where the round has changed since the scenario was worked out, it is asked of the scenario as it
    would be worked out anew.

    Raises
    ------
    BadInput
        If it cannot be asked for.
    Clashing
        If it cannot be met together with the rest.
    """
    state = _state(session, round_, scenario, standing)
    return stepped(state, change_of(asked, state, standing))


def create_scenario(session: Session, actor: Actor, round_: Round, name: str) -> Scenario:
    """Save the round as it stands under a name, to change it from there."""
    _lock(session, round_)
    return _created(session, actor, round_, name, standing_of(session, round_))


def adjust(
    session: Session,
    actor: Actor,
    round_: Round,
    scenario: Scenario | None,
    asked: Asked,
    reason: OverrideReason,
    words: str,
    *,
    name: str = "",
    seen: int | None = None,
    base: str | None = None,
) -> Scenario:
    """Change something by hand in a scenario, or in a new one; return the scenario.

    Parameters
    ----------
    seen : int, optional
        The version of the scenario that the price was shown for.
    base : str, optional
        The digest of how the round stood when the price was shown.

    Raises
    ------
    ChangedSince
        If it has another version by now, or the round stands otherwise.
    BadInput, Clashing
        As `looked_at`.
    """
    _lock(session, round_)
    standing = standing_of(session, round_)
    if base is not None and base != standing.digest:
        raise ChangedSince
    if scenario is None:
        scenario = _created(session, actor, round_, name, standing)
    else:
        session.refresh(scenario, with_for_update={"of": Scenario})
        if seen is not None and scenario.version != seen:
            raise ChangedSince
        if is_stale(scenario, standing):
            _work_out(session, round_, scenario)
    state = state_of(round_, scenario)
    found = stepped(state, change_of(asked, state, standing))
    need = needs_by_key(session, [asked.need]).get(asked.need) if asked.need else None
    offer = offers_by_key(session, [asked.offer]).get(asked.offer) if asked.offer else None
    details = _details(scenario, asked, reason)
    event = record(
        session, actor, "round.adjusted", "round", round_.public_id, details, words or None
    )
    row = Adjustment(
        scenario_id=scenario.id,
        kind=asked.kind,
        need_id=None if need is None else need.id,
        offer_id=None if offer is None else offer.id,
        places=asked.places,
        reason=str(reason),
        told=event.seq,
        price=price_stored(found),
        created_by_id=actor.user_id,
    )
    scenario.adjustments.append(row)
    _write(round_, scenario, after(found), standing)
    session.flush()
    return scenario


def take_back(
    session: Session, actor: Actor, round_: Round, scenario: Scenario, public_id: str, seen: int
) -> None:
    """Take one change by hand back; what is left is worked out anew from the round as it stands.

    Raises
    ------
    ChangedSince
        If the scenario was changed since the page was read.
    Clashing
        If what is left cannot be met together.
    """
    _lock(session, round_)
    session.refresh(scenario, with_for_update={"of": Scenario})
    gone = [one for one in scenario.adjustments if one.public_id == public_id]
    if scenario.version != seen or not gone:
        raise ChangedSince
    scenario.adjustments.remove(gone[0])
    _work_out(session, round_, scenario)
    details = {"scenario": scenario.public_id, "kind": gone[0].kind}
    record(session, actor, "round.adjustment_taken_back", "round", round_.public_id, details)
    session.flush()


def work_out_anew(session: Session, actor: Actor, round_: Round, scenario: Scenario) -> None:
    """Make all changes of a scenario once more, from the round as it stands now."""
    _lock(session, round_)
    session.refresh(scenario, with_for_update={"of": Scenario})
    _work_out(session, round_, scenario)
    details = {"scenario": scenario.public_id}
    record(session, actor, "round.scenario_anew", "round", round_.public_id, details)
    session.flush()


def use_scenario(
    session: Session, actor: Actor, round_: Round, scenario: Scenario, seen: int
) -> Job:
    """Make a scenario the round's own: it is solved once more, under its settings.

    Raises
    ------
    ChangedSince
        If the scenario was changed since the page was read.
    BadInput
        If the round has changed since it was worked out.
    """
    _lock(session, round_)
    session.refresh(scenario, with_for_update={"of": Scenario})
    if scenario.version != seen:
        raise ChangedSince
    standing = standing_of(session, round_)
    if is_stale(scenario, standing):
        raise BadInput("", STALE)
    settings = settings_to_use(round_, scenario, standing)
    return rounds.start_solving_anew(session, actor, round_, settings)


def delete_scenario(
    session: Session, actor: Actor, round_: Round, scenario: Scenario, seen: int | None = None
) -> None:
    """Delete a scenario with its changes; the audit trail keeps who made them.

    Raises
    ------
    ChangedSince
        If the scenario was changed since the page was read.
    """
    session.refresh(scenario, with_for_update={"of": Scenario})
    if seen is not None and scenario.version != seen:
        raise ChangedSince
    details = {"scenario": scenario.public_id}
    session.delete(scenario)
    record(session, actor, "round.scenario_deleted", "round", round_.public_id, details)
    session.flush()


def _lock(session: Session, round_: Round) -> None:
    """Lock and re-read the round; scenarios are for a round in review."""
    session.refresh(round_, with_for_update={"of": Round})
    if round_.status != RoundStatus.IN_REVIEW:
        raise WrongStep("round", round_.status, RoundStatus.IN_REVIEW)


def _state(
    session: Session, round_: Round, scenario: Scenario | None, standing: Standing
) -> Solved:
    if scenario is None:
        return start_of(session, round_, standing)
    if is_stale(scenario, standing):
        return _anew(session, round_, scenario, standing)[1]
    return state_of(round_, scenario)


def _created(
    session: Session, actor: Actor, round_: Round, name: str, standing: Standing
) -> Scenario:
    if any(one.name == name for one in queries.scenarios_of(session, round_)):
        raise BadInput("name", TAKEN_NAME)
    scenario = Scenario(round_id=round_.id, name=name, created_by_id=actor.user_id)
    _write(round_, scenario, start_of(session, round_, standing), standing)
    session.add(scenario)
    session.flush()
    details = {"scenario": scenario.public_id}
    record(session, actor, "round.scenario", "round", round_.public_id, details)
    return scenario


def _work_out(session: Session, round_: Round, scenario: Scenario) -> None:
    standing = standing_of(session, round_)
    found, state = _anew(session, round_, scenario, standing)
    for row, one in zip(scenario.adjustments, found, strict=True):
        row.price = price_stored(one)
    _write(round_, scenario, state, standing)


def _anew(
    session: Session, round_: Round, scenario: Scenario, standing: Standing
) -> tuple[list[Difference], Solved]:
    """Return what each change of a scenario does to the round as it stands, and where they lead."""
    start = start_of(session, round_, standing)
    found = steps_from(start, standing, [Asked.of(row) for row in scenario.adjustments])
    return found, after(found[-1]) if found else start


def _write(round_: Round, scenario: Scenario, state: Solved, standing: Standing) -> None:
    matching = state.problem.settings
    scenario.settings = replace(settings_of(round_), matching=matching).stored()
    scenario.figures = figures_stored(state.figures, state.solution)
    scenario.pairs = pairs_stored(state)
    scenario.base_digest = standing.digest
    remember(round_, state)


def _details(scenario: Scenario, asked: Asked, reason: OverrideReason) -> dict[str, object]:
    given = {"need": asked.need, "offer": asked.offer, "places": asked.places}
    named = {name: value for name, value in given.items() if value is not None}
    return {"scenario": scenario.public_id, "kind": asked.kind, "reason": str(reason), **named}
