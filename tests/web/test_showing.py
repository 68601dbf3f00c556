"""Codes, dates and places are shown as the reader writes them."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from matchmaker.web import showing


@pytest.fixture
def shown(app):
    with app.test_request_context():
        yield


def test_day_stands_before_the_month_in_english(shown):
    assert showing.show_date(date(2027, 3, 5)) == "5 March 2027"


def test_ukrainian_has_its_own_way_with_dates(shown):
    with force_locale("uk"):
        assert showing.show_date(date(2027, 3, 5)) == "5 березня 2027\u202fр."


def test_moment_names_its_zone(shown):
    assert showing.show_moment(datetime(2027, 3, 5, 12, 0, tzinfo=UTC)) == (
        "5 Mar 2027, 12:00:00 (UTC)"
    )


def test_country_is_shown_in_the_readers_language(shown):
    with force_locale("uk"):
        assert showing.country_name("HR") == "Хорватія"


def test_absent_values_show_nothing(shown):
    assert [showing.show_date(None), showing.show_moment(None), showing.country_name(None)] == [
        "",
        "",
        "",
    ]


def test_unknown_codes_are_shown_as_they_are(shown):
    assert showing.activity_label("gone.activity") == "gone.activity"
    assert showing.topic_label("gone.topic") == "gone.topic"
