"""Every route of the app's own map: guarded, closed to others, safe against other sites."""

import pytest
from sqlalchemy import func, select

from matchmaker.access import Permission
from matchmaker.models import AuditEvent, Base
from tests.web.world import (
    ANYBODY,
    AUDIT,
    LIBRARY,
    contents_of,
    digest_of,
    make_world,
    routes,
)

FOREIGN = "https://evil.example"
REFUSED = {400, 403, 404}


@pytest.fixture
def world(session):
    """Give a row of every kind with its owner."""
    return make_world(session)


@pytest.mark.control(4)
@pytest.mark.asvs("8.2.1")
def test_every_view_says_which_permission_it_asks_for(app):
    listed = LIBRARY | {"static"}
    unguarded = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in listed and not isinstance(getattr(view, "permission", None), Permission)
    ]
    assert unguarded == []


def test_list_of_the_librarys_views_holds_no_other(app):
    assert set(app.view_functions) >= LIBRARY
    assert {name for name in app.view_functions if name.startswith("security.")} == LIBRARY


@pytest.mark.control(4)
@pytest.mark.asvs("8.2.1")
def test_stranger_is_sent_to_sign_in_everywhere(app, client, world):
    open_to_all = []
    for method in ("GET", "POST"):
        for rule in routes(app, method):
            address = world.address(rule)
            ask = client.get if method == "GET" else client.post
            answer = ask(address)
            if not (answer.location or "").startswith("/login?next="):
                open_to_all.append(rule.endpoint)
    assert set(open_to_all) <= ANYBODY


@pytest.mark.control(11)
@pytest.mark.asvs("8.2.2", "8.4.1")
def test_rows_of_others_do_not_exist(app, client_for, world):
    seen, cases = [], 0
    for who, person in world.others.items():
        browser = client_for(person)
        for method in ("GET", "POST"):
            for rule in routes(app, method):
                if "public_id" not in rule.arguments:
                    continue
                ask = browser.get if method == "GET" else browser.post
                code = ask(world.address(rule)).status_code
                cases += 1
                if code != 404:
                    seen.append(f"{who}: {method} {rule} answered {code}")
    assert cases >= 100
    assert seen == []


@pytest.mark.control(11)
def test_unknown_id_does_not_exist(app, client_for, world):
    for person in world.owners.values():
        browser = client_for(person)
        for rule in routes(app, "GET"):
            if "public_id" in rule.arguments:
                values = {name: "0" * 32 for name in rule.arguments}
                address = rule.build(values, append_unknown=False)[1]
                assert browser.get(address).status_code == 404


@pytest.mark.control(14)
@pytest.mark.asvs("3.5.3")
def test_no_get_changes_a_row(app, client_for, session, world):
    before = digest_of(session, but=AUDIT)
    laid = session.scalar(select(func.max(AuditEvent.seq))) or 0
    failed = []
    for who, person in [*world.owners.items(), *world.others.items(), ("stranger", None)]:
        browser = client_for(person)
        for rule in routes(app, "GET", library=True):
            code = browser.get(world.address(rule)).status_code
            if code >= 500:
                failed.append(f"{who}: {rule} answered {code}")
    assert failed == []
    assert digest_of(session, but=AUDIT) == before
    events = select(AuditEvent.event, AuditEvent.user_id).where(AuditEvent.seq > laid)
    written = session.execute(events).all()
    coordinator = world.owners["coordinator"].user.public_id
    assert {user for event, user in written if event.endswith(".opened")} <= {coordinator}
    assert [event for event, _ in written if not event.endswith(".opened")] == []


@pytest.mark.control(14)
@pytest.mark.asvs("3.5.1")
@pytest.mark.parametrize("who", ["asker", "helper", "coordinator", "administrator", "stranger"])
def test_post_without_a_good_token_changes_nothing(app, client_for, session, world, who):
    browser, foreign = client_for(world.owners.get(who)), client_for().token()
    before = digest_of(session)
    wrong = []
    for rule in routes(app, "POST", library=True):
        address = world.address(rule)
        good = browser.token()
        for name, answer in (
            ("no token", browser.http.post(address, data={})),
            ("foreign token", browser.http.post(address, data={"csrf_token": foreign})),
            (
                "foreign origin",
                browser.http.post(address, data={"csrf_token": good}, headers={"Origin": FOREIGN}),
            ),
            (
                "foreign page",
                browser.http.post(
                    address, data={"csrf_token": good}, headers={"Sec-Fetch-Site": "cross-site"}
                ),
            ),
        ):
            to_sign_in = (answer.location or "").startswith(("/login", "/blank"))
            if answer.status_code not in REFUSED and not (who == "stranger" and to_sign_in):
                wrong.append(f"{rule} with {name} answered {answer.status_code}")
    assert wrong == []
    assert digest_of(session) == before


# What no form may set, by table; a status moves by its own button only (see MOVES).
NEVER = {
    "municipality": {"public_id", "id", "country", "geonameid", "demonstration", "created_at"},
    "application": {
        "public_id",
        "id",
        "municipality_id",
        "applicant_id",
        "checked_by_id",
        "accepted_by_id",
        "cautions",
    },
    "evidence": {"public_id", "id", "application_id", "by_id", "created_at"},
    "rights_flag": {"public_id", "id", "municipality_id", "raised_by_id", "raised_at"},
    "need": {"public_id", "id", "municipality_id", "created_by_id", "places_taken", "created_at"},
    "offer": {"public_id", "id", "municipality_id", "created_by_id", "places_taken", "created_at"},
    "round": {"public_id", "id", "association_id", "created_by_id", "snapshot", "created_at"},
    "proposal": {"public_id", "id", "need_id", "offer_id", "round_id", "score", "places_held"},
    "engagement": {"public_id", "id", "proposal_id", "created_at"},
    "membership": {"public_id", "id", "user_id", "role", "municipality_id", "association_id"},
    "user_account": {"public_id", "id", "email", "active", "confirmed_at", "tf_primary_method"},
    "conflict_area": {"public_id", "id", "place_key", "country", "level", "municipality_id"},
    "association": {"public_id", "id", "name", "scope"},
}
SENT_STATUS = {
    "municipality": "verified",
    "application": "accepted",
    "need": "matched",
    "offer": "full",
}
SENT_TO = {"needs": ("matched",), "offers": ("full",), "verification": ("verified", "accepted")}
"""Room -> the statuses that its routes are sent; the others are sent the first one."""


@pytest.mark.control(12)
@pytest.mark.asvs("15.3.3")
@pytest.mark.parametrize("who", ["asker", "helper", "coordinator", "administrator"])
def test_columns_that_no_form_offers_are_never_set(app, client_for, session, world, who):
    town = world.rows["municipalities"]
    session.execute(Base.metadata.tables["municipality"].update().values(status="registered"))
    session.commit()
    assert town.status == "registered"
    tables = Base.metadata.tables.values()
    columns = {column.name for table in tables for column in table.columns}
    before = contents_of(session)
    for rule in routes(app, "POST"):
        if rule.endpoint.endswith((".restore", ".area_close", "scenarios.delete")):
            continue  # what they are for: a status that is given back, a row that goes
        browser = client_for(world.owners[who])
        for status in SENT_TO.get(rule.endpoint.partition(".")[0], ("verified",)):
            browser.post(world.address(rule), dict.fromkeys(columns, "1") | {"status": status})
    after = contents_of(session)
    changed = [
        f"{table}.{column}"
        for (table, key), row in before.items()
        for column in NEVER.get(table, ())
        if (table, key) not in after or after[table, key][column] != row[column]
    ]
    stolen = [
        f"{table}.status"
        for (table, key), row in after.items()
        if table in SENT_STATUS
        and row["status"] == SENT_STATUS[table]
        and before.get((table, key), {}).get("status") != row["status"]
    ]
    assert changed + stolen == []
