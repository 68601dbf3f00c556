"""What people fill in to invite, hand over, leave, and to say what they are called."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea, GovTextInput
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from matchmaker.vocabulary import Role
from matchmaker.web.addresses import MALFORMED, is_address
from matchmaker.web.base_form import BaseForm


class InviteForm(BaseForm):
    """Whom to invite, and to act in which role."""

    address = StringField(
        _l("Email address"),
        [
            InputRequired(MALFORMED),
            Length(max=254),
            is_address,
        ],
        widget=GovTextInput(),
        description=_l("An address of the office is better than one with a name in it."),
    )
    role = RadioField(
        _l("What will your colleague do?"),
        [InputRequired(_l("Choose one."))],
        widget=GovRadioInput(),
    )

    def __init__(self, roles: list[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.value, gettext(role.label)) for role in roles]
        if len(roles) == 1:
            self.role.data = roles[0].value
            del self.role
        self._only = roles[0]

    @property
    def chosen(self) -> Role:
        """The role that was chosen, or the only one there is."""
        return Role(self["role"].data) if "role" in self._fields else self._only


class LabelForm(BaseForm):
    """What to be called among colleagues."""

    label = StringField(
        _l("What you are called here"),
        [Optional(), Length(max=80)],
        widget=GovTextInput(),
        description=_l(
            "For example “International office”. No personal name is needed. "
            "Seen by the people of this page, and by coordinators and administrators."
        ),
    )


class HandOverForm(BaseForm):
    """Whether who hands over remains a colleague."""

    stays = RadioField(
        _l("And you?"),
        [InputRequired(_l("Choose one."))],
        widget=GovRadioInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stays.choices = [
            SelectChoice("stay", gettext("I remain a colleague")),
            SelectChoice("leave", gettext("I leave once it is confirmed")),
        ]


class ReasonForm(BaseForm):
    """Why a membership or an account changes; kept in the audit trail."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Enter the reason.")), Length(max=2000)],
        widget=GovTextArea(),
    )


class ConfirmForm(BaseForm):
    """A button alone."""
