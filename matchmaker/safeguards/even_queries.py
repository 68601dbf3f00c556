"""How the sides of a divide were served, per area and over time; counts for coordinators."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of, within
from matchmaker.models import Association, Engagement, Municipality, Need, Proposal

MOST_PERIODS = 12


@dataclass(frozen=True)
class Asked:
    """One need that was asked for, and when help for it began to be agreed on."""

    country: str
    region: str
    sides: tuple[str, ...]
    """Empty where nobody has entered the side of its town."""
    asked_on: date
    engaged_on: tuple[date, ...]
    """A day for each engagement; the need was served on the first."""


@dataclass(frozen=True)
class Count:
    """What one side asked for and got, in one period or in all."""

    asked: int = 0
    served: int = 0
    engagements: int = 0


@dataclass(frozen=True)
class Evenness:
    """What each side asked for and got, in all and period by period."""

    sides: tuple[str, ...]
    totals: dict[str, Count]
    periods: tuple[tuple[str, dict[str, Count]], ...]
    """The last ones, oldest first; a period is named by its year, or year and quarter."""


def asked_in_scope(session: Session, actor: Actor) -> list[Asked]:
    """Return the needs of a coordinator's scope that were ever submitted; two queries."""
    return _asked(session, towns_of(actor))


def asked_of(session: Session, association: Association) -> list[Asked]:
    """Return the needs in the scope of an association that were ever submitted."""
    return _asked(session, within(association.scope, association.sides))


def _asked(session: Session, towns: list[ColumnElement[bool]]) -> list[Asked]:
    needs = session.execute(
        select(
            Need.id,
            Need.submitted_at,
            Municipality.country,
            Municipality.region,
            Municipality.sides,
        )
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(Need.submitted_at.is_not(None), *towns)
        .order_by(Need.id)
    ).all()
    begun: dict[int, list[date]] = {}
    for need, moment in session.execute(
        select(Proposal.need_id, Engagement.created_at)
        .join(Engagement, Engagement.proposal_id == Proposal.id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(*towns)
        .order_by(Engagement.created_at)
    ):
        begun.setdefault(need, []).append(moment.date())
    return [
        Asked(
            country,
            region,
            tuple(dict.fromkeys(side.lower() for side in sides)),
            at.date(),
            tuple(begun.get(key, ())),
        )
        for key, at, country, region, sides in needs
        if at is not None
    ]


def places_in(found: Iterable[Asked]) -> dict[str, list[str]]:
    """Return country -> its regions, of the needs."""
    regions: dict[str, set[str]] = {}
    for one in found:
        regions.setdefault(one.country, set()).add(one.region)
    return {country: sorted(filter(None, regions[country])) for country in sorted(regions)}


def evenness_of(found: Iterable[Asked], today: date, *, by_year: bool = False) -> Evenness:
    """Count per side, in all and by quarter or year; a town of two sides counts with both."""
    asked, served, engagements = (Counter[tuple[str, str]]() for _ in range(3))
    sides: set[str] = set()
    for one in found:
        for side in one.sides or ("",):
            sides.add(side)
            asked[side, period_of(one.asked_on, by_year)] += 1
            if one.engaged_on:
                served[side, period_of(one.engaged_on[0], by_year)] += 1
            for day in one.engaged_on:
                engagements[side, period_of(day, by_year)] += 1
    first = min((period for _, period in (*asked, *served)), default=period_of(today, by_year))
    periods = _periods(first, period_of(today, by_year), by_year)
    # towns without a side last
    order = tuple(sorted(sides, key=lambda side: (not side, side)))

    def count(side: str, period: str) -> Count:
        at = (side, period)
        return Count(asked[at], served[at], engagements[at])

    return Evenness(
        order,
        {
            side: Count(
                *(
                    sum(n for (whose, _), n in counter.items() if whose == side)
                    for counter in (asked, served, engagements)
                )
            )
            for side in order
        },
        tuple(
            (period, {side: count(side, period) for side in order})
            for period in periods[-MOST_PERIODS:]
        ),
    )


def period_of(day: date, by_year: bool) -> str:
    """Return the year of a day, or its year and quarter."""
    return f"{day.year}" if by_year else f"{day.year}-{(day.month - 1) // 3 + 1}"


def _periods(first: str, last: str, by_year: bool) -> list[str]:
    found, (year, _, quarter) = [first], first.partition("-")
    at = int(year) * 4 + int(quarter or 1) - 1
    while found[-1] < last:
        at += 4 if by_year else 1
        found.append(f"{at // 4}" if by_year else f"{at // 4}-{at % 4 + 1}")
    return found


def served_in(found: Iterable[Asked], group: str) -> int:
    """Count the needs served of a side or a country, named as floors name groups."""
    kind, _, code = group.partition(":")
    return sum(
        bool(one.engaged_on)
        and (code.lower() in one.sides if kind == "need_side" else code == one.country)
        for one in found
    )
