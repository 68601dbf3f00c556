"""Whatever is asked for or sent, the answer is one of ours and never an error of the program."""

import itertools
from urllib.parse import quote

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from tests.harness.apps import Client
from tests.security import scene as scenes
from tests.security.crawl import Links, addresses, rules
from tests.security.payloads import LINKS, ODD, SQL, TEMPLATE, XSS

REACH_MOST = ("coordinator", "administrator", "helper", "asker of helper_accepted")
REACH_LITTLE = ("anonymous", "newcomer", "unverified requester", "partner")
VALUES = (*ODD, *SQL, *LINKS, *TEMPLATE, *XSS)
OWN = {
    **{
        room: ("round",)
        for room in ("files", "overview", "prices", "rounds", "scenarios", "wishes")
    },
    **{room: ("round", "proposal", "need", "hint") for room in ("hints", "signing", "why")},
    "councils": ("proposal", "annex_consent", "need", "offer"),
    "cases": ("need", "proposal", "carrier", "alert"),
    **{room: ("proposal",) for room in ("impact", "papers", "proposals")},
    "risks": ("risk_question", "risk_answer"),
    "pulses": ("engagement",),
    "engagements": ("engagement", "precondition_review"),
    "preconditions": ("need", "conflict_area"),
    "others": ("need", "other_actor"),
    "messages": ("proposal", "engagement", "message"),
    "municipalities": ("municipality",),
    "needs": ("need",),
    "offers": ("offer",),
    "security": (),
    "pages": (),
    "personal": ("municipality",),
    "accounts": ("invitation", "sign_in_session"),
    "memberships": ("membership", "invitation", "hand_over", "municipality"),
    "admin": ("user_account", "membership", "association", "legal_text"),
    "verification": ("application", "municipality", "identity_change", "rights_flag"),
}
"""Room -> tables of the ids it takes; with an id of another kind, all refuse alike."""
OTHERS = 17
"""Of the ids of other kinds, every so manieth is asked for."""
QUERY = ("page", "sort", "order", "direction", "q", "status", "category", "country", "topic")
QUERY += ("activity", "urgent", "side", "next", "role", "event", "from", "to", "step", "region")
FIELDS = ("reason", "text", "note", "status", "side", "form_owner", "step", "title", "next")
ASKED_AT_LEAST = 2500


@pytest.fixture
def world(each_app):
    """Give app and scene on SQLite and on PostgreSQL; an error is answered, not raised."""
    each_app.config["PROPAGATE_EXCEPTIONS"] = False
    with each_app.app_context():
        laid = scenes.lay(db.session())
        db.session.remove()
    return each_app, laid


def persons_on(app) -> tuple[str, ...]:
    """Return who sweeps: all on one database or the other, a coordinator on both.

    PostgreSQL, which refuses more, gets those who reach its queries by the most pages.
    """
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        return REACH_MOST
    return (*REACH_LITTLE, "coordinator")


def browser(app, scene, person):
    """Return a browser of a person of the scene."""
    who = scene.people[person]
    return Client(app) if who is None else Client(app).sign_in(who.user_id, who.public_id)


def aimed(app, scene, method="GET", more=()):
    """Yield endpoint and address of every route with an id of each kind that its room takes, with
    some of those it does not take, and with `more` in their place."""
    kind_of = {ids[0]: table for table, ids in scene.ids.items() if ids}
    strange = itertools.count(1)
    for endpoint, address in addresses(app, [*kind_of, *more], method):
        kinds = [kind_of[part] for part in address.split("/") if part in kind_of]
        taken = OWN.get(endpoint.partition(".")[0], kinds)
        if all(kind in taken for kind in kinds) or next(strange) % OTHERS == 0:
            yield endpoint, address


def ids_of(scene):
    """Return one public id of each kind, so that every route is met by rows of its own kind."""
    return [ids[0] for ids in scene.ids.values() if ids]


@pytest.mark.asvs("1.2.4", "16.5.1", "16.5.3")
def test_no_address_and_no_query_gives_an_error_of_the_program(world):
    app, scene = world
    values = itertools.cycle(VALUES)
    broken, asked = [], 0
    for person in persons_on(app):
        client = browser(app, scene, person)
        odd = [quote(next(values), safe="") or "-" for _ in range(3)]
        for endpoint, address in aimed(app, scene, more=odd):
            query = "&".join(f"{name}={quote(next(values), safe='')}" for name in QUERY)
            for path in (address, f"{address}?{query}"):
                asked += 1
                answer = client.get(path)
                if answer.status_code >= 500:
                    broken.append((person, endpoint, path[:200]))
                if answer.status_code == 404:
                    break  # who may not see the page is not asked what the page is asked
    assert broken == []
    assert asked >= ASKED_AT_LEAST


@pytest.mark.asvs("2.2.1", "2.2.2", "1.2.4", "16.5.3")
def test_no_form_gives_an_error_of_the_program(world):
    app, scene = world
    values = itertools.cycle(VALUES)
    broken = []
    for person in persons_on(app):
        client = browser(app, scene, person)
        for endpoint, address in aimed(app, scene, "POST"):
            # in order, so that each run sends the same
            names = sorted(fields_of(client, address))
            fields = {name: next(values) for name in names} | {"idempotency_key": next(values)}
            if client.post(address, fields).status_code >= 500:
                broken.append((person, endpoint, fields))
    assert broken == []


def fields_of(client, address) -> set[str]:
    """Return the names of the fields of the forms on a page, and some that forms often have."""
    answer = client.get(address)
    found = Links(answer.text).forms if answer.mimetype == "text/html" else []
    names = set(FIELDS).union(*(fields for _, _, fields in found))
    return names - {"csrf_token", "idempotency_key", "switch_language"}


@pytest.mark.asvs("2.2.1", "16.5.3")
def test_no_json_gives_an_error_of_the_program(world):
    app, scene = world
    bodies = (b"", b"null", b"[]", b'"x"', b"{", b'{"email": "\\ud800", "password": ["x"]}')
    bodies += (b'{"email": {"a": 1}, "password": null, "next": 7}', b"\xff\xfe", b"[" * 5000)
    broken = []
    # PostgreSQL for who reaches it
    for person in ("helper",) if "helper" in persons_on(app) else ("anonymous",):
        client = browser(app, scene, person)
        headers = {"X-CSRFToken": client.token()}
        for endpoint, address in addresses(app, ids_of(scene)[:1], "POST"):
            for body in bodies:
                answer = client.http.post(
                    address, data=body, headers=headers, content_type="application/json"
                )
                if answer.status_code >= 500:
                    broken.append((person, endpoint, body[:80]))
    assert broken == []


@pytest.mark.asvs("1.2.4")
def test_no_query_of_the_sweep_has_changed_or_removed_a_row(app, scene, session, client_for):
    before, texts = rows_of(session), itertools.cycle(SQL)
    for person in ("coordinator", "administrator", "helper", "other requester"):
        client = client_for(scene.people[person])
        for rule in rules(app):
            if rule.arguments:
                continue
            query = "&".join(f"{name}={quote(next(texts), safe='')}" for name in QUERY)
            assert client.get(f"{rule.rule}?{query}").status_code < 500
    after = rows_of(session)
    assert [name for name in before if not set(before[name]) <= set(after[name])] == []


NOTES = {"sign_in_session", "audit_head"}
"""What reading itself moves on: the hour of use of a session, the end of the trail of openings."""


def rows_of(session):
    """Return every row of every table of the domain."""
    session.rollback()
    return {
        table.name: sorted(map(str, session.execute(select(table)).all()))
        for table in db.metadata.sorted_tables
        if table.name not in NOTES
    }


@pytest.mark.parametrize("path", ["/%00", "/needs/%00", "/?q=%00", "/login?next=%00"])
@pytest.mark.asvs("2.2.1")
def test_address_with_a_nul_is_refused(client, path):
    assert client.get(path).status_code in (400, 404)


@pytest.mark.asvs("2.2.1")
def test_form_with_a_nul_is_refused(client):
    assert client.post("/language", {"next": "/a\x00b"}).status_code == 400
