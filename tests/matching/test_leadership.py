"""Leaders who stand for it on both sides: it counts for a pair, never against one."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.evidence import evidence_of
from matchmaker.matching.pipeline import match, prepare
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.vocabulary import Part, UnknownAs
from tests.matching.build import NEED, OFFER, snapshot
from tests.matching.random_rounds import random_round

LED_NEED, LED_OFFER = replace(NEED, led=True), replace(OFFER, led=True)
WEAK = {"effort_days": 5, "commitment_months": 3}


def score(need, offer, **settings):
    problem = prepare(snapshot((need,), (offer,)), Settings(**settings))
    at = np.array([0])
    return score_pairs(problem.arrays, problem.settings, at, at)


@pytest.mark.parametrize("unknown_as", [mode.value for mode in UnknownAs])
def test_leaders_on_both_sides_raise_a_score(unknown_as):
    plain = score(NEED, replace(OFFER, **WEAK), unknown_as=unknown_as).score[0]
    led = score(LED_NEED, replace(LED_OFFER, **WEAK), unknown_as=unknown_as).score[0]
    assert led > plain


@pytest.mark.parametrize(("need", "offer"), [(LED_NEED, OFFER), (NEED, LED_OFFER), (NEED, OFFER)])
@pytest.mark.parametrize("unknown_as", [mode.value for mode in UnknownAs])
def test_what_one_side_has_not_said_changes_nothing(need, offer, unknown_as):
    plain = score(NEED, OFFER, unknown_as=unknown_as)
    found = score(need, offer, unknown_as=unknown_as)
    assert (found.score, found.low, found.high) == (plain.score, plain.low, plain.high)


def test_part_is_named_with_its_fact_where_it_counts_and_only_there():
    (pair,) = match(snapshot(), Settings()).pairs
    assert Part.LEADERSHIP.value not in {part.part for part in pair.parts}
    led = snapshot((LED_NEED,), (LED_OFFER,))
    (pair,) = match(led, Settings()).pairs
    (part,) = [one for one in pair.parts if one.part == Part.LEADERSHIP.value]
    assert (part.value, part.contribution > 0) == (1.0, True)
    rows = evidence_of(prepare(led, Settings()), "n1", "o1")
    (row,) = [one for one in rows if one.part == Part.LEADERSHIP.value]
    assert [fact.code for fact in row.facts] == ["leadership.both"]


def test_record_without_it_keeps_its_digest():
    assert '"led"' not in snapshot().to_json()
    again = Snapshot.from_json(snapshot((LED_NEED,), (LED_OFFER,)).sorted().to_json())
    assert again.needs[0].led and again.offers[0].led


def test_random_rounds_of_the_tests_hold_pairs_that_are_led():
    round_ = random_round(1)
    assert any(n.led for n in round_.needs) and any(o.led for o in round_.offers)
