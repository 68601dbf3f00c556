"""Wishes count where both sides name the other, and by themselves for nothing."""

from dataclasses import replace

import pytest

from matchmaker.matching.pipeline import match
from matchmaker.matching.settings import Settings
from matchmaker.matching.wishes import are_mutual, mutual_pairs, with_answered
from tests.matching.build import NEED, OFFER, snapshot
from tests.matching.random_rounds import random_round

ASKS = replace(NEED, wish_towns=(OFFER.town,))
HELPS = replace(OFFER, wish_towns=(NEED.town,))


@pytest.mark.parametrize(
    ("need", "offer", "mutual"),
    [(ASKS, HELPS, True), (ASKS, OFFER, False), (NEED, HELPS, False), (NEED, OFFER, False)],
)
def test_wish_is_one_that_both_sides_named(need, offer, mutual):
    assert are_mutual(need, offer) is mutual
    pairs = mutual_pairs(snapshot((need,), (offer,)))
    assert pairs == (((need.key, offer.key),) if mutual else ())


def test_another_offer_of_the_same_town_is_no_wish():
    silent = replace(OFFER, key="o2")
    assert mutual_pairs(snapshot((ASKS,), (HELPS, silent))) == ((ASKS.key, HELPS.key),)


@pytest.mark.parametrize(("need", "offer"), [(ASKS, OFFER), (NEED, HELPS)])
def test_wish_that_nobody_answers_leaves_no_trace(need, offer):
    assert with_answered([need], [offer]) == ((NEED,), (OFFER,))


def test_wish_that_is_answered_stays():
    assert with_answered([ASKS], [HELPS]) == ((ASKS,), (HELPS,))


def test_wish_not_made_leaves_the_digest_as_it_was():
    assert "wish_towns" not in snapshot((NEED,), (OFFER,)).to_json()


@pytest.mark.parametrize("seed", range(10))
def test_wishes_change_nothing_in_a_result(seed):
    plain = random_round(seed)
    keys = tuple(town.key for town in plain.towns)
    wishing = replace(
        plain,
        needs=tuple(replace(one, wish_towns=keys) for one in plain.needs),
        offers=tuple(replace(one, wish_towns=keys) for one in plain.offers),
    )
    one, other = (match(round_, Settings()) for round_ in (plain, wishing))
    assert (one.pairs, one.unmatched, one.unused) == (other.pairs, other.unmatched, other.unused)
