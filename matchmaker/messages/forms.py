"""Writing a message, and how often mail may say that something waits."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms.fields.choices import SelectChoice

from matchmaker.messages.naming import Revealing
from matchmaker.vocabulary import MailEvery, Side
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LongTextField, OneOfField, TickField

LONGEST_MESSAGE = 4000


class MessageForm(BaseForm):
    """One message, for coordinators with the side it goes to; after a warning a box to tick."""

    to = OneOfField(_l("Write to"), _l("Choose whom to write to."), choices=[])
    text = LongTextField(_l("Your message"), _l("Write your message."), longest=LONGEST_MESSAGE)
    anyway = TickField(
        _l("It does not give away who is meant or how to reach them. Send it as it is.")
    )

    def __init__(self, sides: Sequence[Side], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warned = False
        if sides:
            self.to.choices = [SelectChoice(side.value, gettext(side.label)) for side in sides]
        else:
            del self.to

    @property
    def side(self) -> Side | None:
        """The side that was chosen, where there is a choice."""
        return Side(self.to.data) if "to" in self and self.to.data else None

    def accepts(self, found: Revealing) -> bool:
        """Tell whether the text may go: it gives nothing away, or the writer says so."""
        if not found or self.anyway.data:
            return True
        self.warned = True
        self.text.errors = [*self.text.errors, " ".join(_warnings(found))]
        return False


def _warnings(found: Revealing) -> Iterator[str]:
    """Give what the writer reads: names apart from addresses and numbers."""
    if found.names:
        yield ngettext(
            "This word may tell which place or person is meant: %(found)s. "
            "Change it, or tick the box.",
            "These words may tell which place or person is meant: %(found)s. "
            "Change them, or tick the box.",
            len(found.names),
            found=_listed(found.names),
        )
    if found.ways:
        yield ngettext(
            "This looks like an address, a link or a telephone number: %(found)s. "
            "Take it out, or tick the box.",
            "These look like addresses, links or telephone numbers: %(found)s. "
            "Take them out, or tick the box.",
            len(found.ways),
            found=_listed(found.ways),
        )


def _listed(pieces: Sequence[str]) -> str:
    """Return pieces of somebody's text in a sentence, each in its own direction of writing."""
    return ", ".join(f"\u2068{piece}\u2069" for piece in pieces)


class MailForm(BaseForm):
    """How often at most."""

    every = OneOfField(
        _l("How often may we write to you?"),
        _l("Choose one."),
        widget=GovRadioInput(),
        choices=lambda: [SelectChoice(code, gettext(text)) for code, text in MailEvery.choices()],
    )
