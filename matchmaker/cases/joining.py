"""Several municipalities carry one need: asked by coordinators only, each joins by its consent."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.access.scope import covers, towns_of
from matchmaker.errors import BadInput
from matchmaker.models import Carrier, Membership, Municipality, Need, now
from matchmaker.outbox import tell_coordinators, tell_municipality
from matchmaker.vocabulary import (
    N_,
    CarrierStatus,
    MembershipStatus,
    MunicipalityStatus,
    NeedStatus,
    NoticeKind,
    Role,
)

OVER = (NeedStatus.CLOSED, NeedStatus.WITHDRAWN)
MOST_TOWNS = 300
MOST_CARRIERS = 10


def carrier_by_public_id(session: Session, public_id: str) -> Carrier | None:
    """Return what a municipality was asked, with the need it is about."""
    query = select(Carrier).where(Carrier.public_id == public_id)
    return session.scalars(
        query.options(joinedload(Carrier.need), joinedload(Carrier.municipality))
    ).one_or_none()


def carriers_asked(session: Session, need: Need) -> list[Carrier]:
    """Return everybody who was asked to carry a need, for coordinators."""
    query = select(Carrier).where(Carrier.need_id == need.id).order_by(Carrier.id)
    return list(session.scalars(query.options(joinedload(Carrier.municipality))))


def carriers_joined(session: Session, need: Need) -> list[Municipality]:
    """Return the municipalities that agreed to carry a need."""
    query = (
        select(Municipality)
        .join(Carrier, Carrier.municipality_id == Municipality.id)
        .where(Carrier.need_id == need.id, Carrier.status == CarrierStatus.JOINED)
        .order_by(Carrier.id)
    )
    return list(session.scalars(query))


def asked_of(session: Session, actor: Actor, statuses: Sequence[CarrierStatus]) -> list[Carrier]:
    """Return the needs that the actor's municipality was asked to carry, by where it stands."""
    if not actor.verified or actor.municipality_id is None or actor.role != Role.REQUESTER:
        return []
    query = (
        select(Carrier)
        .join(Carrier.need)
        .where(
            Carrier.municipality_id == actor.municipality_id,
            Carrier.status.in_(statuses),
            Need.status.not_in(OVER),
            Need.hidden.is_(False),
        )
        .options(joinedload(Carrier.need).joinedload(Need.municipality))
        .order_by(Carrier.id)
    )
    return list(session.scalars(query))


def towns_to_ask(session: Session, actor: Actor, need: Need) -> list[Municipality]:
    """Return the municipalities of the same country that a coordinator may ask."""
    asks = exists().where(
        Membership.municipality_id == Municipality.id,
        Membership.role == Role.REQUESTER,
        Membership.status == MembershipStatus.ACTIVE,
    )
    taken = select(Carrier.municipality_id).where(
        Carrier.need_id == need.id,
        Carrier.status.in_([CarrierStatus.ASKED, CarrierStatus.JOINED]),
    )
    query = (
        select(Municipality)
        .where(
            Municipality.country == need.municipality.country,
            Municipality.status == MunicipalityStatus.VERIFIED,
            Municipality.hidden.is_(False),
            Municipality.id != need.municipality_id,
            Municipality.id.not_in(taken),
            asks,
            *towns_of(actor),
        )
        .order_by(Municipality.name, Municipality.id)
        .limit(MOST_TOWNS)
    )
    return list(session.scalars(query))


def want_carriers(session: Session, actor: Actor, need: Need, wanted: bool) -> None:
    """Ask the coordinators to look for neighbours that carry the need too, or stop it."""
    session.refresh(need, with_for_update={"of": Need})
    if bool(need.carriers_wanted) == wanted:
        return
    if need.status in OVER:
        raise BadInput("", N_("This need is closed."))
    need.carriers_wanted = wanted
    session.flush()
    details = {"wanted": wanted}
    audit.record(session, actor, "need.carriers_wanted", "need", need.public_id, details)


def ask_to_carry(session: Session, actor: Actor, need: Need, town: Municipality) -> Carrier:
    """Ask a municipality, for coordinators that work for both.

    Raises
    ------
    BadInput
        If the town that posted the need does not look for neighbours, or this one cannot be asked.
    """
    session.refresh(need, with_for_update={"of": Need})
    if not need.carriers_wanted or need.status in OVER:
        raise BadInput("", N_("The municipality does not look for neighbours now."))
    here = covers(actor.scope, actor.sides, town) and not town.hidden
    if not here or town.status != MunicipalityStatus.VERIFIED or town.id == need.municipality_id:
        raise BadInput("town", N_("Choose a verified municipality from the list."))
    n = session.scalar(select(func.count()).where(Carrier.need_id == need.id)) or 0
    carrier = session.scalars(
        select(Carrier).where(Carrier.need_id == need.id, Carrier.municipality_id == town.id)
    ).one_or_none()
    if carrier is None and n >= MOST_CARRIERS:
        raise BadInput("town", N_("Ask at most %(count)s municipalities."), count=MOST_CARRIERS)
    if carrier is None:
        assert actor.user_id is not None
        carrier = Carrier(need_id=need.id, municipality_id=town.id, asked_by_id=actor.user_id)
        audit.created(session, actor, carrier, {"need": need.public_id})
    else:
        audit.move(session, actor, carrier, CarrierStatus.ASKED, {"need": need.public_id})
        carrier.answered_at = None
    tell_municipality(session, town.id, Role.REQUESTER, NoticeKind.OTHER, besides=actor.user_id)
    session.flush()
    return carrier


def answer(
    session: Session,
    actor: Actor,
    carrier: Carrier,
    status: CarrierStatus,
    veto_names: Sequence[str] = (),
) -> None:
    """Join, say no, or leave again, for the municipality that was asked.

    Raises
    ------
    BadInput
        If the need is closed, or is no longer carried together.
    WrongStep
        If that is not the next step.
    """
    session.refresh(carrier, with_for_update={"of": Carrier})
    need = carrier.need
    if status is CarrierStatus.JOINED and (need.status in OVER or not need.carriers_wanted):
        raise BadInput("", N_("The municipality does not look for neighbours now."))
    audit.move(session, actor, carrier, status, {"need": need.public_id})
    carrier.answered_at = now()
    carrier.veto_names = list(veto_names) if status is CarrierStatus.JOINED else []
    session.flush()
    if status is not CarrierStatus.DECLINED:
        tell_municipality(session, need.municipality_id, Role.REQUESTER, NoticeKind.OTHER)
    asker = session.scalars(
        select(Membership.association_id).where(
            Membership.user_id == carrier.asked_by_id, Membership.role == Role.COORDINATOR
        )
    ).first()
    if asker is not None:
        tell_coordinators(session, asker, NoticeKind.OTHER)
