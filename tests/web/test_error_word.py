"""The word before the refusal of a field is in the reader's language, whatever the field."""

import pytest
from flask import render_template_string
from flask_babel import force_locale
from govuk_frontend_wtf import wtforms_widgets
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

CHOICES = [SelectChoice("a", "A")]
FIELDS = {
    "GovTextInput": StringField,
    "GovPasswordInput": PasswordField,
    "GovCheckboxesInput": SelectMultipleField,
    "GovCheckboxInput": BooleanField,
    "GovRadioInput": RadioField,
    "GovDateInput": DateField,
    "GovFileInput": FileField,
    "GovTextArea": TextAreaField,
    "GovCharacterCount": TextAreaField,
    "GovSelect": SelectField,
}
SHOWN = '{% from "components/field.html" import field %}{{ field(form.asked) }}'


def refused(widget):
    """Return a form with one field under this widget, and a refusal beside it."""
    kind, more = FIELDS[widget], {}
    if kind in (SelectMultipleField, RadioField, SelectField):
        more["choices"] = CHOICES
    control = kind("Питання", widget=getattr(wtforms_widgets, widget)(), **more)
    form = type("Asking", (Form,), {"asked": control})()
    form.asked.errors = ["Так не можна."]
    return form


def test_every_widget_of_the_library_is_looked_at():
    widgets = {name for name in vars(wtforms_widgets) if name.startswith("Gov")}
    kinds_of_others = {"GovFormBase", "GovIterableBase", "GovInput", "GovSubmitInput"}
    assert set(FIELDS) == widgets - kinds_of_others


@pytest.mark.parametrize("widget", FIELDS)
@pytest.mark.parametrize(("language", "word"), [("uk", "Помилка:"), ("ar", "خطأ:")])
def test_refusal_begins_with_a_word_in_the_readers_language(app, widget, language, word):
    with app.test_request_context("/"), force_locale(language):
        html = render_template_string(SHOWN, form=refused(widget))
    assert word in html and "Так не можна." in html
    assert "Error" not in html
