"""Ids of other tenants in addresses and forms: what is not one's own does not exist."""

import random
import re

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import (
    Base,
    Engagement,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    RiskQuestion,
    Round,
)
from tests.harness.apps import Client
from tests.security import scene as scenes
from tests.security.crawl import addresses, reachable
from tests.security.walk import Forms

STRANGERS = (
    "newcomer",
    "other requester",
    "other helper",
    "unverified requester",
    "suspended helper",
    "foreign coordinator",
    "partner",
)
AT_LEAST = 1000
PUBLIC_ID = re.compile(r"[0-9a-f]{32}")
TABLE_OF = {
    "municipalities": "municipality",
    "needs": "need",
    "offers": "offer",
    "rounds": "round",
    "prices": "round",
    "scenarios": "round",
    "signing": "round",
    "proposals": "proposal",
    "impact": "proposal",
    "risks": "risk_question",
    "engagements": "engagement",
    "preconditions": "need",
    "others": "need",
    "admin": "membership",
}
"""Room -> the table whose ids its addresses name."""


@pytest.fixture
def tenants(app):
    """Give the scene, and for each stranger the ids that are not theirs, by table."""
    with app.app_context():
        scene = scenes.lay(db.session())
        foreign = {name: _foreign_ids(db.session(), scene.people[name]) for name in STRANGERS}
        db.session.remove()
    return scene, foreign


def _foreign_ids(session, person) -> dict[str, list[str]]:
    """Return table -> public ids of the rows that are not this person's."""
    member = session.scalars(
        select(Membership).where(Membership.public_id == person.public_id)
    ).one_or_none()
    town = member.municipality_id if member else None
    association = member.association_id if member else None
    sides = {
        Municipality: lambda row: {row.id},
        Need: lambda row: {row.municipality_id},
        Offer: lambda row: {row.municipality_id},
        Proposal: lambda row: {row.need.municipality_id, row.offer.municipality_id},
        Engagement: lambda row: {
            row.proposal.need.municipality_id,
            row.proposal.offer.municipality_id,
        },
    }
    found = {
        model.__tablename__: [
            row.public_id for row in session.scalars(select(model)) if town not in owners(row)
        ]
        for model, owners in sides.items()
    }
    rounds = session.scalars(select(Round))
    risks = session.scalars(select(RiskQuestion))
    found["risk_question"] = [row.public_id for row in risks if not _is_own(row, town)]
    found["round"] = [row.public_id for row in rounds if row.association_id != association]
    others = session.scalars(select(Membership).where(Membership.user_id != person.user_id))
    found["membership"] = [row.public_id for row in others]
    return found


def _is_own(risk, town) -> bool:
    proposal = risk.proposal
    return town in (proposal.need.municipality_id, proposal.offer.municipality_id)


@pytest.mark.control(11)
@pytest.mark.asvs("8.2.2", "8.4.1")
def test_ids_of_others_in_addresses_do_not_exist(app, tenants):
    scene, foreign = tenants
    cases, seen = 0, []
    for name in STRANGERS:
        who = scene.people[name]
        client = Client(app).sign_in(who.user_id, who.public_id)
        for method in ("GET", "POST"):
            for room, table in TABLE_OF.items():
                for _, address in addresses(app, foreign[name][table][:2], method, f"{room}."):
                    if not PUBLIC_ID.search(address):
                        continue
                    cases += 1
                    ask = client.get if method == "GET" else client.post
                    code = ask(address).status_code
                    if code != 404:
                        seen.append(f"{name}: {method} {address} answered {code}")
    assert seen == []
    assert cases >= AT_LEAST


@pytest.mark.control(11)
@pytest.mark.asvs("8.2.2", "8.4.1", "15.3.3")
def test_ids_of_others_in_forms_change_nothing_of_theirs(app, tenants):
    scene, foreign = tenants
    draw, cases = random.Random("swapped in forms"), 0
    for name in STRANGERS:
        who = scene.people[name]
        client = Client(app).sign_in(who.user_id, who.public_id)
        ids = {one for found in foreign[name].values() for one in found}
        before = _rows(app, ids)
        for address, filled in _forms_with_swaps(client, draw, sorted(ids)):
            client.post(address, filled)
            cases += 1
        assert _rows(app, ids) == before, name
    assert cases >= 100


def _forms_with_swaps(client, draw, ids):
    """Yield each form that a person reaches, with an id of somebody else in each field in turn."""
    forms = [
        (action or address, fields)
        for address, answer in list(reachable(client, most=2))
        if answer.mimetype == "text/html"
        for method, action, fields in Forms(answer.text).found
        if method == "post" and not action.startswith(("/logout", "/language"))
    ]
    for address, fields in forms:
        kept = {name: values[0] for name, values in fields.items() if values}
        kept.pop("switch_language", None)
        swaps = [one for one in fields if one not in ("csrf_token", "switch_language")]
        for swapped in swaps:
            yield address, kept | {"csrf_token": client.token(), swapped: draw.choice(ids)}


def _rows(app, ids) -> dict:
    """Return the rows with these public ids."""
    found = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            if "public_id" in table.columns:
                for row in db.session.execute(select(table)).mappings():
                    if row["public_id"] in ids:
                        found[row["public_id"]] = dict(row)
        db.session.remove()
    return found
