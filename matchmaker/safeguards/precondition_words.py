"""The preconditions in words, for coordinators."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.matching.preconditions import Restrictions
from matchmaker.models import PreconditionAnswer
from matchmaker.safeguards.precondition_queries import Standings, answers_by_id
from matchmaker.vocabulary import N_, AreaLevel
from matchmaker.vocabulary.precondition import PRECONDITIONS, Answer

TAGS = {
    Answer.MET: "good",
    Answer.NOT_MET: "bad",
    Answer.NOT_KNOWN: "warning",
    Answer.NOT_ASKED: "neutral",
}
OF_NEED = N_("Answered for this need")
OF_AREA = {
    AreaLevel.MUNICIPALITY: N_("Answered for the municipality"),
    AreaLevel.REGION: N_("Answered for the region"),
    AreaLevel.COUNTRY: N_("Answered for the country"),
}
NOBODY = N_("Nobody has answered this yet")


@dataclass(frozen=True)
class Row:
    """One precondition as it is shown."""

    code: str
    label: str
    answer: str
    kind: str
    """Of the tag."""
    whose: str
    row: PreconditionAnswer | None


def rows_of(session: Session, standings: Standings) -> list[Row]:
    """Return the six in their order, with what counts and where it comes from."""
    given = answers_by_id(session, [one.row for one in standings.values() if one.row])
    return [
        Row(
            code,
            gettext(PRECONDITIONS[code].label),
            gettext(one.answer.label) if one.answer != Answer.NOT_ASKED else gettext(DOES_NOT),
            TAGS[one.answer],
            _whose(given.get(one.row or 0)),
            given.get(one.row or 0),
        )
        for code, one in standings.items()
    ]


DOES_NOT = N_("Does not arise")


def _whose(row: PreconditionAnswer | None) -> str:
    if row is None:
        return gettext(NOBODY)
    return gettext(OF_NEED) if row.area is None else gettext(OF_AREA[AreaLevel(row.area.level)])


def reasons(found: Restrictions) -> list[str]:
    """Say what follows from the preconditions that are not met, each reason once."""
    return list(dict.fromkeys(gettext(one.label) for one in found))
