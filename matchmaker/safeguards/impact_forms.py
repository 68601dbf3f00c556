"""What coordinators fill in for the check of a match, and for a risk that became worse."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matchmaker.errors import BadInput
from matchmaker.safeguards.impact_queries import Answer
from matchmaker.safeguards.impact_service import LONGEST_REASON, LONGEST_SENTENCE, Line
from matchmaker.safeguards.risk_service import LONGEST_TEXT
from matchmaker.vocabulary import N_
from matchmaker.vocabulary.impact import Light, Question, RiskState
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LongTextField, OneOfField

NOT_YET = N_("Not answered yet")


class CheckForm(BaseForm):
    """One direction of the check of a match, made for it by `of`."""

    questions: tuple[Question, ...] = ()

    @property
    def rows(self) -> list[tuple[Question, Any, Any]]:
        """Return (question, answer field, sentence field) of each question."""
        return [
            (one, self[_name("light", one.code)], self[_name("sentence", one.code)])
            for one in self.questions
        ]

    @property
    def lines(self) -> list[Line]:
        """Return what was answered."""
        return [
            Line(one.code, light.data or "", sentence.data or "")
            for one, light, sentence in self.rows
        ]

    def blame(self, error: BadInput) -> None:
        """Show what is said of a question beside its sentence."""
        field = _name("sentence", error.field)
        named = BadInput(field, error.message, **error.values) if field in self._fields else error
        super().blame(named)

    @classmethod
    def of(cls, answers: list[Answer]) -> "CheckForm":
        """Return a form with these questions and their present answers."""
        fields: dict[str, Any] = {"questions": tuple(one.question for one in answers)}
        data: dict[str, str] = {}
        for one in answers:
            light = _name("light", one.question.code)
            sentence = _name("sentence", one.question.code)
            fields[light] = OneOfField(
                gettext(one.question.question),
                choices=lambda: [*choices.codes(Light), SelectChoice("", gettext(NOT_YET))],
                description=gettext(one.question.hint) if one.question.hint else "",
            )
            fields[sentence] = LongTextField(
                _l("In a sentence (needed for amber and red)"), longest=LONGEST_SENTENCE
            )
            data[light], data[sentence] = one.light, one.sentence
        return type("CheckFormOfMatch", (cls,), fields)(data=data)


class GoOnForm(BaseForm):
    """Why a match may go on although something is red."""

    text = LongTextField(
        _l("Why may the match go on nevertheless?"),
        ask=_l("Write why the match may go on."),
        longest=LONGEST_REASON,
        description=_l(
            "For example what keeps the risk small, and why doing nothing would be worse. It "
            "stands in the decision and in the dossier of the boards. Name no persons."
        ),
    )


class RiskForm(BaseForm):
    """How a risk stands."""

    state = OneOfField(
        _l("How does this stand now?"),
        ask=_l("Choose how it stands."),
        choices=lambda: choices.codes(RiskState),
    )
    text = LongTextField(
        _l("In your words (needed if it has become worse)"),
        longest=LONGEST_TEXT,
        description=_l("Coordinators read this, the other municipality does not. Name no persons."),
    )


class HeedForm(BaseForm):
    """What is done about a risk that became worse."""

    text = LongTextField(
        _l("What is done about it?"),
        ask=_l("Write what is done about it."),
        longest=LONGEST_TEXT,
        description=_l("Only coordinators read this. Name no persons."),
    )


def _name(what: str, code: str) -> str:
    return f"{what}_{code.replace('.', '_')}"
