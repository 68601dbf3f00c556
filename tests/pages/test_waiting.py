"""The home page says what waits, for each role, and leads there."""

from datetime import date, timedelta

import pytest

from matchmaker.access import PLATFORM
from matchmaker.audit import move
from matchmaker.models import ConflictArea, place_key
from tests.factories import (
    make_administrator,
    make_application,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
    make_user,
)


def home(client_for, session, member):
    session.commit()
    return client_for(member).get("/home").text


def test_new_person_is_led_to_registration(session, client_for):
    assert "/municipalities/register" in home(client_for, session, make_user(session))


def test_unverified_municipality_reads_that_it_waits(session, client_for):
    member = make_requester(session, make_municipality(session, status="registered"))
    assert "Coordinators check each municipality" in home(client_for, session, member)


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("doubted", "have a question about your municipality"),
        ("rejected", "was not accepted"),
        ("refused", "Your appeal was refused"),
    ],
)
def test_applicant_reads_that_the_application_came_back(session, client_for, status, line):
    member = make_requester(session, make_municipality(session, status="registered"))
    by = make_coordinator(session).user_id
    said = {} if status == "doubted" else {"rejection": "not_confirmed", "rejected_by_id": by}
    application = make_application(session, member.municipality, member, status=status, **said)
    page = home(client_for, session, member)
    assert line in page
    assert f"/applications/{application.public_id}" in page


@pytest.mark.parametrize("status", ["rejected", "appealed", "refused"])
def test_rejected_municipality_is_not_asked_to_post_anything(session, client_for, status):
    member = make_requester(session, make_municipality(session, status="registered"))
    by = make_coordinator(session).user_id
    said = {"rejection": "not_confirmed", "rejected_by_id": by}
    make_application(session, member.municipality, member, status=status, **said)
    page = home(client_for, session, member)
    assert "Nothing is matched for your municipality" in page
    assert "Post a need" not in page
    assert "Coordinators check each municipality" not in page


def test_applicant_whose_application_is_being_checked_has_nothing_to_do(session, client_for):
    member = make_requester(session, make_municipality(session, status="registered"))
    make_application(session, member.municipality, member, status="submitted")
    assert "Nothing waits for you now." in home(client_for, session, member)


def test_requester_reads_of_returned_and_unfinished_needs(session, client_for):
    member = make_requester(session)
    make_need(session, member, status="returned")
    make_need(session, member, status="draft")
    page = home(client_for, session, member)
    assert "1 need came back with a question" in page
    assert "1 need is not finished" in page


def test_helper_reads_of_returned_offers(session, client_for):
    member = make_helper(session)
    make_offer(session, member, status="returned")
    assert "1 offer came back with a question" in home(client_for, session, member)


def test_coordinator_reads_of_everything_to_verify(session, client_for):
    member = make_coordinator(session)
    make_application(session)
    make_need(session, status="submitted")
    make_offer(session, status="submitted")
    page = home(client_for, session, member)
    assert "1 municipality waits for verification" in page
    assert "1 need waits for verification" in page
    assert "1 offer waits for verification" in page


def test_expired_conflict_area_makes_a_task(session, client_for):
    session.add(
        ConflictArea(
            level="country",
            country="UA",
            place_key=place_key("UA"),
            phase="actual",
            presence="restricted",
            valid_until=date.today() - timedelta(days=1),
        )
    )
    member = make_coordinator(session)
    assert "1 conflict area has to be confirmed again" in home(client_for, session, member)


def test_nothing_waits_once_it_is_done(session, client_for):
    member = make_requester(session)
    need = make_need(session, member, status="returned")
    move(session, PLATFORM, need, "closed")
    assert "Nothing waits for you now" in home(client_for, session, member)


def test_administrator_is_led_to_the_audit_trail(session, client_for):
    assert "/admin/audit" in home(client_for, session, make_administrator(session))
