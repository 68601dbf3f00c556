"""Who belongs to a town decides nothing for it as a coordinator, whichever they act as now."""

import pytest
from sqlalchemy import delete, select

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.errors import BadInput
from matchmaker.memberships.invitations import accept_with_new_account, invite
from matchmaker.models import Decision, Invitation, Membership, RightsFlag
from matchmaker.proposals.service import sign_proposal
from matchmaker.verification.identity import confirm_change, propose_change
from matchmaker.verification.rights import lift_flag
from matchmaker.verification.service import (
    appeal_rejection,
    confirm_application,
    decide_appeal,
    reject_application,
)
from matchmaker.vocabulary import RejectionReason, Role
from tests.factories import (
    actor_of,
    answer_rights,
    give_evidence,
    make_administrator,
    make_application,
    make_coordinator,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_round,
    make_user,
)

pytestmark = [pytest.mark.control(5), pytest.mark.asvs("8.2.2")]


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


@pytest.fixture
def own(session, coordinator):
    """Give the membership that the coordinator has in a town besides."""
    return join(session, coordinator, make_municipality(session))


def join(session, coordinator, town):
    """Let the coordinator be in charge of a town besides."""
    row = Membership(
        user_id=coordinator.user_id, role="requester", municipality_id=town.id, position="lead"
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def opening(client_for, session, coordinator, own):
    """Give a way to open the coordinator's browser once all rows are there."""

    def opened():
        session.commit()
        return client_for(coordinator)

    return opened


def test_need_of_the_own_town_waits_for_another_coordinator(session, own, opening):
    need = make_need(session, own, status="submitted", verified_at=None)
    client = opening()
    assert client.get(f"/needs/{need.public_id}").status_code == 200
    assert client.post(f"/needs/{need.public_id}/verify").status_code == 404
    session.refresh(need)
    assert need.status == "submitted"


def test_red_flag_on_the_own_town_is_neither_seen_nor_lifted(session, own, opening):
    flag = RightsFlag(
        municipality_id=own.municipality_id, source="s", raised_by_id=make_user(session).id
    )
    session.add(flag)
    client = opening()
    assert client.get(f"/applications/flags/of/{own.municipality.public_id}").status_code == 404
    path = f"/applications/flags/{flag.public_id}/lift"
    assert client.post(path, {"reason": "No longer."}).status_code == 404
    session.refresh(flag)
    assert flag.lifted_at is None


def test_pair_of_the_own_town_is_read_and_not_signed(session, coordinator, own, opening):
    need = make_need(session, own, status="in_round")
    round_ = make_round(session, coordinator, status="in_review")
    proposal = make_proposal(session, round_, need, make_offer(session))
    client = opening()
    page = client.get(f"/proposals/{proposal.public_id}").text
    assert "so other coordinators decide" in page
    assert f"/proposals/{proposal.public_id}/sign" not in page
    assert client.post(f"/proposals/{proposal.public_id}/sign").status_code == 404
    session.rollback()
    assert session.scalars(select(Decision)).all() == []


def test_application_of_the_own_town_is_checked_by_others(session, coordinator, opening):
    application = make_application(session)
    join(session, coordinator, application.municipality)
    client = opening()
    path = f"/applications/{application.public_id}"
    assert client.post(f"{path}/confirm", {"note": "Fine."}).status_code == 404
    assert client.post(f"{path}/rights", {"answer": "none_known"}).status_code == 404


def test_membership_that_ended_binds_nobody(session, own, opening):
    need = make_need(session, own, status="submitted", verified_at=None)
    audit.move(session, PLATFORM, own, "ended")
    assert opening().post(f"/needs/{need.public_id}/verify").status_code == 303


# --- Two mailboxes of one person ------------------------------------------------------------


@pytest.fixture
def guest(session):
    """Give a coordinator, and whom they invited to the association as another."""
    host = make_coordinator(session, position="lead")
    token = invite(session, actor_of(host), "second.mailbox@example.org", Role.COORDINATOR)
    return host, accept_with_new_account(session, token, "hash")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["host first", "guest first"])
def test_host_and_guest_do_not_confirm_the_same_application(session, guest, order):
    first, second = (guest[n] for n in order)
    third = make_coordinator(session)
    application = make_application(session)
    give_evidence(session, application, first)
    answer_rights(session, application, first, second, third)
    confirm_application(session, actor_of(first), application, "Looked.")
    with pytest.raises(BadInput, match="invited the other"):
        confirm_application(session, actor_of(second), application, "Looked.")
    assert application.status == "checked"
    confirm_application(session, actor_of(third), application, "Looked.")
    assert application.status == "accepted"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["host first", "guest first"])
def test_host_and_guest_do_not_sign_the_same_proposal(session, guest, order):
    first, second = (guest[n] for n in order)
    third = make_coordinator(session, first.association)
    round_ = make_round(session, first, status="in_review")
    proposal = make_proposal(session, round_, required_signatures=2)
    sign_proposal(session, actor_of(first), proposal)
    with pytest.raises(BadInput, match="invited the other"):
        sign_proposal(session, actor_of(second), proposal)
    assert proposal.status == "proposed"
    sign_proposal(session, actor_of(third), proposal)
    assert proposal.status == "approved"


# --- Guests of one coordinator --------------------------------------------------------------


def invited(session, host, address):
    """Let somebody invite a coordinator, who takes the invitation."""
    token = invite(session, actor_of(host), address, Role.COORDINATOR)
    return accept_with_new_account(session, token, "hash")


def two_guests(session):
    host = make_coordinator(session, position="lead")
    return [invited(session, host, f"box{n}@example.org") for n in (1, 2)]


def host_and_guest_of_a_guest(session):
    host = make_coordinator(session, position="lead")
    between = invited(session, host, "box1@example.org")
    between.position, host.position = "lead", "member"
    session.flush()
    return [host, invited(session, between, "box2@example.org")]


def guests_whose_host_left(session):
    pair = two_guests(session)
    host = session.scalars(select(Membership).filter_by(position="lead")).one()
    audit.move(session, PLATFORM, host, "ended")
    return pair


def guests_whose_invitations_are_deleted(session):
    pair = two_guests(session)
    session.execute(delete(Invitation))
    return pair


def guests_of_an_administrator_who_coordinates(session):
    host = make_administrator(session)
    make_coordinator(session, host.association, user=host.user)
    return [invited(session, host, f"box{n}@example.org") for n in (1, 2)]


LINES = [
    two_guests,
    host_and_guest_of_a_guest,
    guests_whose_host_left,
    guests_whose_invitations_are_deleted,
    guests_of_an_administrator_who_coordinates,
]


def checked_by(session, first, second):
    """Make an application that the first one has confirmed and the second one could."""
    application = make_application(session)
    give_evidence(session, application, first)
    answer_rights(session, application, first, second)
    confirm_application(session, actor_of(first), application, "Looked.")
    return application


@pytest.mark.parametrize("line", LINES)
def test_two_of_one_line_of_guests_do_not_confirm_an_application(session, line):
    first, second = line(session)
    application = checked_by(session, first, second)
    with pytest.raises(BadInput, match="do not count as two persons"):
        confirm_application(session, actor_of(second), application, "Looked.")
    assert application.status == "checked"


def test_two_whom_an_administrator_invited_confirm_an_application(session):
    host = make_administrator(session)
    first, second = (invited(session, host, f"desk{n}@example.org") for n in (1, 2))
    application = checked_by(session, first, second)
    confirm_application(session, actor_of(second), application, "Looked.")
    assert application.status == "accepted"


def test_two_guests_of_one_coordinator_do_not_change_a_municipality(session):
    first, second = two_guests(session)
    town = make_municipality(session, name="Zelene")
    change = propose_change(session, actor_of(first), town, {"name": "Other"}, "Reason.")
    with pytest.raises(BadInput, match="do not count as two persons"):
        confirm_change(session, actor_of(second), change, "Looked.")
    assert town.name == "Zelene"


def test_two_guests_of_one_coordinator_do_not_sign_a_proposal(session):
    first, second = two_guests(session)
    round_ = make_round(session, first, status="in_review")
    proposal = make_proposal(session, round_, required_signatures=2)
    sign_proposal(session, actor_of(first), proposal)
    with pytest.raises(BadInput, match="do not count as two persons"):
        sign_proposal(session, actor_of(second), proposal)
    assert proposal.status == "proposed"


@pytest.mark.parametrize("grant", [True, False])
def test_guest_of_the_same_coordinator_does_not_decide_an_appeal(session, grant):
    first, second = two_guests(session)
    application = make_application(session)
    reason = RejectionReason.NOT_CONFIRMED
    reject_application(session, actor_of(first), application, reason, "No.")
    appeal_rejection(session, PLATFORM, application, "Look again.")
    with pytest.raises(BadInput, match="do not count as two persons"):
        decide_appeal(session, actor_of(second), application, grant=grant, text="Decided.")
    assert application.status == "appealed"


def test_guest_of_the_same_coordinator_does_not_lift_a_red_flag(session):
    first, second = two_guests(session)
    town = make_municipality(session)
    flag = RightsFlag(municipality_id=town.id, source="s", raised_by_id=first.user_id)
    session.add(flag)
    session.flush()
    with pytest.raises(BadInput, match="do not count as two persons"):
        lift_flag(session, actor_of(second), flag, "No longer.")
    assert flag.lifted_at is None
