"""The questions of the check are data: each has its source, and yes is always the green answer."""

import pytest

from matchmaker.vocabulary import ACTIVITIES
from matchmaker.vocabulary.impact import NO_PARTNER, QUESTIONS, AskedAt, Direction, asked


def test_every_question_says_where_it_comes_from():
    assert all("Musch & Sizoo 2009" in one.source for one in QUESTIONS.values())


def test_every_risk_is_named_as_something_that_may_be():
    risks = [one.risk for one in QUESTIONS.values() if one.code != NO_PARTNER]
    assert [risk for risk in risks if " may " not in risk] == []


def test_codes_fit_their_column():
    assert max(map(len, QUESTIONS)) <= 40


def test_activities_that_a_question_is_kept_to_exist():
    assert {code for one in QUESTIONS.values() for code in one.activities} <= set(ACTIVITIES)


@pytest.mark.parametrize("at", [AskedAt.NEED, AskedAt.MATCH])
def test_choice_of_participants_is_asked_for_sports_and_culture_alone(at):
    sport = {one.code for one in asked(at, "dialogue.culture_sport")}
    service = {one.code for one in asked(at, "project.service")}
    assert sport - service == {f"{at}.participants"}


def test_match_is_asked_both_ways():
    directions = {one.direction for one in asked(AskedAt.MATCH, "project.service")}
    assert directions == set(Direction)
