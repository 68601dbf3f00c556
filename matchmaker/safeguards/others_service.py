"""Writing down who else is at work, and taking it out again."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Need, OtherActor, now
from matchmaker.vocabulary import N_


@dataclass(frozen=True)
class OtherDraft:
    """What is known of an actor."""

    name: str
    kind: str
    topics: list[str]
    since: int | None = None
    until: int | None = None
    source: str = ""
    country: str = ""
    region: str = ""


def enter_other(session: Session, actor: Actor, draft: OtherDraft) -> OtherActor:
    """Write down an actor of an area, for a coordinator who works for its country.

    Raises
    ------
    BadInput
        If the country is out of scope, or something is missing.
    """
    if actor.scope and draft.country not in actor.scope:
        raise BadInput("country", N_("Your association does not work for this country."))
    return _enter(session, actor, draft, OtherActor(country=draft.country, region=draft.region))


def name_in_need(session: Session, actor: Actor, need: Need, draft: OtherDraft) -> OtherActor:
    """Write down an actor that a municipality names in its own need; told of this need alone.

    Raises
    ------
    BadInput
        If the need asks for local governments only, or something is missing.
    """
    if need.low_profile:
        raise BadInput("", N_("No organisation is named beside a need for local governments only."))
    town = need.municipality
    row = OtherActor(country=town.country, region=town.region, need_id=need.id)
    return _enter(session, actor, draft, row)


def _enter(session: Session, actor: Actor, draft: OtherDraft, row: OtherActor) -> OtherActor:
    if not draft.name.strip():
        raise BadInput("name", N_("Enter the name of the organisation."))
    if not draft.source.strip():
        raise BadInput("source", N_("Enter where this comes from."))
    row.name, row.kind, row.source = draft.name.strip(), draft.kind, draft.source.strip()
    row.topics, row.since, row.until = list(draft.topics), draft.since, draft.until
    row.by_id = actor.user_id  # type: ignore[assignment]
    session.add(row)
    session.flush()
    # the name stands sealed in the row, not in the trail
    audit.record(session, actor, "other_actor.entered", "other_actor", row.public_id)
    return row


def close_other(session: Session, actor: Actor, row: OtherActor) -> None:
    """Say that an actor is not at work there any more, or never was.

    Raises
    ------
    AlreadyChanged
        If somebody said so before.
    """
    session.refresh(row, with_for_update={"of": OtherActor})
    if row.closed_at is not None:
        raise AlreadyChanged
    row.closed_at = now()
    session.flush()
    audit.record(session, actor, "other_actor.closed", "other_actor", row.public_id)
