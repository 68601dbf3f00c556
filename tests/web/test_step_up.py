"""A stolen session decides nothing: weighty steps ask for the second factor or password again."""

import re
import time

import pytest
from flask_security import hash_password
from sqlalchemy import select

from matchmaker.access import STEP_UP, Permission
from matchmaker.models import Decision, HeldPost, Proposal, Round
from matchmaker.web.step_up import STEP_WORDS
from tests.factories import (
    PASSWORD,
    coordinator_of,
    make_administrator,
    make_proposal,
    make_requester,
    make_round,
)
from tests.web.world import contents_of, make_world, routes

pytestmark = [pytest.mark.control(6), pytest.mark.asvs("7.5.3")]


@pytest.fixture
def proposal(session):
    """Give a proposal that one signature approves."""
    return make_proposal(session)


@pytest.fixture
def coordinator(session, proposal):
    """Give a coordinator with a password who may approve it."""
    member = coordinator_of(session, proposal.round)
    member.user.password = hash_password(PASSWORD)
    session.commit()
    return member


WEIGHTIEST = {
    Permission.SIGN_PROPOSAL,
    Permission.SIGN_PLAIN,
    Permission.REJECT_PROPOSAL,
    Permission.UNDO_PROPOSAL,
    Permission.PUBLISH_ROUND,
    Permission.EXPORT_ROUND,
    Permission.EXPORT_PROPOSAL,
    Permission.MANAGE_MEMBERSHIPS,
    Permission.VERIFY_NEED,
    Permission.VERIFY_OFFER,
    Permission.VERIFY_MUNICIPALITY,
    Permission.SUSPEND_MUNICIPALITY,
    Permission.MANAGE_RIGHTS_FLAGS,
    Permission.MANAGE_AREAS,
    Permission.MANAGE_TIES,
    Permission.MANAGE_TAXONOMY,
    Permission.SET_ROUND,
    Permission.ADD_ROLE,
}


def grow_old(client, seconds=301):
    """Let the last proof of who it is be so old."""
    with client.http.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - seconds


@pytest.fixture
def stolen(client_for, coordinator):
    """Give a browser with a full session whose last proof is older than five minutes."""
    client = client_for(coordinator)
    grow_old(client)
    return client


def sign_path(proposal):
    return f"/proposals/{proposal.public_id}/sign"


def rows_of(session):
    """Return all rows but those of what waits."""
    return {key: row for key, row in contents_of(session).items() if key[0] != "held_post"}


def test_old_session_approves_nothing_and_is_asked(session, stolen, proposal):
    before = rows_of(session)
    answer = stolen.post(sign_path(proposal))
    assert answer.status_code == 303
    assert answer.location == "/account/again?next=/account/step"
    assert rows_of(session) == before


def test_session_proved_less_than_five_minutes_ago_approves_at_once(
    session, client_for, coordinator, proposal
):
    client = client_for(coordinator)
    grow_old(client, 295)
    client.post(sign_path(proposal))
    session.rollback()
    assert session.scalars(select(Decision)).one().user_id == coordinator.user_id


def test_session_that_says_nothing_of_its_proof_is_asked(client_for, coordinator, proposal):
    client = client_for(coordinator)
    with client.http.session_transaction() as cookie:
        del cookie["fs_paa"]
    assert "/account/again" in client.post(sign_path(proposal)).location


def test_proof_from_a_clock_far_ahead_is_none(stolen, proposal):
    grow_old(stolen, -3600)
    assert "/account/again" in stolen.post(sign_path(proposal)).location


def hidden_fields(page):
    """Return the fields of the form on the page that waits."""
    form = re.search(r'<form action="(/proposals[^"]+)".*?</form>', page, re.S)
    return form[1], dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))


def test_step_waits_and_is_sent_with_one_press(session, stolen, proposal):
    stolen.post(sign_path(proposal))
    assert "Enter your password again" in stolen.get("/account/again?next=/account/step").text
    answer = stolen.post("/account/again?next=/account/step", {"password": PASSWORD})
    assert answer.location == "/account/step"
    page = stolen.get("/account/step").text
    assert "Approve the match of" in page
    assert session.scalars(select(Decision)).all() == []
    address, fields = hidden_fields(page)
    assert stolen.http.post(address, data=fields).status_code == 303
    session.refresh(proposal)
    assert proposal.status == "approved"
    stolen.http.post(address, data=fields)  # pressed twice
    assert len(session.scalars(select(Decision)).all()) == 1


def test_text_that_was_typed_is_sent_too(session, stolen, proposal):
    path = f"/proposals/{proposal.public_id}/reject"
    stolen.post(path, {"reason": "Немає мандата <ради>"})
    stolen.post("/account/again", {"password": PASSWORD})
    page = stolen.get("/account/step").text
    assert 'value="Немає мандата &lt;ради&gt;"' in page
    assert f'href="/proposals/{proposal.public_id}"' in page


def test_wrong_password_leaves_the_step_waiting(session, stolen, proposal):
    stolen.post(sign_path(proposal))
    answer = stolen.post("/account/again", {"password": "not the password at all"})
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert stolen.get("/account/step").location.startswith("/account/again")


def test_what_waits_is_not_readable_in_the_database(session, stolen, proposal):
    stolen.post(f"/proposals/{proposal.public_id}/reject", {"reason": "Nemae-mandata"})
    assert b"Nemae-mandata" not in session.scalars(select(HeldPost)).one().ciphertext


def test_second_step_takes_the_place_of_the_first(session, stolen, proposal):
    stolen.post(sign_path(proposal))
    stolen.post(f"/proposals/{proposal.public_id}/reject", {"reason": "Too far."})
    assert session.scalars(select(HeldPost.path)).all() == [
        f"/proposals/{proposal.public_id}/reject"
    ]


def test_step_of_one_person_does_not_wait_for_another(session, client_for, stolen, proposal):
    stolen.post(sign_path(proposal))
    other = coordinator_of(session, proposal.round)
    session.commit()
    stolen.sign_in(other.user_id)
    assert stolen.get("/account/step").location == "/home"


def test_nothing_waits_without_a_step(client_for, coordinator):
    assert client_for(coordinator).get("/account/step").location == "/home"


@pytest.mark.parametrize(
    "headers", [{"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}], ids=["json", "script"]
)
def test_another_client_is_refused(session, stolen, proposal, headers):
    before = contents_of(session)
    assert stolen.post(sign_path(proposal), headers=headers).status_code == 403
    assert contents_of(session) == before


@pytest.mark.asvs("7.2.4")
def test_session_gets_a_new_id_when_it_has_proved_itself(stolen):
    before = stolen.http.get_cookie("tandem").value
    stolen.post("/account/again", {"password": PASSWORD})
    assert stolen.http.get_cookie("tandem").value != before


def test_question_of_the_library_leads_to_ours(stolen):
    assert stolen.get("/verify?next=/account").location == "/account/again?next=/account"


@pytest.mark.asvs("3.7.2")
def test_question_leads_to_no_other_site(stolen):
    answer = stolen.post("/account/again?next=https://evil.example/", {"password": PASSWORD})
    assert answer.location == "/home"


def test_export_publication_and_change_of_a_role_ask_too(session, client_for, coordinator):
    round_ = make_round(session, coordinator, status="in_review")
    admin, member = make_administrator(session), make_requester(session)
    session.commit()
    for person, path in (
        (coordinator, f"/rounds/{round_.public_id}/export"),
        (coordinator, f"/rounds/{round_.public_id}/publish"),
        (admin, f"/admin/memberships/{member.public_id}/end"),
        (admin, f"/admin/memberships/{member.public_id}/suspend"),
    ):
        client = client_for(person)
        grow_old(client)
        answer = client.post(path, {"reason": "Left the town hall."})
        assert "/account/again" in (answer.location or ""), path
    session.rollback()
    assert session.get(Round, round_.id).status == "in_review"
    session.refresh(member)
    assert member.status == "active"


def test_every_write_under_these_permissions_asks(app, client_for, session):
    world = make_world(session)
    open_ones, asked = [], set()
    for rule in routes(app, "POST"):
        permission = app.view_functions[rule.endpoint].permission
        if permission not in STEP_UP:
            continue
        answers = []
        for person in world.owners.values():
            client = client_for(person)
            grow_old(client)
            answer = client.post(world.address(rule))
            answers.append("/account/again" in (answer.location or ""))
            if not answers[-1] and answer.status_code != 404:
                open_ones.append(f"{rule} answered {answer.status_code}")
        if any(answers):
            asked.add(permission)
    assert open_ones == []
    assert asked >= WEIGHTIEST


def test_reading_asks_nothing(app, client_for, session, proposal, stolen):
    assert stolen.get(f"/proposals/{proposal.public_id}").status_code == 200
    assert session.get(Proposal, proposal.id).status == "proposed"


def test_every_step_has_words():
    assert set(STEP_WORDS) == STEP_UP <= set(Permission)
