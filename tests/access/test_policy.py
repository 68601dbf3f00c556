"""The whole permission table, written out: who may do what, cell by cell."""

from types import SimpleNamespace as Thing

import pytest

from matchmaker.access import ANONYMOUS, POLICY, Actor, Permission, allowed
from matchmaker.vocabulary import Role

ASKING, HELPING = 1, 2


def member(role, **more):
    """Return an actor with this role."""
    return Actor(user_id=9, membership_id=9, role=role.value, **{"verified": True} | more)


ACTORS = {
    "anon": ANONYMOUS,
    "nobody": Actor(user_id=9),
    "asker": member(Role.REQUESTER, municipality_id=ASKING),
    "asker-": member(Role.REQUESTER, municipality_id=ASKING, verified=False),
    "asker2": member(Role.REQUESTER, municipality_id=77),
    "giver": member(Role.HELPER, municipality_id=HELPING),
    "giver-": member(Role.HELPER, municipality_id=HELPING, verified=False),
    "giver2": member(Role.HELPER, municipality_id=77),
    "coord": member(Role.COORDINATOR, association_id=1),
    "coord2": member(Role.COORDINATOR, association_id=2, scope=("ZZ",)),
    "partner": member(Role.PARTNER, partner_id=1),
    "admin": member(Role.ADMINISTRATOR, association_id=1),
}
"""Columns; '-' = municipality not verified, '2' = of another municipality or association."""

NOW = object()
TOWN = Thing(id=ASKING, country="UA", status="verified")
CITY = Thing(id=HELPING, country="NL", status="verified")
NEED = Thing(municipality_id=ASKING, municipality=TOWN, status="submitted", submitted_at=NOW)
OFFER = Thing(municipality_id=HELPING, municipality=CITY, status="submitted", submitted_at=NOW)
ROUND = Thing(association_id=1)
PROPOSAL = Thing(round=ROUND, need=NEED, offer=OFFER, offered_at=NOW, helper_accepted_at=NOW)
ENGAGEMENT = Thing(proposal=PROPOSAL)

EVERYBODY = set(ACTORS)
SIGNED_IN = EVERYBODY - {"anon"}
COORDINATORS = {"coord", "coord2"}
ASKERS, GIVERS = {"asker", "asker-", "asker2"}, {"giver", "giver-", "giver2"}
P = Permission  # short, because each row of the table names one

TABLE = {
    P.SEE_PUBLIC_PAGE: (None, EVERYBODY),
    P.SIGN_IN: (None, EVERYBODY),
    P.SEE_HOME: (None, SIGNED_IN),
    P.MANAGE_OWN_ACCOUNT: (None, SIGNED_IN),
    P.REGISTER_MUNICIPALITY: (None, {"nobody"} | ASKERS | GIVERS),
    P.SEE_MUNICIPALITY: (TOWN, {"asker", "asker-", "coord"}),
    P.EDIT_MUNICIPALITY: (TOWN, {"asker", "asker-", "coord"}),
    P.LIST_MUNICIPALITIES: (None, COORDINATORS),
    P.VERIFY_MUNICIPALITY: (TOWN, {"coord"}),
    P.SUSPEND_MUNICIPALITY: (TOWN, {"coord"}),
    P.SHOW_CONTACT: (TOWN, {"asker", "asker-", "coord"}),
    P.MANAGE_AREAS: (None, COORDINATORS),
    P.MANAGE_TIES: (TOWN, {"coord"}),
    P.LIST_NEEDS: (None, ASKERS | COORDINATORS),
    P.CREATE_NEED: (None, ASKERS),
    P.SEE_NEED: (NEED, {"asker", "asker-", "coord"}),
    P.EDIT_NEED: (NEED, {"asker", "asker-"}),
    P.WITHDRAW_NEED: (NEED, {"asker", "asker-"}),
    P.VERIFY_NEED: (NEED, {"coord"}),
    P.LIST_OFFERS: (None, GIVERS | COORDINATORS),
    P.CREATE_OFFER: (None, GIVERS),
    P.SEE_OFFER: (OFFER, {"giver", "giver-", "coord"}),
    P.EDIT_OFFER: (OFFER, {"giver", "giver-"}),
    P.WITHDRAW_OFFER: (OFFER, {"giver", "giver-"}),
    P.VERIFY_OFFER: (OFFER, {"coord"}),
    P.LIST_ROUNDS: (None, COORDINATORS),
    P.CREATE_ROUND: (None, COORDINATORS),
    P.SEE_ROUND: (ROUND, {"coord"}),
    P.RUN_ROUND: (ROUND, {"coord"}),
    P.PUBLISH_ROUND: (ROUND, {"coord"}),
    P.SEE_PROPOSAL: (PROPOSAL, {"coord"}),
    P.SIGN_PROPOSAL: (PROPOSAL, {"coord"}),
    P.REJECT_PROPOSAL: (PROPOSAL, {"coord"}),
    P.UNDO_PROPOSAL: (PROPOSAL, {"coord"}),
    P.SEE_ANSWER_PAGE: (PROPOSAL, {"asker", "asker-", "giver", "giver-"}),
    P.ANSWER_AS_HELPER: (PROPOSAL, {"giver"}),
    P.ANSWER_AS_REQUESTER: (PROPOSAL, {"asker"}),
    P.LIST_ENGAGEMENTS: (None, ASKERS | GIVERS | COORDINATORS),
    P.SEE_ENGAGEMENT: (ENGAGEMENT, {"asker", "asker-", "giver", "giver-", "coord"}),
    P.MOVE_ENGAGEMENT: (ENGAGEMENT, {"asker", "giver", "coord"}),
    P.SHOW_COUNTERPART_CONTACT: (ENGAGEMENT, {"asker", "giver", "coord"}),
    P.SEE_AUDIT: (None, {"admin"}),
    P.MANAGE_MEMBERSHIPS: (None, {"admin"}),
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


def test_helper_knows_nothing_before_the_offer():
    early = Thing(**vars(PROPOSAL) | {"offered_at": None, "helper_accepted_at": None})
    assert not allowed(P.SEE_ANSWER_PAGE, ACTORS["giver"], early)


def test_asking_town_knows_nothing_before_the_helper_accepted():
    early = Thing(**vars(PROPOSAL) | {"helper_accepted_at": None})
    assert not allowed(P.SEE_ANSWER_PAGE, ACTORS["asker"], early)
    assert allowed(P.SEE_ANSWER_PAGE, ACTORS["giver"], early)
