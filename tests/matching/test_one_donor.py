"""What one helper says of itself moves its own rows only, and every pair is explained."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.pipeline import match
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import AreaExperience, TopicOffered
from matchmaker.vocabulary import TOPICS
from tests.matching.random_rounds import ASKING, random_round

pytestmark = pytest.mark.control(26)


def boasting(offer):
    """Return the offer as a municipality would write it that claims everything."""
    return replace(
        offer,
        topics=tuple(TopicOffered(code, 5) for code in sorted(TOPICS)[:8]),
        experience=tuple((activity, 50) for activity in offer.activities),
        areas=tuple(AreaExperience(country, "", 2026, 20, 99) for country in ASKING),
        languages=("en", "uk", "hr"),
        places=offer.places + 20,
        effort_days=2000,
        mandate="adopted",
    )


def everything(snapshot):
    """Return who is allowed with whom and all scores, by position."""
    arrays = arrays_of(snapshot)
    n, m = len(snapshot.needs), len(snapshot.offers)
    rows, columns = np.divmod(np.arange(n * m), m)
    allowed = candidates(arrays, Settings()).allowed
    return np.asarray(allowed).reshape(n, m), scores_of(arrays, Settings(), rows, columns).reshape(
        n, m
    )


@pytest.mark.parametrize("seed", range(10))
def test_claims_of_one_offer_change_its_own_column_only(seed):
    snapshot = random_round(seed, 12, 10).sorted()
    offers = list(snapshot.offers)
    offers[4] = boasting(offers[4])
    before, after = everything(snapshot), everything(replace(snapshot, offers=tuple(offers)))
    others = np.arange(len(offers)) != 4
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old[:, others], new[:, others])


def test_claims_do_change_the_own_column():
    snapshot = random_round(1, 12, 10).sorted()
    offers = list(snapshot.offers)
    offers[4] = boasting(offers[4])
    before, after = everything(snapshot)[1], everything(replace(snapshot, offers=tuple(offers)))[1]
    assert not np.array_equal(before[:, 4], after[:, 4])


@pytest.mark.parametrize("seed", range(5))
def test_every_pair_says_what_its_score_is_made_of(seed):
    result = match(random_round(seed), Settings())
    assert result.pairs
    for pair in result.pairs:
        assert pair.parts
