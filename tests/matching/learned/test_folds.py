"""Choices to learn from: nothing held out is known, and others come from the same fold."""

import numpy as np
import pytest

from matchmaker.matching.learned.folds import cold, draw, hidden, known, town_folds
from matchmaker.matching.learned.index import recorded
from tests.matching.learned.world import taken_past

PAST = taken_past(1)
FOLDS = town_folds(PAST, 7)


def test_all_pairs_of_a_town_share_a_fold():
    assert all(len(set(FOLDS[PAST.asked == town])) == 1 for town in set(PAST.asked))
    assert set(FOLDS) == set(range(5))


@pytest.mark.parametrize("unseen", [None, 3])
def test_cold_knows_no_tie_of_a_town_held_out(unseen):
    lesson = cold(PAST, FOLDS, 2, 7, unseen)
    away = set(PAST.asked[np.isin(FOLDS, [2, -1 if unseen is None else unseen])])
    tied = set(lesson.ties.keys // 100) | set(lesson.ties.keys % 100)
    assert not away & tied
    kept = ~np.isin(PAST.asked, list(away))
    assert len(lesson.ties.keys) == kept.sum()


def test_real_partner_stands_first():
    choices = cold(PAST, FOLDS, 2, 7).choices
    held = FOLDS == 2
    assert list(choices.asked) == list(PAST.asked[held])
    assert list(choices.candidates[:, 0]) == list(PAST.helper[held])


def test_others_are_partner_towns_of_the_fold_and_not_of_the_asking_town():
    choices = cold(PAST, FOLDS, 2, 7).choices
    pool = set(PAST.helper[FOLDS == 2])
    for asked, row in zip(choices.asked, choices.candidates, strict=True):
        others = set(row[1:])
        assert len(others) == len(row) - 1
        assert others <= pool
        assert not others & set(PAST.helper[PAST.asked == asked])


def test_same_seed_draws_the_same_and_another_draws_others():
    chosen = np.flatnonzero(FOLDS == 2)
    first, again = (draw(PAST, chosen, (7, 2)).candidates for _ in range(2))
    other = draw(PAST, chosen, (8, 2)).candidates
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_hidden_pairs_are_unknown_and_each_is_hidden_once():
    seen = []
    for lesson in hidden(PAST, FOLDS, 7, unseen=4):
        true = lesson.choices.candidates[:, 0]
        assert not recorded(lesson.ties, lesson.choices.asked, true).any()
        away = PAST.asked[FOLDS == 4]
        assert not np.isin(lesson.choices.asked, away).any()
        assert not np.isin(lesson.ties.keys // 100, away).any()
        seen += list(zip(lesson.choices.asked, true, strict=True))
    usable = FOLDS != 4
    assert sorted(seen) == sorted(zip(PAST.asked[usable], PAST.helper[usable], strict=True))


def test_known_judges_the_same_choices_as_cold():
    one, other = cold(PAST, FOLDS, 1, 7).choices, known(PAST, FOLDS, 1, 7).choices
    assert np.array_equal(one.candidates, other.candidates)


def test_pair_without_anybody_to_compare_with_is_refused():
    with pytest.raises(ValueError, match="nobody to be compared with"):
        draw(PAST, np.array([0]), (1,))
