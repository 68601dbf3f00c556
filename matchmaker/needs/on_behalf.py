"""A need that a coordinator writes down for a municipality: never final before the town confirms.

The code is given to the town by another way than the confirmation takes: on the printed copy that
goes by post, or read aloud. The town reads it back to another coordinator than the one who wrote.
"""

import hmac
from datetime import timedelta

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.access.invited import MAY_BE_ONE, may_be_one_person
from matchmaker.codes import new_code, typed_code
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Municipality, Need, NeedEntry, now
from matchmaker.needs import steps
from matchmaker.needs.drafts import CategoryDraft
from matchmaker.vocabulary import N_, Channel, ConfirmedBy

CODE_LENGTH = 8
"""Seven random digits and one that checks them: five tries find one code in two million."""
CODE_LIFETIME = timedelta(days=30)
MOST_TRIES = 5


def enter_need(
    session: Session,
    actor: Actor,
    town: Municipality,
    channel: Channel,
    draft: CategoryDraft,
    text_language: str = "en",
) -> Need:
    """Open a draft for a municipality whose word came by telephone or on paper."""
    assert actor.user_id is not None
    need = Need(
        municipality_id=town.id,
        created_by_id=actor.user_id,
        category=draft.category,
        text_language=text_language,
        step=steps.place_of("activity"),
        confirmed=False,
        entry=NeedEntry(channel=channel.value, entered_by_id=actor.user_id),
    )
    audit.created(session, actor, need, {"channel": channel.value})
    return need


def changed_on_behalf(session: Session, actor: Actor, need: Need) -> None:
    """Ask the town again after a change that one of its own people did not make.

    The code belongs to the words it was given for: with other words it is another code.
    """
    entry = need.entry
    if entry is None:
        return
    if actor.municipality_id != need.municipality_id:
        need.confirmed = False
        entry.confirmed_at = entry.confirmed_by_id = entry.confirmed_how = None
    if not need.confirmed and need.submitted_at is not None:
        give_code(session, actor, need)


def give_code(session: Session, actor: Actor, need: Need) -> None:
    """Make a new code for the town to read back; the one before is void."""
    entry = _entry(need)
    if need.confirmed:
        raise AlreadyChanged(need.public_id)
    entry.code, entry.wrong_tries = new_code(CODE_LENGTH), 0
    entry.code_expires_at = now() + CODE_LIFETIME
    session.flush()
    audit.record(session, actor, "need.code_given", "need", need.public_id)


def renew_code(session: Session, actor: Actor, need: Need) -> None:
    """Make a new code where the one before is void, lost or too old."""
    session.refresh(need, with_for_update={"of": Need})
    give_code(session, actor, need)


def code_works(entry: NeedEntry) -> bool:
    """Tell whether the code can still be read back."""
    return (
        entry.code is not None
        and entry.code_expires_at is not None
        and entry.code_expires_at > now()
        and entry.wrong_tries < MOST_TRIES
    )


def confirm_by_code(session: Session, actor: Actor, need: Need, typed: str) -> bool:
    """Take the code that the town read back; a wrong one counts and is kept as such.

    Raises
    ------
    BadInput
        If what was typed cannot be a code (the check digit tells), or the code is void.
    """
    session.refresh(need, with_for_update={"of": Need})
    entry = _entry(need)
    if need.confirmed:
        raise AlreadyChanged(need.public_id)
    if entry.entered_by_id == actor.user_id:
        raise BadInput("heard", N_("Another coordinator than the one who wrote it must hear it."))
    first, second = entry.entered_by_id, actor.user_id
    if first and second and may_be_one_person(session, first, second):
        raise BadInput("heard", MAY_BE_ONE)
    if not code_works(entry) or entry.code is None:
        raise BadInput(
            "heard",
            N_("This code is no longer valid. Ask the coordinator who wrote the need for another."),
        )
    digits = typed_code(typed, CODE_LENGTH)
    if digits is None:
        raise BadInput("heard", N_("These are not the digits of a code. Have them read again."))
    if not hmac.compare_digest(digits, entry.code):
        entry.wrong_tries += 1
        session.flush()
        audit.record(session, actor, "need.code_wrong", "need", need.public_id)
        return False
    _confirm(session, actor, need, ConfirmedBy.READ_BACK)
    return True


def confirm_own(session: Session, actor: Actor, need: Need) -> None:
    """Take the word of one of the town's own people, who has the text before them."""
    session.refresh(need, with_for_update={"of": Need})
    if need.confirmed or _entry(need).entered_by_id == actor.user_id:
        raise AlreadyChanged(need.public_id)
    _confirm(session, actor, need, ConfirmedBy.MEMBER)


def _confirm(session: Session, actor: Actor, need: Need, how: ConfirmedBy) -> None:
    entry = _entry(need)
    entry.confirmed_at, entry.confirmed_by_id = now(), actor.user_id
    entry.confirmed_how, entry.code, entry.code_expires_at = how.value, None, None
    need.confirmed = True
    session.flush()
    audit.record(session, actor, "need.confirmed", "need", need.public_id, {"how": how.value})


def _entry(need: Need) -> NeedEntry:
    if need.entry is None:
        raise AlreadyChanged(need.public_id)
    return need.entry
