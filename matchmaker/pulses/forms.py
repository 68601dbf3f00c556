"""The questions of a pulse, as they stand on two pages, and the form that closes a task."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form

from matchmaker.pulses.service import Said
from matchmaker.vocabulary import Alive, InTouch, Safe, Useful
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LongTextField, OneOfField

LONGEST = 2000


def _choices(codes: Any) -> Any:
    return lambda: [(code, gettext(label)) for code, label in codes.choices()]


class Questions(Form):
    """Is it alive, is it useful, is everybody safe; of nobody and of no place."""

    alive = OneOfField(
        _l("Does the work go on?"), _l("Say whether the work goes on."), choices=_choices(Alive)
    )
    useful = OneOfField(
        _l("Is it useful?"), _l("Say whether it is useful."), choices=_choices(Useful)
    )
    safe = OneOfField(
        _l("Are the people who take part safe?"),
        _l("Say whether the people who take part are safe."),
        choices=_choices(Safe),
    )
    in_touch = OneOfField(
        _l("Is your political contact still in touch with the work?"),
        _l("Say whether your political contact is still in touch."),
        choices=_choices(InTouch),
    )

    def without_contact(self) -> None:
        """Take the last question out, where there is no political contact to ask about."""
        del self.in_touch

    @property
    def said(self) -> Said:
        """What was answered."""
        touch = self.in_touch.data if "in_touch" in self else None
        return Said(
            alive=Alive(self.alive.data),
            useful=Useful(self.useful.data),
            safe=Safe(self.safe.data),
            in_touch=InTouch(touch) if touch else None,
        )


class PulseForm(Questions, BaseForm):
    """The questions for somebody who is signed in."""


class LinkForm(Questions, FlaskForm):
    """The questions behind a link: the token is the proof, and no session is begun."""

    class Meta:
        csrf = False


class TaskForm(BaseForm):
    """What was done about a task."""

    done = LongTextField(
        _l("What was done"),
        _l("Say what was done, in a few words at least."),
        longest=LONGEST,
        description=_l("Coordinators read this, the two municipalities do not."),
    )
