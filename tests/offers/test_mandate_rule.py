"""What the stages of a decision make of a mandate."""

from datetime import date

import pytest

from matchmaker.offers.mandate_rule import OF_A_MATCH, mandate_from, next_stage, stages_of
from matchmaker.vocabulary import Stage
from matchmaker.vocabulary.mandate import FRAMEWORKS, Practice

TODAY = date(2027, 3, 1)
SOON, PAST = date(2027, 4, 1), date(2027, 2, 28)
FUNDED = Practice.CENTRAL_FUNDING


@pytest.mark.parametrize(
    ("answers", "practice", "lapses", "expected"),
    [
        ({}, None, SOON, "conditional"),
        ({}, None, None, "conditional"),
        ({}, None, TODAY, "conditional"),
        ({}, None, PAST, "lapsed"),
        ({"executive": True, "committee": True}, None, SOON, "conditional"),
        ({"council": True}, None, PAST, "adopted"),
        ({"signed": True}, None, SOON, "adopted"),
        ({"council": True, "signed": False}, None, SOON, "refused"),
        ({"council": False}, None, SOON, "refused"),
        ({"executive": False}, None, SOON, "refused"),
        ({"executive": False, "council": True}, None, SOON, "adopted"),
        ({"committee": False}, None, SOON, "conditional"),
        ({"ministry": False, "council": True}, Practice.IN_LINE, SOON, "adopted"),
        ({"council": True}, FUNDED, SOON, "conditional"),
        ({"council": True}, FUNDED, PAST, "lapsed"),
        ({"council": True, "funding": True}, FUNDED, SOON, "adopted"),
        ({"council": True, "funding": False}, FUNDED, SOON, "refused"),
        ({"council": True, "funding": False}, Practice.OWN_POLICY, SOON, "adopted"),
    ],
)
def test_mandate_follows_from_the_stage_that_came_last(answers, practice, lapses, expected):
    assert mandate_from(answers, practice, lapses, TODAY) == expected


def test_a_country_adds_only_the_stage_that_its_practice_asks_for():
    plain = stages_of(None)
    assert plain == stages_of(Practice.OWN_POLICY)
    assert set(stages_of(Practice.IN_LINE)) - set(plain) == {Stage.MINISTRY}
    assert set(stages_of(FUNDED)) - set(plain) == {Stage.FUNDING}
    assert set(OF_A_MATCH) <= set(plain)


def test_what_comes_next_is_the_first_that_no_later_one_overtook():
    stages = stages_of(FUNDED)
    assert next_stage({}, stages) == Stage.IDEA
    assert next_stage({"idea": True, "funding": True}, stages) == Stage.EXECUTIVE
    assert next_stage({"council": True}, stages) == Stage.FUNDING
    assert next_stage({"council": True, "funding": True}, stages) == Stage.SIGNED
    assert next_stage({"signed": True, "funding": True}, stages) is None


def test_each_country_that_is_known_names_its_source():
    assert {code: row.practice.value for code, row in FRAMEWORKS.items()} == {
        "FR": "own_policy",
        "IT": "own_policy",
        "ES": "own_policy",
        "CA": "in_line",
        "NL": "in_line",
        "SE": "central_funding",
    }
    assert all("Musch & Sizoo" in row.source and row.year == 2009 for row in FRAMEWORKS.values())
