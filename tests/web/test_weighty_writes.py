"""Which writes ask for the second factor again, and why each of the others does not."""

import re

import pytest
from flask_security import hash_password

from matchmaker.access import STEP_UP, Permission
from tests.factories import PASSWORD, make_coordinator, make_municipality
from tests.web.test_step_up import grow_old
from tests.web.world import routes

pytestmark = [pytest.mark.control(6), pytest.mark.asvs("7.5.3")]
P = Permission

DAILY = "daily work of an official on a bad line; another person decides on what comes of it"
OWN = "the person's own affairs, which bind nobody else"
ANSWER = "the answer of a municipality; the other side and the coordinators see it and can end it"
MOVED = (
    "a municipality's word on its own work: it shows nothing more to anybody, the other side and "
    "the coordinators are told, and ending it has a page of its own that says what follows"
)
SAFER = "makes less visible or takes back, which must go at once"
LOOK = "shows or loads what a page of the same person shows, and decides nothing"
OTHERS = "a note of who else is at work, shown to coordinators beside a match; it bars nobody"
PREPARES = "prepares; nothing comes of it before a step that asks again"

WITHOUT_ASKING = {
    P.SEE_PUBLIC_PAGE: "open to everybody: language, quick exit, asking by a receipt",
    P.SIGN_IN: "for who is not signed in; carried by a secret from a letter",
    P.MANAGE_OWN_ACCOUNT: OWN,
    P.KEEP_OWN_ACCOUNT: OWN,
    P.SEE_PEOPLE: OWN,
    P.REGISTER_MUNICIPALITY: DAILY,
    P.EDIT_MUNICIPALITY: DAILY,
    P.ANSWER_APPLICATION: DAILY,
    P.CREATE_NEED: DAILY,
    P.EDIT_NEED: DAILY,
    P.COPY_NEED: DAILY,
    P.CONFIRM_OWN_NEED: DAILY,
    P.CREATE_OFFER: DAILY,
    P.EDIT_OFFER: DAILY,
    P.COPY_OFFER: DAILY,
    P.CONFIRM_COMMITMENT: DAILY,
    P.SEE_HINT: DAILY,
    P.TALK_ABOUT_PROPOSAL: DAILY,
    P.TALK_IN_ENGAGEMENT: DAILY,
    P.ANSWER_AS_HELPER: ANSWER,
    P.ANSWER_AS_REQUESTER: ANSWER,
    P.ANSWER_CARRIER: ANSWER,
    P.ANSWER_ALERT: ANSWER,
    P.ANSWER_NAMING: "the town's own answer, which it can take back; opening the annex asks again",
    P.ALLOW_REFERENCE: "the town's own word, which it takes back on the same page",
    P.MOVE_ENGAGEMENT: MOVED,
    P.CHANGE_PLAN: MOVED,
    P.SAY_AT_THE_END: MOVED,
    P.ANSWER_PULSE: MOVED,
    P.ANSWER_RISK: "says how a known risk stands; it stops no work and shows nothing more",
    P.HEED_RISK: "a note of what is done; stopping the work has a page of its own",
    P.LOOK_AFTER_ENGAGEMENT: "a note of what was done about a task; it moves nothing",
    P.LIST_OTHERS: OTHERS,
    P.NAME_OTHERS: OTHERS,
    P.CLOSE_OTHER: OTHERS,
    P.HIDE_MUNICIPALITY: SAFER,
    P.WITHDRAW_IDENTITY: SAFER,
    P.WITHDRAW_NEED: SAFER,
    P.WITHDRAW_OFFER: SAFER,
    P.LEAVE_ORGANISATION: SAFER,
    P.WITHDRAW_INVITATION: SAFER,
    P.WITHDRAW_HAND_OVER: SAFER,
    P.SHOW_MUNICIPALITY_AGAIN: "undoes what the town itself had hidden",
    P.SHOW_CONTACT: LOOK,
    P.SHOW_COUNTERPART_CONTACT: LOOK,
    P.SEE_IDENTITY_CHANGE: LOOK,
    P.SEE_NEED_RECEIPT: LOOK,
    P.SEE_OFFER_RECEIPT: LOOK,
    P.SEE_READ_BACK_CODE: LOOK,
    P.SEE_COUNCIL_PAPER: "the town's own paper; it names nobody, and opening the annex asks again",
    P.SEE_ROUND: LOOK,
    P.GIVE_MORE_TIME: PREPARES,
    P.ASK_TO_NAME: PREPARES,
    P.ANSWER_IMPACT: PREPARES,
    P.BEGIN_APPLICATION: PREPARES,
    P.CHECK_APPLICATION: PREPARES,
    P.ENTER_NEED_ON_BEHALF: PREPARES,
    P.CREATE_ROUND: PREPARES,
    P.RUN_ROUND: PREPARES,
}
"""Permissions of writes that go without asking again, each with the reason."""


def test_every_write_asks_again_or_says_why_not(app):
    written = {app.view_functions[rule.endpoint].permission for rule in routes(app, "POST")}
    assert written - STEP_UP == set(WITHOUT_ASKING)


@pytest.fixture
def stolen(session, client_for):
    """Give a coordinator's browser whose last proof is older than five minutes."""
    member = make_coordinator(session, position="lead")
    member.user.password = hash_password(PASSWORD)
    session.commit()
    client = client_for(member)
    grow_old(client)
    return client


def waiting_fields(client, path):
    """Give the password, and return the fields of the form that then waits."""
    client.post("/account/again", {"password": PASSWORD})
    page = client.get("/account/step").text
    form = re.search(rf'<form action="{path}".*?</form>', page, re.S)[0]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))


def test_reason_of_a_suspension_waits_and_is_sent(session, stolen):
    town = make_municipality(session)
    session.commit()
    path = f"/municipalities/{town.public_id}/suspend"
    assert "/account/again" in stolen.post(path, {"reason": "Рада розпущена"}).location
    session.refresh(town)
    assert town.status == "verified"
    fields = waiting_fields(stolen, path)
    assert fields["reason"] == "Рада розпущена"
    stolen.http.post(path, data=fields)
    session.rollback()
    session.refresh(town)
    assert town.status == "suspended"
