"""A new need begins with the answers of an earlier one."""

import pytest
from sqlalchemy import inspect, select

from matchmaker.models import Need, now
from matchmaker.needs.copying import ANEW_NEED, copy_need
from tests.factories import actor_of, make_coordinator, make_need, make_requester

ANSWERS = {
    "veto_names": ["Somewhere"],
    "wish_names": ["Elsewhere"],
    "veto_countries": ["XK"],
    "low_profile": True,
    "hidden": True,
    "interpretation": False,
    "minimum": 1,
    "places": 2,
}


@pytest.fixture
def member(session):
    return make_requester(session)


def test_copy_takes_over_each_column_that_is_not_named(session, member):
    need = make_need(session, member, status="closed", **ANSWERS)
    draft = copy_need(session, actor_of(member), need)
    taken = {attr.key for attr in inspect(Need).column_attrs} - ANEW_NEED - {"id"}
    assert {name: getattr(draft, name) for name in taken} == {
        name: getattr(need, name) for name in taken
    }
    assert {"veto_names", "veto_countries", "wish_names", "red_flag"} <= taken


def test_copy_takes_over_topics_with_importance_and_level(session, member):
    need = make_need(session, member, topics=(("env.water", 3, 5),))
    draft = copy_need(session, actor_of(member), need)
    assert [(row.topic_code, row.importance, row.level) for row in draft.topics] == [
        ("env.water", 3, 5)
    ]


def test_copy_is_a_draft_whose_period_lies_ahead(session, member):
    need = make_need(session, member, urgent=True, consent=True, return_note="Why?")
    draft = copy_need(session, actor_of(member), need)
    assert (draft.status, draft.submitted_at, draft.verified_at) == ("draft", None, None)
    assert (draft.urgent, draft.consent, draft.return_note) == (False, None, "")
    assert draft.window_start > now().date()
    assert draft.window_start.month == need.window_start.month


@pytest.mark.parametrize("status", ["submitted", "verified", "matched", "closed", "withdrawn"])
def test_button_on_the_page_opens_the_copy_at_the_summary(session, client_for, member, status):
    need = make_need(session, member, status=status, **ANSWERS)
    session.commit()
    reader = client_for(member)
    assert "Use as a start for a new one" in reader.get(f"/needs/{need.public_id}").text
    answer = reader.post(f"/needs/{need.public_id}/copy")
    assert answer.location.endswith("/check")
    assert "Somewhere" in reader.get(answer.location).text


def test_button_pressed_twice_makes_one_copy(session, client_for, member):
    need = make_need(session, member)
    session.commit()
    reader = client_for(member)
    first = reader.post(f"/needs/{need.public_id}/copy", key="once").location
    assert reader.post(f"/needs/{need.public_id}/copy", key="once").location == first
    assert len(session.scalars(select(Need)).all()) == 2


def test_draft_is_not_copied(session, client_for, member):
    need = make_need(session, member, status="draft", submitted_at=None)
    session.commit()
    reader = client_for(member)
    assert "Use as a start" not in reader.get(f"/needs/{need.public_id}").text
    assert reader.post(f"/needs/{need.public_id}/copy").status_code == 404


def test_coordinator_cannot_copy(session, client_for, member):
    need = make_need(session, member)
    coordinator = make_coordinator(session)
    session.commit()
    assert client_for(coordinator).post(f"/needs/{need.public_id}/copy").status_code == 404
