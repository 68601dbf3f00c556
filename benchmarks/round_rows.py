"""A made-up round as rows of the platform: `rounds.round_of` with towns, needs, offers and ties."""

import rounds
from sqlalchemy.orm import Session

from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot
from matchmaker.models import (
    ConflictArea,
    Membership,
    Municipality,
    Need,
    NeedTopic,
    Offer,
    OfferActivity,
    OfferArea,
    OfferDelivery,
    OfferTopic,
    Partnership,
    now,
)
from tests.factories import TODAY, make_user

SHARED = (
    "category",
    "second_category",
    "interpretation",
    "window_start",
    "window_end",
    "effort_days",
    "commitment_months",
    "places",
)
SIDES = ("north", "south")


def lay(session: Session, n_needs: int, n_offers: int) -> None:
    """Lay towns, verified needs, open offers and ties; flushes only."""
    snapshot = rounds.round_of(max(n_needs, n_offers))
    towns = _towns(session, snapshot)
    user = make_user(session)
    for record in snapshot.needs[:n_needs]:
        session.add(_need(record, towns[record.town], user.id))
    for offered in snapshot.offers[:n_offers]:
        session.add(_offer(offered, towns[offered.town], user.id))
    for tie in snapshot.ties:
        a, b = sorted((towns[tie.a], towns[tie.b]))
        session.add(Partnership(a_id=a, b_id=b, kind=tie.kind, since=tie.since, until=tie.until))
    session.flush()


def _towns(session: Session, snapshot: Snapshot) -> dict[str, int]:
    asking = {record.town for record in snapshot.needs}
    rows = {}
    for number, town in enumerate(snapshot.towns):
        rows[town.key] = Municipality(
            name=f"Town {number}",
            country=town.country,
            region=town.region,
            status="verified",
            population=town.population,
            languages=list(town.languages),
            sides=[SIDES[number % 2]] if town.key in asking else [],
        )
    session.add_all(rows.values())
    for country in sorted({town.country for town in snapshot.towns if town.key in asking}):
        session.add(
            ConflictArea(
                level="country",
                country=country,
                place_key=f"{country}//",
                phase="actual",
                presence="possible",
                confirmed_at=now(),
                valid_until=TODAY.replace(year=TODAY.year + 5),
            )
        )
    session.flush()
    for row in rows.values():
        session.add(
            Membership(user_id=make_user(session).id, role="requester", municipality_id=row.id)
        )
    return {key: row.id for key, row in rows.items()}


def _need(record: NeedRecord, town_id: int, user_id: int) -> Need:
    return Need(
        **{name: getattr(record, name) for name in SHARED},
        municipality_id=town_id,
        created_by_id=user_id,
        status="verified",
        activity=record.activity,
        depth=record.depth,
        title="Help with a municipal service",
        description="What the town asks for, in a few sentences of its own.",
        settings=list(record.settings),
        languages=list(record.languages),
        low_profile=record.low_profile,
        consent=record.consent,
        overlap_days=record.overlap_days,
        submitted_at=now(),
        verified_at=now(),
        topics=[
            NeedTopic(topic_code=one.topic, importance=one.importance, level=one.level)
            for one in record.topics
        ],
    )


def _offer(record: OfferRecord, town_id: int, user_id: int) -> Offer:
    times = dict(record.experience)
    return Offer(
        **{name: getattr(record, name) for name in SHARED},
        municipality_id=town_id,
        created_by_id=user_id,
        status="open",
        title="Help from our city",
        description="What the city offers, in a few sentences of its own.",
        settings=list(record.settings),
        languages=list(record.languages),
        mandate=record.mandate,
        mandate_chance=record.mandate_chance,
        mandate_lapses=record.mandate_lapses,
        areas_stated=record.areas is not None,
        delivery_stated=record.delivery is not None,
        context_languages=(
            None if record.context_languages is None else list(record.context_languages)
        ),
        submitted_at=now(),
        verified_at=now(),
        topics=[OfferTopic(topic_code=one.topic, level=one.level) for one in record.topics],
        activities=[OfferActivity(activity=a, times=times.get(a)) for a in record.activities],
        areas=[
            OfferArea(country=a.country, region=a.region, last_year=a.last_year, years=a.years)
            for a in record.areas or ()
        ],
        deliveries=[
            OfferDelivery(country=d.country, region=d.region, topics=list(d.topics))
            for d in record.delivery or ()
        ],
    )
