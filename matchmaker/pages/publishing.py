"""The weekly publication: rows of last week to figures, stored, so that nothing moves between."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from matchmaker import places
from matchmaker.access.envelopes import Envelope, through
from matchmaker.disclosure import Counted, Figures, figures_of, worldwide
from matchmaker.models import (
    Engagement,
    Municipality,
    Need,
    Offer,
    Proposal,
    Publication,
    now,
)
from matchmaker.proposals.wording import size_code
from matchmaker.vocabulary import (
    TOPICS,
    EngagementStatus,
    MunicipalityStatus,
    NeedStatus,
    OfferStatus,
)

DELAY = timedelta(days=7)
"""What is younger is in no figure."""
ASKING = (
    NeedStatus.VERIFIED.value,
    NeedStatus.IN_ROUND.value,
    NeedStatus.MATCHED.value,
    NeedStatus.UNMATCHED.value,
)
OFFERING = (OfferStatus.OPEN.value, OfferStatus.FULL.value)


WORKING = (
    EngagementStatus.ACTIVE.value,
    EngagementStatus.PAUSED.value,
    EngagementStatus.COMPLETED.value,
)


def publish_when_due(
    session: Session, at: datetime | None = None, delay: timedelta = DELAY
) -> Publication | None:
    """Store the figures of this week, once; None where they are stored already.

    They are counted as of the delay before the week's Monday, on whatever day this is called.
    """
    at = at or now()
    day = at.date() - timedelta(days=at.weekday())
    cut = datetime.combine(day, time.min, tzinfo=at.tzinfo) - delay
    if session.scalars(select(Publication.id).where(Publication.published_on == day)).first():
        return None
    publication = Publication(published_on=day, as_of=cut.date(), figures=figures_at(session, cut))
    try:
        with session.begin_nested():
            session.add(publication)
            session.flush()
    except IntegrityError:  # another process was faster
        return None
    return publication


def figures_at(session: Session, cut: datetime) -> dict[str, Figures]:
    """Return the figures of what was verified before the cut and still stands, nobody hidden."""
    possible = places.number_of_places()
    asked = _towns(session, _needs(cut))
    offered = _towns(session, _offers(cut))
    working = _towns(session, _works(cut))
    return {
        "asked": figures_of(asked, possible),
        "offered": figures_of(offered, possible),
        # By theme alone: with whom a town works narrows down further where it lies.
        "working": worldwide(working),
    }


def latest_publication(session: Session) -> Publication | None:
    """Return what is published now."""
    newest = select(Publication).order_by(Publication.published_on.desc())
    return session.scalars(newest.limit(1)).first()


def _needs(cut: datetime) -> Any:
    return (
        select(Need)
        .join(Need.municipality)
        .where(
            Need.status.in_(ASKING),
            Need.hidden.is_(False),
            Need.submitted_at <= cut,
            Need.verified_at <= cut,
            *_takes_part(cut),
        )
        .options(joinedload(Need.municipality))
    )


def _offers(cut: datetime) -> Any:
    return (
        select(Offer)
        .join(Offer.municipality)
        .where(
            Offer.status.in_(OFFERING),
            Offer.submitted_at <= cut,
            Offer.verified_at <= cut,
            *_takes_part(cut),
        )
        .options(joinedload(Offer.municipality))
    )


def _works(cut: datetime) -> Any:
    """Select the needs on which two municipalities work together, or have completed work."""
    return (
        select(Need)
        .join(Need.municipality)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(Engagement, Engagement.proposal_id == Proposal.id)
        .where(
            Engagement.status.in_(WORKING),
            Engagement.began_at <= cut,
            Need.hidden.is_(False),
            Need.submitted_at <= cut,
            *_takes_part(cut),
        )
        .options(joinedload(Need.municipality))
    )


def _takes_part(cut: datetime) -> list[Any]:
    return [
        Municipality.status == MunicipalityStatus.VERIFIED,
        Municipality.hidden.is_(False),
        Municipality.created_at <= cut,
    ]


def _towns(session: Session, query: Any) -> list[Counted]:
    """Return each municipality once, with the themes of all its rows."""
    themes: dict[int, set[str]] = {}
    towns: dict[int, Municipality] = {}
    for row in session.scalars(query):
        towns[row.municipality_id] = through(row.municipality, Envelope.PUBLIC)
        themes.setdefault(row.municipality_id, set()).update(_themes(through(row, Envelope.PUBLIC)))
    return [
        Counted(
            town.country, places.continent(town.country), size_code(town.population), frozenset(own)
        )
        for town, own in ((towns[key], themes[key]) for key in sorted(towns))
    ]


def _themes(row: Need | Offer) -> Iterable[str]:
    """Return the kinds of help and the groups of topics of a need or an offer."""
    yield row.category
    if row.second_category:
        yield row.second_category
    for topic in row.topics:
        yield TOPICS[topic.topic_code].group
