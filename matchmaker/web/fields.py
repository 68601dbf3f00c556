"""Fields whose refusals say what to do; what was typed is shown again as it was typed."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from matchmaker.web.base_form import clean_text, forbidden_character


def _text_validators(ask: Any, longest: int) -> list[Any]:
    too_long = _l("Use at most %(count)s characters.", count=longest)
    return [DataRequired(ask) if ask else Optional(), Length(max=longest, message=too_long)]


class LineField(StringField):
    """One line of text; `ask` is what to say where it is empty, None where it may be."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, ask: Any = None, longest: int = 120, **more: Any) -> None:
        more.setdefault("filters", [clean_text])
        super().__init__(label, _text_validators(ask, longest), **more)

    def pre_validate(self, form: Any) -> None:
        """Refuse characters no text may hold, in rows of a form too."""
        odd = forbidden_character(self.data or "")
        if odd is not None:
            raise StopValidation(
                gettext(
                    "Remove the invisible or unreadable character %(code)s.",
                    code=f"U+{ord(odd):04X}",
                )
            )


class LongTextField(TextAreaField):
    """Several lines of text with a count of characters."""

    widget = GovCharacterCount()

    def __init__(
        self, label: Any = None, ask: Any = None, longest: int = 2000, **more: Any
    ) -> None:
        super().__init__(label, _text_validators(ask, longest), **more)


class LinesField(TextAreaField):
    """A list, one entry a line; `lines` holds the entries."""

    widget = GovTextArea()

    def __init__(self, label: Any = None, most: int = 50, **more: Any) -> None:
        super().__init__(label, [Optional()], **more)
        self.most = most

    @property
    def lines(self) -> list[str]:
        """Return what stands on each line, blank ones and repetitions left out."""
        lines = [" ".join(line.split()) for line in (self.data or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def pre_validate(self, form: Any) -> None:
        """Refuse too many or too long lines."""
        if len(self.lines) > self.most:
            raise StopValidation(gettext("Write at most %(count)s lines.", count=self.most))
        if any(len(line) > 200 for line in self.lines):
            raise StopValidation(gettext("Use at most %(count)s characters a line.", count=200))


class OneOfField(RadioField):
    """One choice among a few; `ask` is what to say where none is made."""

    widget = GovRadioInput()

    def __init__(self, label: Any = None, ask: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.ask = ask

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing choice where one is asked, and a choice that was not given."""
        _check_one(self)


class SelectOneField(SelectField):
    """One choice among many."""

    widget = GovSelect()

    def __init__(self, label: Any = None, ask: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.ask = ask

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing choice where one is asked, and a choice that was not given."""
        _check_one(self)


def _check_one(field: Any) -> None:
    if not field.data:
        if field.ask:
            raise StopValidation(field.ask)
        return
    if field.data not in {choice.value for choice in field.iter_choices()}:
        raise StopValidation(gettext("Choose one of the answers shown."))


class SeveralField(SelectMultipleField):
    """Any number of choices; `ask` is what to say where none is made."""

    widget = GovCheckboxesInput()

    def __init__(self, label: Any = None, ask: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.ask = ask

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing choice where one is asked, and choices that were not given."""
        if not self.data and self.ask:
            raise StopValidation(self.ask)
        shown = {choice.value for choice in self.iter_choices()}
        if not shown.issuperset(self.data or ()):
            raise StopValidation(gettext("Choose from the answers shown."))


class TickField(BooleanField):
    """One box to tick."""

    widget = GovCheckboxInput()


GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ .,'\u2019\u066c\u00a0\u2009\u202f])\d{3}(?:\1\d{3})*)")
"""A number in groups of three digits, all parted by the same sign or blank."""


def whole_number(typed: str) -> int:
    """Return the number that was typed in any digits, grouped or not; ValueError where none was.

    A sign between digits groups them only where three follow: 12.5 is refused, not read as 125.
    """
    text = typed.strip()
    grouped = GROUPED.fullmatch(text)
    if grouped:
        text = text.replace(grouped[1], "")
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ValueError(typed)
    return int(text)


class WholeNumberField(Field):
    """A whole number within bounds; empty means not stated, unless `ask` asks for it.

    `refusal` is what to say of anything else, where the bounds alone would say it badly.
    """

    widget = GovTextInput()

    def __init__(
        self,
        label: Any = None,
        least: int = 0,
        most: int = 1000,
        ask: Any = None,
        refusal: Any = None,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.least, self.most, self.ask, self.refusal = least, most, ask, refusal

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number in any digits."""
        if not valuelist:
            return
        self.data = None
        typed = str(valuelist[0]).strip()
        if not typed:
            return
        try:
            number = whole_number(typed)
        except ValueError:
            raise ValueError(self._bounds()) from None
        if not self.least <= number <= self.most:
            raise ValueError(self._bounds())
        self.data = number

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing number where one is asked."""
        if self.process_errors:
            raise StopValidation()
        if self.data is None and self.ask:
            raise StopValidation(self.ask)

    def _bounds(self) -> str:
        if self.refusal:
            return str(self.refusal)
        return gettext(
            "Enter a whole number from %(least)s to %(most)s.", least=self.least, most=self.most
        )


class DayField(Field):
    """A date typed as day, month and year; empty means not stated, unless `ask` asks for it."""

    widget = GovDateInput()

    def __init__(self, label: Any = None, ask: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.ask = ask

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Put the three parts together."""
        if not valuelist:
            return
        self.data = None
        parts = [str(part).strip() for part in valuelist]
        if not any(parts):
            return
        if len(parts) != 3 or not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
            raise ValueError(
                gettext("Enter a real date as day, month and year, for example 27 3 2027.")
            )
        day, month, year = (int(part) for part in parts)
        try:
            self.data = date(year, month, day)
        except ValueError:
            raise ValueError(gettext("This day does not exist. Check day and month.")) from None

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing date where one is asked."""
        if self.process_errors:
            raise StopValidation()
        if self.data is None and self.ask:
            raise StopValidation(self.ask)
