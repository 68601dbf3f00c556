"""Stability: draws that can be repeated, counted against rounds solved one by one."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from matchmaker.matching.solving import solve_problem
from matchmaker.matching.stability import Share, _drawn_weights, _Source, stability
from tests.matching.build import NEED, OFFER, snapshot
from tests.matching.random_rounds import random_round

FREE = Settings(context_minimum={"atmosphere": 0.0, "heart": 0.0})
"""No condition depends on weights, so that other weights change scores only."""


def round_of(seed, settings=FREE):
    problem = prepare(random_round(seed), settings)
    return problem, solve_problem(problem)


def keys_of(problem, result):
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    return {(needs[row], offers[column]) for row, column in result.pairs.tolist()}


@pytest.mark.parametrize("policy", ["total", "coverage"])
@pytest.mark.parametrize("seed", range(4))
def test_count_is_that_of_rounds_with_the_drawn_weights(seed, policy):
    settings = replace(FREE, policy=policy)
    problem, before = round_of(seed, settings)
    found = stability(problem, before, draws=12, concentration=8, unknowns=False, seed=seed)
    kept, served = Counter(), Counter()
    for draw in range(12):
        weights, parts = _drawn_weights(problem, 8, _Source(seed, draw))
        other = prepare(random_round(seed), replace(settings, weights=weights, parts=parts))
        pairs = keys_of(other, solve_problem(other))
        kept.update(pairs)
        served.update({need for need, _ in pairs})
    assert {(p.need, p.offer) for p in found.pairs} == keys_of(problem, before)
    assert all(p.kept.times == kept[p.need, p.offer] for p in found.pairs)
    assert all(n.served.times == served[n.need] for n in found.unmatched)
    assert any(p.kept.times < 12 for p in found.pairs)


def test_same_seed_gives_the_same_text_and_another_seed_another():
    problem, before = round_of(2)
    one, again, other = (stability(problem, before, draws=8, seed=s) for s in (5, 5, 6))
    assert one.to_json() == again.to_json() != other.to_json()


def test_seed_of_the_settings_is_taken_unless_named():
    problem, before = round_of(2, replace(FREE, seed=7))
    assert stability(problem, before, draws=3).seed == 7
    assert (
        stability(problem, before, draws=3).pairs
        == stability(problem, before, draws=3, seed=7).pairs
    )


def test_equal_settings_in_another_order_give_the_same_draws():
    turned = {k: dict(reversed(v.items())) for k, v in reversed(FREE.weights.items())}
    one, other = (
        stability(*round_of(2, replace(FREE, weights=weights)), draws=6)
        for weights in (FREE.weights, turned)
    )
    assert one.to_json() == other.to_json()


def test_nothing_drawn_keeps_everything():
    problem, before = round_of(1)
    found = stability(problem, before, draws=3, concentration=None, unknowns=False)
    assert found.all_kept.times == 3
    assert all(pair.kept.share == 1 and not pair.instead for pair in found.pairs)


def test_the_closer_the_weights_stay_the_more_is_kept():
    problem, before = round_of(1)
    kept = [
        sum(p.kept.times for p in stability(problem, before, 20, size, unknowns=False).pairs)
        for size in (3, 30, 3000)
    ]
    assert kept[0] < kept[1] < kept[2]


def test_unknown_facts_alone_can_turn_a_result():
    known = replace(OFFER, key="o1", experience=(("project.service", 2),))
    unsure = replace(OFFER, key="o2", experience=())
    problem = prepare(snapshot((NEED,), (known, unsure)), FREE)
    before = solve_problem(problem)
    found = stability(problem, before, draws=200, concentration=None)
    (pair,) = found.pairs
    # 1 - 2**-2 against a number drawn evenly from 0 to 1, all else alike
    known_kept = pair.kept.share if pair.offer == "o1" else 1 - pair.kept.share
    assert known_kept == pytest.approx(0.75, abs=0.1)
    assert pair.instead[0].share == pytest.approx(1 - pair.kept.share)
    sure = stability(problem, before, draws=5, concentration=None, unknowns=False)
    assert sure.all_kept.times == 5


def test_locked_pair_is_always_kept():
    problem, before = round_of(4)
    pair = next(iter(keys_of(problem, before)))
    problem = replace(problem, settings=replace(problem.settings, locked=(pair,)))
    found = stability(problem, solve_problem(problem), draws=5, concentration=1)
    assert next(p for p in found.pairs if (p.need, p.offer) == pair).kept.times == 5


def test_drawn_weights_have_the_stated_mean_and_spread():
    problem, _ = round_of(0)
    drawn = [_drawn_weights(problem, 50, _Source(3, k))[0]["project"] for k in range(3000)]
    values = np.array([[weights[name] for name in ("expertise", "context")] for weights in drawn])
    assert all(sum(weights.values()) == pytest.approx(1) for weights in drawn)
    assert values.mean(axis=0) == pytest.approx([0.5, 0.25], abs=0.006)
    assert values.std(axis=0) == pytest.approx([np.sqrt(0.25 / 51), np.sqrt(0.1875 / 51)], rel=0.06)


def test_weight_of_nothing_stays_nothing():
    weights = {"expertise": 1.0, "context": 0.0, "availability": 0.0}
    assert _Source(1, 1).dirichlet(weights, 50) == weights


@pytest.mark.parametrize(
    ("times", "draws", "low", "high"), [(90, 100, 0.8256, 0.9448), (0, 20, 0.0, 0.1611)]
)
def test_sampling_error_is_wilsons_interval(times, draws, low, high):
    share = Share.of(times, draws)
    assert (share.share, share.low, share.high) == (times / draws, low, high)


@pytest.mark.parametrize(
    "wrong", [{"draws": 0}, {"draws": True}, {"concentration": 0.0}, {"concentration": np.nan}]
)
def test_draws_and_concentration_out_of_range_are_refused(wrong):
    problem, before = round_of(0)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        stability(problem, before, **wrong)


def test_progress_is_told_and_may_stop_the_work():
    problem, before = round_of(0)

    def stop(done, draws):
        assert (done, draws) == (1, 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stability(problem, before, draws=5, progress=stop)
