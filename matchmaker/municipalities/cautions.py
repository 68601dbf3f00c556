"""What catches the eye in an application: look-alikes, doubles, addresses that anybody can have.

Nothing here refuses anything: honest towns share names and use free mail. Coordinators read it,
each beside the public list of places and the municipalities of their own scope: that there is a
caution would tell, too, that a municipality they may not know of is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, inspect, or_, select
from sqlalchemy.orm import Session

from matchmaker import places
from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import Application, Municipality, User
from matchmaker.municipalities.domains import domain_cautions, domain_of
from matchmaker.municipalities.queries import same_place
from matchmaker.vocabulary import ApplicationStatus, Caution, MunicipalityStatus

UNDECIDED = (
    ApplicationStatus.SUBMITTED.value,
    ApplicationStatus.DOUBTED.value,
    ApplicationStatus.ANSWERED.value,
    ApplicationStatus.CHECKED.value,
    ApplicationStatus.APPEALED.value,
)
"""Applications that wait for a decision."""


@dataclass(frozen=True)
class Finding:
    """One caution, with what it is about."""

    caution: Caution
    about: tuple[str, ...] = ()
    """Names of places and municipalities, or addresses."""


Seen = list[ColumnElement[bool]]
"""Conditions of the municipalities that an application is compared with."""


def findings(session: Session, actor: Actor, application: Application) -> list[Finding]:
    """Return everything that catches the eye of a reader who knows of the towns in their scope."""
    return _findings(session, application, towns_of(actor))


def look_through(session: Session, application: Application) -> None:
    """Note on the application what catches anybody's eye: nothing that another town is here."""
    found = _findings(session, application, [false()])
    application.cautions = sorted({one.caution.value for one in found})


def findings_of_change(
    session: Session, actor: Actor, town: Municipality, values: dict[str, object]
) -> list[Finding]:
    """Return what catches the eye of a municipality as it would be with other values."""
    columns = {column.key: getattr(town, column.key) for column in inspect(Municipality).columns}
    changed, seen = Municipality(**columns | values), towns_of(actor)
    with session.no_autoflush:
        found = [
            *_names(session, seen, changed),
            *_places(changed),
            *_doubles(session, seen, changed),
        ]
        if "contact_email" in values:
            found += _addresses(session, seen, changed, None)
    return found


def _findings(session: Session, application: Application, seen: Seen) -> list[Finding]:
    town = application.municipality
    with session.no_autoflush:
        return [
            *_names(session, seen, town),
            *_places(town),
            *_doubles(session, seen, town),
            *_addresses(session, seen, town, application.applicant_id),
            *_person(session, seen, application),
        ]


def _named(town: Municipality) -> str:
    return f"{town.name} ({town.country})"


def _own_names(town: Municipality) -> list[str]:
    return [name for name in (town.name, town.local_name) if name]


def _names(session: Session, seen: Seen, town: Municipality) -> Iterator[Finding]:
    """Compare with every other municipality that the reader may know of."""
    rows = session.execute(
        select(
            Municipality.name,
            Municipality.local_name,
            Municipality.country,
            Municipality.geonameid,
        )
        .where(Municipality.id != town.id, *seen)
        .order_by(Municipality.id)
    )
    alike = []
    for name, local_name, country, geonameid in rows:
        both_listed = geonameid is not None and town.geonameid is not None
        if both_listed and geonameid == town.geonameid:
            continue  # the same place twice has a caution of its own
        kinds = {
            places.likeness(own, other)
            for own in _own_names(town)
            for other in (name, local_name)
            if other
        }
        # two real places may be one letter apart, or share a name across countries
        near_counts = country == town.country and not both_listed
        same_counts = country == town.country or not both_listed
        if ("same" in kinds and same_counts) or ("near" in kinds and near_counts):
            alike.append(f"{name} ({country})")
    if alike:
        yield Finding(Caution.LOOKS_LIKE_REGISTERED, tuple(alike))
    if any(places.mixes_alphabets(name) for name in _own_names(town)):
        yield Finding(Caution.MIXED_ALPHABETS)


def _places(town: Municipality) -> Iterator[Finding]:
    """Compare with the list of places of the country."""
    chosen = None if town.geonameid is None else places.get(town.geonameid)
    found = {
        place.geonameid: place
        for name in _own_names(town)
        for place in places.look_alikes(name, town.country, chosen)
    }
    if found:
        names = tuple(f"{place.name}, {place.region}" for place in found.values())
        yield Finding(Caution.LOOKS_LIKE_LISTED, names)
    if chosen is None:
        yield Finding(Caution.NOT_ON_LIST)


def _doubles(session: Session, seen: Seen, town: Municipality) -> Iterator[Finding]:
    same = tuple(_named(one) for one in session.scalars(same_place(town).where(*seen)))
    if same:
        yield Finding(Caution.SAME_PLACE, same)
    if town.official_code:
        takers = session.scalars(
            select(Municipality).where(
                Municipality.country == town.country,
                Municipality.official_code == town.official_code,
                Municipality.id != town.id,
                *seen,
            )
        ).all()
        if takers:
            yield Finding(Caution.CODE_TAKEN, tuple(_named(one) for one in takers))


def _addresses(
    session: Session, seen: Seen, town: Municipality, applicant_id: int | None
) -> Iterator[Finding]:
    """Look at the address of the office, and at the one that the applicant signs in with."""
    applicant = session.get(User, applicant_id) if applicant_id else None
    given = [town.contact_email or "", (applicant.email or "") if applicant else ""]
    known = set(
        map(
            domain_of,
            session.scalars(
                select(Municipality.contact_email).where(
                    Municipality.status == MunicipalityStatus.VERIFIED,
                    Municipality.contact_email.is_not(None),
                    Municipality.id != town.id,
                    *seen,
                )
            ),
        )
    )
    about: dict[Caution, set[str]] = {}
    for address in given:
        domain = domain_of(address)
        for caution in domain_cautions(domain, known) if domain else ():
            about.setdefault(caution, set()).add(domain)
    for caution in Caution:
        if caution in about:
            yield Finding(caution, tuple(sorted(about[caution])))
    if not town.contact_email:
        yield Finding(Caution.NO_OFFICE_ADDRESS)


def _person(session: Session, seen: Seen, application: Application) -> Iterator[Finding]:
    town = application.municipality
    theirs = Application.applicant_id == application.applicant_id
    others = Application.id != application.id
    if application.applicant_id is not None:
        waiting = session.scalar(
            select(func.count())
            .select_from(Application)
            .join(Municipality, Municipality.id == Application.municipality_id)
            .where(theirs, others, Application.status.in_(UNDECIDED), *seen)
        )
        if waiting:
            yield Finding(Caution.MANY_OPEN, (str(waiting),))
    place = (Municipality.country == town.country) & (Municipality.name == town.name)
    before = session.scalars(
        select(Municipality)
        .join(Application, Application.municipality_id == Municipality.id)
        .where(
            others,
            Application.rejection.is_not(None),
            or_(theirs, place) if application.applicant_id is not None else place,
            *seen,
        )
    ).all()
    if before:
        yield Finding(Caution.REJECTED_BEFORE, tuple(_named(one) for one in before))
