"""What is known of municipalities, areas and ties, limited to what the actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.audit.openings import SHOWN
from matchmaker.models import (
    Application,
    AuditEvent,
    ConflictArea,
    IdentityChange,
    Membership,
    Municipality,
    Partnership,
    now,
    place_key,
)
from matchmaker.vocabulary import ChangeStatus, MembershipStatus, MunicipalityStatus, Presence, Role

MOST_OPENINGS = 25
UNDECIDED_CHANGES = (ChangeStatus.SUBMITTED.value, ChangeStatus.CHECKED.value)
"""Statuses of a change of identity that somebody has to decide on."""
HIDDEN = "hidden"
"""What a coordinator chooses in the list to find those that are hidden now."""


def municipality_with(session: Session, public_id: str) -> Municipality | None:
    """Return the municipality with this public id."""
    return session.scalars(
        select(Municipality).where(Municipality.public_id == public_id)
    ).one_or_none()


def municipalities_visible_to(
    actor: Actor, status: str = "", country: str = "", text: str = ""
) -> Select[Municipality]:
    """Select the municipalities of a coordinator's scope, waiting ones first, then by name.

    Those that are hidden now are left out, unless the status asked for is "hidden".
    """
    query = select(Municipality).where(*towns_of(actor))
    query = query.where(Municipality.hidden.is_(status == HIDDEN))
    if status and status != HIDDEN:
        query = query.where(Municipality.status == status)
    if country:
        query = query.where(Municipality.country == country)
    if text:
        like = f"%{_escaped(text)}%"
        names = (Municipality.name, Municipality.local_name, Municipality.region)
        codes = (Municipality.official_code,)
        query = query.where(or_(*(column.ilike(like, escape="\\") for column in names + codes)))
    waiting_first = (Municipality.status != MunicipalityStatus.REGISTERED).asc()
    return query.order_by(waiting_first, Municipality.name, Municipality.id)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def registrations_waiting_for(session: Session, actor: Actor) -> int:
    """Count the municipalities that wait for this coordinator's verification."""
    query = municipalities_visible_to(actor, status=MunicipalityStatus.REGISTERED)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def same_place_as(session: Session, actor: Actor, municipality: Municipality) -> list[Municipality]:
    """Return other registrations of the same place, of those that the actor may see."""
    return list(session.scalars(same_place(municipality).where(*towns_of(actor))))


def same_place(municipality: Municipality) -> Select[Municipality]:
    """Select other registrations of the same place: same number, code, or name and region."""
    same = (Municipality.name == municipality.name) & (Municipality.region == municipality.region)
    if municipality.geonameid is not None:
        same = same | (Municipality.geonameid == municipality.geonameid)
    if municipality.official_code is not None:
        same = same | (Municipality.official_code == municipality.official_code)
    return (
        select(Municipality)
        .where(
            Municipality.id != municipality.id,
            Municipality.country == municipality.country,
            same,
        )
        .order_by(Municipality.id)
    )


def application_of(session: Session, municipality: Municipality) -> Application | None:
    """Return the latest application of a municipality."""
    return session.scalars(
        select(Application)
        .where(Application.municipality_id == municipality.id)
        .order_by(Application.id.desc())
        .limit(1)
    ).one_or_none()


def open_change_of(session: Session, municipality: Municipality) -> IdentityChange | None:
    """Return the change of a municipality that waits, if any."""
    return session.scalars(
        select(IdentityChange).where(
            IdentityChange.municipality_id == municipality.id,
            IdentityChange.status.in_(UNDECIDED_CHANGES),
        )
    ).one_or_none()


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return municipality id -> name."""
    rows = session.execute(
        select(Municipality.id, Municipality.name).where(Municipality.id.in_(list(ids)))
    )
    return {municipality_id: name for municipality_id, name in rows}


def members_of(session: Session, municipality: Municipality) -> list[Membership]:
    """Return the memberships of a municipality that were not ended."""
    return list(
        session.scalars(
            select(Membership)
            .where(
                Membership.municipality_id == municipality.id,
                Membership.status != MembershipStatus.ENDED,
            )
            .options(joinedload(Membership.user))
            .order_by(Membership.id)
        )
    )


def times_contact_was_shown(session: Session, municipality: Municipality) -> int:
    """Count how often the contact of a municipality was opened."""
    query = select(func.count()).where(
        AuditEvent.event == SHOWN,
        AuditEvent.subject_kind == "municipality",
        AuditEvent.subject_id == municipality.public_id,
    )
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Opening:
    """One opening of the contact: when, in which role, and for whom."""

    at: datetime
    role: str
    organisation: str


def last_openings_of(session: Session, municipality: Municipality) -> list[Opening]:
    """Return who opened the contact of a municipality, newest first; persons have no name here."""
    events = session.execute(
        select(AuditEvent.at, Membership)
        .join(Membership, Membership.public_id == AuditEvent.membership_id)
        .where(
            AuditEvent.event == SHOWN,
            AuditEvent.subject_kind == "municipality",
            AuditEvent.subject_id == municipality.public_id,
        )
        .order_by(AuditEvent.seq.desc())
        .limit(MOST_OPENINGS)
    )
    return [
        Opening(at, membership.role, organisation.name)
        for at, membership in events
        if (organisation := membership.municipality or membership.association or membership.partner)
    ]


def ties_of(session: Session, municipality: Municipality) -> list[Partnership]:
    """Return the ties of a municipality, oldest first."""
    return list(
        session.scalars(
            select(Partnership)
            .where(or_(Partnership.a_id == municipality.id, Partnership.b_id == municipality.id))
            .options(joinedload(Partnership.a), joinedload(Partnership.b))
            .order_by(Partnership.since, Partnership.id)
        )
    )


def named_for(session: Session, actor: Actor, ties: list[Partnership]) -> set[int]:
    """Return which ends of ties a coordinator may read the name of: those in scope, and helpers."""
    ends = {end for tie in ties for end in (tie.a_id, tie.b_id)}
    query = select(Municipality.id).where(Municipality.id.in_(sorted(ends)), known_to(actor))
    return set(session.scalars(query))


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the municipalities whose presence here is no secret to the actor.

    Within the scope all of them; elsewhere those for which somebody acts as one that helps.
    """
    helps = exists().where(
        Membership.municipality_id == Municipality.id,
        Membership.role == Role.HELPER,
        Membership.status == MembershipStatus.ACTIVE,
    )
    return or_(and_(true(), *towns_of(actor)), helps)


# --- Conflict areas -------------------------------------------------------------------------


def area_with(session: Session, actor: Actor, public_id: str) -> ConflictArea | None:
    """Return the area with this public id, if it lies in the coordinator's countries."""
    query = areas_visible_to(actor).where(ConflictArea.public_id == public_id)
    return session.scalars(query).one_or_none()


def areas_visible_to(actor: Actor) -> Select[ConflictArea]:
    """Select the conflict areas in a coordinator's scope."""
    own = select(Municipality.id).where(*towns_of(actor))
    query = select(ConflictArea).where(
        or_(ConflictArea.municipality_id.is_(None), ConflictArea.municipality_id.in_(own))
    )
    if actor.scope:
        query = query.where(ConflictArea.country.in_(actor.scope))
    return query.order_by(ConflictArea.country, ConflictArea.region, ConflictArea.id)


def expired_areas_waiting_for(session: Session, actor: Actor) -> list[ConflictArea]:
    """Return the areas that this coordinator has to confirm again."""
    query = areas_visible_to(actor).where(
        or_(ConflictArea.valid_until < now().date(), ConflictArea.confirmed_at.is_(None))
    )
    return list(session.scalars(query))


def presence_at(
    session: Session,
    country: str,
    region: str = "",
    municipality_id: int | None = None,
    on: date | None = None,
) -> Presence:
    """Return who can go to a place: the nearest level wins, unknown or expired is restricted."""
    keys = _keys_of(country, region, municipality_id)
    areas = _areas_under(session, keys)
    return _nearest(areas, keys, on or now().date())


def presence_of_towns(
    session: Session, municipalities: Iterable[Municipality], on: date | None = None
) -> dict[int, Presence]:
    """Return municipality id -> presence for many towns with one query."""
    towns = list(municipalities)
    day = on or now().date()
    keys = {town.id: _keys_of(town.country, town.region, town.id) for town in towns}
    areas = _areas_under(session, sorted({key for nearest in keys.values() for key in nearest}))
    return {town.id: _nearest(areas, keys[town.id], day) for town in towns}


def places_of(town: Municipality) -> list[str]:
    """Return the keys under which a municipality may be entered as an area, the nearest first."""
    return _keys_of(town.country, town.region, town.id)


def areas_of_towns(
    session: Session, municipalities: Iterable[Municipality]
) -> dict[int, list[ConflictArea]]:
    """Return municipality id -> the areas it lies in, the nearest first, with one query."""
    keys = {town.id: places_of(town) for town in municipalities}
    areas = _areas_under(session, sorted({key for nearest in keys.values() for key in nearest}))
    return {town: [areas[key] for key in nearest if key in areas] for town, nearest in keys.items()}


def _keys_of(country: str, region: str, municipality_id: int | None) -> list[str]:
    """Return the keys under which a place may be entered, the nearest first."""
    keys = [place_key(country)]
    if region:
        keys.insert(0, place_key(country, region))
    if municipality_id is not None:
        keys.insert(0, place_key(country, region, municipality_id))
    return keys


def _areas_under(session: Session, keys: list[str]) -> dict[str, ConflictArea]:
    query = select(ConflictArea).where(ConflictArea.place_key.in_(keys))
    return {area.place_key: area for area in session.scalars(query)}


def _nearest(areas: dict[str, ConflictArea], keys: list[str], day: date) -> Presence:
    for key in keys:
        area = areas.get(key)
        if area is not None:
            return Presence(area.presence) if is_in_force(area, day) else Presence.RESTRICTED
    return Presence.RESTRICTED


def is_in_force(area: ConflictArea, day: date) -> bool:
    """Tell whether somebody confirmed the entry and its time is not over."""
    return area.confirmed_at is not None and (area.valid_until is None or area.valid_until >= day)
