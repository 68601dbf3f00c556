"""An argument that is wrong by itself is named; the caller's arrays stay as they are."""

import copy
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp

from matchmaker.matching import BalanceRule, GroupRule, Infeasible, assign, forced_prices

SCORES = np.array([[0.9, 0.6], [0.8, 0.1]])

WRONG = [
    ("scores", {"scores": [[np.nan, 1.0]]}),
    ("scores", {"scores": [[np.inf, 1.0]]}),
    ("scores", {"scores": [1.0, 2.0]}),
    ("scores", {"scores": [["a", "b"]]}),
    ("scores", {"scores": [[1.0, 2.0], [3.0]]}),
    ("scores", {"scores": [[1e300, 1.0]]}),
    ("scores", {"scores": sp.csr_array(np.array([[np.nan, 1.0]]))}),
    ("allowed", {"allowed": [[True, False]]}),
    ("allowed", {"allowed": np.full((2, 2), 0.5)}),
    ("need_places", {"need_places": -1}),
    ("need_places", {"need_places": [1, 1, 1]}),
    ("need_places", {"need_places": [1.5, 1]}),
    ("need_places", {"need_places": [np.nan, 1]}),
    ("need_places", {"need_places": "2"}),
    ("offer_places", {"offer_places": [[1, 1]]}),
    ("offer_places", {"offer_places": [1, -2]}),
    ("need_minimum", {"need_minimum": -1}),
    ("need_minimum", {"need_minimum": [0]}),
    ("locked", {"locked": [(0, 2)]}),
    ("locked", {"locked": [(-1, 0)]}),
    ("locked", {"locked": [0]}),
    ("locked", {"locked": [(0.5, 0)]}),
    ("barred", {"barred": [(2, 0)]}),
    ("barred", {"barred": 3}),
    ("must_serve", {"must_serve": [2]}),
    ("must_serve", {"must_serve": [True]}),
    ("rules", {"rules": [GroupRule(needs=[5], at_least=1)]}),
    ("rules", {"rules": [GroupRule(offers=[-1], at_least=1)]}),
    ("rules", {"rules": [BalanceRule([0], [9], 1)]}),
    ("rules", {"rules": ["at_least"]}),
    ("rules", {"rules": GroupRule(at_least=1)}),
    ("policy", {"policy": "best"}),
    ("minimum_score", {"minimum_score": np.nan}),
    ("minimum_score", {"minimum_score": "0"}),
    ("need_keys", {"need_keys": ["a"]}),
    ("offer_keys", {"offer_keys": "ab"}),
    ("solver", {"solver": "fast"}),
    ("time_limit", {"time_limit": -1}),
    ("time_limit", {"time_limit": np.nan}),
    ("grid", {"grid": 0.0}),
    ("grid", {"grid": 10**400}),
    ("minimum_score", {"minimum_score": 10**400}),
    ("time_limit", {"time_limit": 10**400}),
    ("need_keys", {"need_keys": [np.array([1, 2]), np.array([2, 1])]}),
    ("scores", {"scores": np.ma.array(SCORES, mask=[[1, 0], [0, 0]])}),
    ("scores", {"scores": [np.ma.array([0.9, 0.6], mask=[1, 0]), [0.8, 0.1]]}),
    ("allowed", {"allowed": np.ma.array(np.ones((2, 2), bool), mask=[[1, 0], [0, 0]])}),
    ("allowed", {"allowed": [[True], [True, False]]}),
    ("need_places", {"need_places": np.ma.array([1, 1], mask=[1, 0])}),
    ("rules", {"rules": np.array(5)}),
    ("locked", {"locked": np.array(5)}),
    ("locked", {"locked": zip([0], [2], strict=True)}),
]


@pytest.mark.parametrize(("name", "wrong"), WRONG)
def test_wrong_argument_is_named(name, wrong):
    with pytest.raises(ValueError, match=name):
        assign(**{"scores": SCORES, **wrong})


def test_unknown_solver_lists_the_names():
    with pytest.raises(ValueError, match="paths, dense, sparse, flow, lp, milp"):
        assign(SCORES, solver="magic")


def test_solver_that_cannot_take_the_arguments_says_so():
    with pytest.raises(ValueError, match="'dense' cannot take"):
        assign(SCORES, rules=[GroupRule(at_most=1)], solver="dense")


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "towns"},
        {"at_least": -1},
        {"at_least": 0.5},
        {"at_most": True},
        {"at_least": 2, "at_most": 1},
        {"at_most": 1.5, "share_of": GroupRule()},
        {"at_most": float("nan")},
        {"share_of": "all"},
        {"at_least": 10**400},
        {"at_most": np.True_},
    ],
)
def test_group_rule_wrong_by_itself_is_refused(wrong):
    with pytest.raises(ValueError, match="rule"):
        GroupRule(**wrong)


@pytest.mark.parametrize("difference", [-1, float("inf"), "1", True])
def test_balance_rule_wrong_by_itself_is_refused(difference):
    with pytest.raises(ValueError, match="at_most_difference"):
        BalanceRule([0], [1], difference)


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
def test_bounds_beyond_all_pairs_bind_nothing(policy):
    few = GroupRule(at_most=1)
    far = [GroupRule(needs=[0], offers=[0], at_most=2**70), BalanceRule([0], [1], 1e300)]
    assert assign(SCORES, rules=[*far, few], policy=policy).pairs.tolist() == [[0, 0]]


@pytest.mark.parametrize("bounds", [{"at_least": 2**70}, {"at_least": 9, "at_most": 2**70}])
def test_floor_beyond_all_pairs_is_infeasible(bounds):
    with pytest.raises(Infeasible) as clash:
        assign(SCORES, rules=[GroupRule(**bounds)])
    assert ("rule", 0) in clash.value.conflicts


def test_numbers_of_numpy_bound_a_rule_as_those_of_python_do():
    half = np.float32(0.5)
    few = GroupRule(needs=[0], at_most=half, share_of=GroupRule(at_most=np.int8(1)))
    assert few == GroupRule(needs=[0], at_most=0.5, share_of=GroupRule(at_most=1))
    even = BalanceRule([0], [1], half, as_share=True)
    assert assign(SCORES, rules=[few, even]).pairs.tolist() == [[0, 1], [1, 0]]


def test_rule_over_an_iterator_can_be_read_again():
    rule = GroupRule(needs=iter([0]), at_most=0)
    assert [assign(SCORES, rules=[rule]).pairs.tolist() for _ in range(2)] == [[[1, 0]]] * 2


@pytest.mark.parametrize("make", [np.array, sp.csr_array, sp.coo_array, sp.csc_matrix])
def test_arrays_of_the_caller_stay_untouched(make):
    scores = make(SCORES)
    rest = {
        "need_places": np.array([1, 2]),
        "offer_places": np.array([1, 1]),
        "locked": [(0, 1)],
        "barred": [(1, 1)],
        "need_keys": ["b", "a"],
        "rules": [GroupRule(needs=[1, 0], at_most=2)],
    }
    before = copy.deepcopy((scores, rest))
    assign(scores, **rest)
    after = scores.toarray() if sp.issparse(scores) else scores
    assert (after == SCORES).all()
    assert repr(rest) == repr(before[1])


def test_stored_zero_of_a_sparse_array_is_a_candidate():
    scores = sp.csr_array((np.array([0.0, 0.5]), ([0, 1], [0, 1])), shape=(2, 2))
    assert assign(scores, locked=[(0, 0)]).pairs.tolist() == [[0, 0], [1, 1]]


def test_unsorted_sparse_array_with_repeats_is_summed():
    scores = sp.coo_array((np.array([0.25, 0.5, 0.25]), ([0, 0, 0], [1, 0, 1])), shape=(1, 2))
    assert assign(scores, need_places=2).total == 1.0


def test_small_integers_of_a_sparse_array_are_summed_without_wrapping_around():
    values = np.array([200, 200], dtype="u1")
    assert assign(sp.coo_array((values, ([0, 0], [0, 0])), shape=(1, 1))).total == 400.0


@pytest.mark.parametrize("form", [np.array, sp.csr_array], ids=["matrix", "listed"])
@pytest.mark.parametrize("kind", [int, float, bool])
def test_sparse_allowed_of_any_type_with_repeats_means_the_same_for_both_forms(form, kind):
    places = ([0, 0, 1, 1], [1, 1, 0, 1])
    allowed = sp.coo_array((np.ones(4, dtype=kind), places), shape=(2, 2))
    assert assign(form(SCORES), allowed).pairs.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("form", [np.array, sp.csr_array], ids=["matrix", "listed"])
def test_sparse_allowed_that_is_neither_0_nor_1_is_named(form):
    with pytest.raises(ValueError, match="allowed"):
        assign(form(SCORES), sp.csr_array(np.full((2, 2), 0.5)))


def test_locks_of_an_iterator_are_kept():
    with pytest.raises(Infeasible):
        assign(SCORES, locked=zip([0, 1], [0, 0], strict=True))
    assert assign(SCORES, locked=iter([(0, 0)])).pairs.tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("policy", ["total", "fairest"])
def test_iterators_say_what_lists_say(policy):
    given = {
        "barred": [(0, 0)],
        "must_serve": [1],
        "rules": [GroupRule(needs=[0], at_least=1), GroupRule(at_most=2)],
        "need_keys": ["b", "a"],
        "offer_keys": ["d", "c"],
    }
    listed = assign(SCORES, **given, policy=policy)
    read = assign(SCORES, **{name: iter(value) for name, value in given.items()}, policy=policy)
    assert read.pairs.tolist() == listed.pairs.tolist() == [[0, 1], [1, 0]]


def test_masked_array_without_a_masked_value_is_an_array():
    assert assign(np.ma.array(SCORES, mask=False)).total == 1.4


def test_sparse_allowed_leaves_stored_pairs_out():
    scores = sp.csr_array(SCORES)
    allowed = sp.csr_array(np.array([[False, True], [True, True]]))
    assert assign(scores, allowed).total == assign(SCORES, allowed.toarray()).total == 1.4


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
def test_empty_problem_has_an_empty_result(shape, policy):
    result = assign(np.zeros(shape), policy=policy)
    assert result.pairs.shape == (0, 2)
    assert result.total == 0.0 and result.optimal


def test_scores_are_rounded_once_to_the_grid():
    result = assign([[0.1234567894, 0.0]])
    assert result.total == 0.123456789
    assert assign([[0.26, 0.24]], grid=0.25).total == 0.25


def test_large_scores_that_fit_are_exact():
    scores = np.array([[1e8 - 1, 1e8], [1e8, 1e8 - 2]])
    assert assign(scores).total == 2e8
    assert assign(scores, solver="lp").total == 2e8
    assert assign(10 * scores).total == 2e9


def test_forced_prices_name_a_wrong_argument():
    with pytest.raises(ValueError, match="offer_places"):
        forced_prices(SCORES, offer_places=-1)


@pytest.mark.parametrize("name", ["scores", "allowed"])
def test_forced_prices_name_a_masked_argument(name):
    masked = np.ma.array(np.ones((2, 2), dtype=bool), mask=[[1, 0], [0, 0]])
    with pytest.raises(ValueError, match=name):
        forced_prices(**{"scores": SCORES, name: masked})


def test_package_knows_neither_web_nor_database():
    code = (
        "import sys, matchmaker.matching;"
        "print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
