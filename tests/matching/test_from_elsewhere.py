"""Offers for the international setting only are full citizens: nothing of the area counts against
them but what they say of it themselves."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import pipeline
from matchmaker.matching.large.tables import tables_of
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import Part
from tests.matching.build import NEED, OFFER, bar_of, pair, snapshot

LOBBY = replace(
    NEED, category="lobby", activity="lobby.monitoring", settings=("international", "in_area")
)
ABROAD = replace(
    OFFER, category="lobby", activities=("lobby.monitoring",), settings=("international",)
)
BOTH = replace(ABROAD, key="o2", settings=("international", "in_area"))


def score_of(need, offer, **more):
    one = np.array([0])
    return score_pairs(pair(need, offer), Settings(**more), one, one)


@pytest.mark.parametrize("presence", ["none", "restricted", "possible"])
def test_access_to_the_area_bars_no_offer_from_elsewhere(presence):
    assert bar_of(replace(LOBBY, presence=presence), ABROAD) is None


@pytest.mark.parametrize("unknown_as", ["lower", "renormalised", "upper"])
def test_missing_partner_on_the_ground_counts_in_no_way(unknown_as):
    none = score_of(LOBBY, ABROAD, unknown_as=unknown_as)
    unsaid = score_of(LOBBY, replace(ABROAD, delivery=None), unknown_as=unknown_as)
    assert none.score[0] == unsaid.score[0]
    assert np.isnan(none.parts[Part.DELIVERY].taken[0])
    assert (none.low[0], none.high[0]) == (unsaid.low[0], unsaid.high[0])


def test_offer_from_elsewhere_is_worth_no_less_than_one_that_could_also_come():
    assert score_of(LOBBY, ABROAD).score[0] >= score_of(LOBBY, BOTH).score[0]


def test_unstated_work_in_the_area_is_unknown_and_not_nothing():
    unsaid = replace(ABROAD, areas=None, context_languages=None)
    parts = score_of(LOBBY, unsaid).parts
    assert np.isnan(parts[Part.AREA_WORK].taken[0])
    assert np.isnan(parts[Part.FIELD_STAFF].taken[0])


def test_offer_from_elsewhere_is_proposed_and_not_asked_for_a_partner():
    result = pipeline.match(snapshot((LOBBY,), (ABROAD,)), Settings())
    (match,) = result.pairs
    states = {part.part: part.state for part in match.parts}
    assert states[Part.DELIVERY] == "not_asked"
    assert "delivery" not in {question.about for question in match.questions}


def test_rounds_too_large_to_hold_know_who_helps_from_elsewhere():
    assert not tables_of(pair(LOBBY, ABROAD), Settings()).offers.in_area.any()
