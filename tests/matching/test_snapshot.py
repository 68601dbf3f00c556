"""Snapshots: canonical form, digest and soundness."""

import json
from dataclasses import replace
from datetime import date

import pytest

from matchmaker.matching.snapshot import AreaExperience, Snapshot, Tie, TopicWanted, Town
from tests.matching.build import NEED, NEED_TOWN, OFFER, OFFER_TOWN, TIE, snapshot

TWO = snapshot(
    (NEED, replace(NEED, key="n2")),
    (OFFER, replace(OFFER, key="o2")),
    ties=(TIE,),
    neighbours=(("HR", "BA"),),
)


def test_json_gives_the_same_snapshot_back():
    assert Snapshot.from_json(TWO.to_json()) == TWO.sorted()


def test_order_of_the_input_does_not_show_in_the_digest():
    turned = replace(
        TWO,
        needs=TWO.needs[::-1],
        offers=TWO.offers[::-1],
        towns=TWO.towns[::-1],
        ties=(Tie("utrecht", "vukovar"),),
        neighbours=(("BA", "HR"),),
    )
    assert turned.digest == TWO.digest
    assert turned.to_json() == TWO.to_json()


def test_order_inside_a_record_does_not_show_in_the_digest():
    need = replace(NEED, topics=NEED.topics[::-1], settings=NEED.settings[::-1])
    assert snapshot((need,)).digest == snapshot().digest


def test_snapshot_in_order_is_not_sorted_again():
    once = TWO.sorted()
    assert once.sorted() is once
    assert replace(once, needs=once.needs[::-1]).sorted() == once


def test_any_change_shows_in_the_digest():
    assert snapshot((replace(NEED, effort_days=21),)).digest != snapshot().digest


def test_none_and_empty_are_told_apart():
    none, empty = (snapshot(offers=(replace(OFFER, areas=x),)) for x in (None, ()))
    assert Snapshot.from_json(none.to_json()).offers[0].areas is None
    assert Snapshot.from_json(empty.to_json()).offers[0].areas == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"town": "atlantis"}, "need 'n1': field town: 'atlantis' is not known"),
        ({"category": "war"}, "need 'n1': field category"),
        ({"activity": "lobby.rights"}, "need 'n1': field activity"),
        ({"depth": "deep"}, "need 'n1': field depth"),
        ({"settings": ("moon",)}, "need 'n1': field settings"),
        ({"presence": "maybe"}, "need 'n1': field presence"),
        ({"topics": (TopicWanted("x.y"),)}, "need 'n1': field topics"),
        ({"topics": (TopicWanted("env.water", 4),)}, "field topics.importance"),
        ({"topics": (TopicWanted("env.water", 3, 6),)}, "field topics.level"),
        ({"topics": (TopicWanted("env.water"),) * 2}, "stands twice"),
        ({"window_end": date(2020, 1, 1)}, "need 'n1': field window_end"),
        ({"overlap_days": 0}, "need 'n1': field overlap_days"),
        ({"places": -1}, "need 'n1': field places"),
        ({"minimum": -1}, "need 'n1': field minimum"),
        ({"key": ""}, "field key: must not be empty"),
    ],
)
def test_need_that_is_not_sound_is_refused_by_field(change, message):
    with pytest.raises(ValueError, match=message):
        snapshot((replace(NEED, **change),)).validate()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activities": ("x",)}, "offer 'o1': field activities"),
        ({"depths": ("x",)}, "offer 'o1': field depths"),
        ({"experience": (("project.service", -1),)}, "offer 'o1': field experience"),
        ({"mandate": "maybe"}, "offer 'o1': field mandate"),
        ({"mandate_chance": 1.1}, "offer 'o1': field mandate_chance"),
        ({"mandate_chance": float("nan")}, "offer 'o1': field mandate_chance"),
        ({"areas": (AreaExperience("HR", years=-1),)}, "offer 'o1': field areas.years"),
        ({"second_category": "x"}, "offer 'o1': field second_category"),
    ],
)
def test_offer_that_is_not_sound_is_refused_by_field(change, message):
    with pytest.raises(ValueError, match=message):
        snapshot(offers=(replace(OFFER, **change),)).validate()


def test_key_used_twice_is_refused():
    with pytest.raises(ValueError, match="needs 'n1': field key: used twice"):
        snapshot((NEED, NEED)).validate()


def test_tie_to_itself_or_to_nowhere_is_refused():
    with pytest.raises(ValueError, match="no tie with itself"):
        snapshot(ties=(Tie("vukovar", "vukovar"),)).validate()
    with pytest.raises(ValueError, match="field b: 'x' is not known"):
        snapshot(ties=(Tie("vukovar", "x"),)).validate()


def test_country_must_be_a_code():
    with pytest.raises(ValueError, match="town 'x': field country"):
        snapshot(towns=(NEED_TOWN, OFFER_TOWN, Town("x", "Croatia"))).validate()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("needs", 0, "places"), "1", r"snapshot.needs\[0\].places: expected a whole number"),
        (("needs", 0, "places"), True, "expected a whole number"),
        (("needs", 0, "low_profile"), 1, "expected true or false"),
        (("needs", 0, "window_start"), "soon", "expected a date like"),
        (("needs", 0, "colour"), "red", "colour: no such field"),
        (("taken_on",), 5, "snapshot.taken_on: expected a date"),
        (("offers",), {}, "snapshot.offers: expected a list"),
    ],
)
def test_json_of_another_shape_is_refused_by_place(path, value, message):
    data = json.loads(snapshot().to_json())
    target = data
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(ValueError, match=message):
        Snapshot.from_json(json.dumps(data))


def test_text_that_is_no_json_is_refused():
    with pytest.raises(ValueError, match="not JSON"):
        Snapshot.from_json("{")
