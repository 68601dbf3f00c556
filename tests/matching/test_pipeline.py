"""A round from snapshot to result: pairs, reasons, prices, conflicts, sameness."""

import random
from dataclasses import replace
from datetime import date

import pytest

from matchmaker.matching import pipeline
from matchmaker.matching.clashes import InfeasibleRound
from matchmaker.matching.pipeline import match, prepare, price_of_forbidding
from matchmaker.matching.result import CancelledRound, Result
from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings
from matchmaker.matching.snapshot import AreaExperience
from matchmaker.vocabulary import Bar
from tests.matching.build import DIALOGUE, NEED, NEED_TOWN, OFFER, OFFER_TOWN, TALKS, snapshot

SECOND = replace(NEED, key="n2", effort_days=40)
WEAKER = replace(OFFER, key="o2", effort_days=1, experience=())
SQUARE = snapshot((NEED, SECOND), (OFFER, WEAKER))


def only(result):
    """Return the one unmatched need."""
    (unmatched,) = result.unmatched
    return unmatched


def test_fitting_pair_is_proposed_with_its_parts():
    (found,) = match(snapshot(), Settings()).pairs
    assert (found.need, found.offer) == ("n1", "o1")
    assert len(found.parts) == 13 and len(found.criteria) == 3
    assert sum(part.contribution for part in found.parts) == pytest.approx(found.score, abs=1e-9)
    assert sum(part.weight for part in found.parts) == pytest.approx(1)


def test_questions_name_what_is_unknown_and_whom_to_ask():
    offer = replace(OFFER, areas=None, languages=("nl",), interpretation=None)
    (found,) = match(snapshot(offers=(offer,)), Settings()).pairs
    asked = {(q.about, q.side, q.field) for q in found.questions}
    assert ("area_work", "offer", "areas") in asked
    assert ("shared_partners", "need", "ties") in asked
    assert ("language", "offer", "interpretation") in asked
    assert ("language", "need", "interpretation") not in asked


def test_ranks_and_runners_up_of_both_sides():
    result = match(SQUARE, Settings())
    first = result.pairs[0]
    assert (first.need, first.offer_rank, first.offers_allowed) == ("n1", first.offer_rank, 2)
    other = "o2" if first.offer == "o1" else "o1"
    assert first.runner_up_offer.key == other
    assert first.runner_up_need.key == "n2"


def test_price_of_forbidding_is_the_loss_of_the_total():
    result = match(SQUARE, Settings())
    for pair in result.pairs:
        without = match(SQUARE, Settings(barred=((pair.need, pair.offer),)))
        assert pair.price.total == pytest.approx(result.total - without.total, abs=1e-9)
        gone = {(p.need, p.offer) for p in result.pairs} - {
            (p.need, p.offer) for p in without.pairs
        }
        assert set(pair.price.lost) == gone


@pytest.mark.parametrize("policy", ["total", "coverage"])
def test_large_round_has_the_same_prices_without_who_would_come(policy, monkeypatch):
    settings = Settings(policy=policy)
    small = match(varied(), settings)
    monkeypatch.setattr(pipeline, "PRICED_WORK", 0)
    large = match(varied(), settings)
    assert small.pairs
    for one, other in zip(small.pairs, large.pairs, strict=True):
        assert other.price.total == pytest.approx(one.price.total, abs=1e-9)
        assert not other.price.changes and other.price.gained == ()
        assert policy == "total" or other.price.served == one.price.served


def test_round_with_rules_leaves_prices_to_a_request_where_each_is_a_programme(monkeypatch):
    keys = [need.key for need in varied().needs]
    half = len(keys) // 2
    even = BalanceLimit(tuple(keys[:half]), tuple(keys[half:]), at_most_difference=1, name="even")
    settings = Settings(balances=(even,))
    assert any(pair.price for pair in match(varied(), settings).pairs)
    monkeypatch.setattr(pipeline, "PRICED_BY_PROGRAMME", 0)
    assert not any(pair.price for pair in match(varied(), settings).pairs)
    assert any(pair.price for pair in match(varied(), Settings()).pairs)


def test_price_says_how_much_worse_the_worst_off_would_be():
    result = match(SQUARE, Settings(policy="fairest"))
    lowest = min(pair.score for pair in result.pairs)
    for pair in result.pairs:
        without = match(SQUARE, Settings(policy="fairest", barred=((pair.need, pair.offer),)))
        worst = min(other.score for other in without.pairs)
        assert pair.price.worst == pytest.approx(lowest - worst, abs=1e-9)


def test_price_on_request_is_the_price_of_the_round():
    result = match(SQUARE, Settings())
    problem = prepare(SQUARE, Settings())
    pair = result.pairs[0]
    assert price_of_forbidding(problem, pair.need, pair.offer) == pair.price


def test_need_without_candidate_names_the_last_rule():
    offers = (
        replace(OFFER, key="o1", category="lobby"),
        replace(OFFER, key="o2", mandate="lapsed"),
    )
    found = only(match(snapshot(offers=offers), Settings()))
    assert (found.reason, found.rule) == ("no_candidate", Bar.MANDATE.value)
    assert [count.left for count in found.funnel][-1] == 0
    assert found.offers == 2


def test_need_in_a_round_without_offers_has_no_candidate():
    found = only(match(snapshot(offers=()), Settings()))
    assert (found.reason, found.rule, found.nearest) == ("no_candidate", None, ())


def test_need_whose_pairs_are_too_weak_is_below_the_minimum():
    result = match(snapshot(), Settings(minimum_score=0.99))
    found = only(result)
    assert found.reason == "below_minimum"
    (change,) = found.changes
    assert (change.rule, change.offer, change.certain) == ("minimum_score", "o1", True)
    assert result.unused[0].reason == "below_minimum"


def test_need_that_lost_names_winner_and_distance():
    result = match(snapshot((NEED, SECOND)), Settings())
    found = only(result)
    (loss,) = found.losses
    (pair,) = result.pairs
    assert found.reason == "lost_competition"
    assert [winner.key for winner in loss.winners] == [pair.need]
    assert loss.behind == pytest.approx(pair.score - loss.score, abs=1e-9)


def test_forcing_a_lost_pair_has_its_exact_price():
    (loss,) = only(match(snapshot((NEED, SECOND)), Settings())).losses
    need = only(match(snapshot((NEED, SECOND)), Settings())).need
    before = match(snapshot((NEED, SECOND)), Settings()).total
    forced = match(snapshot((NEED, SECOND)), Settings(locked=((need, loss.offer),))).total
    assert loss.price == pytest.approx(before - forced, abs=1e-9)


def test_what_is_not_stated_at_the_heart_is_the_change_to_make():
    found = only(match(snapshot((DIALOGUE,), (replace(TALKS, settings=()),)), Settings()))
    (change,) = found.changes
    assert (change.rule, change.side, change.field) == ("setting", "offer", "settings")
    assert change.present == "unknown"


def test_need_barred_by_hand_says_so():
    assert only(match(snapshot(), Settings(barred=(("n1", "o1"),)))).reason == "barred_by_hand"


def test_need_without_enough_helpers_misses_its_minimum():
    need = replace(NEED, places=3, minimum=2)
    assert only(match(snapshot((need,)), Settings())).reason == "minimum_not_met"


def test_offer_without_place_serves_nobody():
    result = match(snapshot(offers=(replace(OFFER, places=0),)), Settings())
    assert only(result).reason == "no_place"
    assert result.unused[0].reason == "no_place"


def test_need_held_back_by_a_group_rule_says_so():
    limit = GroupLimit(needs=("n1",), at_most=0)
    assert only(match(snapshot(), Settings(rules=(limit,)))).reason == "held_by_rule"


@pytest.mark.parametrize(
    ("need", "offer", "rule", "present", "wanted"),
    [
        (NEED, replace(OFFER, window_end=date(2027, 1, 10)), "window", "30", "10"),
        (NEED, replace(OFFER, languages=("nl",)), "language", "en", "nl"),
        (NEED, replace(OFFER, mandate="refused"), "mandate", "refused", "adopted"),
        (
            NEED,
            replace(OFFER, activities=("project.planning",)),
            "activity",
            "project.planning",
            "project.service",
        ),
        (
            NEED,
            replace(OFFER, settings=("international",)),
            "setting",
            "international",
            "in_area|remote",
        ),
        (
            replace(NEED, low_profile=True),
            replace(OFFER, involves_partner=True),
            "low_profile",
            "yes",
            "no",
        ),
        (replace(DIALOGUE, consent=None), TALKS, "consent", "unknown", "yes"),
        (
            DIALOGUE,
            replace(TALKS, areas=(), context_languages=()),
            "context_minimum",
            "0.020135633",
            "0.3",
        ),
    ],
)
def test_smallest_change_is_the_one_rule_in_the_way(need, offer, rule, present, wanted):
    found = only(match(snapshot((need,), (offer,)), Settings(minimum_score=0)))
    (change,) = found.changes
    assert (change.rule, change.present, change.wanted) == (rule, present, wanted)
    assert change.certain and change.offer == "o1"


def test_change_makes_the_need_served_as_promised():
    offer = replace(OFFER, window_end=date(2027, 1, 10))
    (change,) = only(match(snapshot(offers=(offer,)), Settings())).changes
    need = replace(NEED, overlap_days=int(change.wanted))
    assert match(snapshot((need,), (offer,)), Settings()).pairs


def test_two_rules_in_the_way_give_no_single_change():
    offer = replace(OFFER, mandate="refused", languages=("nl",))
    found = only(match(snapshot(offers=(offer,)), Settings()))
    assert found.changes == ()
    assert found.nearest[0].bars == ("language", "mandate")


def test_secret_veto_shows_neither_in_changes_nor_in_nearest_offers():
    found = only(match(snapshot(offers=(replace(OFFER, veto_countries=("HR",)),)), Settings()))
    assert found.changes == () and found.nearest == ()


def test_lock_is_kept_and_marked():
    result = match(SQUARE, Settings(locked=(("n1", "o2"),)))
    pair = next(pair for pair in result.pairs if pair.need == "n1")
    assert pair.offer == "o2" and pair.locked and pair.price is None


def test_demands_that_clash_come_back_in_keys():
    settings = Settings(locked=(("n1", "o1"), ("n2", "o1")))
    with pytest.raises(InfeasibleRound) as caught:
        match(SQUARE, settings)
    named = {(c.code, c.need, c.offer) for c in caught.value.conflicts}
    assert ("lock", "n1", "o1") in named and ("offer_places", None, "o1") in named


def test_rule_that_cannot_be_met_comes_back_by_name():
    settings = Settings(rules=(GroupLimit(needs=("n1",), at_least=5, name="five"),))
    with pytest.raises(InfeasibleRound) as caught:
        match(SQUARE, settings)
    assert "five" in {conflict.rule for conflict in caught.value.conflicts}


def test_balance_keeps_two_groups_level():
    needs = (
        NEED,
        replace(NEED, key="n2"),
        replace(NEED, key="n3", category="lobby", activity="lobby.rights"),
    )
    settings = Settings(balances=(BalanceLimit(("n1", "n2"), ("n3",), 1),))
    result = match(snapshot(needs, (OFFER, WEAKER)), settings)
    assert len(result.pairs) == 1


@pytest.mark.parametrize(
    "settings",
    [
        Settings(locked=(("x", "o1"),)),
        Settings(barred=(("n1", "x"),)),
        Settings(must_serve=("x",)),
        Settings(rules=(GroupLimit(needs=("x",), at_most=1),)),
    ],
)
def test_setting_that_names_an_unknown_key_is_refused(settings):
    with pytest.raises(ValueError, match=r"there is no (need|offer) 'x'"):
        match(SQUARE, settings)


def varied(seed=3, n=12):
    """Return a snapshot of many unlike needs and offers."""
    draw = random.Random(seed)
    needs = [
        replace(
            NEED,
            key=f"n{k:02}",
            effort_days=draw.randint(1, 60),
            settings=tuple(draw.sample(["in_area", "remote"], draw.randint(1, 2))),
        )
        for k in range(n)
    ]
    offers = [
        replace(
            OFFER,
            key=f"o{k:02}",
            effort_days=draw.choice([None, 5, 30]),
            settings=tuple(draw.sample(["in_area", "remote"], 1)),
            areas=draw.choice([None, (), (AreaExperience("HR", "", 2020, 2),)]),
        )
        for k in range(n - 3)
    ]
    return snapshot(needs, offers)


def test_order_of_the_input_changes_nothing():
    whole = varied()
    shuffled = replace(
        whole, needs=whole.needs[::-1], offers=whole.offers[::-1], towns=whole.towns[::-1]
    )
    assert match(whole, Settings()).to_json() == match(shuffled, Settings()).to_json()


def test_rerun_gives_the_same_bytes():
    assert match(varied(), Settings()).to_json() == match(varied(), Settings()).to_json()


def test_result_can_be_stored_and_read_again():
    result = match(varied(), Settings())
    assert Result.from_json(result.to_json()) == result


def test_every_need_is_proposed_or_explained():
    whole = varied()
    result = match(whole, Settings())
    named = [p.need for p in result.pairs] + [u.need for u in result.unmatched]
    assert sorted(named) == sorted(need.key for need in whole.needs)
    used = {p.offer for p in result.pairs}
    assert {u.offer for u in result.unused} == {o.key for o in whole.offers} - used


def test_progress_is_told_step_by_step():
    steps = []
    match(SQUARE, Settings(), progress=lambda step, done, total: steps.append(step))
    assert list(dict.fromkeys(steps)) == [
        "check",
        "candidates",
        "scores",
        "assign",
        "prices",
        "explain",
    ]


def test_cancelled_run_stops():
    with pytest.raises(CancelledRound):
        match(SQUARE, Settings(), cancelled=lambda: True)


def test_empty_round_gives_an_empty_result():
    result = match(snapshot((), (), (NEED_TOWN, OFFER_TOWN)), Settings())
    assert result.pairs == result.unmatched == result.unused == ()
    assert result.total == 0
