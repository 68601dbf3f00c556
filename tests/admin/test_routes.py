"""The audit trail is the administrator's alone."""

import pytest

from matchmaker.access import PLATFORM
from matchmaker.audit import move
from tests.factories import (
    make_administrator,
    make_coordinator,
    make_helper,
    make_need,
    make_requester,
)


@pytest.fixture
def admin(session, client_for):
    member = make_administrator(session)
    move(session, PLATFORM, make_need(session), "in_round")
    session.commit()
    return client_for(member)


def test_events_are_listed(admin):
    assert "Need: now “In a matching round”" in admin.get("/admin/audit").text


def test_events_stand_under_each_other_on_a_phone(admin):
    page = admin.get("/admin/audit").text
    assert "tandem-stack" in page
    assert 'data-label="By whom"' in page


def test_filter_narrows_the_list(admin):
    page = admin.get("/admin/audit?kind=offer").text
    assert "No event fits these filters" in page


def test_unknown_filter_value_is_harmless(admin):
    assert admin.get("/admin/audit?kind=%27;--&page=x").status_code == 200


@pytest.mark.parametrize("path", ["/admin/audit", "/admin/check"])
@pytest.mark.parametrize("make", [make_requester, make_helper, make_coordinator])
def test_pages_do_not_exist_for_others(session, client_for, make, path):
    member = make(session)
    session.commit()
    assert client_for(member).get(path).status_code == 404


def test_check_says_what_does_not_agree(admin):
    assert "I4 need" not in admin.get("/admin/check").text


def test_check_names_a_break(admin, session):
    session.connection().exec_driver_sql("UPDATE need SET status = 'closed'")
    session.commit()
    assert "I4 need" in admin.get("/admin/check").text
