"""The form of a dignified exit: what stays, what may be said, and a last word."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.engagements.closing import Said
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LongTextField, OneOfField

LONGEST = 2000


def _share() -> list[tuple[str, str]]:
    return [
        ("no", gettext("Only the coordinators read it")),
        ("yes", gettext("The other municipality reads it too")),
    ]


def _again() -> list[tuple[str, str]]:
    return [
        ("no", gettext("No, not for this need")),
        ("yes", gettext("Yes, if the other side wishes it too")),
    ]


class ClosingForm(BaseForm):
    """What one side says at the end."""

    handed_over = LongTextField(
        _l("What is handed over, and to whom (optional)"),
        longest=LONGEST,
        description=_l("Documents, equipment, knowledge; name offices, not people."),
    )
    stays = LongTextField(
        _l("What stays when the work is over (optional)"),
        longest=LONGEST,
        description=_l("What goes on without you, and who looks after it."),
    )
    may_be_said = LongTextField(
        _l("What may be said in public (optional)"),
        longest=LONGEST,
        description=_l("Leave it empty if nothing may be said. Both sides keep to the narrower."),
    )
    thanks = LongTextField(_l("Thanks (optional)"), longest=LONGEST)
    last_word = LongTextField(
        _l("Your last word on the work (optional)"),
        longest=LONGEST,
        description=_l("What went well, what you would not do again."),
    )
    share = OneOfField(
        _l("Who reads your last word"),
        _l("Choose who reads your last word."),
        choices=_share,
        default="no",
    )
    again = OneOfField(
        _l("May the same two municipalities be proposed to each other again?"),
        _l("Choose whether the same two may be proposed again."),
        choices=_again,
        default="no",
        description=_l(
            "After an early end, the need goes back to matching with another municipality, unless "
            "both of you ask for each other. The other side does not see your answer."
        ),
    )

    @classmethod
    def of(cls, row: Any) -> "ClosingForm":
        """Return the form with what the side said before."""
        if row is None:
            return cls()
        return cls(
            obj=row,
            data={
                "share": "yes" if row.is_shared else "no",
                "again": "yes" if row.again else "no",
            },
        )

    @property
    def said(self) -> Said:
        """What was written."""
        return Said(
            handed_over=self.handed_over.data or "",
            stays=self.stays.data or "",
            may_be_said=self.may_be_said.data or "",
            thanks=self.thanks.data or "",
            last_word=self.last_word.data or "",
            is_shared=self.share.data == "yes",
            again=self.again.data == "yes",
        )
