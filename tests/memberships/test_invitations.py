"""Invitations: bound to address and role, once, for three days, the same answer for everybody."""

import contextvars
import re
from datetime import timedelta
from html import escape
from unittest.mock import patch

import pytest
from flask_security import hash_password
from sqlalchemy import func, select

from matchmaker import delivery
from matchmaker.access import PLATFORM
from matchmaker.accounts.service import move_membership
from matchmaker.audit import move
from matchmaker.delivery import deliver_due
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.memberships import invitations
from matchmaker.models import Invitation, Letter, Membership, User, now
from matchmaker.vocabulary import MembershipStatus, Role
from tests.factories import (
    PASSWORD,
    actor_of,
    make_administrator,
    make_association,
    make_coordinator,
    make_municipality,
    make_requester,
    make_user,
    signed_in,
)
from tests.harness.mail_server import talks_to

NEW = "office@new.example"
BAD_ADDRESSES = [
    "x@[b.c",
    "x@b..c",
    "a b@c.example",
    "x@-b.example",
    ".x@b.example",
    "<x@b.example>",
]
FIELDS = {"password": "four unrelated words here", "password_confirm": "four unrelated words here"}


@pytest.fixture
def head(session):
    """Give who is in charge of a municipality."""
    return make_requester(session, position="lead")


@pytest.fixture
def office(session, client_for, head):
    """Give the browser of who is in charge."""
    return signed_in(session, client_for, head)


def outbox(app):
    """Let the clock tick; return the mails that went out."""
    contextvars.Context().run(tick, app)
    return app.extensions["mailman"].outbox


def tick(app):
    with app.app_context():
        deliver_due()
        db.session.remove()


def invited(office, app, address=NEW, role="helper"):
    """Invite by the form; return the page that answered and the path in the mail."""
    answer = office.post("/people/invite", {"address": address, "role": role})
    body = outbox(app)[-1].body
    return answer, re.search(r"/people/invitation/[\w-]+", body).group()


@pytest.mark.control(17)
@pytest.mark.asvs("6.3.8")
def test_address_with_and_without_an_account_get_the_same_answer_and_mail(app, session, office):
    known = make_user(session).email
    session.commit()
    seen = []
    for address in (known, NEW):
        answer, path = invited(office, app, address)
        page = office.get("/people").text.replace(address, "ADDRESS")
        text = outbox(app)[-1].body.replace(path, "PATH")
        found = session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
        office.post(f"/people/invitations/{found.public_id}/withdraw")
        assert "The invitation is withdrawn" in office.get("/people").text
        seen.append((answer.status_code, answer.location, re.sub(r'value="[^"]*"', "", page), text))
    first, second = seen
    assert first[:2] == second[:2]
    assert re.sub(r"\d", "", first[3]) == re.sub(r"\d", "", second[3])
    # Pages are filled up with blanks to whole steps, and the two addresses differ in length.
    strip = lambda text: re.sub(r"[0-9a-f]{32}|\d", "", text).rstrip()  # noqa: E731
    assert strip(first[2]) == strip(second[2])
    assert session.scalar(select(func.count()).select_from(User)) == 2


@pytest.mark.control(3)
def test_mail_names_neither_town_nor_role(app, office, head):
    invited(office, app)
    (sent,) = outbox(app)
    assert sent.to == [NEW]
    for word in (head.municipality.name, head.municipality.region, head.user.email, "municip"):
        assert word.lower() not in (sent.body + sent.subject).lower()


@pytest.mark.control(20)
@pytest.mark.asvs("6.4.1", "3.5.3")
def test_new_person_accepts_once_and_a_get_changes_nothing(app, session, office, client_for):
    _, path = invited(office, app)
    browser = client_for()
    for _ in range(3):
        assert "Accept the invitation" in browser.get(path).text
    assert browser.post(path).location == f"{path}/password"
    assert browser.post(f"{path}/password", FIELDS).location == "/login"
    assert client_for().post(f"{path}/password", FIELDS).location == "/login"
    assert client_for().get(path).status_code == 303
    member = session.scalars(select(Membership).where(Membership.role == "helper")).one()
    assert (member.user.email, member.position, member.status) == (NEW, "member", "active")
    answer = browser.post("/login", {"email": NEW, "password": FIELDS["password"]})
    assert answer.location == "/home"
    assert browser.get("/offers").status_code == 200


@pytest.mark.control(20)
def test_known_person_accepts_while_signed_in_and_nobody_else_does(
    app, session, office, client_for
):
    person = make_user(session, password=hash_password(PASSWORD))
    stranger = make_requester(session)
    session.commit()
    _, path = invited(office, app, person.email.upper())
    assert client_for().post(path).location == f"/login?next={path}"
    assert client_for().get(f"{path}/password").location == path
    other = client_for(stranger)
    assert "another address" in other.get(path).text
    other.post(path)
    assert session.scalars(select(Invitation.status)).all() == ["open"]
    browser = client_for(person)
    assert browser.post(path).location == "/home"
    assert browser.get("/offers").status_code == 200
    assert session.scalars(select(Invitation.status)).all() == ["accepted"]


@pytest.mark.control(20)
@pytest.mark.asvs("9.2.1")
@pytest.mark.parametrize(("hours", "good"), [(71, True), (73, False)])
def test_invitation_is_good_for_three_days(session, head, hours, good):
    token = invitations.invite(session, actor_of(head), NEW, Role.HELPER)
    session.scalars(select(Invitation)).one().expires_at -= timedelta(hours=hours)
    if good:
        assert invitations.find(session, token)
    else:
        with pytest.raises(BadInput):
            invitations.find(session, token)


def end_inviter(session, head):
    move_membership(session, PLATFORM, head, MembershipStatus.ENDED)


def close_inviter(session, head):
    head.user.active = False


def suspend_town(session, head):
    move(session, PLATFORM, head.municipality, "suspended")


def withdraw(session, head):
    found = session.scalars(select(Invitation)).one()
    invitations.withdraw(session, actor_of(head), found)


def no_longer_in_charge(session, head):
    head.position = "member"


@pytest.mark.control(24)
@pytest.mark.parametrize(
    "ends", [end_inviter, close_inviter, suspend_town, withdraw, no_longer_in_charge]
)
def test_invitation_ends_with_the_rights_of_who_invited(session, head, ends):
    token = invitations.invite(session, actor_of(head), NEW, Role.HELPER)
    ends(session, head)
    session.flush()
    with pytest.raises(BadInput):
        invitations.find(session, token)


@pytest.mark.control(24)
def test_suspended_person_does_not_come_back_by_an_invitation(session, head):
    gone = make_requester(session, head.municipality, status="suspended")
    token = invitations.invite(session, actor_of(head), gone.user.email, Role.HELPER)
    with pytest.raises(BadInput):
        invitations.accept(session, token, gone.user)


@pytest.mark.control(18)
def test_neither_token_nor_address_lies_open_in_the_database(session, head):
    token = invitations.invite(session, actor_of(head), NEW, Role.HELPER)
    stored = str(session.connection().exec_driver_sql("SELECT * FROM invitation").all())
    assert token not in stored
    assert NEW not in stored


def test_second_invitation_of_an_address_ends_the_first(session, head):
    first = invitations.invite(session, actor_of(head), NEW, Role.HELPER)
    second = invitations.invite(session, actor_of(head), NEW.upper(), Role.HELPER)
    with pytest.raises(BadInput):
        invitations.find(session, first)
    assert invitations.find(session, second)


@pytest.mark.control(8)
@pytest.mark.asvs("2.4.1")
def test_mailbox_is_not_flooded(session, head):
    for _ in range(invitations.MOST_A_DAY):
        invitations.invite(session, actor_of(head), NEW, Role.HELPER)
    with pytest.raises(BadInput, match="several times"):
        invitations.invite(session, actor_of(head), NEW, Role.REQUESTER)
    for n in range(invitations.MOST_OPEN - 1):
        invitations.invite(session, actor_of(head), f"n{n}@new.example", Role.HELPER)
    with pytest.raises(BadInput, match="Withdraw one"):
        invitations.invite(session, actor_of(head), "more@new.example", Role.HELPER)


def test_who_acts_in_the_role_already_is_not_invited(session, head):
    with pytest.raises(BadInput, match="already"):
        invitations.invite(session, actor_of(head), head.user.email, Role.REQUESTER)


def test_wrong_address_is_said_beside_the_field_and_nothing_is_lost(office):
    answer = office.post("/people/invite", {"address": "nobody", "role": "helper"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    assert "like name@example.org" in answer.text


def test_unverified_town_invites_nobody(session, client_for):
    town = make_municipality(session, status="registered")
    browser = signed_in(session, client_for, make_requester(session, town, position="lead"))
    assert browser.get("/people").status_code == 200
    assert browser.get("/people/invite").status_code == 404


def test_association_invites_coordinators_by_its_head_or_its_administrator(
    app, session, client_for
):
    association = make_association(session)
    head = make_coordinator(session, association, position="lead")
    simple = make_coordinator(session, association)
    administrator = make_administrator(session, association)
    session.commit()
    for who, name in ((head, "a"), (administrator, "b")):
        answer, _ = invited(client_for(who), app, f"{name}@new.example", "administrator")
        assert answer.status_code == 303
    assert client_for(simple).get("/people/invite").status_code == 404
    assert set(session.scalars(select(Invitation.role))) == {"coordinator"}


# --- the mail waits in the outbox -------------------------------------------------------------


def letter(session):
    session.rollback()
    return session.scalars(select(Letter)).one()


def test_invitation_survives_a_mail_server_that_is_gone(app, session, office):
    fields = {"address": NEW, "role": "helper"}
    with patch("matchmaker.delivery.give", return_value="no_server"):
        assert office.post("/people/invite", fields).status_code == 303
        contextvars.Context().run(tick, app)
    waiting = letter(session)
    assert (waiting.status, waiting.attempts, waiting.last_error) == ("waiting", 1, "no_server")
    waiting.due_at = now()
    session.commit()
    (sent,) = outbox(app)
    assert sent.to == [NEW]


def test_link_is_forgotten_once_the_mail_is_sent(app, session, office):
    invited(office, app)
    assert (letter(session).status, letter(session).url) == ("sent", None)


def test_link_lies_sealed_while_it_waits(session, office):
    office.post("/people/invite", {"address": NEW, "role": "helper"})
    stored = session.connection().exec_driver_sql("SELECT url FROM letter").scalar_one()
    assert "/people/invitation/" in letter(session).url
    assert "invitation" not in stored


def test_invitation_that_failed_leaves_no_mail(session, office):
    office.post("/people/invite", {"address": "no address", "role": "helper"})
    assert session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize("change", [{"status": "withdrawn"}, {"expires_at": now()}])
def test_invitation_that_no_longer_stands_is_not_sent(app, session, office, head, change):
    office.post("/people/invite", {"address": NEW, "role": "helper"})
    invitation = session.scalars(select(Invitation)).one()
    if "status" in change:
        move(session, actor_of(head), invitation, change["status"])
    else:
        invitation.expires_at = change["expires_at"]
    session.commit()
    contextvars.Context().run(tick, app)
    assert (letter(session).status, letter(session).url) == ("cancelled", None)


def test_town_that_hides_sends_no_invitation_until_it_is_seen_again(app, session, office, head):
    office.post("/people/invite", {"address": NEW, "role": "helper"})
    head.municipality.hidden = True
    session.commit()
    contextvars.Context().run(tick, app)
    waiting = letter(session)
    assert (waiting.status, waiting.attempts, waiting.last_error) == ("waiting", 0, None)
    assert waiting.due_at > now()
    assert getattr(app.extensions["mailman"], "outbox", []) == []
    head.municipality.hidden = False
    waiting.due_at = now()
    session.commit()
    (sent,) = outbox(app)
    assert sent.to == [NEW]


@pytest.mark.control(24)
@pytest.mark.parametrize("ends", [end_inviter, close_inviter, suspend_town, no_longer_in_charge])
def test_invitation_whose_link_leads_nowhere_is_withdrawn_instead_of_sent(
    app, session, office, head, ends
):
    office.post("/people/invite", {"address": NEW, "role": "helper"})
    ends(session, head)
    session.commit()
    contextvars.Context().run(tick, app)
    assert (letter(session).status, letter(session).url) == ("cancelled", None)
    assert session.scalars(select(Invitation.status)).all() == ["withdrawn"]
    assert getattr(app.extensions["mailman"], "outbox", []) == []


@pytest.mark.asvs("2.2.1", "2.2.2")
@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_address_that_no_account_could_have_is_not_invited(session, office, address):
    answer = office.post("/people/invite", {"address": address, "role": "helper"})
    assert answer.status_code == 422
    assert "like name@example.org" in answer.text
    assert f'value="{escape(address)}"' in answer.text
    assert session.scalars(select(Letter)).all() == []


def test_letter_to_an_address_that_cannot_be_read_keeps_mail_from_nobody_else(
    app, session, office, mail_server
):
    for address in (*(f"colleague{n}@new.example" for n in range(3)), NEW):
        office.post("/people/invite", {"address": address, "role": "helper"})
    for bad in session.scalars(select(Invitation).order_by(Invitation.id).limit(3)):
        bad.address = "x@[b.c"
    session.commit()
    talks_to(app, mail_server.port)
    contextvars.Context().run(tick, app)
    session.rollback()
    found = session.execute(select(Letter.status, Letter.last_error).order_by(Letter.id)).all()
    assert found == [("waiting", "unsendable")] * 3 + [("sent", None)]
    assert len(mail_server.taken) == 1


def test_letter_that_cannot_be_claimed_keeps_mail_from_nobody_else(
    app, session, office, monkeypatch
):
    for n in range(2):
        office.post("/people/invite", {"address": f"n{n}@new.example", "role": "helper"})
    first = session.scalars(select(Letter.id).order_by(Letter.id)).first()
    session.rollback()

    def fail_for_one(letter_id, at):
        if letter_id == first:
            raise ZeroDivisionError
        return claim(letter_id, at)

    claim = delivery._claim_letter
    monkeypatch.setattr("matchmaker.delivery._claim_letter", fail_for_one)
    (sent,) = outbox(app)
    assert sent.to == ["n1@new.example"]


def test_invitation_is_sent_once_however_often_the_clock_ticks(app, office):
    invited(office, app)
    assert len(outbox(app)) == 1
