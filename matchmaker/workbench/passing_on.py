"""Pass on to a municipality what a round showed: a near offer, or the call for offers.

The words are fixed and name nobody: a hint tells which conditions stood in the way, a call holds
rounded figures only. The mail says that something waits.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import covers
from matchmaker.audit import record
from matchmaker.errors import BadInput
from matchmaker.models import Hint, Municipality, Need, Offer, Round, now
from matchmaker.outbox import tell_municipality
from matchmaker.vocabulary import N_, Bar, NoticeKind, RoundStatus, Side
from matchmaker.workbench.hint_queries import called_towns, helping_towns

ASKING_CAN = (
    Bar.SETTING,
    Bar.LANGUAGE,
    Bar.WINDOW,
    Bar.CONSENT,
    Bar.LOW_PROFILE,
    Bar.TIE_REQUIRED,
)
"""Conditions that the asking municipality can do something about."""
HELPING_CAN = (
    Bar.CATEGORY,
    Bar.ACTIVITY,
    Bar.SETTING,
    Bar.LANGUAGE,
    Bar.WINDOW,
    Bar.MANDATE,
    Bar.CONTEXT_MINIMUM,
)
"""Conditions that the helping municipality can do something about."""
TOO_EARLY = N_("Nothing is sent before the round is published and its cool-off is over.")
NOT_TO_PASS = N_("This cannot be passed on: no municipality in your scope could change it.")


def may_send(round_: Round) -> bool:
    """Tell whether something may go out about a round: nothing does before its cool-off is over."""
    if round_.status not in (RoundStatus.PUBLISHED.value, RoundStatus.CLOSED.value):
        return False
    return round_.cool_off_ends_at is None or round_.cool_off_ends_at <= now()


def addressee(bars: Iterable[str]) -> tuple[Side, list[str]] | None:
    """Return who could change what stands between, and what that is; None where nobody can.

    The asking municipality where it can do so alone: it is the one that waits. An offer that meets
    every condition lacks a place, so that hint goes to the helping one.
    """
    against = {Bar(bar) for bar in bars}
    if against and against <= set(ASKING_CAN):
        return Side.REQUESTER, [bar.value for bar in Bar if bar in against]
    if against <= set(ASKING_CAN) | set(HELPING_CAN):
        return Side.HELPER, [bar.value for bar in Bar if bar in against & set(HELPING_CAN)]
    return None


def can_pass_on(actor: Actor, need: Need, offer: Offer, bars: Iterable[str]) -> bool:
    """Tell whether a hint about a pair could go to somebody the actor works for."""
    found = addressee(bars)
    if found is None:
        return False
    row: Need | Offer = need if found[0] is Side.REQUESTER else offer
    shown = not row.municipality.hidden and not (row is need and need.hidden)
    return shown and covers(actor.scope, actor.sides, row.municipality)


def pass_on(
    session: Session, actor: Actor, round_: Round, need: Need, offer: Offer, bars: list[str]
) -> Hint | None:
    """Pass on that a need and an offer came close; None where that was done before.

    Raises
    ------
    BadInput
        If nothing may go out yet, or nobody in scope could change anything.
    """
    session.refresh(round_, with_for_update={"of": Round})
    if not may_send(round_):
        raise BadInput("", TOO_EARLY)
    found = addressee(bars)
    if found is None or not can_pass_on(actor, need, offer, bars):
        raise BadInput("", NOT_TO_PASS)
    known = select(Hint.id).where(Hint.need_id == need.id, Hint.offer_id == offer.id)
    if session.scalar(known) is not None:
        return None
    side, told = found
    town = (need if side is Side.REQUESTER else offer).municipality
    hint = _add(session, actor, round_, town, side, told)
    hint.need_id, hint.offer_id = need.id, offer.id
    session.flush()
    details = {"need": need.public_id, "offer": offer.public_id, "to": side.value}
    record(session, actor, "round.hint_passed_on", "round", round_.public_id, details)
    return hint


def send_call(session: Session, actor: Actor, round_: Round, lines: list[dict[str, Any]]) -> int:
    """Send the call for offers to the helping municipalities in scope; return to how many.

    Who got it before does not get it again.

    Raises
    ------
    BadInput
        If nothing may go out yet, or there is nothing to say.
    """
    session.refresh(round_, with_for_update={"of": Round})
    if not may_send(round_):
        raise BadInput("", TOO_EARLY)
    if not lines:
        raise BadInput("", N_("There is nothing that may be told."))
    before = called_towns(session, round_)
    towns = [town for town in helping_towns(session, actor) if town.id not in before]
    for town in towns:
        _add(session, actor, round_, town, Side.HELPER, lines)
    session.flush()
    if towns:
        details = {"towns": len(towns)}
        record(session, actor, "round.offers_called_for", "round", round_.public_id, details)
    return len(towns)


def put_away(session: Session, actor: Actor, hint: Hint) -> None:
    """Note that the municipality has seen it, so that its home page no longer names it."""
    if hint.seen_at is None:
        hint.seen_at = now()
        session.flush()
        record(session, actor, "hint.seen", "hint", hint.public_id)


def _add(
    session: Session, actor: Actor, round_: Round, town: Municipality, side: Side, told: list[Any]
) -> Hint:
    assert actor.user_id is not None
    hint = Hint(
        round_id=round_.id,
        municipality_id=town.id,
        side=side.value,
        told=told,
        created_by_id=actor.user_id,
    )
    session.add(hint)
    tell_municipality(session, town.id, side.value, NoticeKind.OTHER, besides=actor.user_id)
    return hint
