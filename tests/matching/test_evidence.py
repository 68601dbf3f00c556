"""What stands behind each part of a score is told as it was frozen."""

from dataclasses import replace
from datetime import date

import pytest

from matchmaker.matching.evidence import Fact, evidence_of, pair_evidence
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import (
    AreaExperience,
    Delivery,
    Tie,
    TopicOffered,
    TopicWanted,
    Town,
)
from tests.matching.build import NEED, NEED_TOWN, OFFER, OFFER_TOWN, snapshot
from tests.matching.random_rounds import random_round

THIRD = Town("osijek", "HR", "HR-14")
FAR = Town("lyon", "FR", "FR-ARA")
ABROAD = Town("pecs", "HU", "HU-BA")
TOWNS = (NEED_TOWN, OFFER_TOWN, THIRD, FAR, ABROAD)
NEIGHBOURS = (("HR", "HU"),)


def rows_of(need=NEED, offer=OFFER, towns=TOWNS, **rest):
    rest.setdefault("neighbours", NEIGHBOURS)
    problem = prepare(snapshot((need,), (offer,), towns, **rest), Settings())
    return {row.part: row for row in evidence_of(problem, need.key, offer.key)}


def facts_of(part, **world):
    return rows_of(**world)[part].facts


def test_contributions_add_up_to_the_score():
    problem = prepare(snapshot(), Settings())
    found = pair_evidence(problem, "n1", "o1")
    assert sum(row.contribution for row in found.rows) == pytest.approx(found.score, abs=1e-9)
    assert found.score == pytest.approx(problem.scores[0, 0])


def test_barred_pair_has_evidence_too():
    problem = prepare(snapshot(offers=(replace(OFFER, category="lobby"),)), Settings())
    assert problem.scores.nnz == 0
    assert len(evidence_of(problem, "n1", "o1")) == 13


def test_topic_is_told_with_the_level_asked_and_the_level_offered():
    first, second = facts_of("topics")
    assert first == Fact(
        "topics.met", {"topic": "env.water", "asked": 4, "importance": 3, "offered": 4}
    )
    assert (second.code, second.values["asked"], second.values["offered"]) == ("topics.met", 2, 3)


@pytest.mark.parametrize(
    ("brought", "code"),
    [
        (TopicOffered("env.water", 3), "topics.lower"),
        (TopicOffered("env.water", None), "topics.level_unknown"),
        (TopicOffered("env.waste", 5), "topics.sibling"),
        (TopicOffered("gov.finance", 5), "topics.missing"),
    ],
)
def test_topic_that_falls_short_is_told_how(brought, code):
    need = replace(NEED, topics=(TopicWanted("env.water", 3, 4),))
    (fact,) = facts_of("topics", need=need, offer=replace(OFFER, topics=(brought,)))
    assert fact.code == code


def test_tie_is_told_with_kind_and_years():
    tie = Tie("vukovar", "utrecht", kind="project", since=1998, until=2005)
    (fact,) = facts_of("ties", ties=(tie,))
    assert fact.code == "ties.town"
    assert fact.values == {
        "town": "vukovar",
        "country": "HR",
        "kind": "project",
        "since": 1998,
        "until": 2005,
        "alive": False,
    }


def test_ties_are_told_from_the_one_that_counts_most():
    ties = (
        Tie("utrecht", "pecs"),
        Tie("utrecht", "lyon"),
        Tie("utrecht", "osijek"),
        Tie("vukovar", "utrecht", until=2000),
    )
    codes = [fact.code for fact in facts_of("ties", ties=ties)]
    assert codes == ["ties.town", "ties.country", "ties.neighbour"]


def test_no_tie_on_record_is_unknown_and_a_tie_elsewhere_is_none():
    assert facts_of("ties") == (Fact("ties.unknown"),)
    assert facts_of("ties", ties=(Tie("utrecht", "lyon"),)) == (Fact("ties.none"),)


def test_partners_in_common_are_named():
    ties = (Tie("utrecht", "lyon"), Tie("vukovar", "lyon"), Tie("utrecht", "osijek"))
    (fact,) = facts_of("shared_partners", ties=ties)
    assert fact == Fact("shared_partners.shared", {"n": 1, "towns": ["lyon"]})


def test_work_is_told_by_how_near_it_was_and_staff_only_where_they_serve():
    areas = (
        AreaExperience("HU", "HU-BA", last_year=2020, years=2, staff=True),
        AreaExperience("HR", "HR-16", last_year=2019, years=1),
        AreaExperience("FR"),
    )
    rows = rows_of(offer=replace(OFFER, areas=areas))
    assert [fact.code for fact in rows["area_work"].facts] == [
        "area_work.region",
        "area_work.neighbour",
    ]
    assert rows["area_work"].facts[0].values["last_year"] == 2019
    assert [fact.code for fact in rows["field_staff"].facts] == ["field_staff.neighbour"]


def test_work_that_came_of_a_match_is_told_without_its_place():
    arranged = (AreaExperience("HR", "HR-16", last_year=2025, years=1),)
    facts = facts_of("area_work", offer=replace(OFFER, areas=None, arranged=arranged))
    assert facts == (Fact("area_work.arranged", {"last_year": 2025, "years": 1}),)


def test_work_that_is_not_stated_is_unknown_and_stated_none_is_none():
    assert facts_of("area_work", offer=replace(OFFER, areas=None)) == (Fact("area_work.unknown"),)
    assert facts_of("area_work", offer=replace(OFFER, areas=())) == (Fact("area_work.none"),)


def test_overlap_is_told_in_days():
    offer = replace(OFFER, window_start=date(2027, 2, 1), window_end=date(2027, 12, 31))
    (fact,) = facts_of("window", offer=offer)
    assert fact.values == {
        "start": date(2027, 2, 1),
        "end": date(2027, 4, 10),
        "days": 69,
        "asked": 100,
    }


def test_languages_in_common_are_named():
    (fact,) = facts_of("area_languages")
    assert fact.values == {"area": ["hr"], "shared": ["hr"]}


@pytest.mark.parametrize(
    ("entry", "code", "where"),
    [
        (Delivery("HR", "HR-16", ("env.water",)), "delivery.topic", "here"),
        (Delivery("HR", "", ()), "delivery.topic", "whole"),
        (Delivery("HR", "HR-14", ("env.waste",)), "delivery.related", "elsewhere"),
        (Delivery("HR", "HR-16", ("culture.heritage",)), "delivery.other", "here"),
    ],
)
def test_partner_on_the_ground_is_told_by_area_and_topic(entry, code, where):
    (fact,) = facts_of("delivery", offer=replace(OFFER, delivery=(entry,)))
    assert (fact.code, fact.values["where"]) == (code, where)


def test_partner_in_another_country_is_none():
    offer = replace(OFFER, delivery=(Delivery("FR"),))
    assert facts_of("delivery", offer=offer) == (Fact("delivery.none"),)


def test_conditional_mandate_is_told_with_its_chance():
    offer = replace(OFFER, mandate="conditional", mandate_chance=0.6)
    (fact,) = facts_of("mandate", offer=offer)
    assert (fact.code, fact.values["chance"]) == ("mandate.conditional", 0.6)


def test_part_that_is_not_asked_for_says_so():
    assert facts_of("topics", need=replace(NEED, topics=())) == (Fact("topics.not_asked"),)


def test_what_is_unknown_is_told_with_whom_to_ask():
    problem = prepare(snapshot(offers=(replace(OFFER, areas=None),)), Settings())
    found = pair_evidence(problem, "n1", "o1")
    assert ("area_work", "offer", "areas") in {(q.about, q.side, q.field) for q in found.questions}


def test_facts_say_unknown_exactly_where_the_part_is_unknown():
    for seed in range(6):
        problem = prepare(random_round(seed), Settings())
        for need in problem.snapshot.needs[:4]:
            for offer in problem.snapshot.offers[:4]:
                for row in evidence_of(problem, need.key, offer.key):
                    assert row.facts
                    says = row.facts[0].code.rsplit(".", 1)[1]
                    told = says in ("unknown", "area_unknown", "chance_unknown")
                    assert told == (row.state == "unknown"), (row.part, row.state, says)
