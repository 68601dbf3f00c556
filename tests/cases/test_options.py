"""What a town can do when no help comes: by the engine, each with the next step."""

import re

import pytest
from sqlalchemy import select

from matchmaker.access import Actor
from matchmaker.cases.others import left_once, outcomes_by_topic
from matchmaker.cases.service import start_from
from matchmaker.errors import BadInput
from matchmaker.models import AuditEvent, Engagement, Need, RoundNeed, now
from tests.cases.test_routes import text_of
from tests.factories import (
    actor_of,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    signed_in,
)


@pytest.fixture
def asker(session):
    return make_requester(session)


def soon_over(need):
    """Move the period of a need so that it lies ahead."""
    need.window_start = now().date()
    need.window_end = need.window_start.replace(year=need.window_start.year + 1)
    return need


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("remote", {"settings": ["in_area", "remote"], "activity": "project.service"}),
        ("smaller", {"effort_days": 20, "commitment_months": 6, "places": 1, "minimum": 0}),
        (
            "activity:lobby.attention",
            {"category": "lobby", "activity": "lobby.attention", "depth": None},
        ),
        (
            "activity:dialogue.forums",
            {"category": "dialogue", "depth": "atmosphere", "consent": None},
        ),
    ],
)
def test_way_opens_a_draft_that_asks_so(session, asker, way, expected):
    need = soon_over(make_need(session, asker, settings=["in_area"], places=2, minimum=2))
    draft = start_from(session, actor_of(asker), need, way)
    assert {field: getattr(draft, field) for field in expected} == expected
    assert (draft.status, draft.window_start) == ("draft", need.window_start)
    assert (need.activity, need.settings) == ("project.service", ["in_area"])
    assert [row.topic_code for row in draft.topics] == ["env.water"]


@pytest.mark.parametrize("way", ["", "remote", "activity:none", "activity:project.service"])
def test_way_that_is_not_open_makes_nothing(session, asker, way):
    need = make_need(session, asker, settings=["remote", "in_area"])
    with pytest.raises(BadInput):
        start_from(session, actor_of(asker), need, way)


def test_page_names_what_would_have_been_possible_and_starts_it(session, client_for, asker):
    need = soon_over(make_need(session, asker, status="unmatched", settings=["in_area"]))
    start, end = need.window_start, need.window_end
    for _ in range(5):
        make_offer(session, settings=["remote"], window_start=start, window_end=end)
    reader = signed_in(session, client_for, asker)
    page = reader.get(f"/needs/{need.public_id}/options").text
    told = text_of(page)
    assert "Remote instead of in the area Municipalities with an open offer that would do:" in told
    assert "about 5. As you ask now: fewer than 5." in told
    for way_on in ("Open the directory", "Ask the coordinators to look for neighbours"):
        assert way_on in told
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)[1]
    form = {"way": "remote", "idempotency_key": key}
    first, again = (reader.post(f"/needs/{need.public_id}/options/start", form) for _ in range(2))
    assert first.location == again.location and first.location.endswith("/check")
    session.rollback()
    drafts = session.scalars(select(Need).where(Need.status == "draft")).all()
    assert [draft.settings for draft in drafts] == [["in_area", "remote"]]


def test_other_activity_is_shown_where_five_towns_would_do(session, client_for, asker):
    need = soon_over(make_need(session, asker, status="unmatched", activity="project.planning"))
    more = {"window_start": need.window_start, "window_end": need.window_end}
    for _ in range(5):
        make_offer(session, activities=(("project.service", 1),), **more)
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get(f"/needs/{need.public_id}/options").text)
    assert told.count("Ask for this instead") == 1


def test_coordinator_reads_the_page_and_starts_nothing(session, client_for, asker):
    need = make_need(session, asker)
    reader = signed_in(session, client_for, make_coordinator(session))
    place = f"/needs/{need.public_id}/options"
    assert "Ask for a smaller piece" not in text_of(reader.get(place).text)
    assert reader.post(f"{place}/start", {"way": "smaller"}).status_code == 404


def left(session, n, *, status="unmatched", category="project"):
    """Leave so many needs of different towns without a match in a round that was told."""
    round_ = make_round(session, status="published", published_at=now())
    needs = [make_need(session, status=status, category=category) for _ in range(n)]
    for need in needs:
        session.add(RoundNeed(round_id=round_.id, need_id=need.id, matched=False, reason={}))
    session.flush()
    return needs


def edited(session, need):
    from matchmaker.audit import record

    record(session, Actor(), "need.edited", "need", need.public_id)


def test_others_are_counted_from_five_on(session, asker):
    need = make_need(session, asker)
    left(session, 4)
    assert left_once(session, need).n == 0
    left(session, 1)
    found = left_once(session, need)
    assert (found.n, found.matched_later, found.changed_before) == (5, 0, 0)


def test_others_that_were_served_later_and_had_changed_before_are_told(session, asker):
    need = make_need(session, asker)
    for other in left(session, 8, status="matched")[:6]:
        edited(session, other)
    found = left_once(session, need)
    assert (found.n, found.matched_later, found.changed_before) == (10, 10, 5)
    assert session.scalars(select(AuditEvent)).all()


def test_other_kinds_of_help_and_the_own_town_do_not_count(session, asker):
    need = make_need(session, asker)
    round_ = make_round(session, status="published", published_at=now())
    for _ in range(6):
        own = make_need(session, asker, status="unmatched")
        session.add(RoundNeed(round_id=round_.id, need_id=own.id, matched=False, reason={}))
    left(session, 6, category="lobby")
    assert left_once(session, need).n == 0


def test_outcomes_are_counted_by_topic(session):
    for k in range(6):
        need = make_need(session, status="matched")
        proposal = make_proposal(session, need=need, offer=make_offer(session), status="engaged")
        status = "completed" if k < 5 else "active"
        session.add(Engagement(proposal_id=proposal.id, status=status))
    session.flush()
    found = outcomes_by_topic(session, ["env.water", "gov.finance"])
    assert (found["env.water"].n, found["env.water"].completed) == (5, 5)
    assert found["env.water"].ended_early == 0
    assert found["gov.finance"].n == 0
