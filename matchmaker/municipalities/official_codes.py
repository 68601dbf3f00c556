"""The official code: of the municipalities that one coordinator can see, no two have the same.

Who may not know that a municipality takes part must not learn it by trying its code: beside one
out of their sight the answer is the same as beside none. The code is then marked as doubted, and
coordinators whose scope covers both are told.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from matchmaker.access import Actor
from matchmaker.access.predicates import is_in_scope
from matchmaker.access.scope import covers, towns_of
from matchmaker.errors import BadInput
from matchmaker.models import Association, Municipality
from matchmaker.outbox import tell_coordinators
from matchmaker.vocabulary import N_, MunicipalityStatus, NoticeKind

CODE_TAKEN = N_(
    "Another municipality of the country that was checked already has this official code."
    " Correct the code, or leave it empty, before you verify this one."
)


def keep_code_unique(
    session: Session,
    actor: Actor,
    municipality: Municipality,
    status: MunicipalityStatus | None = None,
) -> None:
    """Refuse an official code that another checked municipality in the actor's sight has.

    A registration may claim any code: its author, who may be anybody, must not learn from the
    answer that the place takes part. The coordinator who checks it sees both.

    Raises
    ------
    BadInput
        If the code is taken, and the actor may know by whom.
    """
    municipality.official_code = municipality.official_code or None
    registered = (status or municipality.status) == MunicipalityStatus.REGISTERED
    if municipality.official_code is None or registered:
        municipality.code_doubted = False
        return
    check_code(session, actor, municipality, municipality.official_code)
    others = _holders(session, municipality, municipality.official_code)
    was_doubted, municipality.code_doubted = municipality.code_doubted, bool(others)
    if others and not was_doubted:
        _tell(session, [municipality, *others])


def check_code(session: Session, actor: Actor, municipality: Municipality, code: str) -> None:
    """Refuse a code that another checked municipality in the actor's sight has."""
    holders = _holders(session, municipality, code)
    if any(actor.platform or is_in_scope(actor, holder) for holder in holders):
        raise BadInput("official_code", CODE_TAKEN)


def doubted_codes(session: Session, actor: Actor) -> list[Municipality]:
    """Return the municipalities with a doubted code of which the actor sees another holder too."""
    other = aliased(Municipality)
    pairs = session.execute(
        select(Municipality, other)
        .join(
            other,
            (other.country == Municipality.country)
            & (other.official_code == Municipality.official_code)
            & (other.id != Municipality.id)
            & (other.status != MunicipalityStatus.REGISTERED),
        )
        .where(Municipality.code_doubted, *towns_of(actor))
        .order_by(Municipality.id)
    )
    return list(dict.fromkeys(town for town, holder in pairs if is_in_scope(actor, holder)))


def _holders(session: Session, municipality: Municipality, code: str) -> list[Municipality]:
    with session.no_autoflush:
        return list(
            session.scalars(
                select(Municipality).where(
                    Municipality.country == municipality.country,
                    Municipality.official_code == code,
                    Municipality.status != MunicipalityStatus.REGISTERED,
                    Municipality.id != municipality.id,
                )
            )
        )


def _tell(session: Session, towns: list[Municipality]) -> None:
    """Have those told that something waits who may see the municipality and another holder."""
    for association in session.scalars(select(Association).order_by(Association.id)).all():
        own, *others = (covers(association.scope, association.sides, town) for town in towns)
        if own and any(others):
            tell_coordinators(session, association.id, NoticeKind.OTHER)
