"""Why not this one: which condition bars a pair, or what it costs, and never a secret."""

from dataclasses import replace

import pytest

from matchmaker.matching.change import Change
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from matchmaker.matching.solving import solve_problem
from matchmaker.matching.whatif import Solution, what_if
from matchmaker.vocabulary import Bar
from matchmaker.workbench.solved import Solved
from matchmaker.workbench.why_not import needs_near, offers_near, why_not
from matchmaker.workbench.why_not_wording import OTHER_CONDITIONS, reasons
from tests.matching.build import NEED, OFFER, snapshot
from tests.matching.random_rounds import random_round


def solved_of(taken, settings=None):
    problem = prepare(taken, settings or Settings())
    found = solve_problem(problem)
    return Solved(problem, Solution(found.pairs, found.total, found.optimal, found.gap, False))


@pytest.fixture(scope="module")
def solved():
    return solved_of(random_round(7))


def pairs_of(solved):
    """Give (need, offer) of each pair, with whether it is allowed and whether it was chosen."""
    allowed, problem = solved.problem.is_stored(), solved.problem
    chosen = {tuple(pair) for pair in solved.solution.pairs.tolist()}
    for row, need in enumerate(problem.arrays.needs.keys):
        for column, offer in enumerate(problem.arrays.offers.keys):
            yield need, offer, bool(allowed[row, column]), (row, column) in chosen


def test_every_barred_pair_is_told_as_barred_and_no_allowed_one_is(solved):
    for need, offer, allowed, chosen in list(pairs_of(solved))[::7]:
        found = why_not(solved, need, offer)
        assert (found.barred, found.chosen) == (not allowed, chosen)


def test_price_is_that_of_a_lock(solved):
    need, offer = next((n, o) for n, o, allowed, chosen in pairs_of(solved) if allowed > chosen)
    locked = what_if(solved.problem, solved.solution, Change(lock=((need, offer),)))
    assert why_not(solved, need, offer).forced.price == locked.price


def test_pair_of_the_result_has_no_price(solved):
    need, offer = next((n, o) for n, o, _, chosen in pairs_of(solved) if chosen)
    assert why_not(solved, need, offer).forced is None


def test_precondition_that_bars_is_told_with_what_follows_to_who_may_read_of_the_need():
    need = replace(NEED, settings=("in_area",), unmet=("violence",))
    found = why_not(solved_of(snapshot((need,)).sorted()), "n1", "o1")
    assert found.bars == (Bar.PRECONDITION,)
    assert reasons(found) == [Bar.PRECONDITION.label]
    assert reasons(found, in_scope=True)[1].startswith("Nobody is sent into the area")


def test_nearest_offers_come_in_order_of_conditions_then_score(solved):
    near = offers_near(solved.problem, solved.problem.arrays.needs.keys[0])
    assert [(one.n_bars, -one.score) for one in near] == sorted(
        (one.n_bars, -one.score) for one in near
    )


def test_nearest_needs_have_those_allowed_first(solved):
    offer = solved.problem.arrays.offers.keys[0]
    near = needs_near(solved.problem, offer)
    allowed = {need for need, one, fits, _ in pairs_of(solved) if one == offer and fits}
    assert {one.key for one in near[: len(allowed)]} == allowed


def test_veto_is_told_as_other_conditions_like_the_rest_of_them(app):
    vetoed = replace(NEED, veto_towns=("utrecht",))
    rights = replace(NEED, rights_only=True)
    said = []
    for need in (vetoed, rights):
        found = why_not(solved_of(snapshot(needs=(need,))), "n1", "o1")
        assert (found.bars, found.barred, found.forced) == ((), True, None)
        with app.test_request_context("/"):
            said.append(reasons(found))
    assert said == [[OTHER_CONDITIONS], [OTHER_CONDITIONS]]


def test_veto_is_not_told_where_another_condition_bars_too(app):
    need = replace(NEED, veto_towns=("utrecht",))
    offer = replace(OFFER, category="lobby", activities=("lobby.rights",), topics=())
    found = why_not(solved_of(snapshot((need,), (offer,))), "n1", "o1")
    assert Bar.VETO not in found.bars and Bar.CATEGORY in found.bars
    with app.test_request_context("/"):
        assert OTHER_CONDITIONS not in reasons(found)


def test_pair_ruled_out_by_hand_is_told_with_its_price(app):
    settings = Settings(barred=(("n1", "o1"),))
    found = why_not(solved_of(snapshot(), settings), "n1", "o1")
    assert found.by_hand and found.forced.newly_served == ("n1",)
