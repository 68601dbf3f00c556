"""A small app that shows the kit alone: base page, components and error pages."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovTextInput,
)
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

ROOT = Path(__file__).resolve().parents[2]


class SampleForm(FlaskForm):
    """One field of every widget."""

    title = StringField(
        "Title",
        widget=GovTextInput(),
        description="Up to ten words.",
        validators=[InputRequired("Enter a title")],
    )
    story = TextAreaField("Story", widget=GovCharacterCount(), validators=[Length(max=200)])
    setting = RadioField(
        "Where",
        widget=GovRadioInput(),
        choices=[SelectChoice("remote", "At a distance"), SelectChoice("in_area", "On the spot")],
        validators=[InputRequired("Choose where")],
    )
    topics = SelectMultipleField(
        "Topics",
        widget=GovCheckboxesInput(),
        choices=[SelectChoice("water", "Water"), SelectChoice("waste", "Waste")],
    )
    starts_on = DateField(
        "Start",
        widget=GovDateInput(),
        format="%d %m %Y",
        validators=[InputRequired("Enter a start date")],
    )
    country = SelectField(
        "Country",
        widget=GovSelect(),
        choices=[SelectChoice("UA", "Ukraine")],
    )
    secret = PasswordField("Password", widget=GovPasswordInput())
    agreed = BooleanField("I agree", widget=GovCheckboxInput())
    people = IntegerField("People")
    step = HiddenField("Step", default="1")


@pytest.fixture
def app():
    app = Flask("sample", static_folder=str(ROOT / "static"), template_folder=None)
    app.config.update(SECRET_KEY="sample", WTF_CSRF_ENABLED=False, TESTING=True)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            PackageLoader("govuk_frontend_wtf"),
            PrefixLoader({"govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf")}),
        ]
    )
    Babel(app)
    app.jinja_env.filters["acting_role"] = str  # the words of a role are tested with their pages
    app.jinja_env.filters["own_name"] = str
    return app


@pytest.fixture
def show(app):
    """Return a function that renders a template source with the given names."""

    def render(source, **names):
        with app.test_request_context("/"):
            return render_template_string(source, **names)

    return render


@pytest.fixture
def make_form(app):
    """Return a function that builds the sample form, posted when data is given."""

    def make(data=None):
        with app.test_request_context("/", method="POST" if data is not None else "GET", data=data):
            form = SampleForm()
            if data is not None:
                form.validate()
            return form

    return make
