"""The scope of an association: the countries and sides of a divide that its coordinators see.

A municipality lies within it if its country is listed and it counts to a listed side. An empty
list names everything. A limit to sides leaves out a town of which nobody has entered the side:
it might be the other one's.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from matchmaker.access.actor import Actor
from matchmaker.models import Municipality, Need, Offer, Proposal, Round


def covers(countries: Sequence[str], sides: Sequence[str], town: Any) -> bool:
    """Tell whether a municipality lies within a scope."""
    if countries and town.country not in countries:
        return False
    return not sides or not _keys(sides).isdisjoint(_keys(getattr(town, "sides", None) or ()))


def within(countries: Sequence[str], sides: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the same question as conditions on the table of municipalities."""
    conditions: list[ColumnElement[bool]] = []
    if countries:
        conditions.append(Municipality.country.in_(list(countries)))
    if sides:
        # The list is stored as JSON: a code stands in it with its quotation marks.
        stored = func.lower(cast(Municipality.sides, String))
        conditions.append(
            or_(*(stored.contains(key, autoescape=True) for key in sorted(_keys(sides))))
        )
    return conditions


def towns_of(actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions that limit municipalities to those a coordinator works for."""
    return within(actor.scope, actor.sides)


def proposals_in_hand(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a proposal is one that a coordinator decides on now.

    It comes from a round of their association, or lies across scopes; and one side of it at least
    lies within their own.
    """
    own = Proposal.round_id.in_(
        select(Round.id).where(Round.association_id == actor.association_id)
    )
    reasons = cast(Proposal.signature_reasons, String)
    in_hand = or_(own, and_(Proposal.round_id.is_not(None), reasons.contains('"across_scopes"')))
    if not (actor.scope or actor.sides):
        return in_hand
    towns = select(Municipality.id).where(*towns_of(actor))
    needs = select(Need.id).where(Need.municipality_id.in_(towns))
    offers = select(Offer.id).where(Offer.municipality_id.in_(towns))
    return and_(in_hand, or_(Proposal.need_id.in_(needs), Proposal.offer_id.in_(offers)))


def _keys(sides: Iterable[str]) -> set[str]:
    """Return the codes as they are compared: as JSON writes them, without case."""
    return {json.dumps(side).lower() for side in sides}
