"""What a verified municipality is known by changes with two coordinators, and not before."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.extensions import db
from matchmaker.memberships.invitations import accept_with_new_account, invite
from matchmaker.models import AuditEvent, IdentityChange, Notice
from matchmaker.municipalities import service as towns
from matchmaker.municipalities.named import names_of_municipalities
from matchmaker.verification import identity
from matchmaker.verification.queries import changes_waiting_for
from matchmaker.vocabulary import Role
from tests.factories import (
    actor_of,
    make_association,
    make_coordinator,
    make_municipality,
    make_need,
    make_requester,
)

pytestmark = pytest.mark.control(5)
EVERYTHING = {
    "name": "Another",
    "local_name": "Інше",
    "region": "Elsewhere",
    "official_code": "UA99",
    "kind": "temporary",
    "sides": ["south"],
    "contact_email": "new@office.example",
    "contact_phone": "+380 44 7654321",
}


@pytest.fixture
def town(session):
    return make_municipality(
        session, name="Zelene", contact_email="office@zelene.example", contact_phone="+38 1234567"
    )


@pytest.fixture
def first(session):
    return make_coordinator(session)


@pytest.fixture
def second(session):
    return make_coordinator(session)


def propose(session, member, town, reason="Decision of the council.", **values):
    return identity.propose_change(session, actor_of(member), town, values, reason)


def confirm(session, member, change, note="Looked into the register."):
    identity.confirm_change(session, actor_of(member), change, note)


def known_by(town):
    return {name: getattr(town, name) for name in EVERYTHING}


@pytest.mark.parametrize("role", ["coordinator", "requester"])
def test_nobody_alone_changes_what_a_verified_municipality_is_known_by(session, town, role):
    before = known_by(town)
    member = make_coordinator(session) if role == "coordinator" else make_requester(session, town)
    towns.change_municipality(session, actor_of(member), town, dict(EVERYTHING))
    assert known_by(town) == before


def test_second_coordinator_brings_a_proposed_change_in_force(session, town, first, second):
    change = propose(session, first, town, name="Zelene Misto", sides=["north"])
    assert (town.name, change.status) == ("Zelene", "checked")
    confirm(session, second, change)
    assert (town.name, town.sides, change.status) == ("Zelene Misto", ["north"], "accepted")
    events = session.scalars(
        select(AuditEvent.event).where(
            AuditEvent.subject_id.in_([town.public_id, change.public_id])
        )
    ).all()
    assert events == [
        "identity_change.created",
        "identity_change.accepted",
        "municipality.changed",
    ]


def test_who_proposed_does_not_confirm(session, town, first):
    change = propose(session, first, town, name="Zelene Misto")
    with pytest.raises(BadInput, match="You proposed it"):
        confirm(session, first, change)
    assert town.name == "Zelene"


def test_change_of_contact_by_the_town_takes_two_coordinators(session, town, first, second):
    change = propose(session, make_requester(session, town), town, contact_phone="+38 7654321")
    confirm(session, first, change)
    assert (town.contact_phone, change.status) == ("+38 1234567", "checked")
    with pytest.raises(BadInput, match="already"):
        confirm(session, first, change)
    confirm(session, second, change)
    assert town.contact_phone == "+38 7654321"


def test_contact_that_the_town_takes_away_is_gone_at_once(session, town):
    member = make_requester(session, town)
    assert propose(session, member, town, contact_email=None) is None
    assert (town.contact_email, town.contact_phone) == (None, "+38 1234567")


def test_coordinator_changes_no_contact(session, town, first):
    with pytest.raises(BadInput, match="Nothing is changed"):
        propose(session, first, town, contact_email=None, contact_phone="+38 7654321")
    assert town.contact_email == "office@zelene.example"


@pytest.mark.control(24)
@pytest.mark.parametrize("loses", ["scope", "membership", "account"])
def test_first_confirmation_counts_only_while_it_could_be_given(
    session, town, first, second, loses
):
    change = propose(session, first, town, name="Zelene Misto")
    if loses == "scope":
        first.association.scope = ["NL"]
    elif loses == "account":
        first.user.active = False
    else:
        audit.move(session, PLATFORM, first, "suspended")
    session.flush()
    confirm(session, second, change)
    assert (town.name, change.status, change.checked_by_id) == ("Zelene", "checked", second.user_id)
    confirm(session, make_coordinator(session), change)
    assert town.name == "Zelene Misto"


def test_host_and_guest_do_not_change_a_municipality_together(session, town):
    host = make_coordinator(session, position="lead")
    token = invite(session, actor_of(host), "second.mailbox@example.org", Role.COORDINATOR)
    guest = accept_with_new_account(session, token, "hash")
    change = propose(session, host, town, name="Zelene Misto")
    with pytest.raises(BadInput, match="invited the other"):
        confirm(session, guest, change)
    assert town.name == "Zelene"


def test_database_refuses_one_person_as_both(each_app):
    with each_app.app_context():
        session, town = db.session(), make_municipality(db.session())
        member = make_coordinator(session)
        change = propose(session, member, town, name="Zelene Misto")
        change.accepted_by_id = member.user_id
        change.moved_to = change.status = "accepted"
        with pytest.raises(IntegrityError):
            session.flush()


def test_database_keeps_one_change_at_a_time(each_app):
    with each_app.app_context():
        session, town = db.session(), make_municipality(db.session())
        member = make_coordinator(session)
        propose(session, member, town, name="Zelene Misto")
        more = {"municipality_id": town.id, "proposed_by_id": member.user_id, "reason": "r"}
        session.add(IdentityChange(**more))
        with pytest.raises(IntegrityError):
            session.flush()


def test_second_proposal_waits_for_the_first_to_be_decided(session, town, first, second):
    change = propose(session, first, town, name="Zelene Misto")
    with pytest.raises(BadInput, match="Another change waits"):
        propose(session, second, town, name="Other")
    identity.refuse_change(session, actor_of(second), change, "Not in the register.")
    assert change.answer == "Not in the register."
    assert propose(session, second, town, name="Other").status == "checked"


def test_town_takes_back_a_change_that_was_proposed_for_it(session, town, first, second):
    change = propose(session, first, town, name="Zelene Misto")
    identity.withdraw_change(session, actor_of(make_requester(session, town)), change)
    with pytest.raises(AlreadyChanged):
        confirm(session, second, change)
    assert town.name == "Zelene"


def test_needs_of_the_town_go_on_while_and_after_it_is_renamed(session, town, first, second):
    need = make_need(session, make_requester(session, town))
    change = propose(session, first, town, name="Zelene Misto", official_code="UA9")
    assert (town.status, need.status) == ("verified", "verified")
    confirm(session, second, change)
    assert (town.status, need.status) == ("verified", "verified")


def test_veto_by_the_former_name_goes_on_to_count(session, town, first, second):
    town.local_name, town.region = "Зелене", "Odesa"
    session.commit()
    confirm(session, second, propose(session, first, town, name="New Town", local_name="Нове"))
    confirm(session, second, propose(session, first, town, region="Kherson"))
    meant = names_of_municipalities(session).meant_by
    for typed in ("Zelene", "зелене", "Zelene, Odesa", "New Town, Odesa", "нове, kherson"):
        assert meant([typed]) == (town.public_id,)
    assert meant(["Zelene, Kherson"]) == ()


def test_confirmation_and_proposal_ask_for_words(session, town, first, second):
    with pytest.raises(BadInput, match="Write a sentence"):
        propose(session, first, town, reason=" ", name="Zelene Misto")
    change = propose(session, first, town, name="Zelene Misto")
    with pytest.raises(BadInput, match="Write a sentence"):
        confirm(session, second, change, note=" ")


def test_change_waits_for_the_other_coordinators_of_its_scope(session, town, first, second):
    far = make_coordinator(session, make_association(session, scope=["NL"]))
    change = propose(session, first, town, name="Zelene Misto")
    waiting = {
        member.id: changes_waiting_for(session, actor_of(member)) for member in (first, second, far)
    }
    assert waiting == {first.id: [], second.id: [change], far.id: []}
    told = set(session.scalars(select(Notice.user_id)))
    assert told == {second.user_id}


def test_unverified_municipality_is_changed_on_its_page(session, first):
    with pytest.raises(BadInput, match="not verified yet"):
        propose(session, first, make_municipality(session, status="registered"), name="Other")
