"""Why a stranger abroad should help: coded answers that need no translator, and one line."""

from flask_babel import lazy_gettext as _l

from matchmaker.models import Need
from matchmaker.needs.drafts import CaseDraft
from matchmaker.vocabulary import CASE, LESSONS, CaseQuestion
from matchmaker.vocabulary.case import PARTNER
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LineField, SeveralField

LONGEST_LINE = 200


def _answers(question: CaseQuestion, without: str = "") -> list:
    rows = [row for row in CASE.values() if row.asks == question and row.code != without]
    return choices.marked({row.code: row.label for row in rows})


class CaseForm(BaseForm):
    """The case of a need, beside what is asked."""

    for_whom = SeveralField(_l("Who is it for?"), choices=lambda: _answers(CaseQuestion.FOR_WHOM))
    why_outside = SeveralField(
        _l("Why do you ask a municipality abroad?"),
        choices=lambda: _answers(CaseQuestion.WHY_OUTSIDE),
    )
    brings = SeveralField(_l("What do you bring yourselves?"), choices=[])
    teaches = SeveralField(
        _l("What could others learn from you?"),
        description=_l(
            "Some helpers want to learn in return. It counts for you, and never against you."
        ),
        choices=lambda: choices.marked({row.code: row.label for row in LESSONS.values()}),
    )
    line_en = LineField(
        _l("Your need in one line of English (optional)"),
        longest=LONGEST_LINE,
        description=_l(
            "No names. Leave it empty if you have no English: a coordinator can write it. "
            "Either way a coordinator compares it with your own words."
        ),
    )

    def __init__(self, need: Need, **more: object) -> None:
        super().__init__(**more)
        # Who wants local governments only names no partner organisation.
        without = PARTNER if need.low_profile else ""
        self.brings.choices = _answers(CaseQuestion.BRINGS, without)

    def draft(self) -> CaseDraft:
        """Return what was typed."""
        return CaseDraft(
            for_whom=tuple(self.for_whom.data or ()),
            why_outside=tuple(self.why_outside.data or ()),
            brings=tuple(self.brings.data or ()),
            teaches=tuple(self.teaches.data or ()),
            line_en=self.line_en.data or "",
        )

    @classmethod
    def of(cls, need: Need) -> "CaseForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "for_whom": need.for_whom or [],
                "why_outside": need.why_outside or [],
                "brings": need.brings or [],
                "teaches": need.teaches or [],
                "line_en": need.line_en or "",
            },
        )


class LineForm(BaseForm):
    """The line of English, as a coordinator has compared it with the words of the town."""

    line_en = LineField(
        _l("The need in one line of English"),
        ask=_l("Write the line."),
        longest=LONGEST_LINE,
        description=_l("What is asked and for whom. No name of a person or a place."),
    )
