"""What coordinators enter of places: conflict areas and ties between municipalities."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import (
    ConflictArea,
    Municipality,
    Partnership,
    now,
    place_key,
)
from matchmaker.municipalities.queries import known_to
from matchmaker.vocabulary import N_, AreaLevel


@dataclass(frozen=True)
class AreaDraft:
    """What a coordinator says of a place in conflict."""

    phase: str
    presence: str
    valid_until: date
    source: str


@dataclass(frozen=True)
class AreaPlace:
    """Which place an entry is about."""

    level: str
    country: str
    region: str = ""
    municipality: str = ""


@dataclass(frozen=True)
class TieDraft:
    """What is known of a tie between two municipalities."""

    country: str
    name: str
    kind: str
    since: int | None
    until: int | None
    source: str
    topics: list[str] = field(default_factory=list)


def add_area(session: Session, actor: Actor, place: AreaPlace, draft: AreaDraft) -> ConflictArea:
    """Enter a place in conflict, confirmed by the coordinator who enters it.

    Raises
    ------
    BadInput
        If the place is out of scope, not found, or entered already.
    """
    _check_scope(actor, place.country)
    region = "" if place.level == AreaLevel.COUNTRY else place.region
    municipality = None
    if place.level == AreaLevel.REGION and not region:
        raise BadInput("region", N_("Enter the region."))
    if place.level == AreaLevel.MUNICIPALITY:
        municipality = find_municipality(session, actor, place.country, place.municipality, region)
        region = municipality.region
    key = place_key(place.country, region, municipality.id if municipality else None)
    if session.scalars(select(ConflictArea.id).where(ConflictArea.place_key == key)).first():
        raise BadInput("level", N_("There is an entry for this place. Change that one."))
    area = ConflictArea(
        level=place.level,
        country=place.country,
        region=region,
        municipality_id=municipality.id if municipality else None,
        place_key=key,
    )
    session.add(area)
    return confirm_area(session, actor, area, draft)


def confirm_area(
    session: Session, actor: Actor, area: ConflictArea, draft: AreaDraft
) -> ConflictArea:
    """Say how things stand in an area now, until the date given."""
    _check_scope(actor, area.country)
    if draft.valid_until < now().date():
        raise BadInput("valid_until", N_("Enter a date that is not over."))
    area.phase, area.presence = draft.phase, draft.presence
    area.valid_until, area.source = draft.valid_until, draft.source
    area.confirmed_by_id, area.confirmed_at = actor.user_id, now()
    session.flush()
    audit.record(
        session,
        actor,
        "area.confirmed",
        "area",
        area.public_id,
        {"phase": area.phase, "presence": area.presence, "until": area.valid_until.isoformat()},
    )
    return area


def close_area(session: Session, actor: Actor, area: ConflictArea, reason: str) -> None:
    """Take an entry out: from now on the next wider one counts; without one, restricted.

    Rounds that were run keep what they were run with; the trail keeps what the entry said.
    """
    _check_scope(actor, area.country)
    session.refresh(area, with_for_update={"of": ConflictArea})
    said = {"level": area.level, "phase": area.phase, "presence": area.presence}
    audit.record(session, actor, "area.closed", "area", area.public_id, said, text=reason)
    session.delete(area)
    session.flush()


def _check_scope(actor: Actor, country: str) -> None:
    if actor.scope and country not in actor.scope:
        raise BadInput("country", N_("Your association does not work for this country."))


def find_municipality(
    session: Session, actor: Actor, country: str, name: str, region: str = ""
) -> Municipality:
    """Return the one municipality of this name in the country.

    Outside the coordinator's scope only those that help are found: nobody learns there who asks.

    Raises
    ------
    BadInput
        If there is none, or more than one.
    """
    wanted = name.strip().lower()
    query = select(Municipality).where(
        Municipality.country == country,
        (func.lower(Municipality.name) == wanted) | (func.lower(Municipality.local_name) == wanted),
        known_to(actor),
    )
    if region:
        query = query.where(Municipality.region == region)
    found = session.scalars(query.limit(2)).all()
    if not found:
        raise BadInput(
            "municipality", N_("No municipality with this name is registered in this country.")
        )
    if len(found) > 1:
        raise BadInput(
            "municipality", N_("More than one municipality has this name. Enter the region too.")
        )
    return found[0]


def add_tie(
    session: Session, actor: Actor, municipality: Municipality, draft: TieDraft
) -> Partnership:
    """Enter a tie of a municipality with another, once for each kind.

    Raises
    ------
    BadInput
        If the other one is not found or the same, or the years are reversed.
    """
    other = find_municipality(session, actor, draft.country, draft.name)
    if other.id == municipality.id:
        raise BadInput("municipality", N_("This is the same municipality."))
    if draft.since is not None and draft.until is not None and draft.until < draft.since:
        raise BadInput("until", N_("The end is before the beginning."))
    a_id, b_id = sorted((municipality.id, other.id))
    tie = session.scalars(
        select(Partnership).where(
            Partnership.a_id == a_id, Partnership.b_id == b_id, Partnership.kind == draft.kind
        )
    ).one_or_none()
    if tie is None:
        tie = Partnership(a_id=a_id, b_id=b_id, kind=draft.kind)
        session.add(tie)
    tie.since, tie.until = draft.since, draft.until
    tie.topics, tie.source = list(draft.topics), draft.source
    session.flush()
    audit.record(
        session,
        actor,
        "tie.entered",
        "municipality",
        municipality.public_id,
        {"other": other.public_id, "kind": draft.kind},
    )
    return tie
