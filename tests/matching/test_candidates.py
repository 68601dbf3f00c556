"""The hard rules: each on both sides of its boundary, and what counts where nothing is stated."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import RULES, barred_by, candidates, day_overlap
from matchmaker.matching.scoring import context_bounds
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Tie, Town
from matchmaker.vocabulary import Bar
from tests.matching.build import (
    DIALOGUE,
    NEED,
    NEED_TOWN,
    OFFER,
    OFFER_TOWN,
    TALKS,
    TIE,
    TODAY,
    bar_of,
    pair,
    snapshot,
)

EASY = Settings(context_minimum={"heart": 0.0, "atmosphere": 0.0})


def test_pair_that_meets_every_rule_is_allowed():
    assert bar_of() is None


def test_same_municipality_is_barred():
    assert bar_of(offer=replace(OFFER, town="vukovar")) == Bar.SAME_MUNICIPALITY


def test_other_category_is_barred():
    assert bar_of(offer=replace(OFFER, category="lobby")) == Bar.CATEGORY


def test_second_category_of_the_offer_serves():
    offer = replace(OFFER, category="lobby", second_category="project")
    assert bar_of(offer=offer) is None


def test_other_activity_is_barred():
    assert bar_of(offer=replace(OFFER, activities=("project.planning",))) == Bar.ACTIVITY


def test_activities_not_stated_count_in_favour():
    assert bar_of(offer=replace(OFFER, activities=())) is None


def test_depth_that_is_not_offered_is_barred():
    offer = replace(TALKS, depths=("atmosphere",))
    assert bar_of(DIALOGUE, offer, EASY) == Bar.ACTIVITY


@pytest.mark.parametrize("depth", ["atmosphere", "heart"])
def test_each_depth_asked_must_be_among_the_depths_offered(depth):
    other = {"atmosphere": "heart", "heart": "atmosphere"}[depth]
    need = replace(DIALOGUE, depth=depth)
    assert bar_of(need, replace(TALKS, depths=(other,)), EASY) == Bar.ACTIVITY
    assert bar_of(need, replace(TALKS, depths=(depth,)), EASY) is None


def test_setting_not_in_common_is_barred():
    offer = replace(OFFER, settings=("international",))
    assert bar_of(offer=offer) == Bar.SETTING


def test_setting_that_the_activity_does_not_allow_is_barred():
    both = {"settings": ("international",)}
    assert bar_of(replace(NEED, **both), replace(OFFER, **both)) == Bar.SETTING


@pytest.mark.parametrize(
    ("presence", "expected"), [("none", Bar.SETTING), ("restricted", None), ("possible", None)]
)
def test_area_without_presence_allows_no_work_in_it(presence, expected):
    need = replace(NEED, presence=presence)
    assert bar_of(need, replace(OFFER, settings=("in_area",))) == expected


def test_area_without_presence_allows_remote_work():
    assert bar_of(replace(NEED, presence="none")) is None


def test_no_shared_language_and_no_interpretation_is_barred():
    assert bar_of(offer=replace(OFFER, languages=("nl",))) == Bar.LANGUAGE


@pytest.mark.parametrize("interpretation", [True, None])
def test_interpretation_that_may_exist_replaces_the_language(interpretation):
    offer = replace(OFFER, languages=("nl",), interpretation=interpretation)
    assert bar_of(offer=offer) is None


def test_language_in_common_counts_however_many_languages_the_round_has():
    codes = [f"l{k:03}" for k in range(150)]
    needs = [replace(NEED, key=f"n{k:03}", languages=(code,)) for k, code in enumerate(codes)]
    offers = [
        replace(OFFER, key=f"o{k:03}", languages=(codes[k], codes[(k + 70) % 150]))
        for k in range(150)
    ]
    arrays = arrays_of(snapshot(needs, offers).sorted())
    barred = barred_by(Bar.LANGUAGE, arrays, EASY, np.arange(150))
    expected = [[code not in offer.languages for offer in offers] for code in codes]
    assert barred.tolist() == expected


@pytest.mark.parametrize("need", [True, False, None])
@pytest.mark.parametrize("offer", [True, False, None])
@pytest.mark.parametrize("languages", [("en",), ("nl",), ()])
def test_language_rule_by_every_statement_of_both_sides(need, offer, languages):
    shared, interprets = "en" in languages, True in (need, offer)
    refused = need is False and offer is False
    for record, helper, strict in ((NEED, OFFER, False), (DIALOGUE, TALKS, True)):
        arrays = pair(
            replace(record, interpretation=need),
            replace(helper, interpretation=offer, languages=languages),
        )
        allowed = shared or interprets or (not strict and (not languages or not refused))
        found = barred_by(Bar.LANGUAGE, arrays, EASY, np.array([0]))
        assert found.tolist() == [[not allowed]]


def test_unknown_interpretation_bars_at_the_heart_of_a_disagreement():
    offer = replace(TALKS, languages=("nl",), interpretation=None)
    assert bar_of(DIALOGUE, offer, EASY) == Bar.LANGUAGE


@pytest.mark.parametrize(
    ("end", "expected"), [(date(2027, 1, 30), None), (date(2027, 1, 29), Bar.WINDOW)]
)
def test_periods_must_overlap_by_the_least_number_of_days(end, expected):
    assert bar_of(offer=replace(OFFER, window_end=end)) == expected


DAYS = {"window_start": date(2027, 1, 1), "window_end": date(2027, 1, 10)}


@pytest.mark.parametrize(
    ("need", "offer", "expected"),
    [
        ({}, {}, (10, 10)),
        ({}, {"window_start": date(2027, 1, 10), "window_end": date(2027, 2, 1)}, (1, 1)),
        ({}, {"window_start": date(2027, 1, 11), "window_end": date(2027, 2, 1)}, (0, 0)),
        ({}, {"window_start": date(2027, 6, 1), "window_end": date(2027, 7, 1)}, (0, 0)),
        ({}, {"window_end": None}, (0, 10)),
        ({"window_start": None}, {}, (0, 10)),
        ({"window_end": None}, {"window_end": None}, (0, np.inf)),
        ({"window_start": None, "window_end": None}, {}, (0, 10)),
        (
            {"window_start": date(2027, 1, 4), "window_end": None},
            {"window_start": None, "window_end": date(2027, 1, 8)},
            (0, 5),
        ),
    ],
)
def test_days_in_common_are_counted_surely_and_possibly(need, offer, expected):
    arrays = pair(replace(NEED, **DAYS | need), replace(OFFER, **DAYS | offer))
    surely, possibly = day_overlap(arrays, np.array([0]), np.array([0]))
    assert (surely.tolist(), possibly.tolist()) == ([expected[0]], [expected[1]])


def test_covering_the_whole_of_a_short_period_is_enough():
    assert bar_of(replace(NEED, window_end=date(2027, 1, 5))) is None


def test_period_not_stated_counts_in_favour():
    assert bar_of(offer=replace(OFFER, window_start=None, window_end=None)) is None


def test_period_not_stated_bars_at_the_heart_of_a_disagreement():
    assert bar_of(DIALOGUE, replace(TALKS, window_end=None), EASY) == Bar.WINDOW


@pytest.mark.parametrize("mandate", ["refused", "lapsed"])
def test_mandate_refused_or_lapsed_is_barred(mandate):
    assert bar_of(offer=replace(OFFER, mandate=mandate)) == Bar.MANDATE


@pytest.mark.parametrize(("day", "expected"), [(TODAY, None), (date(2026, 11, 21), Bar.MANDATE)])
def test_mandate_lapses_after_its_last_day(day, expected):
    assert bar_of(offer=replace(OFFER, mandate="conditional", mandate_lapses=day)) == expected


@pytest.mark.parametrize("names", [{"veto_towns": ("utrecht",)}, {"veto_countries": ("NL",)}])
def test_veto_of_the_need_is_barred(names):
    assert bar_of(replace(NEED, **names)) == Bar.VETO


@pytest.mark.parametrize("names", [{"veto_towns": ("vukovar",)}, {"veto_countries": ("HR",)}])
def test_veto_of_the_offer_is_barred(names):
    assert bar_of(offer=replace(OFFER, **names)) == Bar.VETO


def test_veto_on_somebody_else_changes_nothing():
    assert bar_of(replace(NEED, veto_countries=("FR",), veto_towns=("nowhere",))) is None


@pytest.mark.parametrize(("consent", "expected"), [(True, None), (None, Bar.CONSENT)])
def test_heart_of_a_disagreement_needs_stated_consent(consent, expected):
    assert bar_of(replace(DIALOGUE, consent=consent), TALKS, EASY) == expected


def test_change_of_atmosphere_needs_no_consent():
    need = replace(DIALOGUE, depth="atmosphere", consent=False)
    assert bar_of(need, TALKS) is None


def test_dialogue_without_a_stated_depth_counts_as_the_deeper():
    assert bar_of(replace(DIALOGUE, depth=None, consent=None), TALKS) == Bar.CONSENT


def test_heart_of_a_disagreement_needs_knowledge_that_is_sure():
    assert bar_of(DIALOGUE, TALKS, ties=(TIE,)) is None
    assert bar_of(DIALOGUE, replace(TALKS, areas=None), ties=()) == Bar.CONTEXT_MINIMUM


def test_least_knowledge_elsewhere_is_met_by_what_may_be():
    settings = Settings(context_minimum={"heart": 0.3, "atmosphere": 0.9})
    need = replace(DIALOGUE, depth="atmosphere")
    unknown = replace(TALKS, areas=None, context_languages=None)
    assert bar_of(need, unknown, settings) is None
    stated = replace(TALKS, areas=(), context_languages=())
    assert bar_of(need, stated, settings) == Bar.CONTEXT_MINIMUM


@pytest.mark.parametrize(("depth", "end"), [("heart", 0), ("atmosphere", 1)])
def test_knowledge_exactly_at_its_minimum_is_enough(depth, end):
    need, offer = replace(DIALOGUE, depth=depth), replace(TALKS, areas=None)
    one = np.array([0])
    known = context_bounds(pair(need, offer, ties=(TIE,)), EASY, one, one)[end]
    least = round(float(known[0]), 9)
    assert 0 < least < 1
    for minimum, expected in ((least, None), (least + 1e-6, Bar.CONTEXT_MINIMUM)):
        settings = Settings(context_minimum=EASY.context_minimum | {depth: minimum})
        assert bar_of(need, offer, settings, ties=(TIE,)) == expected


def test_low_profile_bars_a_partner_organisation():
    need = replace(NEED, low_profile=True)
    assert bar_of(need) is None
    assert bar_of(need, replace(OFFER, involves_partner=True)) == Bar.LOW_PROFILE


@pytest.mark.parametrize(
    ("ties", "waiver", "expected"),
    [
        ((TIE,), False, None),
        ((), True, None),
        ((), False, Bar.TIE_REQUIRED),
        ((Tie("utrecht", "vukovar", until=2026),), False, None),
        ((Tie("utrecht", "vukovar", until=2025),), False, Bar.TIE_REQUIRED),
    ],
)
def test_legitimacy_needs_a_living_tie_or_a_waiver(ties, waiver, expected):
    activity = "lobby.legitimacy"
    need = replace(NEED, category="lobby", activity=activity, tie_waiver=waiver)
    offer = replace(OFFER, category="lobby", activities=(activity,))
    assert bar_of(need, offer, ties=ties) == expected


def test_tie_is_asked_of_each_need_by_itself():
    activity = "lobby.legitimacy"
    lobby = replace(NEED, category="lobby", activity=activity)
    other = replace(NEED_TOWN, key="osijek")
    needs = [
        replace(lobby, key="n1"),
        replace(lobby, key="n2", tie_waiver=True, town="osijek"),
        replace(lobby, key="n3", town="osijek"),
        replace(NEED, key="n4", town="osijek"),
    ]
    towns = (NEED_TOWN, other, OFFER_TOWN, replace(OFFER_TOWN, key="delft"))
    offers = [OFFER, replace(OFFER, key="o2", town="delft")]
    ended = Tie("osijek", "delft", until=2020)
    arrays = arrays_of(snapshot(needs, offers, towns, ties=(TIE, ended)).sorted())
    barred = barred_by(Bar.TIE_REQUIRED, arrays, EASY, np.arange(4))
    assert barred.tolist() == [[False, True], [False, False], [True, True], [False, False]]


@pytest.mark.parametrize("which", [0, 1])
def test_temporary_administration_is_barred_from_the_heart_of_a_disagreement(which):
    towns = [NEED_TOWN, OFFER_TOWN]
    towns[which] = replace(towns[which], temporary=True)
    assert bar_of(DIALOGUE, TALKS, EASY, towns=towns) == Bar.TEMPORARY_ADMINISTRATION


def test_temporary_administration_may_ask_for_a_project():
    assert bar_of(towns=(replace(NEED_TOWN, temporary=True), OFFER_TOWN)) is None


def test_first_rule_of_the_funnel_is_the_one_that_is_named():
    offer = replace(OFFER, category="lobby", mandate="refused")
    assert bar_of(offer=offer) == Bar.CATEGORY


def test_funnel_counts_add_up():
    offers = [
        OFFER,
        replace(OFFER, key="o2", category="lobby"),
        replace(OFFER, key="o3", activities=("project.planning",)),
        replace(OFFER, key="o4", mandate="refused"),
        replace(OFFER, key="o5", category="dialogue"),
    ]
    found = candidates(arrays_of(snapshot(offers=offers)), Settings())
    left = dict(zip(RULES, found.funnel[0][1:].tolist(), strict=True))
    assert found.funnel[0][0] == 5
    assert (left[Bar.CATEGORY], left[Bar.ACTIVITY], left[Bar.MANDATE]) == (3, 2, 1)
    assert found.funnel[0][-1] == found.allowed.sum() == 1


def test_funnel_of_each_need_counts_the_offers_left_after_each_rule():
    needs = [
        NEED,
        replace(NEED, key="n2", category="lobby", activity="lobby.rights"),
        replace(NEED, key="n3", languages=("fr",), window_end=date(2027, 1, 9)),
    ]
    offers = [
        OFFER,
        replace(OFFER, key="o2", category="lobby", activities=("lobby.rights",)),
        replace(OFFER, key="o3", category="lobby", activities=(), mandate="refused"),
        replace(OFFER, key="o4", settings=("international",), languages=("fr",)),
        replace(OFFER, key="o5", window_end=date(2027, 1, 5), veto_countries=("HR",)),
    ]
    arrays = arrays_of(snapshot(needs, offers).sorted())
    found = candidates(arrays, EASY)
    left = np.ones((3, 5), dtype=bool)
    expected = [[5, 5, 5]]
    for rule in RULES:
        left &= ~barred_by(rule, arrays, EASY, np.arange(3))
        expected.append(left.sum(axis=1).tolist())
    assert found.funnel.T.tolist() == expected
    assert found.allowed.tolist() == left.tolist()
    assert found.funnel.dtype == np.int64


def test_progress_tells_the_needs_done_after_each_block():
    needs = [replace(NEED, key=f"n{k:03}") for k in range(300)]
    told = []
    candidates(arrays_of(snapshot(needs)), EASY, lambda done, n: told.append((done, n)))
    assert told == [(256, 300), (300, 300)]


@pytest.mark.parametrize("rule", RULES)
def test_rule_asked_of_some_pairs_answers_for_them_as_for_all(rule):
    needs = [DIALOGUE, NEED, replace(DIALOGUE, key="n3", window_end=None, depth="atmosphere")]
    offers = [TALKS, replace(OFFER, key="o2", areas=()), replace(TALKS, key="o3", areas=())]
    offers[2] = replace(offers[2], window_end=date(2027, 1, 5), context_languages=())
    needs = [replace(need, key=f"n{k}") for k, need in enumerate(needs)]
    arrays = arrays_of(snapshot(needs, offers).sorted())
    rows = np.array([2, 0])
    whole = barred_by(rule, arrays, Settings(), rows)
    asked = np.array([[True, False, True], [False, True, True]])
    some = barred_by(rule, arrays, Settings(), rows, asked)
    assert whole.shape == some.shape == (2, 3)
    assert some[asked].tolist() == whole[asked].tolist()


def test_block_of_needs_gives_what_each_need_gives_alone():
    needs = [replace(DIALOGUE, key=f"n{k:03}", consent=k % 2 == 0) for k in range(300)]
    arrays = arrays_of(snapshot(needs, [TALKS], ties=(TIE,)))
    whole = candidates(arrays, Settings()).bar[:, 0]
    alone = [
        next(
            (
                k + 1
                for k, rule in enumerate(RULES)
                if barred_by(rule, arrays, Settings(), np.array([row]))[0, 0]
            ),
            0,
        )
        for row in range(300)
    ]
    assert whole.tolist() == alone


def test_no_need_and_no_offer_give_empty_candidates():
    town = Town("x", "NL")
    found = candidates(arrays_of(snapshot((), (), (town,))), Settings())
    assert found.bar.shape == (0, 0) and found.funnel.shape == (0, len(RULES) + 1)


@pytest.mark.parametrize(
    ("category", "activity", "expected"),
    [
        ("project", "project.service", Bar.RIGHTS_ONLY),
        ("lobby", "lobby.attention", Bar.RIGHTS_ONLY),
        ("lobby", "lobby.rights", None),
        ("lobby", "lobby.monitoring", None),
    ],
)
def test_red_flag_leaves_lobbying_for_rights_only(category, activity, expected):
    need = replace(NEED, category=category, activity=activity, settings=(), rights_only=True)
    offer = replace(OFFER, category=category, activities=(activity,), settings=())
    assert bar_of(need, offer) == expected
    assert bar_of(replace(need, rights_only=False), offer) is None


@pytest.mark.parametrize(
    ("refuses", "has_to", "expected"),
    [
        (True, True, Bar.PUBLICITY),
        (True, False, None),
        (False, True, None),
        (False, False, None),
    ],
)
def test_town_that_refuses_publicity_is_not_matched_with_who_needs_it(refuses, has_to, expected):
    need, offer = replace(NEED, no_publicity=refuses), replace(OFFER, must_publish=has_to)
    assert bar_of(need, offer) == expected


def test_publicity_that_nobody_speaks_of_leaves_no_trace_in_a_snapshot():
    text = snapshot().to_json()
    assert "no_publicity" not in text and "must_publish" not in text
