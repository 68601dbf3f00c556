"""What the town says of peace and conflict: short questions, none of which has to be answered."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matchmaker.models import Need
from matchmaker.needs.drafts import ImpactDraft, ImpactLine
from matchmaker.vocabulary import N_
from matchmaker.vocabulary.impact import AskedAt, Light, Question, asked
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LineField, OneOfField

LONGEST_SENTENCE = 300
ANSWERS = {
    Light.GREEN.value: N_("Yes"),
    Light.AMBER.value: N_("Partly"),
    Light.RED.value: N_("No"),
    Light.UNKNOWN.value: N_("We do not know"),
}
"""The answers in the words of a town; the questions are asked so that yes is good."""
NO_ANSWER = N_("We do not want to answer this")


def answer_text(light: str) -> str:
    """Return an answer of a town in words."""
    return gettext(ANSWERS[light]) if light else gettext(N_("Not answered"))


class ImpactForm(BaseForm):
    """The short questions of the check, made for one need by `of`."""

    questions: tuple[Question, ...] = ()

    @property
    def rows(self) -> list[tuple[Question, Any, Any]]:
        """Return (question, answer field, sentence field) of each question."""
        return [
            (one, self[_name("light", one.code)], self[_name("sentence", one.code)])
            for one in self.questions
        ]

    def draft(self) -> ImpactDraft:
        """Return what was typed; a sentence without an answer belongs to nothing."""
        return ImpactDraft(
            tuple(
                ImpactLine(one.code, light.data or "", (sentence.data or "") if light.data else "")
                for one, light, sentence in self.rows
            )
        )

    @classmethod
    def of(cls, need: Need) -> "ImpactForm":
        """Return a form with the questions of the need and what was answered."""
        questions = tuple(asked(AskedAt.NEED, need.activity))
        said = {row.question: row for row in need.impact}
        fields: dict[str, Any] = {"questions": questions}
        data: dict[str, str | None] = {}
        for one in questions:
            light, sentence = _name("light", one.code), _name("sentence", one.code)
            fields[light] = OneOfField(
                gettext(one.question),
                choices=_choices,
                description=gettext(one.hint) if one.hint else "",
            )
            fields[sentence] = LineField(_l("In a sentence (optional)"), longest=LONGEST_SENTENCE)
            row = said.get(one.code)
            data[light], data[sentence] = (row.light, row.sentence) if row else (None, "")
        return type("ImpactFormOfNeed", (cls,), fields)(data=data)


def _choices() -> list[SelectChoice]:
    found = [SelectChoice(code, gettext(label)) for code, label in ANSWERS.items()]
    return [*found, SelectChoice("", gettext(NO_ANSWER))]


def _name(what: str, code: str) -> str:
    return f"{what}_{code.replace('.', '_')}"
