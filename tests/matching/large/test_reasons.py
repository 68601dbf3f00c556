"""Reasons of unmatched needs in rounds that were cut: the same as in whole rounds, or in brief."""

import pytest

from matchmaker.matching.large import reasons
from matchmaker.matching.large.cut import Keeping
from matchmaker.matching.pipeline import match
from tests.matching.large.test_cut import FEW, pairs_of, round_and_settings


def same_choice(seed):
    """Return results of the whole and the cut round where both chose the same pairs."""
    round_, settings = round_and_settings(seed)
    whole, cut = match(round_, settings), match(round_, settings, keeping=FEW)
    return (whole, cut) if pairs_of(whole) == pairs_of(cut) else None


@pytest.mark.parametrize("seed", range(6))
def test_needs_explained_in_full_are_explained_as_in_a_whole_round(seed):
    both = same_choice(seed)
    if both is None:
        pytest.fail("choose a seed for which both choose the same")
    for mine, other in zip(*(one.unmatched for one in both), strict=True):
        for name in ("need", "reason", "rule", "funnel", "best_score", "nearest"):
            assert getattr(mine, name) == getattr(other, name)
        assert [loss.offer for loss in mine.losses] == [loss.offer for loss in other.losses]
        told = [
            [(change.rule, change.offer, change.score, change.offers) for change in one.changes]
            for one in (mine, other)
        ]
        assert sorted(told[0]) == sorted(told[1])


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_called_certain_that_is_not_certain_in_the_whole_round(seed):
    whole, cut = same_choice(seed)
    for mine, other in zip(whole.unmatched, cut.unmatched, strict=True):
        certain = {(change.rule, change.offer) for change in mine.changes if change.certain}
        assert {(c.rule, c.offer) for c in other.changes if c.certain} <= certain


def test_needs_beyond_the_limit_get_reason_funnel_and_losses_in_brief(monkeypatch):
    round_, settings = round_and_settings(0)
    full = match(round_, settings, keeping=FEW).unmatched
    monkeypatch.setattr(reasons, "IN_FULL", 1)
    brief = match(round_, settings, keeping=FEW).unmatched
    assert [one.in_full for one in brief] == [True] + [False] * (len(brief) - 1)
    assert brief[0] == full[0]
    for mine, other in zip(full[1:], brief[1:], strict=True):
        assert (mine.need, mine.reason, mine.funnel) == (other.need, other.reason, other.funnel)
        assert other.best_score == mine.best_score
        assert (other.changes, other.nearest) == ((), ())


@pytest.mark.parametrize("seed", range(6))
def test_numbers_of_allowed_partners_count_all_pairs_not_those_kept(seed):
    whole, cut = same_choice(seed)
    for mine, other in zip(whole.pairs, cut.pairs, strict=True):
        assert (mine.offers_allowed, mine.needs_allowed) == (
            other.offers_allowed,
            other.needs_allowed,
        )
    counts = [[(one.offer, one.needs_allowed, one.best) for one in r.unused] for r in (whole, cut)]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("seed", range(6))
def test_rank_among_the_pairs_kept_is_the_rank_among_all_as_far_as_they_reach(seed):
    round_, settings = round_and_settings(seed)
    whole, cut = match(round_, settings), match(round_, settings, keeping=Keeping(5, 5))
    ranks = {(p.need, p.offer): (p.offer_rank, p.need_rank) for p in whole.pairs}
    for pair in cut.pairs:
        rank = ranks.get((pair.need, pair.offer))
        if rank is not None:
            assert pair.offer_rank == rank[0] or rank[0] > 5
            assert pair.need_rank == rank[1] or rank[1] > 5
