"""The bridge from rows to the frozen input of matching; keys are public ids, no name goes in.

Whom a municipality means by the names it ruled out, or would like to work with, is found here and
stored nowhere else.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.engagements.history import Experience, completed_by, not_again
from matchmaker.matching.snapshot import (
    AreaExperience,
    Delivery,
    NeedRecord,
    OfferRecord,
    Snapshot,
    Tie,
    TopicOffered,
    TopicWanted,
    Town,
)
from matchmaker.matching.wishes import with_answered
from matchmaker.models import Municipality, Need, Offer, Partnership
from matchmaker.municipalities.named import names_of_municipalities
from matchmaker.municipalities.queries import presence_of_towns
from matchmaker.places import neighbours
from matchmaker.rounds.carriers import carriers_of, ruled_out_by
from matchmaker.safeguards.others_queries import covered_topics
from matchmaker.safeguards.precondition_queries import unmet_of
from matchmaker.verification.queries import flagged_among
from matchmaker.vocabulary import ACTIVITIES, Mandate, Publicity


def take_snapshot(
    session: Session,
    needs: Sequence[Need],
    offers: Sequence[Offer],
    today: date,
    besides: Sequence[Municipality] = (),
    *,
    complement: bool = False,
) -> Snapshot:
    """Freeze these needs and offers with their towns, ties and the access of each area.

    Where they shall `complement` what others do, topics that somebody else covers are left out of
    needs that ask for another one too.

    The number of queries does not depend on how many there are. `besides` are towns without either.
    """
    own = {need.municipality_id: need.municipality for need in needs}
    own |= {offer.municipality_id: offer.municipality for offer in offers}
    own |= {town.id: town for town in besides}
    ties = _ties(session, list(own))
    towns = own | {town.id: town for tie in ties for town in (tie.a, tie.b)}
    presence = presence_of_towns(session, own.values(), today)
    flagged = flagged_among(session, own)
    unmet = unmet_of(session, needs)
    covered = covered_topics(session, needs) if complement else {}
    meant = names_of_municipalities(session)
    parted = not_again(session, [need.id for need in needs])
    done = completed_by(session, {offer.municipality_id for offer in offers})
    offered = [
        offer_record(
            offer,
            meant.meant_by(offer.veto_names),
            meant.meant_by(offer.wish_names or (), countries=False),
            done.get(offer.municipality_id),
        )
        for offer in offers
    ]
    carriers = carriers_of(session, needs)
    together = {key: ruled_out_by(rows, offered, meant) for key, rows in carriers.items()}
    asked = [
        need_record(
            need,
            presence[need.municipality_id].value,
            rights_only=need.municipality_id in flagged,
            veto_towns=_together(
                meant.meant_by(need.veto_names),
                (*parted.get(need.id, ()), *together.get(need.id, ())),
            ),
            wish_towns=meant.meant_by(need.wish_names or (), countries=False),
            unmet=unmet[need.id],
            covered=covered.get(need.id, frozenset()),
        )
        for need in needs
    ]
    need_records, offer_records = with_answered(asked, offered)
    return Snapshot(
        taken_on=today,
        needs=need_records,
        offers=offer_records,
        towns=tuple(_town(town) for town in towns.values()),
        ties=tuple(
            Tie(
                a=tie.a.public_id,
                b=tie.b.public_id,
                kind=tie.kind,
                since=tie.since,
                until=tie.until,
            )
            for tie in ties
        ),
        neighbours=_neighbours({town.country for town in towns.values()}),
    ).sorted()


def need_record(
    need: Need,
    presence: str,
    *,
    rights_only: bool = False,
    veto_towns: tuple[str, ...] = (),
    wish_towns: tuple[str, ...] = (),
    unmet: tuple[str, ...] = (),
    covered: frozenset[str] = frozenset(),
) -> NeedRecord:
    """Return what matching may know of a need; places taken already are left out, and covered
    topics where it asks for others."""
    activity = ACTIVITIES[need.activity or ""]
    left = need.places - need.places_taken
    topics = [one for one in need.topics if one.topic_code not in covered] or need.topics
    return NeedRecord(
        key=need.public_id,
        town=need.municipality.public_id,
        category=need.category,
        activity=activity.code,
        second_category=need.second_category,
        depth=activity.depth.value if activity.depth else need.depth,
        settings=tuple(need.settings),
        presence=presence,
        topics=tuple(
            TopicWanted(topic.topic_code, topic.importance, topic.level) for topic in topics
        ),
        languages=tuple(need.languages),
        interpretation=need.interpretation,
        window_start=need.window_start,
        window_end=need.window_end,
        overlap_days=need.overlap_days,
        effort_days=need.effort_days,
        commitment_months=need.commitment_months,
        places=left,
        minimum=min(max(need.minimum - need.places_taken, 0), left),
        low_profile=need.low_profile,
        no_publicity=need.no_publicity,
        consent=need.consent,
        tie_waiver=need.tie_waiver,
        veto_towns=veto_towns,
        veto_countries=tuple(need.veto_countries),
        sides=tuple(need.municipality.sides),
        rights_only=rights_only,
        wish_towns=wish_towns,
        unmet=unmet,
        teaches=tuple(need.teaches or ()),
        led=need.champion_confirmed_at is not None,
    )


def offer_record(
    offer: Offer,
    veto_towns: tuple[str, ...] = (),
    wish_towns: tuple[str, ...] = (),
    completed: Experience | None = None,
) -> OfferRecord:
    """Return what matching may know of an offer; places taken already are left out."""
    areas = tuple(
        AreaExperience(area.country, area.region, area.last_year, area.years, area.staff)
        for area in offer.areas
    )
    deliveries = tuple(
        Delivery(delivery.country, delivery.region, tuple(delivery.topics))
        for delivery in offer.deliveries
    )
    times = completed.times if completed else {}
    done = [
        (one.activity, _at_least(one.times, times.get(one.activity))) for one in offer.activities
    ]
    return OfferRecord(
        key=offer.public_id,
        town=offer.municipality.public_id,
        category=offer.category,
        activities=tuple(activity for activity, _ in done),
        second_category=offer.second_category,
        depths=tuple(offer.depths),
        settings=tuple(offer.settings),
        topics=tuple(TopicOffered(topic.topic_code, topic.level) for topic in offer.topics),
        experience=tuple((activity, times) for activity, times in done if times is not None),
        languages=tuple(offer.languages),
        interpretation=offer.interpretation,
        window_start=offer.window_start,
        window_end=offer.window_end,
        effort_days=offer.effort_days,
        commitment_months=offer.commitment_months,
        places=offer.places - offer.places_taken,
        mandate=offer.mandate or Mandate.CONDITIONAL.value,
        mandate_chance=offer.mandate_chance,
        mandate_lapses=offer.mandate_lapses,
        areas=areas if offer.areas_stated else None,
        arranged=_arranged(completed),
        context_languages=(
            None if offer.context_languages is None else tuple(offer.context_languages)
        ),
        delivery=deliveries if offer.delivery_stated else None,
        involves_partner=offer.involves_partner,
        must_publish=offer.publicity == Publicity.MUST,
        veto_towns=veto_towns,
        veto_countries=tuple(offer.veto_countries),
        wish_towns=wish_towns,
        learns=tuple(offer.learns or ()),
        led=offer.champion_confirmed_at is not None,
    )


def _together(named: tuple[str, ...], parted: tuple[str, ...]) -> tuple[str, ...]:
    """Return whom a need rules out: by name, and those with whom work on it ended early."""
    return tuple(sorted({*named, *parted})) if parted else named


def _at_least(stated: int | None, completed: int | None) -> int | None:
    """Return how often something was done: what is stated may hold what came of matches here."""
    known = [n for n in (stated, completed) if n is not None]
    return max(known) if known else None


def _arranged(completed: Experience | None) -> tuple[AreaExperience, ...]:
    return tuple(
        AreaExperience(country, region, last_year, round(years, 2))
        for (country, region), (years, last_year) in sorted(
            (completed or Experience()).areas.items()
        )
    )


def _town(town: Municipality) -> Town:
    return Town(
        key=town.public_id,
        country=town.country,
        region=town.region,
        population=town.population,
        latitude=town.latitude,
        longitude=town.longitude,
        languages=tuple(town.languages),
        temporary=town.kind == "temporary",
    )


def _ties(session: Session, town_ids: list[int]) -> list[Partnership]:
    """Return the ties of these towns, those to third towns included: a friend's friend counts."""
    return list(
        session.scalars(
            select(Partnership)
            .where(or_(Partnership.a_id.in_(town_ids), Partnership.b_id.in_(town_ids)))
            .options(joinedload(Partnership.a), joinedload(Partnership.b))
            .order_by(Partnership.id)
        )
    )


def _neighbours(countries: set[str]) -> tuple[tuple[str, str], ...]:
    pairs = {
        (min(country, other), max(country, other))
        for country in countries
        for other in neighbours(country)
        if other in countries
    }
    return tuple(sorted(pairs))
