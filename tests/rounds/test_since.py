"""What differs between the settings of two rounds, in words."""

from dataclasses import replace

import pytest

from matchmaker.rounds import service
from matchmaker.rounds.floor_steps import add_floor
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.presets import Preset, compared_round, take_preset
from matchmaker.rounds.settings import RoundSettings, settings_of
from matchmaker.rounds.since import changed_since
from tests.factories import make_need, make_offer, make_round
from tests.rounds.conftest import fill

BEFORE = RoundSettings(floors=(Floor("at_most", "pairs", "offer_country:NL", 3),))


@pytest.fixture
def words(app):
    """Speak English."""
    with app.test_request_context():
        yield


def matching(**changes):
    return replace(BEFORE, matching=replace(BEFORE.matching, **changes))


def test_same_settings_differ_in_nothing(words):
    assert changed_since(BEFORE, BEFORE) == []


@pytest.mark.parametrize(
    ("now", "row"),
    [
        (
            matching(policy="coverage"),
            (
                "What the round strives for first",
                "Best total fit",
                "Most needs served, then best total fit",
            ),
        ),
        (matching(minimum_score=0.3), ("Least score of a proposal (percent)", "25", "30")),
        (matching(keep_bonus=0), ("Points for a pair of the last round", "10", "0")),
        (replace(BEFORE, low_score=0.5), ("Two signatures below this score (percent)", "40", "50")),
        (
            replace(BEFORE, always_two=True),
            ("Ask for two signatures on every proposal", "no", "yes"),
        ),
        (
            replace(BEFORE, both_associations=True),
            ("Ask both national associations to sign", "no", "yes"),
        ),
        (
            replace(BEFORE, offers_from_elsewhere=True),
            ("Take in offers from outside our scope", "no", "yes"),
        ),
        (
            replace(BEFORE, floors=()),
            (
                "Floors and caps",
                "Offers from one country: Netherlands – pairs: at most 3",
                "–",
            ),
        ),
        (
            replace(BEFORE, floors=(replace(BEFORE.floors[0], number=5),)),
            (
                "Floors and caps",
                "Offers from one country: Netherlands – pairs: at most 3",
                "Offers from one country: Netherlands – pairs: at most 5",
            ),
        ),
    ],
)
def test_each_setting_that_differs_is_told(words, now, row):
    assert changed_since(BEFORE, now) == [dict(zip(("what", "then", "now"), row, strict=True))]


def test_what_counts_as_unknown_is_told(words):
    (row,) = changed_since(BEFORE, matching(unknown_as="lower"))
    assert row["what"] == "What nobody told us" and row["then"] != row["now"]


def test_weights_are_told_one_by_one(words):
    weights = {
        **BEFORE.matching.weights,
        "lobby": {"expertise": 1, "context": 0, "availability": 0},
    }
    told = [row["what"] for row in changed_since(BEFORE, matching(weights=weights))]
    assert told == ["Lobby: Expertise", "Lobby: Context knowledge", "Lobby: Partner availability"]


def test_all_settings_are_copied_from_the_last_round(session, actor, coordinator, round_, words):
    fill(session)
    floor = Floor("at_most", "pairs", "offer_country:NL", 1)
    add_floor(session, actor, round_, floor, None)
    then = replace(settings_of(round_), both_associations=True)
    then = replace(then, matching=replace(then.matching, keep_bonus=0.2, policy="coverage"))
    service.change_settings(session, actor, round_, then)
    service.run_round(session, actor, round_)
    later = make_round(session, coordinator)
    assert changed_since(settings_of(round_), settings_of(later)) != []
    take_preset(session, actor, later, Preset.LAST)
    present = settings_of(later)
    assert changed_since(settings_of(round_), present) == []
    assert (present.floors, present.copied_from) == ((floor,), round_.public_id)
    assert present.matching.rules == ()


def test_settings_are_compared_with_the_round_they_were_copied_from(
    session, actor, coordinator, round_
):
    fill(session, 4, 4)
    service.run_round(session, actor, round_)
    second, third = make_round(session, coordinator), make_round(session, coordinator)
    take_preset(session, actor, third, Preset.LAST)
    make_more(session)
    service.run_round(session, actor, second)
    assert compared_round(session, third) == round_
    assert compared_round(session, make_round(session, coordinator)) == second


def make_more(session):
    """Make a need and an offer that a second round may take in."""
    make_need(session)
    make_offer(session)
    session.flush()
