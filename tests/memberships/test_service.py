"""Positions, leaving, suspending and ending, as the services do them."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.access import PLATFORM
from matchmaker.accounts.service import change_membership, move_membership
from matchmaker.errors import AlreadyChanged, BadInput, NotAllowed
from matchmaker.memberships import handing_over, service
from matchmaker.memberships.queries import has_open_matters, municipalities_without_anybody
from matchmaker.models import Membership, User
from matchmaker.vocabulary import MembershipStatus
from tests.factories import (
    actor_of,
    make_administrator,
    make_association,
    make_coordinator,
    make_municipality,
    make_need,
    make_requester,
)


@pytest.fixture
def town(session):
    """Give a verified municipality."""
    return make_municipality(session)


@pytest.fixture
def head(session, town):
    """Give who is in charge of it."""
    return make_requester(session, town, position="lead")


@pytest.fixture
def colleague(session, town):
    """Give a colleague."""
    return make_requester(session, town)


def positions(session, town):
    """Return membership id -> position of the active members."""
    rows = session.scalars(
        select(Membership).where(
            Membership.municipality_id == town.id, Membership.status == "active"
        )
    )
    return {row.id: row.position for row in rows}


def test_there_is_one_deputy_at_a_time(session, town, head, colleague):
    second = make_requester(session, town)
    service.name_deputy(session, actor_of(head), colleague)
    service.name_deputy(session, actor_of(head), second)
    assert positions(session, town) == {
        head.id: "lead",
        colleague.id: "member",
        second.id: "deputy",
    }
    service.end_deputy(session, actor_of(head), second)
    assert second.position == "member"


def test_who_is_in_charge_is_not_made_deputy(session, head):
    with pytest.raises(BadInput):
        service.name_deputy(session, actor_of(head), head)


def test_database_refuses_a_second_person_in_charge(each_app):
    from matchmaker.extensions import db

    with each_app.app_context():
        town = make_municipality(db.session)
        make_requester(db.session, town, position="lead")
        make_requester(db.session, town, position="lead", status="ended")
        with pytest.raises(IntegrityError):
            make_requester(db.session, town, position="lead")
        db.session.rollback()


# --- Handing over ---------------------------------------------------------------------------


@pytest.mark.parametrize(("stays", "left"), [(True, "active"), (False, "ended")])
def test_charge_passes_once_both_have_confirmed(session, town, head, colleague, stays, left):
    offered = handing_over.offer(session, actor_of(head), colleague, giver_stays=stays)
    assert positions(session, town)[head.id] == "lead"
    handing_over.confirm(session, actor_of(colleague), offered)
    assert (head.position, head.status) == ("member", left)
    assert colleague.position == "lead"
    with pytest.raises(AlreadyChanged):
        handing_over.confirm(session, actor_of(colleague), offered)


def test_declined_or_withdrawn_offer_changes_nothing(session, head, colleague):
    for answer in (handing_over.decline, handing_over.withdraw):
        offered = handing_over.offer(session, actor_of(head), colleague, giver_stays=True)
        answer(session, actor_of(colleague), offered)
        with pytest.raises(AlreadyChanged):
            handing_over.confirm(session, actor_of(colleague), offered)
    assert head.position == "lead"


def test_second_offer_takes_the_first_one_back(session, town, head, colleague):
    first = handing_over.offer(session, actor_of(head), colleague, giver_stays=True)
    handing_over.offer(session, actor_of(head), make_requester(session, town), giver_stays=True)
    assert first.status == "withdrawn"


def test_offer_ends_with_its_time_and_with_its_people(session, head, colleague):
    offered = handing_over.offer(session, actor_of(head), colleague, giver_stays=True)
    offered.expires_at -= handing_over.LIFETIME
    with pytest.raises(AlreadyChanged):
        handing_over.confirm(session, actor_of(colleague), offered)
    offered = handing_over.offer(session, actor_of(head), colleague, giver_stays=True)
    service.change_colleague(
        session, actor_of(head), colleague, MembershipStatus.SUSPENDED, "reason"
    )
    assert offered.status == "withdrawn"


def test_nobody_hands_over_to_a_stranger_or_to_themselves(session, head):
    for taker, refusal in ((make_requester(session), AlreadyChanged), (head, BadInput)):
        with pytest.raises(refusal):
            handing_over.offer(session, actor_of(head), taker, giver_stays=True)


# --- Leaving --------------------------------------------------------------------------------


def test_colleague_leaves_with_every_role(session, town, head, colleague):
    second = Membership(user_id=colleague.user_id, role="helper", municipality_id=town.id)
    session.add(second)
    session.flush()
    service.leave(session, actor_of(colleague))
    assert {colleague.status, second.status} == {"ended"}


def test_who_is_in_charge_hands_over_before_leaving(session, head, colleague):
    with pytest.raises(BadInput, match="Hand over"):
        service.leave(session, actor_of(head))


def test_last_one_stays_while_something_is_under_way(session, town, head):
    need = make_need(session, head)
    with pytest.raises(BadInput, match="last one"):
        service.leave(session, actor_of(head))
    assert has_open_matters(session, town.id)
    need.moved_to = need.status = "withdrawn"
    service.leave(session, actor_of(head))
    assert head.status == "ended"


def test_last_coordinator_stays(session):
    association = make_association(session)
    head = make_coordinator(session, association, position="lead")
    make_administrator(session, association)
    with pytest.raises(BadInput, match="last coordinator"):
        service.leave(session, actor_of(head))


# --- Suspending, ending, taking over --------------------------------------------------------


def test_suspended_head_is_followed_by_the_deputy_and_comes_back_as_a_colleague(
    session, head, colleague
):
    service.name_deputy(session, actor_of(head), colleague)
    with pytest.raises(BadInput, match="Somebody is in charge"):
        service.take_over(session, actor_of(colleague))
    administrator = actor_of(make_administrator(session))
    change_membership(session, administrator, head, MembershipStatus.SUSPENDED, "reason")
    service.take_over(session, actor_of(colleague))
    assert colleague.position == "lead"
    change_membership(session, administrator, head, MembershipStatus.ACTIVE, "reason")
    assert (head.status, head.position) == ("active", "member")


def test_deputy_takes_over_from_a_closed_account(session, head, colleague):
    service.name_deputy(session, actor_of(head), colleague)
    session.execute(update(User).where(User.id == head.user_id).values(active=False))
    session.expire_all()
    service.take_over(session, actor_of(colleague))
    assert (head.position, colleague.position) == ("member", "lead")


def test_nobody_ends_an_own_membership_as_that_of_a_colleague(session, head):
    with pytest.raises(BadInput):
        service.change_colleague(session, actor_of(head), head, MembershipStatus.ENDED, "reason")


@pytest.mark.control(24)
def test_deputy_cannot_reach_who_is_in_charge_by_their_second_role(session, town, head, colleague):
    service.name_deputy(session, actor_of(head), colleague)
    second = service.add_role(session, actor_of(head))
    with pytest.raises(NotAllowed):
        service.change_colleague(
            session, actor_of(colleague), second, MembershipStatus.ENDED, "reason"
        )


@pytest.mark.control(24)
@pytest.mark.asvs("15.4.2")
def test_rights_that_ended_while_the_request_was_under_way_change_nothing(
    session, town, head, colleague
):
    before = actor_of(head)
    move_membership(session, PLATFORM, head, MembershipStatus.SUSPENDED)
    with pytest.raises(NotAllowed):
        service.name_deputy(session, before, colleague)


def test_second_role_is_added_once(session, head):
    first = service.add_role(session, actor_of(head))
    assert (first.role, first.position) == ("helper", "member")
    assert service.add_role(session, actor_of(head)) is first


# --- Towns without anybody ------------------------------------------------------------------


def test_town_with_a_need_and_nobody_able_is_told_to_its_coordinators_only(session, town, head):
    make_need(session, head)
    near = actor_of(make_coordinator(session))
    far = actor_of(make_coordinator(session, make_association(session, scope=["FJ"])))
    listed = municipalities_without_anybody
    assert session.scalars(listed(near)).all() == []
    session.execute(update(User).where(User.id == head.user_id).values(active=False))
    assert session.scalars(listed(near)).all() == [town]
    assert session.scalars(listed(far)).all() == []
    assert session.scalars(listed(actor_of(head))).all() == []
    colleague = make_requester(session, town)
    session.expire_all()
    service.appoint(session, near, colleague)
    assert session.scalars(listed(near)).all() == []


def test_town_without_open_matters_needs_nobody(session, town):
    near = actor_of(make_coordinator(session))
    assert session.scalars(municipalities_without_anybody(near)).all() == []


def test_nobody_is_appointed_over_somebody_who_can_act(session, head, colleague):
    with pytest.raises(BadInput):
        service.appoint(session, actor_of(make_coordinator(session)), colleague)
