"""Codes, dates and places are shown as the reader writes them."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from matchmaker.web import showing
from matchmaker.web.language import LANGUAGES


@pytest.fixture
def shown(app):
    with app.test_request_context():
        yield


def test_day_stands_before_the_month_in_english(shown):
    assert showing.show_date(date(2027, 3, 5)) == "5 March 2027"


def test_ukrainian_has_its_own_way_with_dates(shown):
    with force_locale("uk"):
        assert showing.show_date(date(2027, 3, 5)) == "5 березня 2027 року"


def test_moment_names_its_zone(shown):
    assert showing.show_moment(datetime(2027, 3, 5, 12, 0, tzinfo=UTC)) == (
        "5 March 2027, 12:00 (UTC)"
    )


@pytest.mark.parametrize("locale", ["en", "uk", "ar"])
def test_moment_is_shown_to_the_minute_in_each_language(shown, locale):
    moment = datetime(2027, 3, 5, 12, 34, 56, tzinfo=UTC)
    with force_locale(locale):
        said = showing.show_moment(moment)
    assert "34" in said and "56" not in said
    assert said.endswith("(UTC)")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_date_ends_in_no_full_stop_for_sentences_add_one(shown, language):
    with force_locale(language):
        assert not showing.show_date(date(2027, 3, 5)).endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_moment_is_shown_to_the_minute(shown, language):
    with force_locale(language):
        moment = showing.show_moment(datetime(2027, 3, 5, 11, 47, 33, tzinfo=UTC))
    assert "47" in moment and "33" not in moment


@pytest.mark.parametrize(("language", "name"), [("uk", "ромська"), ("ar", "لغة الروما")])
def test_language_of_the_roma_bears_no_slur(shown, language, name):
    with force_locale(language):
        assert showing.language_name("rom") == name


class Named:
    def __init__(self, name, local_name=None):
        self.name, self.local_name = name, local_name


@pytest.mark.parametrize(
    ("language", "local", "shown_name", "other"),
    [
        ("uk", "Ясногруд", "Ясногруд", "Yasnohrud"),
        ("ar", "Ясногруд", "Yasnohrud", "Ясногруд"),
        ("en", "Ясногруд", "Yasnohrud", "Ясногруд"),
        ("ar", "عرسال", "عرسال", "Yasnohrud"),
        ("uk", None, "Yasnohrud", ""),
        ("en", "ዓዲ ብርሃን", "Yasnohrud", "ዓዲ ብርሃን"),
        ("en", "רמת תדהר", "Yasnohrud", "רמת תדהר"),
        ("uk", "神戸市", "Yasnohrud", "神戸市"),
        ("ar", "ޓައުން", "Yasnohrud", "ޓައުން"),
    ],
)
def test_name_is_shown_in_the_readers_script_where_it_is_known(
    shown, language, local, shown_name, other
):
    town = Named("Yasnohrud", local)
    with force_locale(language):
        assert (showing.own_name(town), showing.other_name(town)) == (shown_name, other)


def test_latin_name_is_shown_whichever_of_the_two_it_is(shown):
    assert showing.own_name(Named("神戸市", "Kobe")) == "Kobe"


def test_script_that_no_reader_reads_is_marked(shown):
    assert showing.script_lang("רמת תדהר") == "und-Hebr"
    assert showing.script_lang("ޓައުން") == "und-Zzzz"


def test_name_of_no_place_is_warned_of_and_names_of_places_and_countries_are_not(shown):
    typed = ["Delft", "Делфт, Нідерланди", "City of Delft", "Росія", "Nowhereville"]
    (warning,) = showing.names_of_no_place(typed)
    assert "Nowhereville" in warning


def test_name_in_another_script_than_the_readers_is_marked(shown):
    with force_locale("uk"):
        assert showing.script_lang("Mostar") == "und-Latn"
        assert showing.script_lang("Суми") is None
