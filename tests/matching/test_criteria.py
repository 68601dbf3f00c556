"""The parts of the criteria, against values computed by hand."""

from dataclasses import replace
from datetime import date

import pytest

from matchmaker.matching import criteria
from matchmaker.matching.snapshot import (
    AreaExperience,
    Delivery,
    Tie,
    TopicOffered,
    Town,
)
from tests.matching.build import NEED, NEED_TOWN, OFFER, OFFER_TOWN, measure

OSIJEK = Town("osijek", "HR", "HR-14")
SPLIT = Town("split", "HR", "HR-17")
ILOK = Town("ilok", "HR", "HR-16")
TUZLA = Town("tuzla", "BA", "BA-03")


def offered(*topics):
    return replace(OFFER, topics=tuple(TopicOffered(*topic) for topic in topics))


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (offered(("env.water", 4), ("gov.finance", 2)), 1.0),
        (offered(("env.water", 5)), 0.75),
        (offered(("env.water", 2)), 0.75 / 2),
        (offered(("env.waste", 4)), 0.75 * 0.4),
        (offered(("env.waste", 2)), 0.75 * 0.4 / 2),
        (offered(("env.water", 1), ("env.waste", 5)), 0.75 * 0.4),
        (offered(("peace.mediation", 5)), 0.0),
    ],
)
def test_topics_are_covered_by_importance_level_and_likeness(offer, expected):
    value, low, high, _ = measure(criteria.topics, offer=offer)
    assert value == low == high == pytest.approx(expected)


def test_level_not_stated_leaves_the_topic_between_two_credits():
    value, low, high, _ = measure(criteria.topics, offer=offered(("env.water", None)))
    assert (low, value, high) == pytest.approx((0.75 / 4, 0.75 * 0.625, 0.75))


def test_offer_without_topics_is_unknown_and_need_without_does_not_ask():
    assert measure(criteria.topics, offer=offered()) == (None, 0, 1, True)
    assert measure(criteria.topics, replace(NEED, topics=()))[3] is False


@pytest.mark.parametrize(
    ("experience", "expected"),
    [
        ((), None),
        ((("project.service", 0),), 0),
        ((("project.service", 1),), 0.5),
        ((("project.service", 3),), 0.875),
        ((("project.planning", 9),), None),
    ],
)
def test_experience_adds_half_of_what_is_missing_each_time(experience, expected):
    value = measure(criteria.experience, offer=replace(OFFER, experience=experience))[0]
    assert value == expected


@pytest.mark.parametrize(
    ("partner", "until", "expected"),
    [
        ("vukovar", None, 1),
        ("vukovar", 2020, 0.5),
        ("ilok", None, 0.7),
        ("osijek", None, 0.4),
        ("tuzla", None, 0.2),
        ("utrecht2", None, 0.0),
        ("ilok", 2020, 0.35),
    ],
)
def test_tie_counts_by_nearness(partner, until, expected):
    towns = (NEED_TOWN, OFFER_TOWN, OSIJEK, ILOK, TUZLA, Town("utrecht2", "NL"))
    value = measure(
        criteria.ties,
        towns=towns,
        ties=(Tie(partner, "utrecht", until=until),),
        neighbours=(("BA", "HR"),),
    )[0]
    assert value == pytest.approx(expected)


def test_helper_without_any_recorded_tie_is_unknown():
    assert measure(criteria.ties) == (None, 0, 1, True)


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (AreaExperience("HR", "HR-16", 2026, 5), (1, 1, 1)),
        (AreaExperience("HR", "HR-16", 2016, 5), (0.75, 0.75, 0.75)),
        (AreaExperience("HR", "HR-16", 2026, 2.5), (0.75, 0.75, 0.75)),
        (AreaExperience("HR", "HR-16", 2026, None), (0.5, 1, 1)),
        (AreaExperience("HR", "HR-16"), (0, 0.5, 1)),
        (AreaExperience("HR", "HR-17", 2026, 5), (0.6, 0.6, 0.6)),
        (AreaExperience("HR", "", 2026, 5), (0.6, 0.6, 1)),
        (AreaExperience("BA", "BA-03", 2026, 5), (0.3, 0.3, 0.3)),
        (AreaExperience("CO", "", 2026, 5), (0, 0, 0)),
    ],
)
def test_earlier_work_counts_by_nearness_length_and_recency(area, expected):
    value, low, high, _ = measure(
        criteria.area_work, offer=replace(OFFER, areas=(area,)), neighbours=(("BA", "HR"),)
    )
    assert (low, value, high) == pytest.approx(expected)


def test_best_entry_of_earlier_work_counts():
    areas = (AreaExperience("CO"), AreaExperience("HR", "HR-16", 2026, 5), AreaExperience("HR"))
    assert measure(criteria.area_work, offer=replace(OFFER, areas=areas))[0] == 1


@pytest.mark.parametrize("function", [criteria.area_work, criteria.field_staff])
def test_earlier_work_not_stated_is_unknown_and_none_is_zero(function):
    assert measure(function, offer=replace(OFFER, areas=None)) == (None, 0, 1, True)
    assert measure(function, offer=replace(OFFER, areas=())) == (0, 0, 0, True)


ARRANGED = (AreaExperience("HR", "HR-16", 2026, 5),)


def test_work_that_came_of_a_match_counts_whether_or_not_other_work_is_stated():
    for areas in (None, ()):
        offer = replace(OFFER, areas=areas, arranged=ARRANGED)
        assert measure(criteria.area_work, offer=offer)[0] == 1


def test_work_that_came_of_a_match_leaves_other_places_as_unknown_as_they_were():
    elsewhere = (AreaExperience("CO", "", 2026, 5),)
    offer = replace(OFFER, areas=None, arranged=elsewhere)
    assert measure(criteria.area_work, offer=offer) == (None, 0, 1, True)
    assert measure(criteria.field_staff, offer=offer) == (None, 0, 1, True)


@pytest.mark.parametrize(("staff", "expected"), [(True, 0.6), (False, 0)])
def test_staff_counts_by_nearness(staff, expected):
    areas = (AreaExperience("HR", "HR-17", staff=staff),)
    assert measure(criteria.field_staff, offer=replace(OFFER, areas=areas))[0] == expected


@pytest.mark.parametrize(
    ("area", "spoken", "expected"),
    [
        (("hr",), ("hr",), (1, 1, 1)),
        (("hr", "sr"), ("hr",), (0.875, 0.875, 0.875)),
        (("hr",), (), (0, 0, 0)),
        (("hr",), None, (None, 0, 1)),
        (("en", "hr"), None, (0.875, 0.875, 1)),
        ((), ("hr",), (None, 0, 1)),
    ],
)
def test_languages_of_the_area(area, spoken, expected):
    towns = (replace(NEED_TOWN, languages=area), OFFER_TOWN)
    found = measure(
        criteria.area_languages, offer=replace(OFFER, context_languages=spoken), towns=towns
    )
    assert found[:3] == expected


def test_partners_in_common_count_by_number():
    towns = (NEED_TOWN, OFFER_TOWN, OSIJEK, SPLIT)
    ties = (Tie("osijek", "vukovar"), Tie("osijek", "utrecht"))
    assert measure(criteria.shared_partners, towns=towns, ties=ties)[0] == 0.5
    more = (*ties, Tie("split", "vukovar"), Tie("split", "utrecht"))
    assert measure(criteria.shared_partners, towns=towns, ties=more)[0] == 0.75
    assert measure(criteria.shared_partners, towns=towns, ties=ties[:1])[0] is None


@pytest.mark.parametrize(
    ("population", "expected"),
    [(23_000, 1), (230_000, 0.5), (2_300_000, 0), (23_000_000, 0), (None, None), (0, None)],
)
def test_likeness_of_size_falls_by_half_with_each_factor_of_ten(population, expected):
    towns = (NEED_TOWN, replace(OFFER_TOWN, population=population))
    value = measure(criteria.size, towns=towns)[0]
    assert value == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2027, 1, 1), date(2027, 4, 10), 1),
        (date(2027, 1, 1), date(2027, 1, 30), 0.3),
        (date(2026, 1, 1), date(2028, 1, 1), 1),
        (date(2028, 1, 1), date(2028, 2, 1), 0),
        (None, date(2027, 4, 10), None),
    ],
)
def test_share_of_the_period(start, end, expected):
    offer = replace(OFFER, window_start=start, window_end=end)
    assert measure(criteria.window, offer=offer)[0] == expected


@pytest.mark.parametrize(("days", "expected"), [(20, 1), (40, 1), (5, 0.25), (None, None)])
def test_effort_offered_against_asked(days, expected):
    assert measure(criteria.effort, offer=replace(OFFER, effort_days=days))[0] == expected


def test_effort_of_nothing_asked_is_met():
    assert measure(criteria.effort, replace(NEED, effort_days=0))[0] == 1


@pytest.mark.parametrize(("months", "expected"), [(12, 1), (6, 0.5), (None, None)])
def test_length_of_commitment(months, expected):
    offer = replace(OFFER, commitment_months=months)
    assert measure(criteria.commitment, offer=offer)[0] == expected


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        ((Delivery("HR", "HR-16", ("env.water",)),), 1),
        ((Delivery("HR"),), 1),
        ((Delivery("HR", "HR-17"),), 0.5),
        ((Delivery("HR", "HR-16", ("env.waste",)),), 0.5),
        ((Delivery("HR", "HR-16", ("culture.sport",)),), 0),
        ((Delivery("BA"), Delivery("HR", "HR-17", ("env.waste",))), 0.25),
        ((), 0),
        (None, None),
    ],
)
def test_delivering_partner_counts_by_area_and_topic(delivery, expected):
    assert measure(criteria.delivery, offer=replace(OFFER, delivery=delivery))[0] == expected


def test_delivering_partner_is_not_asked_of_remote_or_low_profile_work():
    assert measure(criteria.delivery, replace(NEED, settings=("remote",)))[3] is False
    assert measure(criteria.delivery, replace(NEED, presence="none"))[3] is False
    assert measure(criteria.delivery, replace(NEED, low_profile=True))[3] is False


def test_partner_on_the_ground_is_not_asked_of_who_helps_from_elsewhere():
    abroad = replace(OFFER, settings=("remote",), delivery=())
    assert measure(criteria.delivery, offer=abroad)[3] is False
    assert measure(criteria.delivery, offer=replace(OFFER, settings=(), delivery=()))[3] is True


@pytest.mark.parametrize(
    ("mandate", "chance", "expected"),
    [
        ("adopted", None, 1),
        ("conditional", 0.6, 0.6),
        ("conditional", None, None),
        ("refused", None, 0),
    ],
)
def test_mandate_counts_its_chance(mandate, chance, expected):
    offer = replace(OFFER, mandate=mandate, mandate_chance=chance)
    assert measure(criteria.mandate, offer=offer)[0] == expected
