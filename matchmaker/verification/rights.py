"""Red flags: a local government may itself oppress part of its citizens (Musch & Sizoo 2009).

"Local governments ... can also play a destabilizing role, for example when local governments, in
line with the practices of central government, oppress some of their citizens or discriminate
against them." While a flag stands, the town's needs are matched for lobbying for rights only, and
each such pair asks for two signatures.
"""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.access.invited import MAY_BE_ONE, may_be_one_person
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Municipality, RightsFlag, now
from matchmaker.vocabulary import N_


def raise_flag(
    session: Session, actor: Actor, municipality: Municipality, source: str
) -> RightsFlag:
    """Raise a red flag on a municipality.

    Raises
    ------
    BadInput
        If no source is named.
    """
    if not source.strip():
        raise BadInput("source", N_("Name where the reports are to be found."))
    flag = RightsFlag(municipality=municipality, source=source.strip(), raised_by_id=actor.user_id)
    session.add(flag)
    session.flush()
    _note(session, actor, "rights_flag.raised", flag)
    return flag


def lift_flag(session: Session, actor: Actor, flag: RightsFlag, reason: str) -> None:
    """Lift a red flag that somebody else raised.

    Raises
    ------
    BadInput
        If this person, or one of the same line of guests, raised it, or gives no reason.
    AlreadyChanged
        If it was lifted before.
    """
    session.refresh(flag, with_for_update={"of": RightsFlag})
    if flag.lifted_at is not None:
        raise AlreadyChanged
    if flag.raised_by_id == actor.user_id:
        raise BadInput("", N_("You raised it. Another coordinator has to lift it."))
    first, second = flag.raised_by_id, actor.user_id
    if first and second and may_be_one_person(session, first, second):
        raise BadInput("", MAY_BE_ONE)
    if not reason.strip():
        raise BadInput("reason", N_("Enter the reason."))
    flag.lifted_by_id, flag.lifted_at, flag.lift_reason = actor.user_id, now(), reason.strip()
    session.flush()
    _note(session, actor, "rights_flag.lifted", flag)


def _note(session: Session, actor: Actor, event: str, flag: RightsFlag) -> None:
    """Write the event down; source and reason stand sealed in the row, not in the trail."""
    details = {"municipality": flag.municipality.public_id}
    audit.record(session, actor, event, "rights_flag", flag.public_id, details)
