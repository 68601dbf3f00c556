"""Changing what a verified municipality is known by: proposed by one, in force with two.

Whoever could alter the name, the code, the side or the contact of a verified municipality alone
could put another one in its place. Nothing changes before two coordinators agree, so that needs,
offers and matches go on while a change waits.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.access.invited import MAY_BE_ONE, may_be_one_person
from matchmaker.access.scope import covers
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Association, IdentityChange, Municipality, now
from matchmaker.municipalities.cautions import findings_of_change
from matchmaker.municipalities.official_codes import check_code
from matchmaker.municipalities.queries import open_change_of
from matchmaker.municipalities.service import CALLED_AT, IDENTITY, apply_identity
from matchmaker.outbox import queue_notice, tell_coordinators, tell_municipality
from matchmaker.verification.service import grave_cautions, may_still_confirm
from matchmaker.vocabulary import N_, ChangeStatus, MunicipalityStatus, NoticeKind, Role


def proposable(actor: Actor) -> set[str]:
    """Return what this person may propose to change: the contact is the municipality's to give."""
    return {*IDENTITY, *(("sides",) if actor.role == Role.COORDINATOR else CALLED_AT)}


def propose_change(
    session: Session, actor: Actor, town: Municipality, values: dict[str, object], reason: str
) -> IdentityChange | None:
    """Propose a change; a contact that the municipality takes away goes at once.

    Returns nothing where nothing is left to be confirmed.

    Raises
    ------
    BadInput
        If nothing is changed, another change waits, or the official code is taken.
    """
    assert actor.user_id is not None
    session.refresh(town, with_for_update={"of": Municipality})
    if town.status == MunicipalityStatus.REGISTERED:
        raise BadInput("", N_("This municipality is not verified yet. Change it on its page."))
    allowed = proposable(actor)
    changed = {
        name: value
        for name, value in values.items()
        if name in allowed and getattr(town, name) != value
    }
    if not changed:
        raise BadInput("", N_("Nothing is changed."))
    gone = {name: None for name in CALLED_AT if name in changed and changed[name] is None}
    if gone:
        apply_identity(session, actor, town, dict(gone))
    changed = {name: value for name, value in changed.items() if name not in gone}
    if not changed:
        return None
    if open_change_of(session, town) is not None:
        raise BadInput("", N_("Another change waits for confirmation. It has to be decided first."))
    if code := changed.get("official_code"):
        check_code(session, actor, town, str(code))
    coordinates = actor.role == Role.COORDINATOR
    change = IdentityChange(
        municipality=town,
        fields=sorted(changed),
        reason=_written(reason, "reason"),
        proposed_by_id=actor.user_id,
        checked_by_id=actor.user_id if coordinates else None,
        status=(ChangeStatus.CHECKED if coordinates else ChangeStatus.SUBMITTED).value,
        **changed,
    )
    details = {"municipality": town.public_id, "fields": change.fields}
    audit.created(session, actor, change, details)
    _tell(session, actor, change)
    return change


def confirm_change(session: Session, actor: Actor, change: IdentityChange, note: str) -> None:
    """Confirm a change: it is in force with the second coordinator.

    Raises
    ------
    BadInput
        If the same person proposed or confirmed it, or nothing is said of what it rests on.
    """
    town = _lock(session, change)
    if change.proposed_by_id == actor.user_id:
        raise BadInput("", N_("You proposed it. Another coordinator has to confirm."))
    note = _written(note, "note")
    found = findings_of_change(session, actor, town, change.values)
    details = {"cautions": grave_cautions(found)}
    if change.status == ChangeStatus.SUBMITTED:
        change.checked_by_id = actor.user_id
        _move(session, actor, change, ChangeStatus.CHECKED, details, note)
    elif change.checked_by_id == actor.user_id:
        raise BadInput(
            "", N_("You have confirmed it already. A second coordinator has to confirm.")
        )
    elif not may_still_confirm(session, change.checked_by_id, town):
        change.checked_by_id, change.changed_at = actor.user_id, now()
        audit.record(
            session,
            actor,
            "identity_change.checked_again",
            "identity_change",
            change.public_id,
            details,
            note,
        )
    elif _may_be_one(session, change, actor):
        raise BadInput("", MAY_BE_ONE)
    else:
        change.accepted_by_id = actor.user_id
        _move(session, actor, change, ChangeStatus.ACCEPTED, details, note)
        apply_identity(session, actor, town, change.values)
        if set(change.fields) != {"sides"}:
            tell_municipality(session, town.id, None, NoticeKind.OTHER)
    session.flush()


def refuse_change(session: Session, actor: Actor, change: IdentityChange, text: str) -> None:
    """Do not accept a change; who proposed it reads why."""
    _lock(session, change)
    change.answer = _written(text, "text")
    _move(session, actor, change, ChangeStatus.REFUSED)
    if change.proposed_by_id != actor.user_id:
        queue_notice(session, change.proposed_by_id, NoticeKind.OTHER)


def withdraw_change(session: Session, actor: Actor, change: IdentityChange) -> None:
    """Let the municipality take a change back, its own or one proposed for it."""
    _lock(session, change)
    _move(session, actor, change, ChangeStatus.WITHDRAWN)


def _lock(session: Session, change: IdentityChange) -> Municipality:
    """Lock the municipality, then the change, and read both as they are now."""
    town = change.municipality
    session.refresh(town, with_for_update={"of": Municipality})
    session.refresh(change, with_for_update={"of": IdentityChange})
    if not change.is_open:
        raise AlreadyChanged(change.public_id)
    return town


def _may_be_one(session: Session, change: IdentityChange, actor: Actor) -> bool:
    first, second = change.checked_by_id, actor.user_id
    return bool(first and second and may_be_one_person(session, first, second))


def _move(
    session: Session,
    actor: Actor,
    change: IdentityChange,
    status: ChangeStatus,
    details: dict[str, list[str]] | None = None,
    text: str = "",
) -> None:
    change.changed_at = now()
    audit.move(session, actor, change, status, details, text or None)
    session.flush()


def _tell(session: Session, actor: Actor, change: IdentityChange) -> None:
    """Tell the coordinators whose scope covers the municipality, and the municipality itself."""
    town = change.municipality
    for association in session.scalars(select(Association).order_by(Association.id)).all():
        if covers(association.scope, association.sides, town):
            tell_coordinators(session, association.id, NoticeKind.OTHER, besides=actor.user_id)
    if set(change.fields) != {"sides"}:
        tell_municipality(session, town.id, None, NoticeKind.OTHER, besides=actor.user_id)


def _written(text: str, field: str) -> str:
    if not text.strip():
        raise BadInput(field, N_("Write a sentence or two."))
    return text.strip()
