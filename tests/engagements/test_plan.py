"""The plan: both sides may write it, nothing of the other is lost, no visit where nobody can be."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from matchmaker.engagements import plan_queries as queries
from matchmaker.engagements import plan_service as service
from matchmaker.errors import BadInput
from matchmaker.models import (
    ConflictArea,
    Milestone,
    PersonDays,
    PlanVersion,
    Visit,
    now,
    place_key,
)
from matchmaker.vocabulary import VisitPlace
from tests.engagements.at_work import make_work

TODAY = now().date()


@pytest.fixture
def work(session):
    return make_work(session)


@pytest.fixture
def helper(work, client_for):
    return client_for(work.helper)


@pytest.fixture
def asker(work, client_for):
    return client_for(work.asker)


def close_area(session, presence="none"):
    session.add(
        ConflictArea(
            level="country",
            country="UA",
            place_key=place_key("UA"),
            phase="actual",
            presence=presence,
            confirmed_at=now(),
        )
    )
    session.commit()


def parts(name, day):
    return {name: [str(day.day), str(day.month), str(day.year)]}


def a_visit(place, starts=TODAY):
    fields = parts("starts_on", starts) | parts("ends_on", starts + timedelta(days=3))
    return fields | {"persons": "2", "place": place}


def seen_on(browser, address):
    text = browser.get(address).text
    return text.split('name="seen" value="')[1].split('"')[0]


def test_both_sides_write_the_plan_and_earlier_versions_stay(session, work, helper, asker):
    helper.post(f"{work.address}/plan/edit", {"text": "First we meet."})
    asker.post(f"{work.address}/plan/edit", {"text": "First we write, then we meet."})
    page = asker.get(f"{work.address}/plan").text
    assert "First we write, then we meet." in page
    assert "First we meet." in page
    versions = session.scalars(select(PlanVersion).order_by(PlanVersion.number)).all()
    assert [(one.number, one.side) for one in versions] == [(1, "helper"), (2, "requester")]
    session.refresh(work.engagement)
    assert work.engagement.plan == "First we write, then we meet."


def test_later_of_two_reads_the_difference_and_may_go_on(session, work, helper, asker):
    address = f"{work.address}/plan/edit"
    seen = seen_on(asker, address)
    helper.post(address, {"text": "Theirs", "seen": seen_on(helper, address)})
    answer = asker.post(address, {"text": "Ours", "seen": seen})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'name="text" value="Ours"' in answer.text
    assert session.scalars(select(PlanVersion.text)).all() == ["Theirs"]
    again = answer.text.split('name="seen" value="')[1].split('"')[0]
    assert asker.post(address, {"text": "Ours", "seen": again}).status_code == 303
    session.refresh(work.engagement)
    assert work.engagement.plan == "Ours"


def test_what_else_happened_does_not_stop_the_plan(work, helper, asker):
    address = f"{work.address}/plan/edit"
    seen = seen_on(asker, address)
    helper.post(f"{work.address}/plan/days", {"days": "3", **parts("until", TODAY)})
    assert asker.post(address, {"text": "Ours", "seen": seen}).status_code == 303


def test_plan_sent_twice_is_one_version(session, work, helper):
    for _ in range(2):
        helper.post(f"{work.address}/plan/edit", {"text": "One"}, key="once")
    assert len(session.scalars(select(PlanVersion)).all()) == 1


def test_only_projects_name_a_political_contact(session, client_for, work, helper):
    helper.post(f"{work.address}/plan/edit", {"text": "x", "political_contact": "Deputy mayor"})
    session.refresh(work.engagement)
    assert work.engagement.political_contact == "Deputy mayor"
    lobby = make_work(session, category="lobby", activity="lobby.rights")
    browser = client_for(lobby.helper)
    assert "Political contact" not in browser.get(f"{lobby.address}/plan/edit").text
    browser.post(f"{lobby.address}/plan/edit", {"text": "x", "political_contact": "Deputy"})
    session.refresh(lobby.engagement)
    assert lobby.engagement.political_contact is None


def test_milestone_is_set_changed_done_and_taken_out(session, work, helper, asker):
    address = f"{work.address}/plan/milestone"
    helper.post(address, {"what": "Two pumps run", **parts("due_on", TODAY)})
    row = session.scalars(select(Milestone)).one()
    asker.post(f"{address}?which={row.public_id}", {"what": "Four", **parts("due_on", TODAY)})
    asker.post(f"{work.address}/plan/done", {"which": row.public_id})
    session.refresh(row)
    assert (row.what, row.done_on) == ("Four", TODAY)
    helper.post(f"{work.address}/plan/remove", {"kind": "milestone", "which": row.public_id})
    assert session.scalars(select(Milestone)).all() == []


def test_milestone_of_another_engagement_is_not_reached(session, client_for, work, helper):
    helper.post(f"{work.address}/plan/milestone", {"what": "Ours", **parts("due_on", TODAY)})
    row = session.scalars(select(Milestone)).one()
    other = make_work(session)
    stranger = client_for(other.helper)
    assert stranger.get(f"{other.address}/plan/milestone?which={row.public_id}").status_code == 404
    stranger.post(f"{other.address}/plan/remove", {"kind": "milestone", "which": row.public_id})
    assert session.scalars(select(Milestone.what)).all() == ["Ours"]


def test_visit_is_refused_with_the_reason_where_nobody_can_be_present(session, work, helper):
    close_area(session)
    answer = helper.post(f"{work.address}/plan/visit", a_visit("in_area"))
    assert answer.status_code == 422
    assert "Nobody from abroad can be present in this area now" in answer.text
    assert session.scalars(select(Visit)).all() == []
    assert helper.post(f"{work.address}/plan/visit", a_visit("elsewhere")).status_code == 303
    assert session.scalars(select(Visit.persons)).all() == [2]


def test_visit_goes_where_presence_is_restricted_only(session, work, helper):
    close_area(session, "restricted")
    assert helper.post(f"{work.address}/plan/visit", a_visit("in_area")).status_code == 303


def test_visit_that_ends_before_it_begins_is_refused(work, helper):
    fields = a_visit("elsewhere") | parts("ends_on", TODAY - timedelta(days=1))
    answer = helper.post(f"{work.address}/plan/visit", fields)
    assert answer.status_code == 422
    assert "The last day must not come before the first." in answer.text


def test_working_days_are_summed_by_side_and_taken_out_by_that_side_only(
    session, work, helper, asker
):
    for browser, days in ((helper, "3"), (helper, "4"), (asker, "5")):
        browser.post(f"{work.address}/plan/days", {"days": days, **parts("until", TODAY)})
    rows = queries.person_days_of(session, work.engagement)
    assert queries.spent_by_side(rows) == {"helper": 7, "requester": 5}
    asker.post(f"{work.address}/plan/remove", {"kind": "days", "which": rows[0].public_id})
    assert len(session.scalars(select(PersonDays)).all()) == 3


def test_days_that_have_not_come_are_no_working_days_spent(work, helper):
    tomorrow = TODAY + timedelta(days=1)
    answer = helper.post(f"{work.address}/plan/days", {"days": "3", **parts("until", tomorrow)})
    assert answer.status_code == 422


def test_calendar_holds_the_days_of_the_plan_and_not_what_they_are(work, helper):
    assert helper.get(f"{work.address}/plan/dates.ics").status_code == 404
    helper.post(f"{work.address}/plan/milestone", {"what": "Pumps", **parts("due_on", TODAY)})
    helper.post(f"{work.address}/plan/visit", a_visit("elsewhere", date(2031, 5, 4)))
    body = helper.get(f"{work.address}/plan/dates.ics").text
    assert "DTSTART;VALUE=DATE:20310504" in body
    assert body.count("BEGIN:VEVENT") == 2
    for word in ("Pumps", work.engagement.public_id, work.asker.municipality.name, "elsewhere"):
        assert word not in body


def test_plan_of_work_that_has_ended_is_read_and_not_written(session, work, helper):
    helper.post(f"{work.address}/plan/edit", {"text": "As it was"})
    helper.post(f"{work.address}/end", {"reason": "capacity"})
    assert "As it was" in helper.get(f"{work.address}/plan").text
    assert helper.get(f"{work.address}/plan/edit").status_code == 404
    session.refresh(work.engagement)
    with pytest.raises(BadInput):
        service.add_visit(
            session, work.actor("helper"), work.engagement, (TODAY, TODAY), 1, VisitPlace.ELSEWHERE
        )


def test_coordinator_of_the_round_reads_the_plan_and_does_not_write_it(work, client_for, helper):
    helper.post(f"{work.address}/plan/edit", {"text": "Agreed steps"})
    board = client_for(work.coordinator)
    assert "Agreed steps" in board.get(f"{work.address}/plan").text
    assert board.get(f"{work.address}/plan/edit").status_code == 404
