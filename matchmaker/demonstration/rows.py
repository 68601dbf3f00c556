"""From the content to rows: every one audited, in the statuses that a person's steps would give."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM, Actor
from matchmaker.audit import created, move, record
from matchmaker.demonstration import content
from matchmaker.models import (
    ConflictArea,
    Municipality,
    Need,
    NeedTopic,
    Offer,
    OfferActivity,
    OfferArea,
    OfferDelivery,
    OfferTopic,
    PartnerOrganisation,
    Partnership,
    now,
    place_key,
)
from matchmaker.vocabulary import ACTIVITIES, MunicipalityStatus, NeedStatus, OfferStatus

CHECKED_WITHIN = timedelta(days=3)
HANDED_IN = {
    "town": (75, 60),
    "first": (40, 15),
    "": (18, 18),
    "submitted": (1, 6),
    "returned": (5, 4),
    "draft": (1, 6),
    "registered": (2, 5),
}
"""Kind or stage -> how many days ago the youngest was handed in, and over how many days all were.

What is checked is old enough for the published figures, which leave the last days out."""
LAST_PAGE = 20
"""A complete need or offer opens at the last page of its form, however many there are."""


@dataclass
class Loaded:
    """The rows made so far, by the keys of the content."""

    session: Session
    today: date
    desk_id: int
    """The person who typed what no account of the demonstration did."""
    coordinator: Actor
    towns: dict[str, Municipality] = field(default_factory=dict)
    members: dict[str, Actor] = field(default_factory=dict)
    """Who acts for a municipality, where the demonstration has an account for it."""
    needs: dict[str, Need] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    rows_made: int = 0

    def owner(self, town: str) -> Actor:
        """Return who acts for a town; the platform where nobody has an account."""
        return self.members.get(town, PLATFORM)

    def age(self, kind: str, stage: str = "") -> datetime:
        """Return when the next row of a kind was handed in: weeks ago, not all on one day."""
        youngest, over = HANDED_IN.get(stage or kind, HANDED_IN[""])
        self.rows_made += 1
        return now() - timedelta(
            days=youngest + self.rows_made * 7 % over, hours=self.rows_made % 9
        )

    def day(self, days: int) -> date:
        """Return the day so many days from the first start."""
        return self.today + timedelta(days=days)


def load_towns(loaded: Loaded) -> None:
    """Make the municipalities, all marked as demonstration; a few still wait for verification."""
    for key, row in content.towns().items():
        registered = loaded.age("town", "" if row["status"] == "verified" else "registered")
        town = Municipality(
            name=row["name"],
            local_name=row["local_name"] or None,
            country=row["country"],
            region=row["region"],
            geonameid=int(row["geonameid"]) if row["geonameid"] else None,
            population=int(row["population"]),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            languages=content.listed(row["languages"]),
            kind=row["kind"],
            sides=content.listed(row["sides"]),
            demonstration=True,
            contact_role="International desk (demonstration)",
            contact_email=f"desk@{key}.example.org",
            created_at=registered,
        )
        created(loaded.session, PLATFORM, town)
        if row["status"] == "verified":
            town.verified_at = registered + CHECKED_WITHIN
            move(loaded.session, loaded.coordinator, town, MunicipalityStatus.VERIFIED)
        loaded.towns[key] = town
    loaded.session.flush()


def load_ties(loaded: Loaded) -> None:
    """Record the partnerships, each with where the fact comes from."""
    for row in content.table("ties"):
        a, b = sorted(loaded.towns[row[side]].id for side in ("a", "b"))
        loaded.session.add(
            Partnership(
                a_id=a,
                b_id=b,
                kind=row["kind"],
                since=int(row["since"]) if row["since"] else None,
                topics=content.listed(row["topics"]),
                source=row["source"],
            )
        )
    loaded.session.flush()


def load_areas(loaded: Loaded) -> None:
    """Say what goes on where and who can go there, until a day counted from now."""
    for row in content.table("areas"):
        confirmed = row["confirmed"] == "yes"
        area = ConflictArea(
            level=row["level"],
            country=row["country"],
            region=row["region"],
            place_key=place_key(row["country"], row["region"]),
            phase=row["phase"],
            presence=row["presence"],
            confirmed_by_id=loaded.coordinator.user_id if confirmed else None,
            confirmed_at=now() if confirmed else None,
            valid_until=loaded.day(int(row["valid_days"])) if row["valid_days"] else None,
            source=row["source"],
        )
        loaded.session.add(area)
        loaded.session.flush()
        if confirmed:
            codes = {"phase": area.phase, "presence": area.presence}
            record(
                loaded.session, loaded.coordinator, "area.confirmed", "area", area.public_id, codes
            )


def load_needs(loaded: Loaded, rows: Iterable[content.Row]) -> None:
    """Make needs and take each as far as its stage says."""
    for row in rows:
        need = _need(loaded, row)
        owner = loaded.owner(row["town"])
        created(loaded.session, owner, need)
        for status in _way(row, (NeedStatus.SUBMITTED, NeedStatus.VERIFIED)):
            _step(loaded, owner, need, status, row)
        loaded.needs[row["key"]] = need


def load_offers(loaded: Loaded, rows: Iterable[content.Row]) -> None:
    """Make offers and take each as far as its stage says."""
    partner = _partner(loaded)
    for row in rows:
        offer = _offer(loaded, row, partner)
        owner = loaded.owner(row["town"])
        created(loaded.session, owner, offer)
        for status in _way(row, (OfferStatus.SUBMITTED, OfferStatus.VERIFIED, OfferStatus.OPEN)):
            _step(loaded, owner, offer, status, row)
        loaded.offers[row["key"]] = offer


def _way(row: content.Row, steps: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the statuses a need or offer goes through after its draft."""
    returned = NeedStatus.RETURNED if isinstance(steps[0], NeedStatus) else OfferStatus.RETURNED
    ways = {"draft": (), "submitted": steps[:1], "returned": (steps[0], returned)}
    return ways.get(row.get("stage", ""), steps)


def _step(loaded: Loaded, owner: Actor, subject: Need | Offer, status: Any, row: Any) -> None:
    """Take one step, as the person who would."""
    note = None
    if status == NeedStatus.SUBMITTED:
        subject.submitted_at = subject.created_at
    if status == NeedStatus.VERIFIED:
        subject.verified_at = subject.created_at + CHECKED_WITHIN
    if status == NeedStatus.RETURNED:
        note = subject.return_note = row["return_note"]
    actor = owner if status == NeedStatus.SUBMITTED else loaded.coordinator
    move(loaded.session, actor, subject, status, text=note)


def _alike(loaded: Loaded, row: content.Row) -> dict[str, Any]:
    """Return the columns that needs and offers have alike."""
    start, end = row["window"]
    return {
        "municipality_id": loaded.towns[row["town"]].id,
        "municipality": loaded.towns[row["town"]],
        "category": row["category"],
        "second_category": row.get("second_category"),
        "title": row["title"],
        "description": row["description"].strip(),
        "text_language": row.get("text_language", "en"),
        "settings": row["settings"],
        "languages": row["languages"],
        "interpretation": row.get("interpretation"),
        "window_start": loaded.day(start),
        "window_end": loaded.day(end),
        "effort_days": row.get("effort_days"),
        "commitment_months": row.get("commitment_months"),
        "places": row.get("places", 1),
        "veto_names": row.get("veto_names", []),
        "veto_countries": row.get("veto_countries", []),
        "wish_names": row.get("wish_names", []),
        "created_by_id": loaded.owner(row["town"]).user_id or loaded.desk_id,
        "step": LAST_PAGE,
        "created_at": loaded.age("", row.get("stage", "")),
    }


def _need(loaded: Loaded, row: content.Row) -> Need:
    need = Need(
        **_alike(loaded, row),
        activity=row["activity"],
        depth=_depth(row),
        overlap_days=row.get("overlap_days", 30),
        minimum=row.get("minimum", 0),
        low_profile=row.get("low_profile", False),
        consent=row.get("consent"),
        tie_waiver=row.get("tie_waiver", False),
    )
    need.topics = [
        NeedTopic(topic_code=code, importance=importance, level=level)
        for code, importance, level in row["topics"]
    ]
    return need


def _depth(row: content.Row) -> str | None:
    """Return the depth of a dialogue: the activity's own where it is fixed."""
    fixed = ACTIVITIES[row["activity"]].depth
    return fixed.value if fixed else row.get("depth")


def _offer(loaded: Loaded, row: content.Row, partner: PartnerOrganisation) -> Offer:
    lapses = row.get("mandate_lapses")
    offer = Offer(
        **_alike(loaded, row),
        depths=row.get("depths", ["atmosphere"]),
        mandate=row["mandate"],
        mandate_chance=row.get("mandate_chance"),
        mandate_lapses=None if lapses is None else loaded.day(lapses),
        areas_stated="areas" in row,
        delivery_stated="deliveries" in row,
        context_languages=row.get("context_languages"),
        involves_partner=row.get("involves_partner", False),
    )
    offer.topics = [
        OfferTopic(topic_code=code, level=level or None) for code, level in row["topics"]
    ]
    offer.activities = [
        OfferActivity(activity=code, times=None if times < 0 else times)
        for code, times in row["activities"]
    ]
    offer.areas = [
        OfferArea(
            country=country,
            region=region,
            last_year=loaded.today.year + ago,
            years=years,
            staff=staff,
        )
        for country, region, ago, years, staff in row.get("areas", [])
    ]
    offer.deliveries = [
        OfferDelivery(partner_id=partner.id, country=country, region=region, topics=topics)
        for country, region, topics in row.get("deliveries", [])
    ]
    return offer


def _partner(loaded: Loaded) -> PartnerOrganisation:
    """Return the invented organisation that delivers on the ground, made at the first call."""
    name = "Partner organisation (demonstration)"
    known = loaded.session.query(PartnerOrganisation).filter_by(name=name).one_or_none()
    if known is not None:
        return known
    partner = PartnerOrganisation(name=name, status=MunicipalityStatus.VERIFIED.value)
    loaded.session.add(partner)
    loaded.session.flush()
    record(loaded.session, PLATFORM, "partner.created", "partner", partner.public_id)
    return partner
