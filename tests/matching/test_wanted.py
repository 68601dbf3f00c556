"""Offers wanted: every gain against a round in which such offers really stand."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.change import Change
from matchmaker.matching.kinds import (
    Kind,
    key_of,
    kinds_for,
    supposed_offer,
    usual_offer,
    with_supposed_offers,
    without_region,
)
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.scarce import PlacePrice, place_prices_of, sums_of
from matchmaker.matching.settings import GroupLimit, Settings
from matchmaker.matching.snapshot import AreaExperience, TopicOffered, TopicWanted
from matchmaker.matching.solving import solve_problem
from matchmaker.matching.wanted import offers_wanted
from matchmaker.matching.whatif import what_if
from tests.matching.build import DIALOGUE, NEED, OFFER, snapshot
from tests.matching.random_rounds import random_round

SCARCE = Settings(minimum_score=0.1, context_minimum={"atmosphere": 0.0, "heart": 0.1})


def with_offers(round_, *kinds_and_places):
    """Return the round with real offers of some kinds."""
    usual, year = usual_offer(round_), round_.taken_on.year
    kinds = [kind for kind, _ in kinds_and_places]
    offers = [
        replace(supposed_offer(kind, key_of(k), usual, year), places=places)
        for k, (kind, places) in enumerate(kinds_and_places)
    ]
    towns = with_supposed_offers(round_, kinds).towns
    return replace(round_, offers=(*round_.offers, *offers), towns=towns)


def solved(round_, settings):
    problem = prepare(round_, settings)
    return problem, solve_problem(problem)


def served(result):
    return set(result.pairs[:, 0].tolist())


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(4))
def test_gains_are_those_of_a_round_in_which_the_offers_stand(seed, policy):
    round_, settings = random_round(seed, 14, 8), replace(SCARCE, policy=policy)
    problem, before = solved(round_, settings)
    found = offers_wanted(problem, before, most=3, solved=30)
    assert found.wanted
    earlier, kinds = before, []
    for wanted in found.wanted:
        kinds.append((wanted.kind, 14))
        cases = (
            (wanted.one, before, [(wanted.kind, 1)]),
            (wanted.all, before, [(wanted.kind, 14)]),
            (wanted.further, earlier, kinds),
        )
        for gain, base, offered in cases:
            _, result = solved(with_offers(round_, *offered), settings)
            assert gain.total == pytest.approx(result.total - base.total, abs=1e-9)
            assert gain.served == len(served(result)) - len(served(base))
        _, earlier = solved(with_offers(round_, *kinds), settings)


@pytest.mark.parametrize("seed", range(6))
def test_first_kind_gains_most_of_all_and_the_next_most_beside_it(seed):
    round_ = random_round(seed, 10, 6)
    problem, before = solved(round_, SCARCE)
    found = offers_wanted(problem, before, most=2, solved=1000)
    assert found.proven
    left = [key for row, key in enumerate(problem.arrays.needs.keys) if row not in served(before)]
    plain = {without_region(kind) for kind in kinds_for(problem.snapshot, left)}
    kinds, best = [], before.total
    for wanted in found.wanted:
        totals = [
            solve_problem(prepare(with_offers(round_, *kinds, (kind, 10)), SCARCE)).total
            for kind in plain
        ]
        assert wanted.further.total >= max(totals) - best - 1e-9
        kinds.append((wanted.kind, 10))
        best += wanted.further.total


def test_needs_that_gain_are_named():
    needs = (NEED, replace(NEED, key="n2"), replace(NEED, key="n3", effort_days=30))
    problem, before = solved(snapshot(needs), SCARCE)
    found = offers_wanted(problem, before)
    first = found.wanted[0]
    left = {key for row, key in enumerate(("n1", "n2", "n3")) if row not in served(before)}
    assert set(first.all.newly_served) == left
    assert len(first.one.newly_served) == 1 and first.one.places == 1
    assert (first.all.places, first.reach) == (2, 2)
    assert first.all.left_without == ()


def test_need_may_gain_by_the_offer_that_another_gives_up():
    # only the first offer speaks with the second town; the first town would do with any
    needs = (
        replace(NEED, key="n1", effort_days=1),
        replace(NEED, key="n2", languages=("sq",), topics=()),
    )
    offers = (replace(OFFER, languages=("en", "sq"), experience=(("project.service", 9),)),)
    problem, before = solved(snapshot(needs, offers), replace(SCARCE, locked=()))
    found = offers_wanted(problem, before)
    assert all(wanted.one.newly_served for wanted in found.wanted)


def test_kind_names_a_region_only_where_it_takes_that():
    problem, before = solved(snapshot((NEED,), ()), SCARCE)
    (wanted,) = {w.kind.country for w in offers_wanted(problem, before).wanted}
    assert wanted == ""
    deep = replace(DIALOGUE, topics=(TopicWanted("peace.mediation", 2, 3),))
    problem, before = solved(
        snapshot((deep,), ()), replace(SCARCE, context_minimum={"atmosphere": 0.0, "heart": 0.3})
    )
    kinds = {(w.kind.country, w.kind.region) for w in offers_wanted(problem, before).wanted}
    assert kinds == {("HR", "HR-16")}


def test_what_knowing_the_region_adds_is_exact():
    problem, before = solved(snapshot((NEED,), ()), SCARCE)
    wanted = offers_wanted(problem, before).wanted[0]
    (knowing,) = wanted.knowing
    assert (knowing.country, knowing.region) == ("HR", "HR-16")
    kind = replace(wanted.kind, country="HR", region="HR-16")
    _, there = solved(with_offers(snapshot((NEED,), ()), (kind, 1)), SCARCE)
    assert knowing.total == pytest.approx(there.total - wanted.all.total, abs=1e-9)
    assert knowing.total > 0


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (replace(DIALOGUE, consent=None), "consent"),
        (replace(NEED, activity="lobby.legitimacy", category="lobby"), "tie_required"),
        (replace(NEED, places=0), "no_place"),
        (replace(NEED, places=3, minimum=3), "minimum_not_met"),
        (replace(NEED, presence="none", settings=("in_area",)), "setting"),
    ],
)
def test_need_that_no_offer_could_serve_says_why(need, reason):
    problem, before = solved(snapshot((need,), ()), SCARCE)
    found = offers_wanted(problem, before)
    assert [(one.need, one.reason) for one in found.out_of_reach] == [("n1", reason)]


def test_offers_that_would_score_too_little_are_out_of_reach():
    problem, before = solved(snapshot((NEED,), ()), replace(SCARCE, minimum_score=1.0))
    (one,) = offers_wanted(problem, before).out_of_reach
    assert one.reason == "below_minimum"


def test_round_that_lacks_nothing_asks_for_nothing():
    problem, before = solved(snapshot(), SCARCE)
    found = offers_wanted(problem, before)
    assert (found.wanted, found.kinds, found.out_of_reach) == ((), 0, ())


def test_list_cut_short_is_not_called_proven():
    problem, before = solved(random_round(3, 20, 6), SCARCE)
    short, whole = (offers_wanted(problem, before, solved=n) for n in (2, 1000))
    assert (short.proven, whole.proven) == (False, True)
    assert short.solved == 2 and len(short.wanted) <= 2


def test_order_under_rules_is_not_called_proven():
    settings = replace(SCARCE, rules=(GroupLimit(at_most=3),))
    problem, before = solved(random_round(1, 10, 5), settings)
    assert not offers_wanted(problem, before, most=1, solved=4).proven


def test_need_to_be_served_does_with_a_supposed_offer():
    needs = (NEED, replace(NEED, key="n2", effort_days=40))
    settings = replace(SCARCE, must_serve=("n1",))
    problem, before = solved(snapshot(needs), settings)
    wanted = offers_wanted(problem, before).wanted[0]
    _, result = solved(with_offers(snapshot(needs), (wanted.kind, 2)), settings)
    assert wanted.all.total == pytest.approx(result.total - before.total, abs=1e-9)


def test_result_of_a_what_if_can_be_gone_on_from():
    problem, before = solved(random_round(2, 10, 8), SCARCE)
    paused = what_if(problem, before, Change(pause=(problem.arrays.offers.keys[0],)))
    one = offers_wanted(paused.problem, paused.solution)
    other = offers_wanted(paused.problem, solve_problem(paused.problem))
    assert one.to_json() == other.to_json()


def test_kinds_with_a_region_are_left_out_where_the_round_would_be_too_large(monkeypatch):
    problem, before = solved(random_round(2, 10, 8), SCARCE)
    whole = offers_wanted(problem, before)
    monkeypatch.setattr("matchmaker.matching.wanted.WHOLE", 0)
    found = offers_wanted(problem, before)
    assert 0 < found.kinds < whole.kinds
    assert {wanted.kind.country for wanted in found.wanted} == {""}


def test_same_round_asks_for_the_same():
    problem, _ = solved(random_round(2, 10, 8), SCARCE)
    assert offers_wanted(problem).to_json() == offers_wanted(problem).to_json()


def test_progress_may_stop_the_search():
    problem, before = solved(random_round(2, 10, 8), SCARCE)

    def stop(done, most):
        assert (done, most) == (1, 9)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        offers_wanted(problem, before, solved=9, progress=stop)


def test_kinds_are_groups_by_languages_by_regions():
    need = replace(
        NEED,
        languages=("en", "uk"),
        topics=(TopicWanted("env.water"), TopicWanted("env.waste"), TopicWanted("gov.finance")),
    )
    kinds = kinds_for(snapshot((need,)), ("n1",))
    assert len(kinds) == 8
    assert Kind("project", "project.service", "env", "uk", "HR", "HR-16") in kinds
    bare = kinds_for(snapshot((replace(need, languages=(), topics=()),)), ("n1",))
    assert bare[0] == Kind("project", "project.service")


def test_supposed_offers_stand_behind_all_others_without_a_place():
    round_ = with_supposed_offers(snapshot(), kinds_for(snapshot(), ("n1",)))
    assert round_.offers[0].key == "o1"
    assert {offer.places for offer in round_.offers[1:]} == {0}
    assert prepare(round_, Settings()).arrays.offers.keys[1:] == tuple(key_of(k) for k in range(4))


def test_prices_of_places_name_who_is_scarce():
    needs = (NEED, replace(NEED, key="n2", effort_days=40))
    problem, before = solved(snapshot(needs), SCARCE)
    asked, offered = place_prices_of(problem, before)
    assert [price.key for price in offered] == ["o1"]
    scores = problem.scores.toarray().ravel()
    assert (offered[0].loss, offered[0].gain) == (max(scores), min(scores))
    assert all(price.loss is not None for price in asked)


def test_place_without_which_nothing_goes_has_no_price_for_leaving():
    problem, before = solved(snapshot(), replace(SCARCE, must_serve=("n1",)))
    asked, offered = place_prices_of(problem, before)
    assert asked[0].loss is None and offered[0].loss is None


def test_route_without_prices_has_none_to_sum():
    problem, before = solved(snapshot(), replace(SCARCE, policy="fairest"))
    assert place_prices_of(problem, before) == ((), ())


def test_gains_are_summed_by_what_offers_bring():
    offers = (
        replace(
            OFFER,
            key="o1",
            topics=(TopicOffered("env.water"), TopicOffered("env.waste")),
            areas=(AreaExperience("HR", "HR-16"), AreaExperience("BA")),
        ),
        replace(OFFER, key="o2", topics=(TopicOffered("env.water"),), areas=None),
    )
    prices = (PlacePrice("o1", 0.5, 0.25), PlacePrice("o2", None, 0.5), PlacePrice("o3", 1, 0.0))
    sums = [(s.by, s.code, s.offers, s.gain) for s in sums_of(snapshot(offers=offers), prices)]
    assert sums == [
        ("language", "en", 2, 0.75),
        ("region", "BA", 1, 0.25),
        ("region", "HR HR-16", 1, 0.25),
        ("topic", "env.water", 2, 0.75),
        ("topic", "env.waste", 1, 0.25),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_price_of_a_needs_place_bounds_what_a_kind_can_add(seed):
    round_ = random_round(seed, 12, 7)
    problem, before = solved(round_, SCARCE)
    left = [key for row, key in enumerate(problem.arrays.needs.keys) if row not in served(before)]
    kinds = kinds_for(problem.snapshot, left)
    supposed = prepare(with_supposed_offers(problem.snapshot, kinds), SCARCE)
    prices = before.need_prices[:, 0]
    scores = supposed.scores.toarray()[:, 7:]
    usable = (scores >= SCARCE.minimum_score) & (problem.arrays.needs.places > 0)[:, None]
    worth = np.where(usable, scores - prices[:, None], 0)
    for k, kind in enumerate(kinds[:6]):
        _, one = solved(with_offers(round_, (kind, 1)), SCARCE)
        _, many = solved(with_offers(round_, (kind, 12)), SCARCE)
        assert one.total - before.total == pytest.approx(max(0, worth[:, k].max()), abs=1e-9)
        assert many.total - before.total <= np.maximum(worth[:, k], 0).sum() + 1e-9
