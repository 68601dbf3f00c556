"""The content is complete, consistent and says where it comes from."""

import pytest

from matchmaker.demonstration import content
from matchmaker.vocabulary import (
    ACTIVITIES,
    TOPICS,
    AreaLevel,
    Bar,
    Category,
    Depth,
    Mandate,
    Phase,
    Presence,
    Role,
    Setting,
    TieKind,
)

TOWNS = content.towns()
NEEDS = content.needs()
OFFERS = content.offers()
EVERYTHING = NEEDS + OFFERS
HAND_PICKED = 12
NOT_POSSIBLE = {Bar.SAME_MUNICIPALITY, Bar.CATEGORY}
"""Rules that cannot be the last to bar while all kinds of help are offered."""


def activities_of(row):
    return [row["activity"]] if "activity" in row else [code for code, _ in row["activities"]]


def test_there_are_sixty_three_needs_and_eighty_offers():
    assert (len(NEEDS), len(OFFERS)) == (63, 80)


@pytest.mark.parametrize("rows", [NEEDS, OFFERS], ids=["needs", "offers"])
def test_all_three_categories_are_there_in_number(rows):
    for category in Category:
        assert sum(row["category"] == category for row in rows) >= 10


@pytest.mark.parametrize("rows", [NEEDS, OFFERS], ids=["needs", "offers"])
def test_keys_are_given_once(rows):
    keys = [row["key"] for row in rows]
    assert len(set(keys)) == len(keys)


def test_every_code_is_known():
    for row in EVERYTHING:
        assert row["town"] in TOWNS
        assert row["category"] in {str(code) for code in Category}
        assert {entry[0] for entry in row["topics"]} <= set(TOPICS)
        assert set(activities_of(row)) <= set(ACTIVITIES)
        assert set(row.get("depths", [])) | {row.get("depth", "heart")} <= {str(d) for d in Depth}
        assert row.get("mandate", "adopted") in {str(code) for code in Mandate}


def test_everything_a_form_asks_for_is_there():
    for row in EVERYTHING:
        start, end = row["window"]
        assert 0 < len(row["title"]) <= 120
        assert row["description"].strip()
        assert row["topics"] and len(row["topics"]) <= 8
        assert row["settings"] and row["languages"]
        assert start <= end and end > 0
        assert 0 <= row.get("minimum", 0) <= row.get("places", 1)


def test_everything_says_where_it_comes_from():
    for row in EVERYTHING:
        assert row["source"].strip()


def test_what_a_need_says_goes_together():
    for row in NEEDS:
        activity = ACTIVITIES[row["activity"]]
        assert activity.category == row["category"]
        assert {Setting(code) for code in row["settings"]} <= set(activity.settings)
        if activity.category == Category.DIALOGUE:
            assert activity.depth or row["depth"]
        depth = activity.depth or row.get("depth")
        assert depth == Depth.HEART or "consent" not in row


def test_an_offer_promises_only_activities_of_its_category():
    for row in OFFERS:
        assert {ACTIVITIES[code].category for code in activities_of(row)} == {row["category"]}


TABLES = ("towns", "ties", "areas", "first_round", "preconditions", "others")
TABLES += ("impact_needs", "impact_checks")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_a_table_has_a_source(name):
    assert all(row["source"].strip() for row in content.table(name))


def test_a_dozen_needs_and_offers_tell_a_story():
    stories = {row["key"] for row in content._toml("needs_stories")}
    told = {row["key"] for row in content._toml("offers_stories")}
    assert len(stories) >= HAND_PICKED and len(told) >= HAND_PICKED


def test_texts_are_in_ukrainian_spanish_and_arabic_too():
    assert {"uk", "es", "ar", "hr", "en"} <= {row.get("text_language", "en") for row in NEEDS}


def test_each_rule_that_can_be_the_last_to_bar_has_its_need():
    expected = [row["expected"] for row in NEEDS if "expected" in row]
    assert len(set(expected)) == len(expected)
    assert {str(bar) for bar in set(Bar) - NOT_POSSIBLE} <= set(expected)


def test_towns_of_present_conflicts_are_invented_and_say_so():
    past = {row["country"] for row in content.table("areas") if row["phase"] == "past"}
    present = {row["country"] for row in content.table("areas") if row["phase"] != "past"}
    for town in TOWNS.values():
        if town["part"] == "present" or town["country"] in present - past:
            assert town["invented"] == "yes"
            assert "(invented)" in town["name"]


def test_no_invented_town_bears_the_name_of_a_real_one():
    from matchmaker.places import find

    for town in TOWNS.values():
        if town["invented"] == "yes":
            bare = town["name"].removesuffix(" (invented)")
            assert not [place for place in find(bare) if place.country == town["country"]]


def test_only_invented_or_past_towns_ask():
    assert {TOWNS[row["town"]]["part"] for row in NEEDS} == {"past", "present"}


def test_ties_join_real_towns_by_facts():
    for row in content.table("ties"):
        assert row["kind"] in {str(code) for code in TieKind}
        assert TOWNS[row["a"]]["invented"] == TOWNS[row["b"]]["invented"] == "no"


def test_areas_hold_known_codes():
    for row in content.table("areas"):
        assert row["level"] in {str(code) for code in AreaLevel}
        assert row["phase"] in {str(code) for code in Phase}
        assert row["presence"] in {str(code) for code in Presence}


def test_accounts_are_those_of_the_story_at_reserved_addresses():
    rows = content.table("accounts")
    assert [row["role"] for row in rows].count("coordinator") == 3
    assert {row["role"] for row in rows} == {str(role) for role in Role} - {"partner"}
    assert all(row["email"].endswith(".example.org") for row in rows)


def test_the_draw_is_the_same_each_time():
    first = content.needs(), content.offers()
    content._needs.cache_clear()
    content._offers.cache_clear()
    assert (content.needs(), content.offers()) == first
