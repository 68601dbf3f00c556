"""The last administrator, and who leads an association alone, keep their rights."""

import threading

import pytest
from sqlalchemy import select

from matchmaker.accounts.service import change_membership, change_user_activity
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.memberships.service import change_colleague, leave, name_deputy
from matchmaker.models import DeletionRequest, Membership, now
from matchmaker.personal.service import ask_to_delete_account, delete_when_due, why_not_delete
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MembershipStatus
from tests.factories import (
    actor_of,
    make_administrator,
    make_association,
    make_coordinator,
    make_municipality,
    make_requester,
)

pytestmark = pytest.mark.control(24)
TAKEN = (MembershipStatus.SUSPENDED, MembershipStatus.ENDED)


@pytest.fixture
def association(session):
    return make_association(session)


@pytest.fixture
def office(session, association):
    """Give the only administrator."""
    return make_administrator(session, association)


@pytest.fixture
def head(session, association):
    """Give who is in charge of the association."""
    return make_coordinator(session, association, position="lead")


@pytest.mark.parametrize("status", TAKEN)
def test_last_administrator_is_neither_suspended_nor_ended(session, office, head, status):
    second = make_administrator(session, user=head.user)
    change_membership(session, actor_of(second), office, status, "reason")
    assert office.status == status
    other = actor_of(make_coordinator(session))
    for act in (change_membership, change_colleague):
        with pytest.raises(BadInput, match="last administrator"):
            act(session, other, second, status, "reason")


def test_account_of_the_last_administrator_is_not_closed(session, office, head):
    with pytest.raises(BadInput, match="last administrator"):
        change_user_activity(session, actor_of(head), office.user, active=False, reason="reason")
    make_administrator(session)
    change_user_activity(session, actor_of(head), office.user, active=False, reason="reason")
    assert not office.user.active


def test_closed_account_of_another_administrator_counts_for_nobody(session, office):
    other = make_administrator(session)
    other.user.active = False
    session.flush()
    with pytest.raises(BadInput, match="last administrator"):
        change_membership(session, actor_of(other), office, MembershipStatus.ENDED, "reason")


def test_last_administrator_neither_leaves_nor_deletes_the_account(session, office, head):
    with pytest.raises(BadInput, match="last administrator"):
        leave(session, actor_of(office))
    with pytest.raises(BadInput, match="last administrator"):
        ask_to_delete_account(session, actor_of(office))


def test_deletion_waits_where_its_person_has_become_the_last_administrator(session, office):
    other = make_administrator(session)
    request = ask_to_delete_account(session, actor_of(office))
    change_membership(session, actor_of(office), other, MembershipStatus.ENDED, "reason")
    request.due_at = now()
    session.flush()
    assert not delete_when_due(session, request.id, now())
    assert office.user.active
    assert session.scalars(select(DeletionRequest.done_at)).all() == [None]


@pytest.mark.parametrize("status", TAKEN)
def test_who_leads_an_association_without_a_deputy_keeps_the_rights(
    session, association, office, head, status
):
    colleague = make_coordinator(session, association)
    for act in (change_membership, change_colleague):
        with pytest.raises(BadInput, match="name a deputy"):
            act(session, actor_of(office), head, status, "reason")
    with pytest.raises(BadInput, match="name a deputy"):
        change_user_activity(session, actor_of(office), head.user, active=False, reason="reason")
    name_deputy(session, actor_of(office), colleague)
    change_membership(session, actor_of(office), head, status, "reason")
    assert head.status == status


def test_who_leads_an_association_does_not_delete_the_account(session, association, head):
    make_administrator(session, association)
    assert "last coordinator" in why_not_delete(session, head.user_id)
    make_coordinator(session, association)
    assert "Hand over" in why_not_delete(session, head.user_id)


def test_who_leads_a_town_is_suspended_for_a_coordinator_can_appoint_another(session, office):
    lead = make_requester(session, make_municipality(session), position="lead")
    change_membership(session, actor_of(office), lead, MembershipStatus.SUSPENDED, "reason")
    assert lead.status == "suspended"


def test_lead_of_an_association_does_not_reach_its_administrator(
    session, client_for, association, office, head
):
    make_administrator(session)
    session.commit()
    browser = client_for(head)
    for step in ("suspend", "end"):
        path = f"/people/{office.public_id}/{step}"
        assert path not in browser.get("/people").text
        assert browser.post(path, {"reason": "reason"}).status_code == 404
    session.refresh(office)
    assert office.status == "active"


def test_refusal_is_read_beside_the_reason(session, client_for, association, head):
    second, third = make_administrator(session), make_administrator(session)
    session.commit()
    browser = client_for(second)
    path = f"/admin/memberships/{head.public_id}/end"
    answer = browser.post(path, {"reason": "Left the office."})
    assert answer.status_code == 422
    assert "First name a deputy" in answer.text
    assert "Left the office." in answer.text
    assert third.status == "active"


@pytest.mark.asvs("15.4.2")
def test_two_administrators_who_suspend_each_other_at_once_leave_one(each_app):
    with each_app.app_context():
        session = db.session()
        members = [make_administrator(session) for _ in range(2)]
        pairs = [(actor_of(members[n]), members[1 - n].id) for n in range(2)]
        session.commit()
    barrier, ends = threading.Barrier(2), []

    def suspend(actor, key):
        with each_app.app_context():
            barrier.wait(30)
            try:
                with transaction() as work:
                    row = work.session.get(Membership, key)
                    status = MembershipStatus.SUSPENDED
                    change_membership(work.session, actor, row, status, "reason")
                ends.append("suspended")
            except BadInput:
                ends.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=suspend, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["refused", "suspended"]
