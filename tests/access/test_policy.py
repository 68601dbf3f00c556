"""The whole permission table, written out: who may do what, cell by cell."""

from types import SimpleNamespace as Thing

import pytest

from matchmaker.access import ANONYMOUS, POLICY, Actor, Permission, allowed
from matchmaker.vocabulary import Role

ASKING, HELPING = 1, 2


def member(role, **more):
    """Return an actor with this role."""
    return Actor(**{"user_id": 9, "membership_id": 9, "role": role.value, "verified": True} | more)


ACTORS = {
    "anon": ANONYMOUS,
    "nobody": Actor(user_id=9),
    "asker": member(Role.REQUESTER, municipality_id=ASKING, position="lead"),
    "asker-": member(
        Role.REQUESTER, municipality_id=ASKING, verified=False, position="deputy", user_id=8
    ),
    "asker2": member(Role.REQUESTER, municipality_id=77, position="lead"),
    "giver": member(Role.HELPER, municipality_id=HELPING, position="deputy"),
    "giver-": member(Role.HELPER, municipality_id=HELPING, verified=False, position="lead"),
    "giver2": member(Role.HELPER, municipality_id=77, position="member"),
    "coord": member(Role.COORDINATOR, association_id=1, position="lead"),
    "coord+": member(Role.COORDINATOR, association_id=1, position="lead", towns=(ASKING, HELPING)),
    "coord2": member(Role.COORDINATOR, association_id=2, scope=("ZZ",)),
    "partner": member(Role.PARTNER, partner_id=1),
    "admin": member(Role.ADMINISTRATOR, association_id=1),
}
"""Columns; '-' = municipality not verified, '2' = of another municipality or association, '+' = has
memberships in both municipalities besides."""

NOW = object()
TOWN = Thing(id=ASKING, country="UA", status="verified")
CITY = Thing(id=HELPING, country="NL", status="verified")
NEED = Thing(municipality_id=ASKING, municipality=TOWN, status="submitted", submitted_at=NOW)
WRITTEN_BY_COORD = Thing(**vars(NEED), confirmed=False, entry=Thing(entered_by_id=9))
WRITTEN_BY_ANOTHER = Thing(**vars(NEED), confirmed=False, entry=Thing(entered_by_id=10))
OFFER = Thing(municipality_id=HELPING, municipality=CITY, status="submitted", submitted_at=NOW)
APPLICATION = Thing(municipality_id=ASKING, municipality=TOWN, applicant_id=8)
RENAMING = Thing(municipality_id=ASKING, municipality=TOWN, fields=["name", "sides"])
ROUND = Thing(association_id=1)
HINT = Thing(municipality_id=ASKING, side="requester")
CARRIER = Thing(municipality_id=ASKING, status="asked")
ALERT = Thing(
    municipality_id=HELPING,
    need=Thing(status="submitted", hidden=False, municipality=Thing(hidden=False)),
)
PROPOSAL = Thing(
    signature_reasons=[],
    round=ROUND,
    need=NEED,
    offer=OFFER,
    offered_at=NOW,
    helper_accepted_at=NOW,
)
NAMING = Thing(proposal=PROPOSAL)
ENGAGEMENT = Thing(proposal=PROPOSAL, ended_at=None)

COLLEAGUE = Thing(
    municipality_id=ASKING,
    municipality=TOWN,
    association_id=None,
    position="member",
    user_id=8,
    role="requester",
)
DEPUTY = Thing(**vars(COLLEAGUE) | {"position": "deputy"})
OFFICE = Thing(
    municipality_id=None, municipality=None, association_id=1, position="member", role="coordinator"
)
HAND_OVER = Thing(giver=COLLEAGUE, taker=COLLEAGUE)

EVERYBODY = set(ACTORS)
SIGNED_IN = EVERYBODY - {"anon"}
COORDINATORS = {"coord", "coord+", "coord2"}
ASKERS, GIVERS = {"asker", "asker-", "asker2"}, {"giver", "giver-", "giver2"}
P = Permission  # short, because each row of the table names one

TABLE = {
    P.SEE_PUBLIC_PAGE: (None, EVERYBODY),
    P.SIGN_IN: (None, EVERYBODY),
    P.SEE_HOME: (None, SIGNED_IN),
    P.MANAGE_OWN_ACCOUNT: (None, SIGNED_IN),
    P.DOWNLOAD_OWN_DATA: (None, SIGNED_IN),
    P.DELETE_OWN_ACCOUNT: (None, SIGNED_IN),
    P.KEEP_OWN_ACCOUNT: (None, SIGNED_IN),
    P.DELETE_MUNICIPALITY: (TOWN, {"asker"}),
    P.REGISTER_MUNICIPALITY: (None, {"nobody"} | ASKERS | GIVERS),
    P.SEE_MUNICIPALITY: (TOWN, {"asker", "asker-", "coord", "coord+"}),
    P.EDIT_MUNICIPALITY: (TOWN, {"asker", "asker-", "coord", "coord+"}),
    P.LIST_MUNICIPALITIES: (None, COORDINATORS),
    P.LIST_APPLICATIONS: (None, COORDINATORS),
    P.BEGIN_APPLICATION: (TOWN, {"coord", "coord+"}),
    P.SEE_APPLICATION: (APPLICATION, {"asker", "asker-", "coord", "coord+"}),
    P.ANSWER_APPLICATION: (APPLICATION, {"asker", "asker-"}),
    P.CHECK_APPLICATION: (APPLICATION, {"coord"}),
    P.VERIFY_MUNICIPALITY: (APPLICATION, {"coord"}),
    P.PROPOSE_IDENTITY: (TOWN, {"asker", "asker-", "coord"}),
    P.SEE_IDENTITY_CHANGE: (RENAMING, {"asker", "asker-", "coord", "coord+"}),
    P.DECIDE_IDENTITY: (RENAMING, {"coord"}),
    P.WITHDRAW_IDENTITY: (RENAMING, {"asker", "asker-"}),
    P.MANAGE_RIGHTS_FLAGS: (TOWN, {"coord"}),
    P.SUSPEND_MUNICIPALITY: (TOWN, {"coord"}),
    P.HIDE_MUNICIPALITY: (TOWN, {"asker", "asker-", "coord", "coord+"}),
    P.SHOW_MUNICIPALITY_AGAIN: (TOWN, {"asker", "asker-"}),
    P.SHOW_CONTACT: (TOWN, {"asker", "asker-", "coord", "coord+"}),
    P.MANAGE_AREAS: (None, COORDINATORS | {"admin"}),
    P.MANAGE_TIES: (TOWN, {"coord", "coord+"}),
    P.ANSWER_FOR_AREA: (None, COORDINATORS),
    P.ANSWER_FOR_NEED: (NEED, {"coord"}),
    P.SEE_EVENNESS: (None, COORDINATORS),
    P.LIST_OTHERS: (None, COORDINATORS),
    P.NAME_OTHERS: (NEED, {"asker"}),
    P.CLOSE_OTHER: (None, COORDINATORS | {"asker", "asker2"}),
    P.LIST_NEEDS: (None, ASKERS | COORDINATORS),
    P.CREATE_NEED: (None, ASKERS),
    P.SEE_NEED: (NEED, {"asker", "asker-", "coord", "coord+"}),
    P.EDIT_NEED: (NEED, {"asker", "asker-"}),
    P.COPY_NEED: (NEED, {"asker", "asker-"}),
    P.WITHDRAW_NEED: (NEED, {"asker", "asker-"}),
    P.VERIFY_NEED: (NEED, {"coord"}),
    P.ENTER_NEED_ON_BEHALF: (TOWN, {"coord", "coord+"}),
    P.SEE_READ_BACK_CODE: (WRITTEN_BY_COORD, {"coord", "coord+"}),
    P.HEAR_READ_BACK: (WRITTEN_BY_ANOTHER, {"coord"}),
    P.CONFIRM_OWN_NEED: (WRITTEN_BY_ANOTHER, {"asker", "asker-"}),
    P.SEE_NEED_RECEIPT: (WRITTEN_BY_COORD, {"asker", "asker-", "coord", "coord+"}),
    P.LIST_OFFERS: (None, GIVERS | COORDINATORS),
    P.CREATE_OFFER: (None, GIVERS),
    P.SEE_OFFER: (OFFER, {"giver", "giver-", "coord", "coord+"}),
    P.EDIT_OFFER: (OFFER, {"giver", "giver-"}),
    P.COPY_OFFER: (OFFER, {"giver", "giver-"}),
    P.WITHDRAW_OFFER: (OFFER, {"giver", "giver-"}),
    P.VERIFY_OFFER: (OFFER, {"coord"}),
    P.SEE_OFFER_RECEIPT: (OFFER, {"giver", "giver-"}),
    P.LIST_ROUNDS: (None, COORDINATORS),
    P.CREATE_ROUND: (None, COORDINATORS),
    P.SEE_ROUND: (ROUND, {"coord", "coord+"}),
    P.RUN_ROUND: (ROUND, {"coord", "coord+"}),
    P.SET_ROUND: (ROUND, {"coord", "coord+"}),
    P.PUBLISH_ROUND: (ROUND, {"coord", "coord+"}),
    P.EXPORT_ROUND: (ROUND, {"coord", "coord+"}),
    P.SEE_PROPOSAL: (PROPOSAL, {"coord", "coord+"}),
    P.SIGN_PROPOSAL: (PROPOSAL, {"coord"}),
    P.SIGN_PLAIN: (ROUND, {"coord", "coord+"}),
    P.REJECT_PROPOSAL: (PROPOSAL, {"coord"}),
    P.UNDO_PROPOSAL: (PROPOSAL, {"coord"}),
    P.EXPORT_PROPOSAL: (PROPOSAL, {"coord", "coord+"}),
    P.ANSWER_IMPACT: (PROPOSAL, {"coord"}),
    P.LET_RED_GO_ON: (PROPOSAL, {"coord"}),
    P.SEE_ANSWER_PAGE: (PROPOSAL, {"asker", "giver"}),
    P.ANSWER_AS_HELPER: (PROPOSAL, {"giver"}),
    P.ANSWER_AS_REQUESTER: (PROPOSAL, {"asker"}),
    P.SEE_COUNCIL_PAPER: (PROPOSAL, {"giver"}),
    P.ASK_TO_NAME: (PROPOSAL, {"giver"}),
    P.ANSWER_NAMING: (NAMING, {"asker"}),
    P.CONFIRM_COMMITMENT: (OFFER, {"giver-"}),
    P.OPEN_ANNEX: (NAMING, {"giver"}),
    P.SEE_HINT: (HINT, {"asker"}),
    P.SEE_CARRIER: (CARRIER, {"asker"}),
    P.ANSWER_CARRIER: (CARRIER, {"asker"}),
    P.SEE_ALERT: (ALERT, {"giver"}),
    P.ANSWER_ALERT: (ALERT, {"giver"}),
    P.LIST_MESSAGES: (None, ASKERS | GIVERS | COORDINATORS),
    P.TALK_ABOUT_PROPOSAL: (PROPOSAL, {"asker", "giver", "coord", "coord+"}),
    P.TALK_IN_ENGAGEMENT: (ENGAGEMENT, {"asker", "giver", "coord", "coord+"}),
    P.GIVE_MORE_TIME: (PROPOSAL, {"coord", "coord+"}),
    P.LIST_ENGAGEMENTS: (None, ASKERS | GIVERS | COORDINATORS),
    P.SEE_ENGAGEMENT: (ENGAGEMENT, {"asker", "giver", "coord", "coord+"}),
    P.ANSWER_RISK: (ENGAGEMENT, {"asker", "giver", "coord"}),
    P.HEED_RISK: (ENGAGEMENT, {"coord"}),
    P.MOVE_ENGAGEMENT: (ENGAGEMENT, {"asker", "giver", "coord", "coord+"}),
    P.DECIDE_GOING_ON: (Thing(engagement=ENGAGEMENT), {"coord"}),
    P.SHOW_COUNTERPART_CONTACT: (ENGAGEMENT, {"asker", "giver", "coord", "coord+"}),
    P.SEE_PLAN: (ENGAGEMENT, {"asker", "giver", "coord", "coord+"}),
    P.CHANGE_PLAN: (ENGAGEMENT, {"asker", "giver"}),
    P.SAY_AT_THE_END: (ENGAGEMENT, {"asker", "giver"}),
    P.ALLOW_REFERENCE: (ENGAGEMENT, {"asker", "giver"}),
    P.ANSWER_PULSE: (ENGAGEMENT, {"asker", "giver"}),
    P.SEE_PULSES: (ENGAGEMENT, {"asker", "giver", "coord", "coord+"}),
    P.LOOK_AFTER_ENGAGEMENT: (ENGAGEMENT, {"coord", "coord+"}),
    P.SEE_AUDIT: (None, {"admin"}),
    P.EXPORT_AUDIT: (None, {"admin"}),
    P.MANAGE_MEMBERSHIPS: (None, {"admin"}),
    P.MANAGE_USERS: (None, {"admin"}),
    P.MANAGE_TAXONOMY: (None, {"admin"}),
    P.SET_LEGAL_TEXT: (None, {"admin"}),
    P.SET_SCOPE: (None, {"admin"}),
    P.SEE_PEOPLE: (None, ASKERS | GIVERS | COORDINATORS | {"admin"}),
    P.LEAVE_ORGANISATION: (None, ASKERS | GIVERS | COORDINATORS | {"admin"}),
    P.INVITE_COLLEAGUE: (None, {"asker", "asker2", "giver", "coord", "coord+", "admin"}),
    P.WITHDRAW_INVITATION: (COLLEAGUE, {"asker", "asker-"}),
    P.MANAGE_COLLEAGUE: (COLLEAGUE, {"asker", "asker-"}),
    P.NAME_DEPUTY: (OFFICE, {"coord", "coord+", "admin"}),
    P.HAND_OVER: (DEPUTY, {"asker"}),
    P.WITHDRAW_HAND_OVER: (HAND_OVER, {"asker"}),
    P.ANSWER_HAND_OVER: (HAND_OVER, {"asker-"}),
    P.TAKE_OVER: (None, {"asker-", "giver"}),
    P.ADD_ROLE: (None, {"asker", "asker2"}),
    P.SEE_PEOPLE_OF_TOWN: (TOWN, {"coord", "coord+"}),
    P.APPOINT: (COLLEAGUE, {"coord"}),
}


def who_has(permission):
    """Return the columns in which the cell says yes."""
    thing, _ = TABLE[permission]
    return {name for name, actor in ACTORS.items() if allowed(permission, actor, thing)}


def printed_table():
    """Return the table as the policy has it, for reading."""
    lines = [f"{'':28}" + " ".join(f"{name:7}" for name in ACTORS)]
    for permission in Permission:
        cells = who_has(permission)
        marks = " ".join(f"{'yes' if name in cells else '.':7}" for name in ACTORS)
        lines.append(f"{permission.name:28}{marks}")
    return "\n".join(lines)


def test_every_permission_stands_in_policy_and_table():
    print(printed_table())
    assert set(POLICY) == set(Permission) == set(TABLE)


@pytest.mark.asvs("8.2.1", "8.2.2")
@pytest.mark.control(11)
@pytest.mark.parametrize("permission", Permission, ids=lambda p: p.name)
def test_permission_is_given_to_exactly_these(permission):
    assert who_has(permission) == TABLE[permission][1]


@pytest.mark.parametrize("permission", [P.SEE_NEED, P.VERIFY_NEED])
def test_draft_is_its_owners_alone(permission):
    draft = Thing(municipality_id=ASKING, municipality=TOWN, status="draft", submitted_at=None)
    assert not allowed(permission, ACTORS["coord"], draft)


def test_coordinator_who_wrote_a_need_down_may_finish_its_draft():
    draft = Thing(**vars(WRITTEN_BY_COORD) | {"status": "draft", "submitted_at": None})
    assert allowed(P.EDIT_NEED, ACTORS["coord"], draft)
    assert allowed(P.SEE_NEED, ACTORS["coord"], draft)
    assert not allowed(P.EDIT_NEED, ACTORS["coord2"], draft)


def test_town_knows_nothing_of_a_draft_that_a_coordinator_writes_for_it():
    draft = Thing(**vars(WRITTEN_BY_ANOTHER) | {"status": "draft", "submitted_at": None})
    for permission in (P.SEE_NEED, P.EDIT_NEED, P.WITHDRAW_NEED):
        assert not allowed(permission, ACTORS["asker"], draft)
        assert allowed(permission, ACTORS["asker"], WRITTEN_BY_ANOTHER)


def test_who_wrote_a_need_down_does_not_hear_its_code():
    assert not allowed(P.HEAR_READ_BACK, ACTORS["coord"], WRITTEN_BY_COORD)
    assert not allowed(P.SEE_READ_BACK_CODE, ACTORS["coord"], WRITTEN_BY_ANOTHER)
    assert not allowed(P.CONFIRM_OWN_NEED, ACTORS["asker"], WRITTEN_BY_COORD)


def test_confirmed_need_has_no_code_any_more():
    sure = Thing(**vars(WRITTEN_BY_ANOTHER) | {"confirmed": True})
    for permission in (P.SEE_READ_BACK_CODE, P.HEAR_READ_BACK, P.CONFIRM_OWN_NEED):
        assert not any(allowed(permission, actor, sure) for actor in ACTORS.values())


@pytest.mark.control(5)
def test_applicant_never_decides_on_their_own_application():
    own = Thing(**vars(APPLICATION) | {"applicant_id": 9})
    for permission in (P.CHECK_APPLICATION, P.VERIFY_MUNICIPALITY):
        assert not allowed(permission, ACTORS["coord"], own)


@pytest.mark.control(24)
def test_applicant_answers_only_while_they_act_for_the_municipality():
    own = Thing(**vars(APPLICATION) | {"applicant_id": 9})
    for permission in (P.SEE_APPLICATION, P.ANSWER_APPLICATION):
        assert allowed(permission, ACTORS["asker"], own)
        assert not allowed(permission, ACTORS["nobody"], own)
        assert not allowed(permission, ACTORS["asker2"], own)
    assert not allowed(P.ANSWER_APPLICATION, ACTORS["coord"], own)


def test_change_of_the_sides_alone_is_not_told_to_the_municipality():
    divided = Thing(**vars(RENAMING) | {"fields": ["sides"]})
    for permission in (P.SEE_IDENTITY_CHANGE, P.WITHDRAW_IDENTITY):
        assert not allowed(permission, ACTORS["asker"], divided)
    assert allowed(P.SEE_IDENTITY_CHANGE, ACTORS["coord"], divided)


@pytest.mark.control(24)
def test_who_leads_an_association_is_not_above_its_administrator():
    administration = Thing(**vars(OFFICE) | {"role": "administrator"})
    assert allowed(P.MANAGE_COLLEAGUE, ACTORS["coord"], OFFICE)
    assert not allowed(P.MANAGE_COLLEAGUE, ACTORS["coord"], administration)
    assert allowed(P.MANAGE_COLLEAGUE, ACTORS["admin"], administration)


def test_helper_knows_nothing_before_the_offer():
    early = Thing(**vars(PROPOSAL) | {"offered_at": None, "helper_accepted_at": None})
    assert not allowed(P.SEE_ANSWER_PAGE, ACTORS["giver"], early)


def test_asking_town_knows_nothing_before_the_helper_accepted():
    early = Thing(**vars(PROPOSAL) | {"helper_accepted_at": None})
    assert not allowed(P.SEE_ANSWER_PAGE, ACTORS["asker"], early)
    assert allowed(P.SEE_ANSWER_PAGE, ACTORS["giver"], early)


@pytest.mark.control(22)
def test_nobody_opens_a_contact_once_the_engagement_has_ended():
    over = Thing(proposal=PROPOSAL, ended_at=NOW)
    assert not any(allowed(P.SHOW_COUNTERPART_CONTACT, actor, over) for actor in ACTORS.values())


@pytest.mark.control(12)
def test_deputy_may_not_touch_who_is_in_charge_nor_the_other_deputy():
    deputy = ACTORS["asker-"]
    assert allowed(P.MANAGE_COLLEAGUE, deputy, COLLEAGUE)
    assert not allowed(P.MANAGE_COLLEAGUE, deputy, DEPUTY)
    assert allowed(P.MANAGE_COLLEAGUE, ACTORS["admin"], OFFICE)
    assert not allowed(P.MANAGE_COLLEAGUE, ACTORS["admin"], COLLEAGUE)


@pytest.mark.control(11)
@pytest.mark.parametrize("town", [ASKING, HELPING])
def test_nobody_decides_on_a_pair_of_which_one_town_is_theirs(town):
    partial = member(Role.COORDINATOR, association_id=1, towns=(town,))
    for permission in (P.SIGN_PROPOSAL, P.REJECT_PROPOSAL, P.UNDO_PROPOSAL):
        assert not allowed(permission, partial, PROPOSAL)
    assert allowed(P.SEE_PROPOSAL, partial, PROPOSAL)
