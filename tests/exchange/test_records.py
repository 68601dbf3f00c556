"""Rows as records: what is taken from each column, and how a bad cell is named."""

from datetime import date

import pytest

from matchmaker.exchange.problems import BadFiles
from matchmaker.exchange.records import read_files
from matchmaker.matching.snapshot import AreaExperience, Delivery, Tie, TopicOffered, TopicWanted
from tests.exchange.files import NEED, OFFER, TALKS, TODAY, write


def read(folder, needs=(NEED,), offers=(OFFER,)):
    return read_files(
        write(folder / "needs.csv", list(needs)), write(folder / "offers.csv", list(offers)), TODAY
    )


def problems(folder, **files):
    with pytest.raises(BadFiles) as caught:
        read(folder, **files)
    return [problem.sentence() for problem in caught.value.problems]


def test_need_is_read_column_by_column(tmp_path):
    (need,) = read(tmp_path).snapshot.needs
    assert need.key == "water-vukovar" and need.category == "project"
    assert need.settings == ("in_area", "remote") and need.presence == "possible"
    assert set(need.topics) == {TopicWanted("env.water", 3, 4), TopicWanted("gov.finance", 1, 2)}
    assert need.languages == ("en", "hr") and need.interpretation is False
    assert (need.window_start, need.window_end) == (date(2027, 1, 1), date(2027, 12, 31))
    assert (need.overlap_days, need.effort_days, need.commitment_months) == (60, 20, 12)
    assert (need.places, need.minimum, need.low_profile, need.consent) == (1, 0, False, None)


def test_offer_is_read_column_by_column(tmp_path):
    offers = {offer.key: offer for offer in read(tmp_path, offers=(OFFER, TALKS)).snapshot.offers}
    water, talks = offers["water-utrecht"], offers["talks-malmo"]
    assert set(water.topics) == {TopicOffered("env.sanitation"), TopicOffered("env.water", 5)}
    assert water.experience == (("project.service", 3),)
    assert water.areas == (AreaExperience("HR", "", 2015, 4.0, False),)
    assert water.delivery == () and talks.delivery == (Delivery("BA"),)
    assert talks.areas == (AreaExperience("BA", "", 2024, 6.0, True),)
    assert (talks.mandate, talks.mandate_chance) == ("conditional", 0.8)
    assert talks.mandate_lapses == date(2028, 12, 31)


def test_ties_link_towns_by_name(tmp_path):
    found = read(tmp_path, offers=(TALKS,))
    (tie,) = found.snapshot.ties
    assert isinstance(tie, Tie) and tie.since == 1998 and tie.until is None
    assert {found.names[tie.a], found.names[tie.b]} == {"Malmö", "Mostar"}


def test_spellings_of_one_town_are_one_town(tmp_path):
    needs = [
        NEED | {"id": str(k), "municipality": name, "country": "UA"}
        for k, name in enumerate(["Харків", "Kharkiv", "خاركوف"])
    ]
    assert len({need.town for need in read(tmp_path, needs=needs).snapshot.needs}) == 1


def test_country_may_be_a_name_in_several_languages(tmp_path):
    needs = [
        NEED | {"id": str(k), "municipality": "Kharkiv", "country": name}
        for k, name in enumerate(["Ukraine", "ua", "Україна", "Ucrania"])
    ]
    assert {t.country for t in read(tmp_path, needs=needs).snapshot.towns} == {"UA", "NL"}


def test_unlisted_place_is_taken_as_written(tmp_path):
    need = NEED | {"municipality": "Nova Dolyna", "unlisted": "yes", "population": "4000"}
    found = read(tmp_path, needs=(need,))
    town = next(town for town in found.snapshot.towns if town.key.startswith("x:"))
    assert found.names[town.key] == "Nova Dolyna" and town.population == 4000


def test_veto_may_name_countries_and_towns(tmp_path):
    need = NEED | {"veto": "FR|Utrecht (NL)"}
    (read_need,) = read(tmp_path, needs=(need,)).snapshot.needs
    assert read_need.veto_countries == ("FR",) and len(read_need.veto_towns) == 1


def test_rows_without_id_are_numbered_by_line(tmp_path):
    (need,) = read(tmp_path, needs=(NEED | {"id": ""},)).snapshot.needs
    assert need.key == "need-2"


def test_spreadsheet_spellings_of_numbers_and_dates_are_read(tmp_path):
    need = NEED | {"effort_days": "20.0", "window_start": "1.2.2027"}
    (read_need,) = read(tmp_path, needs=(need,)).snapshot.needs
    assert (read_need.effort_days, read_need.window_start) == (20, date(2027, 2, 1))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("municipality", "", "column municipality: This column must be filled in."),
        ("country", "Atlantis", "column country: found “Atlantis”. A country is expected"),
        ("country", "Croatai", "Did you mean Croatia?"),
        ("category", "war", "One of these is expected: lobby, project, dialogue."),
        ("activity", "project.servise", "Did you mean project.service; "),
        ("activity", "lobby.rights", "An activity of the category is expected."),
        ("topics", "env.watr", "Did you mean env.water"),
        ("topics", "env.water:4", "found “4”. A whole number from 1 to 3 is expected."),
        ("topics", "env.water:3:9", "found “9”. A whole number from 1 to 5 is expected."),
        ("topics", "env.water|env.water", "Each code is expected once."),
        ("settings", "moon", "One of these is expected: international, in_area, remote."),
        ("presence", "maybe", "One of these is expected: possible, restricted, none."),
        ("languages", "klingonese", "A language is expected"),
        ("interpretation", "perhaps", "“yes”, “no” or an empty cell (unknown) is expected."),
        ("window_start", "01/02/2027", "A date like 2027-05-31 is expected."),
        ("window_end", "2026-12-31", "A day not before window_start (2027-01-01) is expected."),
        ("overlap_days", "0", "A whole number from 1 to 10000 is expected."),
        ("effort_days", "many", "A whole number from 0 to 10000 is expected."),
        ("effort_days", "1.5", "A whole number from 0 to 10000 is expected."),
        ("effort_days", "1e999", "A whole number from 0 to 10000 is expected."),
        ("places", "nan", "A whole number from 1 to 10000 is expected."),
        ("minimum", "2", "No more than the number of places is expected."),
        ("ties", "Utrecht", "“Name (country):since-until” is expected."),
        ("places", "1_000", "found “1_000”. A whole number from 1 to 10000 is expected."),
        ("topics", "env.water:3:0_4", "A whole number from 1 to 5 is expected."),
        ("ties", "Utrecht (NL):2005-1990", "A last year not before the first one is expected."),
        ("ties", "Vukovar (HR)", "Another municipality is expected."),
        ("veto", "Nowhere", "“Name (country)” or “Name (country/region)” is expected."),
    ],
)
def test_bad_cell_of_a_need_is_named_with_line_column_and_value(tmp_path, column, value, message):
    found = problems(tmp_path, needs=(NEED, NEED | {"id": "x", column: value}))
    assert any(f"needs.csv, line 3, column {column}" in sentence for sentence in found), found
    assert any(message in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("experience", "project.service", "A whole number from 0 to 10000 is expected."),
        ("mandate", "yes", "One of these is expected: adopted"),
        ("mandate_chance", "0_0.5", "A chance from 0 to 1, or a percentage, is expected."),
        ("mandate_chance", "120%", "A chance from 0 to 1, or a percentage, is expected."),
        ("areas", "Nowhere:2015", "A country is expected"),
        ("areas", "HR:2050", "A whole number from 1900 to 2026 is expected."),
        ("areas", "HR:2015:4:people", "“CC/Region:last year:years:staff” is expected."),
        ("delivery", "HR:env.fire", "A code of the list in docs/file-job.md is expected."),
    ],
)
def test_bad_cell_of_an_offer_is_named(tmp_path, column, value, message):
    found = problems(tmp_path, offers=(OFFER | {column: value},))
    assert any(f"offers.csv, line 2, column {column}" in sentence for sentence in found), found
    assert any(message in sentence for sentence in found), found


def test_unknown_town_gets_the_nearest_spellings(tmp_path):
    need = NEED | {"municipality": "Khrakiv", "country": "UA"}
    (sentence,) = problems(tmp_path, needs=(need,))
    assert "found “Khrakiv”" in sentence and "Did you mean Kharkiv (UA/Kharkiv)" in sentence
    assert sentence.count(";") >= 2


def test_name_of_several_towns_asks_for_the_region(tmp_path):
    need = NEED | {"municipality": "Springfield", "country": "US"}
    (sentence,) = problems(tmp_path, needs=(need,))
    assert "Several places bear this name; give the region." in sentence
    assert "Springfield (US/Missouri)" in sentence


def test_region_decides_between_towns_of_one_name(tmp_path):
    need = NEED | {"municipality": "Springfield", "country": "US", "region": "Illinois"}
    towns = {town.region for town in read(tmp_path, needs=(need,)).snapshot.towns}
    assert "Illinois" in towns


@pytest.mark.parametrize(
    ("name", "country", "region"),
    [("Heusden", "BE", ""), ("Homberg", "DE", "Hesse"), ("Paris", "US", "Texas")],
)
def test_places_of_one_name_that_no_region_tells_apart_give_the_largest(
    tmp_path, name, country, region
):
    need = NEED | {"municipality": name, "country": country, "region": region}
    assert read(tmp_path, needs=(need,)).snapshot.needs


def test_region_whose_name_begins_another_is_told_apart(tmp_path):
    need = NEED | {"municipality": "Coswig", "country": "DE", "region": "Saxony"}
    towns = read(tmp_path, needs=(need,)).snapshot.towns
    assert "Saxony" in {town.region for town in towns}


def test_choice_of_the_largest_place_is_said(tmp_path):
    found = read(tmp_path, needs=(NEED | {"municipality": "Heusden", "country": "BE"},))
    assert found.notes[0].startswith("needs.csv, line 2: Heusden is taken as Heusden (BE/")


def test_first_name_of_a_place_goes_before_another_name_of_another(tmp_path):
    need = NEED | {"municipality": "El Escorial", "country": "ES"}
    found = read(tmp_path, needs=(need,))
    assert "El Escorial" in found.names.values()


def test_region_in_which_the_town_does_not_lie_is_named(tmp_path):
    need = NEED | {"region": "Istria"}
    (sentence,) = problems(tmp_path, needs=(need,))
    assert "No place of this name lies in the region given." in sentence


def test_period_that_is_over_is_named(tmp_path):
    need = NEED | {"window_start": "2020-01-01", "window_end": "2020-12-31"}
    assert "today is 2026-11-22" in problems(tmp_path, needs=(need,))[0]


def test_id_used_twice_is_named_with_the_first_line(tmp_path):
    assert "used already on line 2" in problems(tmp_path, needs=(NEED, NEED))[0]


def test_all_problems_of_both_files_are_listed(tmp_path):
    bad = NEED | {"effort_days": "x", "places": "y"}
    found = problems(tmp_path, needs=(bad,), offers=(OFFER | {"places": "z"},))
    assert len(found) == 3
