"""Forms of applications: evidence, questions, decisions, red flags."""

from typing import Any

from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect
from wtforms import Form, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp

from matchmaker.municipalities.forms import EditMunicipalityForm
from matchmaker.verification import evidence
from matchmaker.vocabulary import (
    ApplicationStatus,
    CallResult,
    Code,
    RejectionReason,
    RightsAnswer,
)
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import DayField, LineField, LongTextField, TickField


def _choices(codes: type[Code]) -> list[SelectChoice]:
    return [SelectChoice(code.value, _l(code.label)) for code in codes]


class QueueForm(Form):
    """Filter of the list of applications."""

    status = SelectField(
        _l("Status"),
        choices=[SelectChoice("", _l("All")), *_choices(ApplicationStatus)],
        widget=GovSelect(),
    )


class RegisterEntryForm(BaseForm):
    """What an official register says."""

    source = LineField(
        _l("Where does the entry stand?"),
        _l("Enter where the entry stands."),
        400,
        description=_l(
            "The register and how to find the entry, for example KATOTTG, page of the ministry."
        ),
    )
    code = LineField(_l("Official code in the register"), None, 40)
    agrees = RadioField(
        _l("Does the register say the same as the application?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("yes", _l("Yes: name, region and code agree")),
            SelectChoice("no", _l("No, or not everything")),
        ],
        widget=GovRadioInput(),
    )
    note = LongTextField(_l("What else should the second coordinator know?"), None, 1000)


class CallForm(BaseForm):
    """A call back to the office."""

    number = LineField(
        _l("Number you called"),
        _l("Enter the number."),
        60,
        description=_l("With the country code. Not the number that the application gives."),
    )
    source = LineField(
        _l("Where did you find the number?"),
        _l("Enter where you found the number."),
        400,
        description=_l(
            "A source that the applicant cannot change: a national list, a ministry, an embassy, "
            "another association."
        ),
    )
    source_lists_it = TickField(
        _l("This source itself lists the number that the application gives, too")
    )
    on = DayField(_l("Day of the call"), _l("Enter a date."))
    answered_by = LineField(
        _l("Who answered?"),
        None,
        120,
        description=_l("The role only, never a name: for example secretary of the mayor."),
    )
    result = RadioField(
        _l("What came of it?"),
        [InputRequired(_l("Choose one."))],
        choices=_choices(CallResult),
        widget=GovRadioInput(),
    )
    note = LongTextField(_l("What else should the second coordinator know?"), None, 1000)

    def __init__(self, given: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = given

    @property
    def call(self) -> evidence.Call:
        """The call as far as it was filled in."""
        return evidence.Call(
            number=self.number.data or "",
            source=self.source.data or "",
            on=self.on.data,
            answered_by=self.answered_by.data or "",
            result=self._result,
            note=self.note.data or "",
            source_lists_it=bool(self.source_lists_it.data),
        )

    @property
    def _result(self) -> CallResult | None:
        known = {one.value for one in CallResult}
        return CallResult(self.result.data) if self.result.data in known else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and at once what only shows when they are seen together."""
        good = super().validate(extra_validators)
        for fault in evidence.faults_of(self.call, self.given):
            if not self[fault.field].errors:
                self.blame(fault)
                good = False
        return good

    def validate_number(self, field: Any) -> None:
        """Refuse what cannot be a telephone number."""
        Regexp(r"^[+0-9 ()/.-]{5,60}$", message=_l("Use digits, spaces, + - / and ()."))(
            self, field
        )


class VouchForm(BaseForm):
    """The word of an association."""

    sentence = LongTextField(
        _l("How does your association know the municipality?"),
        _l("Write a sentence or two."),
        1000,
        description=_l("In one or two sentences, without names of persons."),
    )


class RightsForm(BaseForm):
    """The question whether a local government oppresses part of its citizens."""

    answer = RadioField(
        _l(
            "Are there credible reports that this local government itself oppresses or "
            "discriminates against part of its citizens?"
        ),
        [InputRequired(_l("Choose one."))],
        choices=_choices(RightsAnswer),
        widget=GovRadioInput(),
    )
    source = LineField(
        _l("Where are the reports to be found?"),
        None,
        400,
        description=_l("Needed if there are reports: who published them, when, and where."),
    )


class ConfirmForm(BaseForm):
    """Confirm an application."""

    note = LongTextField(
        _l("What your confirmation rests on"),
        None,
        2000,
        description=_l("Needed if there are warnings. Kept in the audit trail."),
    )


class QuestionForm(BaseForm):
    """A question to the applicant."""

    question = LongTextField(
        _l("Question"),
        _l("Write the question."),
        1000,
        description=_l("The applicant reads it. Ask for one thing at a time."),
    )


class AnswerForm(BaseForm):
    """The answer of the applicant."""

    answer = LongTextField(_l("Your answer"), _l("Write the answer."), 2000)


class RejectForm(BaseForm):
    """Reject an application with a reason."""

    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose the reason."))],
        choices=_choices(RejectionReason),
        widget=GovRadioInput(),
    )
    text = LongTextField(
        _l("In plain words"),
        _l("Write a sentence or two."),
        1000,
        description=_l("The applicant reads it. Do not say what would help a forger."),
    )


class AppealForm(BaseForm):
    """Ask for another coordinator."""

    appeal = LongTextField(
        _l("Why should another coordinator look again?"), _l("Write a sentence or two."), 2000
    )


class DecideAppealForm(BaseForm):
    """Decide an appeal."""

    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("grant", _l("Look again: two coordinators check it anew")),
            SelectChoice("refuse", _l("The rejection stands")),
        ],
        widget=GovRadioInput(),
    )
    text = LongTextField(_l("Answer to the applicant"), _l("Write a sentence or two."), 1000)


class ProposeChangeForm(EditMunicipalityForm):
    """Propose a change of what a verified municipality is known by."""

    reason = LongTextField(
        _l("What the change rests on"),
        _l("Write a sentence or two."),
        1000,
        description=_l(
            "For example the decision that gave the new name, and where it can be read. "
            "The coordinators read it."
        ),
    )


class ConfirmChangeForm(BaseForm):
    """Confirm a change."""

    note = LongTextField(
        _l("What your confirmation rests on"),
        _l("Write a sentence or two."),
        2000,
        description=_l(
            "The register you looked into, or the call to a number that you found yourself. "
            "Kept in the audit trail."
        ),
    )


class RefuseChangeForm(BaseForm):
    """Do not accept a change."""

    text = LongTextField(
        _l("Why the change is not accepted"),
        _l("Write a sentence or two."),
        1000,
        description=_l("Whoever proposed it reads it."),
    )


class RaiseFlagForm(BaseForm):
    """Raise a red flag."""

    source = LineField(
        _l("Where are the reports to be found?"),
        _l("Name where the reports are to be found."),
        400,
        description=_l("Who published them, when, and where."),
    )


class LiftFlagForm(BaseForm):
    """Lift a red flag."""

    reason = LongTextField(_l("Why it no longer holds"), _l("Enter the reason."), 1000)
