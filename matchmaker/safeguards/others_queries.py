"""Who else works on what a need asks for, in its area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import Municipality, Need, OtherActor, now
from matchmaker.vocabulary import Role


@dataclass(frozen=True)
class Beside:
    """An actor beside a need, and which of the topics asked for it covers."""

    row: OtherActor
    topics: tuple[str, ...]


def at_work() -> Any:
    """Return the condition that an actor is at work this year, as far as anybody knows."""
    year = now().year
    return and_(
        OtherActor.closed_at.is_(None),
        or_(OtherActor.until.is_(None), OtherActor.until >= year),
        or_(OtherActor.since.is_(None), OtherActor.since <= year),
    )


def others_visible_to(actor: Actor) -> Select[OtherActor]:
    """Select the actors of a coordinator's scope that are at work; those named in a need only
    where the need's town lies in it."""
    towns = select(Need.id).join(Need.municipality).where(*towns_of(actor))
    query = select(OtherActor).where(
        OtherActor.closed_at.is_(None),
        or_(OtherActor.need_id.is_(None), OtherActor.need_id.in_(towns)),
    )
    if actor.scope:
        query = query.where(OtherActor.country.in_(actor.scope))
    return query.order_by(OtherActor.country, OtherActor.region, OtherActor.id)


def other_with(session: Session, actor: Actor, public_id: str) -> OtherActor | None:
    """Return the actor with this public id, where it is the reader's to change."""
    if actor.role == Role.COORDINATOR:
        query = others_visible_to(actor)
    else:
        own = select(Need.id).where(Need.municipality_id == actor.municipality_id)
        query = select(OtherActor).where(
            OtherActor.closed_at.is_(None), OtherActor.need_id.in_(own)
        )
    return session.scalars(query.where(OtherActor.public_id == public_id)).one_or_none()


def beside_needs(
    session: Session, needs: Iterable[Need], *, any_topic: bool = False
) -> dict[int, list[Beside]]:
    """Return need id -> who else covers topics it asks for, in its area now; one query.

    With `any_topic`, those too that are at work there on other topics.
    """
    needs = list(needs)
    countries = sorted({need.municipality.country for need in needs})
    rows = session.scalars(
        select(OtherActor)
        .where(
            at_work(),
            OtherActor.country.in_(countries),
            or_(OtherActor.need_id.is_(None), OtherActor.need_id.in_([n.id for n in needs])),
        )
        .order_by(OtherActor.id)
    ).all()
    return {need.id: _beside(need, rows, any_topic) for need in needs}


def _beside(need: Need, rows: Sequence[OtherActor], any_topic: bool) -> list[Beside]:
    wanted = [topic.topic_code for topic in need.topics]
    found = []
    for row in rows:
        if row.need_id not in (None, need.id) or not _is_here(row, need.municipality):
            continue
        covered = tuple(code for code in wanted if code in row.topics)
        if covered or any_topic:
            found.append(Beside(row, covered))
    return found


def _is_here(row: OtherActor, town: Municipality) -> bool:
    """Tell whether an actor works where a town lies; an unknown region may be any."""
    same = not row.region or not town.region or row.region.lower() == town.region.lower()
    return row.country == town.country and same


def covered_topics(session: Session, needs: Iterable[Need]) -> dict[int, frozenset[str]]:
    """Return need id -> the topics it asks for that somebody else covers in its area."""
    return {
        need: frozenset(code for one in beside for code in one.topics)
        for need, beside in beside_needs(session, needs).items()
    }
