"""Smallest changes, really made: the bar is lifted, the score is right, certain is certain."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matchmaker.matching.candidates import RULES, barred_by
from matchmaker.matching.certainty import Proposal, Round, judged, lower_minimum_is_certain
from matchmaker.matching.explain import Standing
from matchmaker.matching.pipeline import match, prepare
from matchmaker.matching.relaxing import Case, remedied, remedy_for
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import GroupLimit, Settings
from matchmaker.matching.solving import solve_problem
from matchmaker.vocabulary import Bar
from tests.matching.build import DIALOGUE, NEED, OFFER, TALKS, snapshot
from tests.matching.random_rounds import random_round, random_settings

FREE = Settings(minimum_score=0)


def changes_of(round_, settings):
    """Return the round in canonical order, and each unmatched need with its changes."""
    problem = prepare(round_, settings)
    return problem, [(one.need, one.changes) for one in match(round_, settings).unmatched]


def only_change(need, offer, settings=FREE):
    (unmatched,) = match(snapshot((need,), (offer,)), settings).unmatched
    (change,) = unmatched.changes
    return change


def after(problem, need, change):
    made, settings = remedied(problem.snapshot, problem.settings, problem.arrays, need, change)
    return prepare(made, settings)


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(10))
def test_certain_change_gets_the_need_served(seed, policy):
    round_ = random_round(seed, 14, 12)
    settings = replace(random_settings(seed, round_), policy=policy)
    problem, unmatched = changes_of(round_, settings)
    for need, changes in unmatched:
        for change in changes:
            if change.certain:
                other = after(problem, need, change)
                served = set(solve_problem(other).pairs[:, 0].tolist())
                assert other.rows[need] in served, (need, change)


def test_certain_changes_are_found_at_all():
    sides = set()
    for seed in range(10):
        round_ = random_round(seed, 14, 12)
        _, unmatched = changes_of(round_, random_settings(seed, round_))
        sides |= {change.side for _, own in unmatched for change in own if change.certain}
    assert sides >= {"need", "offer"}


@pytest.mark.parametrize("seed", range(12))
def test_remedy_lifts_the_rule_and_its_score_is_that_of_the_changed_round(seed):
    round_ = random_round(seed, 14, 12)
    settings = random_settings(seed, round_)
    problem, unmatched = changes_of(round_, settings)
    for need, changes in unmatched:
        for change in changes:
            if change.rule == "minimum_score":
                continue
            row, column = problem.rows[need], problem.columns[change.offer]
            case = Case(problem.snapshot, settings, problem.arrays, row, column)
            if not remedy_for(Bar(change.rule), case).enough:
                continue
            other = after(problem, need, change)
            at = np.array([row])
            bars = [
                rule.value
                for rule in RULES
                if barred_by(rule, other.arrays, settings, at)[0, column]
            ]
            assert bars == [] or (bars == ["context_minimum"] and not change.certain)
            assert change.score == scores_of(other.arrays, settings, at, np.array([column]))[0]


@pytest.mark.parametrize("seed", range(6))
def test_remedy_bars_no_pair_that_was_allowed(seed):
    round_ = random_round(seed, 10, 10)
    settings = random_settings(seed, round_)
    problem, unmatched = changes_of(round_, settings)
    for need, changes in unmatched:
        for change in changes:
            other = after(problem, need, change)
            assert not (problem.candidates.allowed & ~other.candidates.allowed).any()


def test_setting_the_activity_cannot_have_is_not_asked_of_the_town():
    offer = replace(OFFER, settings=("international",))
    change = only_change(NEED, offer)
    assert (change.side, change.field, change.wanted) == ("offer", "settings", "in_area|remote")


def test_setting_the_town_could_accept_is_asked_of_the_town():
    need = replace(NEED, settings=("remote",))
    change = only_change(need, replace(OFFER, settings=("in_area",)))
    assert (change.side, change.field, change.wanted) == ("need", "settings", "in_area")


def test_depth_that_is_missing_is_named_as_such():
    change = only_change(DIALOGUE, replace(TALKS, depths=("atmosphere",)))
    assert (change.rule, change.field, change.wanted) == ("activity", "depths", "heart")


@pytest.mark.parametrize(
    ("start", "end", "field", "wanted"),
    [
        (date(2027, 6, 1), date(2027, 12, 1), "window_end", "2027-06-30"),
        (date(2026, 1, 1), date(2026, 12, 1), "window_start", "2026-11-02"),
    ],
)
def test_periods_without_a_common_day_ask_for_another_date(start, end, field, wanted):
    change = only_change(NEED, replace(OFFER, window_start=start, window_end=end))
    assert (change.side, change.field, change.wanted) == ("need", field, wanted)
    assert change.certain


def test_offer_too_short_for_the_overlap_is_no_certain_change():
    offer = replace(OFFER, window_start=date(2027, 6, 1), window_end=date(2027, 6, 5))
    assert not only_change(NEED, offer).certain


def test_offer_with_two_categories_would_have_to_give_one_up():
    offer = replace(OFFER, category="lobby", second_category="dialogue")
    change = only_change(NEED, offer)
    assert (change.rule, change.certain) == ("category", False)


def test_score_after_a_mandate_counts_the_mandate():
    change = only_change(NEED, replace(OFFER, mandate="refused"))
    (pair,) = match(snapshot((NEED,), (OFFER,)), FREE).pairs
    assert change.score == pair.score


def test_offer_that_another_need_would_take_is_not_certain():
    needs = (NEED, replace(NEED, key="n2", effort_days=40))
    result = match(snapshot(needs, (replace(OFFER, mandate="lapsed"),)), FREE)
    assert [change.certain for one in result.unmatched for change in one.changes] == [False] * 2


def test_offer_with_a_place_for_each_is_certain():
    needs = (NEED, replace(NEED, key="n2", effort_days=40))
    result = match(snapshot(needs, (replace(OFFER, mandate="lapsed", places=2),)), FREE)
    assert [change.certain for one in result.unmatched for change in one.changes] == [True] * 2


def test_lower_minimum_is_certain_for_the_best_that_it_lets_in_only():
    needs = (NEED, replace(NEED, key="n2", effort_days=40))
    settings = Settings(minimum_score=0.99)
    problem, unmatched = changes_of(snapshot(needs), settings)
    certain = {need: change.certain for need, (change,) in unmatched}
    scores = dict(zip(problem.rows, problem.scores.toarray().ravel().tolist(), strict=True))
    best, other = sorted(scores, key=lambda key: -scores[key])
    assert (certain[best], certain[other]) == (True, False)
    (change,) = dict(unmatched)[other]
    assert solve_problem(after(problem, other, change)).pairs[0, 0] == problem.rows[best]


@pytest.mark.parametrize(
    "settings",
    [
        Settings(minimum_score=0, rules=(GroupLimit(at_most=9),)),
        Settings(minimum_score=0, barred=(("n1", "o1"),)),
    ],
)
def test_nothing_is_certain_where_more_than_places_binds(settings):
    offer = replace(OFFER, mandate="refused")
    (unmatched,) = match(snapshot((NEED,), (offer,)), settings).unmatched
    assert not any(change.certain for change in unmatched.changes)


def test_need_without_a_place_gets_nothing_by_any_change():
    change = only_change(replace(NEED, places=0), replace(OFFER, mandate="refused"))
    assert not change.certain


def test_too_many_offers_to_look_at_are_not_called_certain(monkeypatch):
    monkeypatch.setattr("matchmaker.matching.certainty.MOST_CELLS", 0)
    assert not only_change(NEED, replace(OFFER, mandate="refused")).certain


def test_minimum_of_any_need_keeps_offers_changes_from_being_certain():
    problem = prepare(snapshot((replace(NEED, places=2, minimum=2),), (OFFER,)), FREE)
    standing = Standing.of(problem.arrays, problem.scores, np.zeros((0, 2), dtype=np.int64))
    round_ = Round(problem.snapshot, FREE, standing, problem.arrays.offers.places)
    case = Case(problem.snapshot, FREE, problem.arrays, 0, 0)
    proposal = Proposal(0, 0, Bar.MANDATE, remedy_for(Bar.MANDATE, case), 0.5, True)
    assert judged(round_, [proposal])[0][1] is False
    assert not lower_minimum_is_certain(round_, 0, 0, 0.1)


def test_change_that_scores_too_little_is_told_in_plain_terms():
    high = Settings(minimum_score=1.0)
    problem = prepare(snapshot((NEED,), (replace(OFFER, mandate="refused"),)), high)
    standing = Standing.of(problem.arrays, problem.scores, np.zeros((0, 2), dtype=np.int64))
    round_ = Round(problem.snapshot, high, standing, problem.arrays.offers.places)
    case = Case(problem.snapshot, high, problem.arrays, 0, 0)
    proposal = Proposal(0, 0, Bar.MANDATE, remedy_for(Bar.MANDATE, case), 0.5, True)
    ((score, certain),) = judged(round_, [proposal])
    assert score < 1 and certain is False
