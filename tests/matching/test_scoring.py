"""Scores: weighted means by hand, the three ways to take unknowns, and the interval."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.criteria import Measure
from matchmaker.matching.scoring import criterion, score_pairs, scores_of
from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import Part
from tests.matching.build import NEED, OFFER, TIE, pair

ONE = np.array([0])
BARE = replace(
    OFFER,
    topics=(),
    experience=(),
    areas=None,
    context_languages=None,
    delivery=None,
    effort_days=None,
)


def scored(offer=OFFER, unknown_as="renormalised", need=NEED, **rest):
    return score_pairs(pair(need, offer, **rest), Settings(unknown_as=unknown_as), ONE, ONE)


def part(value, low=None, high=None, applies=True):
    nan = value is None
    return Measure(
        np.array([np.nan if nan else value]),
        np.array([0.0 if nan else value if low is None else low]),
        np.array([1.0 if nan else value if high is None else high]),
        np.array([applies]),
    )


@pytest.mark.parametrize(
    ("unknown_as", "expected"), [("lower", 0.6), ("renormalised", 0.8), ("upper", 0.85)]
)
def test_unknown_part_counts_as_the_setting_says(unknown_as, expected):
    measures = {Part.TOPICS: part(0.8), Part.EXPERIENCE: part(None)}
    whole = criterion(measures, {"topics": 0.75, "experience": 0.25}, unknown_as)
    assert whole.value[0] == pytest.approx(expected)
    assert (whole.low[0], whole.high[0]) == pytest.approx((0.6, 0.85))


@pytest.mark.parametrize("unknown_as", ["lower", "renormalised", "upper"])
def test_part_that_is_not_asked_counts_in_no_way(unknown_as):
    measures = {Part.TOPICS: part(0.8), Part.EXPERIENCE: part(None, applies=False)}
    whole = criterion(measures, {"topics": 0.75, "experience": 0.25}, unknown_as)
    assert (whole.value[0], whole.low[0], whole.high[0]) == pytest.approx((0.8, 0.8, 0.8))


def test_score_is_the_weighted_sum_by_hand():
    # ties: with the town 1; shared partners: none of 2 known sides; size: log10(360/23)/2 away
    size = 1 - np.log10(360 / 23) / 2
    expertise = 0.75 * 1 + 0.25 * 0.5
    context = 0.3 + 0.25 + 0.15 + 0.15 + 0.1 * 0 + 0.05 * size
    availability = 0.3 + 0.2 + 0.2 * 0 + 0.2 + 0.1
    expected = 0.5 * expertise + 0.25 * context + 0.25 * availability
    assert scored(ties=(TIE,)).score[0] == pytest.approx(expected, abs=1e-9)


def test_criterion_of_which_nothing_is_known_is_left_out():
    found = scored(BARE)
    assert np.isnan(found.criteria["expertise"].value[0])
    assert found.parts[Part.TOPICS].weight[0] == 0
    assert sum(p.weight[0] for p in found.parts.values()) == pytest.approx(1)


@pytest.mark.parametrize("offer", [OFFER, BARE])
@pytest.mark.parametrize("unknown_as", ["lower", "renormalised", "upper"])
def test_contributions_sum_to_the_score(offer, unknown_as):
    found = scored(offer, unknown_as)
    total = sum(p.contribution[0] for p in found.parts.values())
    assert total == pytest.approx(found.score[0], abs=1e-9)


@pytest.mark.parametrize("unknown_as", ["lower", "renormalised", "upper"])
def test_score_lies_in_its_interval(unknown_as):
    found = scored(BARE, unknown_as)
    assert 0 <= found.low[0] <= found.score[0] <= found.high[0] <= 1
    assert found.low[0] < found.high[0]


def test_nothing_unknown_leaves_no_interval():
    need = replace(NEED, settings=("remote",))
    found = scored(need=need, ties=(TIE,), offer=replace(OFFER, settings=("remote",)))
    # partners in common are known too, for both sides have a tie on record
    assert found.low[0] == found.score[0] == found.high[0]


def test_scores_alone_are_those_with_parts():
    arrays = pair(NEED, BARE)
    alone = scores_of(arrays, Settings(), ONE, ONE)
    assert alone[0] == score_pairs(arrays, Settings(), ONE, ONE).score[0]


values = st.one_of(st.none(), st.floats(0, 1))


@given(
    st.lists(st.tuples(values, st.booleans()), min_size=3, max_size=3),
    st.sampled_from(["lower", "renormalised", "upper"]),
)
def test_criterion_lies_in_its_interval(parts, unknown_as):
    codes = (Part.TOPICS, Part.EXPERIENCE, Part.SIZE)
    measures = {
        code: part(value, applies=applies)
        for code, (value, applies) in zip(codes, parts, strict=True)
    }
    weights = {"topics": 0.5, "experience": 0.3, "size": 0.2}
    whole = criterion(measures, weights, unknown_as)
    if not np.isnan(whole.value[0]):
        assert whole.low[0] - 1e-12 <= whole.value[0] <= whole.high[0] + 1e-12
