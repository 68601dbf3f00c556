"""Why each proposed pair: ranks, runners-up, parts, and why an offer serves nobody."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.explain import Standing, explain_pairs, explain_unused
from matchmaker.matching.pipeline import match
from matchmaker.matching.result import Price, Rival, UnusedOffer
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import LATER_PARTS, PARTS, Settings
from matchmaker.vocabulary import Criterion, Part
from tests.matching.build import NEED, OFFER, snapshot
from tests.matching.test_pipeline import varied

SCORES = np.array(
    [
        [0.9, 0.7, 0.0, 0.7],
        [0.8, 0.7, 0.6, 0.0],
        [0.8, 0.0, 0.6, 0.2],
    ]
)
"""Three needs, four offers; 0 stands for a pair that is not allowed."""
PAIRS = np.array([[0, 0], [1, 1], [2, 2]])


def round_of(scores=SCORES, pairs=PAIRS, **offer):
    """Return the standing of a round with these scores and chosen pairs."""
    needs = [replace(NEED, key=f"n{k}") for k in range(len(scores))]
    offers = [replace(OFFER, key=f"o{k}", **offer) for k in range(scores.shape[1])]
    return Standing.of(arrays_of(snapshot(needs, offers)), sparse.csr_array(scores), pairs)


def explained(pairs=PAIRS, scores=SCORES, settings=None, prices=None):
    """Return the explanations of the chosen pairs of such a round."""
    return explain_pairs(round_of(scores, pairs), settings or Settings(), pairs, prices or {})


def test_round_without_pairs_has_nothing_to_explain():
    assert explained(np.zeros((0, 2), dtype=int)) == ()


def test_pairs_are_explained_in_their_order():
    pairs = PAIRS[::-1]
    assert [(p.need, p.offer) for p in explained(pairs)] == [
        ("n2", "o2"),
        ("n1", "o1"),
        ("n0", "o0"),
    ]


def test_rank_counts_the_offers_that_score_more():
    assert [(p.offer_rank, p.offers_allowed) for p in explained()] == [(1, 3), (2, 3), (2, 3)]


def test_rank_counts_the_needs_that_score_more():
    assert [(p.need_rank, p.needs_allowed) for p in explained()] == [(1, 3), (1, 2), (1, 2)]


def test_equal_scores_share_a_rank():
    scores = np.array([[0.5, 0.7, 0.5, 0.7]])
    (found,) = explained(np.array([[0, 2]]), scores)
    assert found.offer_rank == 3


def test_runner_up_is_the_best_offer_the_need_did_not_get():
    assert [p.runner_up_offer for p in explained()] == [
        Rival("o1", 0.7),
        Rival("o0", 0.8),
        Rival("o0", 0.8),
    ]


def test_runner_up_is_the_best_need_the_offer_does_not_serve():
    assert [p.runner_up_need for p in explained()] == [
        Rival("n1", 0.8),
        Rival("n0", 0.7),
        Rival("n1", 0.6),
    ]


def test_other_helper_of_the_same_need_is_no_runner_up():
    pairs = np.array([[0, 0], [0, 1]])
    assert [p.runner_up_offer for p in explained(pairs)] == [Rival("o3", 0.7)] * 2


def test_other_need_of_the_same_offer_is_no_runner_up():
    pairs = np.array([[0, 0], [1, 0]])
    assert [p.runner_up_need for p in explained(pairs)] == [Rival("n2", 0.8)] * 2


def test_only_offer_of_a_need_has_no_runner_up():
    (found,) = explained(np.array([[0, 0]]), np.array([[0.5]]))
    assert found.runner_up_offer is None and found.runner_up_need is None


def test_runner_up_may_score_nothing_or_less():
    standing = round_of(np.array([[0.5, -0.25]]), np.array([[0, 0]]))
    (found,) = explain_pairs(standing, Settings(), np.array([[0, 0]]), {})
    assert found.runner_up_offer == Rival("o1", -0.25)


def test_locked_pairs_are_marked():
    settings = Settings(locked=(("n1", "o1"),))
    assert [p.locked for p in explained(settings=settings)] == [False, True, False]


def test_price_goes_to_its_own_pair():
    price = Price(0.25, 1, (), ())
    assert [p.price for p in explained(prices={(1, 1): price})] == [None, price, None]


def test_scores_of_the_standing_are_read_by_position():
    standing = round_of()
    every = [(r, c) for r in range(3) for c in range(4) if SCORES[r, c]]
    assert [standing.score(r, c) for r, c in every] == [SCORES[r, c] for r, c in every]


def test_offers_and_needs_of_the_standing_are_the_allowed_ones():
    standing = round_of()
    for row in range(3):
        positions, scores = standing.offers_for(row)
        assert positions.tolist() == np.flatnonzero(SCORES[row]).tolist()
        assert scores.tolist() == SCORES[row][positions].tolist()
    for column in range(4):
        positions, scores = standing.needs_for(column)
        assert positions.tolist() == np.flatnonzero(SCORES[:, column]).tolist()
        assert scores.tolist() == SCORES[:, column][positions].tolist()


@pytest.mark.parametrize("unknown_as", ["lower", "renormalised", "upper"])
def test_pair_carries_what_scoring_found_for_it(unknown_as):
    settings = Settings(unknown_as=unknown_as)
    whole = varied()
    arrays = arrays_of(whole.sorted())
    for found in match(whole, settings).pairs:
        row, column = arrays.needs.keys.index(found.need), arrays.offers.keys.index(found.offer)
        alone = score_pairs(arrays, settings, np.array([row]), np.array([column]))
        assert (found.score, found.low, found.high) == (alone.score, alone.low, alone.high)
        for criterion, value in zip(Criterion, found.criteria, strict=True):
            measure = alone.criteria[criterion]
            assert value.criterion == criterion.value
            assert value.value == none_if_nan(measure.value)
            assert (value.low, value.high) == (measure.low, measure.high)
        for part, value in zip(PARTS_IN_ORDER, found.parts, strict=True):
            one = alone.parts[part]
            assert value.part == part.value and part in PARTS[Criterion(value.criterion)]
            assert value.value == none_if_nan(one.taken)
            assert (value.low, value.high) == (one.measure.low, one.measure.high)
            assert (value.weight, value.contribution) == (one.weight, one.contribution)


PARTS_IN_ORDER = [part for parts in PARTS.values() for part in parts if part not in LATER_PARTS]


def none_if_nan(value):
    return None if np.isnan(value[0]) else float(value[0])


def test_weight_of_a_criterion_is_that_of_its_parts():
    for found in match(varied(), Settings()).pairs:
        for criterion in found.criteria:
            parts = [p.weight for p in found.parts if p.criterion == criterion.criterion]
            assert criterion.weight == pytest.approx(sum(parts), abs=1e-12)


def test_criterion_of_which_nothing_is_known_has_no_value():
    offer = replace(OFFER, topics=(), activities=(), experience=())
    (found,) = match(snapshot(offers=(offer,)), Settings()).pairs
    expertise = found.criteria[0]
    assert (expertise.value, expertise.weight) == (None, 0.0)
    assert (expertise.low, expertise.high) == (0.0, 1.0)


def state_of(part, need=NEED, offer=OFFER):
    """Return how well a part of the one pair is known."""
    (found,) = match(snapshot((need,), (offer,)), Settings(minimum_score=0)).pairs
    return next(p.state for p in found.parts if p.part == part.value)


def test_part_that_both_sides_stated_is_known():
    assert state_of(Part.WINDOW) == "known"


def test_part_that_nobody_stated_is_unknown():
    assert state_of(Part.AREA_WORK, offer=replace(OFFER, areas=None)) == "unknown"


def test_part_that_the_need_does_not_ask_is_not_asked():
    assert state_of(Part.TOPICS, need=replace(NEED, topics=())) == "not_asked"


def test_part_stated_without_its_level_is_partly_known():
    topics = (replace(OFFER.topics[0], level=None), *OFFER.topics[1:])
    assert state_of(Part.TOPICS, offer=replace(OFFER, topics=topics)) == "partly"


def unused(scores, pairs, settings=None, **offer):
    """Return why each offer without a need stays without."""
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return explain_unused(round_of(np.array(scores), pairs, **offer), settings or Settings())


def test_offer_that_serves_is_not_listed_as_unused():
    assert [one.offer for one in unused(SCORES, [[0, 0], [1, 2]])] == ["o1", "o3"]


def test_offer_allowed_for_no_need_has_no_candidate():
    assert unused([[0.5, 0.0]], [[0, 0]]) == (UnusedOffer("o1", "no_candidate", 0, None),)


def test_offer_without_a_place_says_so_before_its_score():
    assert unused([[0.0, 1e-12]], [], places=0)[1] == UnusedOffer(
        "o1", "no_place", 1, Rival("n0", 1e-12)
    )


def test_offer_left_over_names_its_best_need():
    scores = [[0.5, 0.3], [0.6, 0.4], [0.7, 0.2]]
    assert unused(scores, [[2, 0]]) == (UnusedOffer("o1", "not_needed", 3, Rival("n1", 0.4)),)


@pytest.mark.parametrize(
    ("score", "minimum", "reason"),
    [
        (0.4, 0.4, "not_needed"),
        (0.399, 0.4, "below_minimum"),
        (1e-9, 0.0, "not_needed"),
        (0.9e-9, 0.0, "below_minimum"),
        (-0.1, 0.0, "below_minimum"),
    ],
)
def test_offer_is_below_the_minimum_only_where_its_best_score_is(score, minimum, reason):
    (found,) = unused([[score]], [], Settings(minimum_score=minimum))
    assert found == UnusedOffer("o0", reason, 1, Rival("n0", score))
