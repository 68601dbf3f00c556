"""What came of earlier engagements: knowledge for the next matches, and pairs that ended early."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from matchmaker.models import Closing, Engagement, Municipality, Need, Offer, Proposal
from matchmaker.vocabulary import DeclineReason, EngagementStatus, Side

DAYS_OF_A_YEAR = 365.25
LEAST_YEARS = 0.1
"""Work of a few weeks is work all the same."""


@dataclass
class Experience:
    """What a municipality has completed through matches here."""

    areas: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    """(country, region) -> years in all, and the year in which the last of it ended."""
    times: dict[str, int] = field(default_factory=dict)
    """Activity -> how often."""


def completed_by(session: Session, town_ids: Iterable[int]) -> dict[int, Experience]:
    """Return row id of a helping municipality -> what it completed; one query for all."""
    query = (
        select(
            Offer.municipality_id,
            Municipality.country,
            Municipality.region,
            Need.activity,
            Engagement.began_at,
            Engagement.ended_at,
        )
        .select_from(Engagement)
        .join(Proposal, Proposal.id == Engagement.proposal_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(
            Engagement.status == EngagementStatus.COMPLETED,
            Engagement.ended_at.is_not(None),
            Offer.municipality_id.in_(list(town_ids)),
        )
        .order_by(Engagement.id)
    )
    found: dict[int, Experience] = defaultdict(Experience)
    for town, country, region, activity, began, ended in session.execute(query):
        assert ended is not None  # the query asks for it
        own = found[town]
        years, last = own.areas.get((country, region), (0.0, 0))
        own.areas[country, region] = (
            years + _years(began, ended),
            max(last, ended.year),
        )
        if activity:
            own.times[activity] = own.times.get(activity, 0) + 1
    return dict(found)


def _years(began: datetime | None, ended: datetime) -> float:
    days = (ended - began).days if began is not None else 0
    return max(round(days / DAYS_OF_A_YEAR, 2), LEAST_YEARS)


def not_again(session: Session, need_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return row id of a need -> helpers it is not matched with once more, by public id.

    Those with whom work on this need ended early, unless both sides asked for each other. Work
    that a consortium released before it began, for want of others, says nothing of the pair.
    """
    helper, requester = aliased(Closing), aliased(Closing)
    wish = [
        and_(one.engagement_id == Engagement.id, one.side == side.value, one.again.is_(True))
        for one, side in ((helper, Side.HELPER), (requester, Side.REQUESTER))
    ]
    query = (
        select(Proposal.need_id, Municipality.public_id)
        .select_from(Engagement)
        .join(Proposal, Proposal.id == Engagement.proposal_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .join(Municipality, Municipality.id == Offer.municipality_id)
        .outerjoin(helper, wish[0])
        .outerjoin(requester, wish[1])
        .where(
            Proposal.need_id.in_(list(need_ids)),
            Engagement.status == EngagementStatus.ENDED,
            or_(
                Engagement.began_at.is_not(None),
                Engagement.end_reason != DeclineReason.CAPACITY.value,
            ),
            or_(helper.id.is_(None), requester.id.is_(None)),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for need_id, town in session.execute(query):
        found[need_id].add(town)
    return {need_id: tuple(sorted(towns)) for need_id, towns in found.items()}


LEAST = 5
"""Fewer municipalities than so many tell of one of them, and no outcome is given."""


@dataclass(frozen=True)
class Outcome:
    """How engagements of one kind went; counts of at least five asking municipalities each."""

    n_completed: int | None
    n_ended: int | None
    n_going_on: int | None


def outcomes(
    session: Session,
    *,
    activity: str | None = None,
    country: str | None = None,
    besides: int | None = None,
) -> Outcome:
    """Count how earlier engagements went, by activity and country of the asking municipality.

    Parameters
    ----------
    activity, country
        What is counted; None stands for all.
    besides
        Row id of a municipality that asks and is left out: it would find itself.

    A count that stands on fewer than five asking municipalities, or on fewer than five helping
    ones, is None.
    """
    query = (
        select(
            func.count(func.distinct(Need.municipality_id)),
            func.count(func.distinct(Offer.municipality_id)),
        )
        .select_from(Engagement)
        .join(Proposal, Proposal.id == Engagement.proposal_id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(Municipality.hidden.is_(False))
    )
    if activity is not None:
        query = query.where(Need.activity == activity)
    if country is not None:
        query = query.where(Municipality.country == country)
    if besides is not None:
        query = query.where(Need.municipality_id != besides)
    counted = {}
    for name, statuses in GROUPED.items():
        asking, helping = session.execute(query.where(Engagement.status.in_(statuses))).one()
        counted[name] = asking if min(asking, helping) >= LEAST else None
    return Outcome(**counted)


GROUPED = {
    "n_completed": (EngagementStatus.COMPLETED.value,),
    "n_ended": (EngagementStatus.ENDED.value,),
    "n_going_on": (EngagementStatus.ACTIVE.value, EngagementStatus.PAUSED.value),
}
"""What is counted -> statuses of an engagement."""
