"""What a helper learns in return: it counts for a pair, never against one, and leaves no trace."""

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

TEACHES = replace(NEED, teaches=("lesson.dialogue", "lesson.shelters"))
LEARNS = replace(OFFER, learns=("lesson.shelters", "lesson.early_warning"))
NO_MATCH = replace(OFFER, learns=("lesson.early_warning",))
WEAK = {"effort_days": 5, "commitment_months": 3}


def score(need, offer, **settings):
    round_ = snapshot((need,), (offer,))
    problem = prepare(round_, Settings(**settings))
    at = np.array([0])
    return score_pairs(problem.arrays, problem.settings, at, at)


@pytest.mark.parametrize("unknown_as", [mode.value for mode in UnknownAs])
def test_pair_in_which_something_can_be_learned_scores_more(unknown_as):
    weak = replace(LEARNS, **WEAK)
    plain = score(NEED, weak, unknown_as=unknown_as).score[0]
    assert score(TEACHES, weak, unknown_as=unknown_as).score[0] > plain


@pytest.mark.parametrize("need", [NEED, TEACHES])
@pytest.mark.parametrize("offer", [OFFER, LEARNS, NO_MATCH])
@pytest.mark.parametrize("unknown_as", [mode.value for mode in UnknownAs])
def test_no_answer_makes_a_score_smaller(need, offer, unknown_as):
    plain = score(NEED, OFFER, unknown_as=unknown_as)
    found = score(need, offer, unknown_as=unknown_as)
    assert found.score[0] >= plain.score[0] and found.low[0] >= plain.low[0]
    if not set(need.teaches) & set(offer.learns):
        assert (found.score, found.low, found.high) == (plain.score, plain.low, plain.high)


def test_weight_of_nothing_takes_it_out():
    found = score(TEACHES, replace(LEARNS, **WEAK), more_parts={"learning": 0.0, "leadership": 0.1})
    assert found.score == score(NEED, replace(OFFER, **WEAK)).score


def test_record_without_an_answer_keeps_its_digest():
    text = snapshot().to_json()
    assert "teaches" not in text and "learns" not in text
    again = Snapshot.from_json(snapshot((TEACHES,), (LEARNS,)).sorted().to_json())
    assert set(again.needs[0].teaches) == set(TEACHES.teaches)
    assert set(again.offers[0].learns) == set(LEARNS.learns)


def test_settings_of_before_keep_their_digest():
    assert "more_parts" not in Settings().to_json()
    other = Settings(more_parts={"learning": 0.2, "leadership": 0.1})
    assert Settings.from_json(other.to_json()) == other
    assert Settings.from_toml(other.to_toml()) == other


@pytest.mark.parametrize("weights", [{}, {"learning": -1}, {"learning": True}, {"other": 1}])
def test_wrong_weights_are_refused(weights):
    with pytest.raises(ValueError, match="more_parts"):
        Settings(more_parts=weights)


def test_result_without_an_answer_tells_of_no_such_part():
    (pair,) = match(snapshot(), Settings()).pairs
    assert Part.LEARNING.value not in {part.part for part in pair.parts}
    (pair,) = match(snapshot((TEACHES,), (LEARNS,)), Settings()).pairs
    assert pair.parts[-1].part == Part.LEARNING.value
    assert pair.parts[-1].contribution > 0


def test_why_tells_what_can_be_learned():
    problem = prepare(snapshot((TEACHES,), (LEARNS,)), Settings())
    (row,) = [one for one in evidence_of(problem, "n1", "o1") if one.part == Part.LEARNING.value]
    assert [fact.values for fact in row.facts] == [{"lessons": ["lesson.shelters"]}]


@pytest.mark.parametrize("side", ["needs", "offers"])
def test_code_nobody_knows_is_refused(side):
    field = {"needs": "teaches", "offers": "learns"}[side]
    record = {"needs": NEED, "offers": OFFER}[side]
    wrong = snapshot(**{side: (replace(record, **{field: ("lesson.magic",)}),)})
    with pytest.raises(ValueError, match=field):
        wrong.validate()


def test_random_rounds_of_the_tests_hold_pairs_that_learn():
    round_ = random_round(1)
    assert any(set(n.teaches) & set(o.learns) for n in round_.needs for o in round_.offers)
