"""Rounds that are cut: the same results as whole rounds, or an honest bound."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import pipeline
from matchmaker.matching.change import Change
from matchmaker.matching.large import widening
from matchmaker.matching.large.cut import Keeping, TooManyPairs
from matchmaker.matching.pipeline import match, prepare
from matchmaker.matching.result import Cut, Result
from matchmaker.matching.settings import GroupLimit
from matchmaker.matching.slicing import part_of
from matchmaker.matching.solving import solve_problem
from matchmaker.matching.stability import stability
from matchmaker.matching.tied import tied_pairs
from matchmaker.matching.wanted import offers_wanted
from matchmaker.matching.whatif import difference, what_if
from tests.matching.random_rounds import random_round, random_settings

ALL = Keeping(30, 1)
FEW = Keeping(2, 1)


def pairs_of(result):
    return [(pair.need, pair.offer) for pair in result.pairs]


def shuffled(round_):
    return replace(round_, needs=round_.needs[::-1], offers=round_.offers[::-1])


def round_and_settings(seed, policy="total"):
    round_ = random_round(seed, 26, 24)
    return round_, replace(random_settings(seed, round_), policy=policy)


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(4))
def test_round_of_which_all_is_kept_gives_the_same_as_a_whole_one(seed, policy):
    round_, settings = round_and_settings(seed, policy)
    found = match(shuffled(round_), settings, keeping=ALL)
    assert found.cut == Cut(0, 0.0)
    assert replace(found, cut=None) == match(round_, settings)


@pytest.mark.parametrize("seed", range(20))
def test_round_cut_to_its_best_pairs_reaches_the_same_total_or_says_what_is_missing(seed):
    round_, settings = round_and_settings(seed)
    whole, found = match(round_, settings), match(round_, settings, keeping=FEW)
    assert (found.funnel, found.n_candidates) == (whole.funnel, whole.n_candidates)
    assert found.total <= whole.total <= found.bound[0] + 1e-9
    assert found.optimal == (found.cut.bound == 0) == (found.gap == 0)
    if found.optimal:
        assert found.total == whole.total


def test_most_rounds_are_proven_although_they_were_cut():
    found = [match(*round_and_settings(seed), keeping=FEW) for seed in range(20)]
    cut = [one for one in found if one.cut.left_out]
    assert len(cut) > 10 and sum(one.optimal for one in cut) >= len(cut) - 2


@pytest.mark.parametrize("seed", range(12))
def test_bound_holds_where_the_round_is_not_widened(seed, monkeypatch):
    monkeypatch.setattr(widening, "MOST_STEPS", 1)
    round_, settings = round_and_settings(seed)
    whole, found = match(round_, settings), match(round_, settings, keeping=Keeping(1, 1))
    assert found.total + found.cut.bound >= whole.total - 1e-9
    assert found.optimal == (found.cut.bound == 0)
    assert found.bound[0] == pytest.approx(found.total + found.cut.bound, abs=1e-9)


def test_some_cut_costs_something_where_the_round_is_not_widened(monkeypatch):
    monkeypatch.setattr(widening, "MOST_STEPS", 1)
    found = [match(*round_and_settings(seed), keeping=Keeping(1, 1)) for seed in range(12)]
    assert any(one.cut.bound > 0 and not one.optimal for one in found)


def test_need_with_more_places_than_pairs_found_is_bounded_for_each_place():
    rows = np.zeros(widening.MOST_ADDED, dtype=int)
    above = np.full(widening.MOST_ADDED, 0.5)
    places = np.array([widening.MOST_ADDED + 3])
    assert widening._loss(rows, above, places) == 0.5 * (widening.MOST_ADDED + 3)


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(6))
def test_other_demands_and_policies_are_bounded_and_never_called_proven_without_reason(
    seed, policy
):
    round_, settings = round_and_settings(seed, policy)
    rules = (GroupLimit(offers=tuple(offer.key for offer in round_.offers[:9]), at_most=3),)
    settings = replace(settings, rules=rules if policy == "total" else ())
    whole, found = match(round_, settings), match(round_, settings, keeping=FEW)
    assert found.bound >= whole.objective
    assert not found.optimal or found.objective == whole.objective
    assert found.optimal == (found.gap == 0)


def lock_outside_the_best(seed):
    """Return a round with settings that lock an allowed pair of a low score."""
    round_, settings = round_and_settings(seed)
    problem = prepare(round_, settings)
    need, offer = problem.arrays.needs, problem.arrays.offers
    for row in range(len(need.keys)):
        columns, scores = problem.scores[[row]].indices, problem.scores[[row]].data
        room = (need.places[row] > 0) & (offer.places[columns] > 0)
        if len(scores) > 3 and room.any():
            lowest = columns[np.argmin(np.where(room, scores, 2))]
            lock = (need.keys[row], offer.keys[int(lowest)])
            barred = tuple(pair for pair in settings.barred if pair != lock)
            return round_, replace(settings, locked=(lock,), barred=barred)
    raise AssertionError("no such pair")


@pytest.mark.parametrize("seed", [0, 6, 7])
def test_lock_outside_the_best_pairs_is_kept_and_held(seed):
    round_, settings = lock_outside_the_best(seed)
    whole, found = match(round_, settings), match(round_, settings, keeping=Keeping(1, 1))
    assert settings.locked[0] in pairs_of(found)
    assert found.total <= whole.total <= found.bound[0] + 1e-9


def test_same_round_gives_the_same_bytes_in_any_order():
    round_, settings = round_and_settings(7)
    found = match(round_, settings, keeping=FEW)
    assert match(shuffled(round_), settings, keeping=FEW).to_json() == found.to_json()
    assert Result.from_json(found.to_json()) == found


def test_what_needs_all_pairs_refuses_a_cut_round():
    problem = prepare(*round_and_settings(1), keeping=FEW)
    with pytest.raises(ValueError, match="too large"):
        part_of(problem, np.array([0]), np.array([0]))


@pytest.mark.parametrize("keeping", [(0, 1), (1, 0)])
def test_keeping_nothing_is_refused(keeping):
    with pytest.raises(ValueError, match="at least 1"):
        Keeping(*keeping)


def test_large_rounds_are_cut_by_themselves(monkeypatch):
    monkeypatch.setattr("matchmaker.matching.pipeline.WHOLE", 26 * 24 - 1)
    round_, settings = round_and_settings(1)
    assert match(round_, settings).cut is not None
    monkeypatch.setattr("matchmaker.matching.pipeline.WHOLE", 26 * 24)
    assert match(round_, settings).cut is None


ASKED = {
    "what_if": lambda problem, before: what_if(problem, before, Change()),
    "difference": lambda problem, before: difference(problem, before, problem),
    "price_of_forbidding": lambda problem, before: pipeline.price_of_forbidding(
        problem, problem.arrays.needs.keys[0], problem.arrays.offers.keys[0]
    ),
    "stability": lambda problem, before: stability(problem, before, draws=1),
    "tied_pairs": tied_pairs,
    "offers_wanted": offers_wanted,
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_questions_about_a_round_of_which_pairs_are_left_out_are_refused(ask):
    problem = prepare(*round_and_settings(1), keeping=Keeping(1, 1))
    with pytest.raises(TooManyPairs, match="too large"):
        ask(problem, solve_problem(problem))


def test_questions_about_a_round_of_which_all_is_kept_are_answered():
    round_, settings = round_and_settings(1)
    kept, whole = prepare(round_, settings, keeping=ALL), prepare(round_, settings)
    assert (
        stability(kept, solve_problem(kept), 2).pairs
        == stability(whole, solve_problem(whole), 2).pairs
    )
