"""What number and date fields take, and what they say of anything else."""

import gettext
import importlib
import pkgutil
from pathlib import Path

import pytest
import wtforms
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.fields.core import UnboundField
from wtforms.i18n import messages_path

import matchmaker
from matchmaker.web.fields import DayField, WholeNumberField, whole_number
from matchmaker.web.language import LANGUAGES

NUMBERS_AND_DATES = (
    wtforms.IntegerField,
    wtforms.DecimalField,
    wtforms.FloatField,
    wtforms.DateField,
    wtforms.DateTimeField,
    wtforms.TimeField,
    WholeNumberField,
    DayField,
)
RUBBISH = [
    ["many"],
    ["1.5"],
    ["-"],
    ["9" * 40],
    ["31", "2", "2026"],
    ["x", "2", "2026"],
    ["1", "2"],
]


@pytest.mark.parametrize(
    "typed",
    ["12000", "12 000", "12.000", "12,000", "12\u00a0000", "12\u202f000", "12'000", "١٢٬٠٠٠"],
)
def test_number_is_read_with_and_without_grouping(typed):
    assert whole_number(typed) == 12000


@pytest.mark.parametrize(
    "typed", ["12.5", "1,20", "1.234,5", "1.000 000", "1_000", "", "12000 people"]
)
def test_what_is_no_whole_number_is_not_guessed(typed):
    with pytest.raises(ValueError, match="^" + typed):
        whole_number(typed)


def errors_of(app, unbound, typed, locale="en"):
    """Return what a field of a form says of what was typed."""

    class Probe(Form):
        probe = unbound

    with app.test_request_context(), force_locale(locale):
        form = Probe(MultiDict([("probe", part) for part in typed]))
        form.validate()
        return [str(error) for error in form.probe.errors]


def test_day_that_does_not_exist_is_called_so(app):
    said = errors_of(app, DayField("Day"), ["31", "2", "2026"])
    assert said == ["This day does not exist. Check day and month."]


def test_what_is_no_date_is_answered_with_an_example(app):
    assert "27 3 2027" in errors_of(app, DayField("Day"), ["x", "2", "2026"])[0]


def fields_of_all_forms():
    """Return each number and date field of each form, with its name."""
    for module in pkgutil.walk_packages(matchmaker.__path__, "matchmaker."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting, found = [Form], {}
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if not kind.__module__.startswith("matchmaker."):
            continue
        for name in dir(kind):
            field = getattr(kind, name)
            if isinstance(field, UnboundField) and issubclass(field.field_class, NUMBERS_AND_DATES):
                found[f"{kind.__module__}.{kind.__name__}.{name}"] = field
    return found


def own_words_of_the_library():
    """Return every message of WTForms in the languages of the site."""
    words = set()
    for locale in LANGUAGES:
        file = Path(messages_path()) / locale / "LC_MESSAGES" / "wtforms.mo"
        with file.open("rb") as opened:
            catalogue = gettext.GNUTranslations(opened)._catalog
        for pair in catalogue.items():
            words.update(part for part in pair if isinstance(part, str) and part)
    return words


def test_no_number_or_date_shows_the_words_of_the_library(app):
    fields, words = fields_of_all_forms(), own_words_of_the_library()
    assert len(fields) >= 20
    assert "Not a valid integer value." in words
    shown = [
        f"{name} says {error} of {typed}"
        for name, field in fields.items()
        for typed in RUBBISH
        for locale in LANGUAGES
        for error in errors_of(app, field, typed, locale)
        if error in words
    ]
    assert shown == []
