"""Nobody is shown a link or a button that leads them to a page which does not exist for them."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from flask import g
from sqlalchemy import select

from matchmaker.access import allowed
from matchmaker.demonstration import content
from matchmaker.extensions import db
from matchmaker.models import Membership, Municipality, User
from matchmaker.vocabulary import Role
from matchmaker.web.actor import actor_for
from tests.harness.apps import Client

pytestmark = pytest.mark.control(24)
AT_MOST = 4
"""Pages of one kind that one person opens."""
HREF = re.compile(r'<a [^>]*href="(/[^"#]*)')
ACTION = re.compile(r'<form [^>]*action="(/[^"#]*)[^>]*method="post"')
PEOPLE = [row["email"] for row in content.table("accounts")]
BOTH = {
    "first@coordinators.example.org": ["veselka-nova", "yasnohrud", "delft"],
    "second@coordinators.example.org": ["kalynohrad", "villa-ocaso", "barcelona"],
}
"""Coordinators who belong to towns as well: one that asks, one that helps, one that applies."""


@pytest.fixture(scope="module")
def crowded(loaded_app):
    """Give the demonstration with coordinators who also belong to towns."""
    with loaded_app.app_context():
        for email, towns in BOTH.items():
            user = db.session.scalars(select(User).where(User.email == email)).one()
            for key in towns:
                name = content.towns()[key]["name"]
                town = select(Municipality).where(Municipality.name == name)
                town = db.session.scalars(town).one()
                role = Role.HELPER if content.towns()[key]["part"] == "helps" else Role.REQUESTER
                db.session.add(Membership(user_id=user.id, role=role, municipality_id=town.id))
        db.session.commit()
        db.session.remove()
    return loaded_app


def memberships(app, email):
    """Return the ids of a person and of everything they act for."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        rows = db.session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
        return user.id, [(row.public_id, row.id) for row in rows]


def endpoint_of(app, path, method):
    adapter = app.url_map.bind("localhost")
    return adapter.match(urlsplit(path).path, method=method)


def may_press(app, path, membership_id):
    """Tell whether the guard of a form's address would let the person through."""
    endpoint, values = endpoint_of(app, path, "POST")
    view = app.view_functions[endpoint]
    if not hasattr(view, "permission"):
        return True
    with app.test_request_context():
        g.pop("actor", None)
        membership = db.session.get(Membership, membership_id)
        actor = actor_for(membership.user, membership)
        thing = view.loader(values["public_id"]) if view.loader and "public_id" in values else None
        return allowed(view.permission, actor, thing)


def faults(app, client, membership_id):
    """Follow what is linked from the home page on; return links and buttons that lead nowhere."""
    waiting, seen, opened, pressed, found = ["/home"], {"/home"}, Counter(), set(), []
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(app, path, "GET")[0]
        opened[endpoint] += 1
        if opened[endpoint] > AT_MOST or endpoint in ("static", "pages.leave"):
            continue
        answer = client.get(path)
        if answer.status_code >= 400:
            found.append(f"GET {path}: {answer.status_code}")
        for link in HREF.findall(answer.text if answer.mimetype == "text/html" else ""):
            link = link.replace("&amp;", "&")
            if link not in seen:
                seen.add(link)
                waiting.append(link)
        for action in ACTION.findall(answer.text if answer.mimetype == "text/html" else ""):
            if action not in pressed and not may_press(app, action, membership_id):
                found.append(f"POST {action}, on {path}")
            pressed.add(action)
    assert len(opened) > 5
    return found


@pytest.mark.parametrize("email", PEOPLE)
def test_every_link_and_button_leads_somewhere_for_who_is_shown_it(crowded, email):
    user_id, rows = memberships(crowded, email)
    found = []
    for public_id, membership_id in rows:
        client = Client(crowded).sign_in(user_id, public_id)
        found += faults(crowded, client, membership_id)
    assert found == []
