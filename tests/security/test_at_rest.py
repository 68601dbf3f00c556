"""Whoever seizes the machine without the key reads no contact, address or personal text."""

import io
import logging
from pathlib import Path

import pytest
from sqlalchemy import MetaData, String, cast, select

from matchmaker.admin.backup import back_up
from matchmaker.admin.keys import sealed_columns
from matchmaker.extensions import db
from matchmaker.models import Municipality, Need, Offer, Round, User, WebAuthn, now
from matchmaker.web.logs import JsonLines
from tests.factories import PASSWORD
from tests.harness.apps import Client
from tests.security.scene import FREE, dress, lay

CANARY, PLAIN = "canaryatrest", "standsinthe0pen"
SENDER = "203.0.113.77"
PLACES = {f"{column.table.name}.{column.name}" for column in sealed_columns()}


@pytest.fixture
def log():
    """Give what the app's own handler would have written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers.insert(0, handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def text_of(table, column, row):
    """Return a canary for a sealed column, and a mark that must be found for any other."""
    sealed = f"{table}.{column}" in PLACES
    return f"{CANARY} {table} {column} {row}" if sealed else f"{PLAIN} {row}"


def add_keys_and_inputs(session):
    """Add a security key, and to each round an input that names whom somebody ruled out."""
    person = session.scalars(select(User).limit(1)).one()
    key = {"credential_id": b"1", "public_key": b"1", "device_type": "", "backup_state": False}
    key |= {"name": "Blue key", "usage": "secondary", "lastuse_datetime": now()}
    session.add(WebAuthn(user_id=person.id, **key))
    for round_ in session.scalars(select(Round)):
        round_.snapshot = CANARY
    session.flush()


def everything(session) -> str:
    """Return every value of every table as it is stored."""
    tables = MetaData()
    tables.reflect(session.connection())
    found = []
    for table in tables.tables.values():
        raw = [cast(column, String) for column in table.columns]
        found += [repr(tuple(row)) for row in session.execute(select(*raw))]
    return "\n".join(found)


@pytest.mark.control(2)
@pytest.mark.asvs("14.3.3")
def test_seized_machine_tells_no_canary(each_app, tmp_path, log):
    app = each_app
    with app.app_context():
        scene = lay(db.session())
        add_keys_and_inputs(db.session())
        dress(db.session(), text_of)
        for user in db.session.scalars(select(User)):
            user.email = f"{CANARY}{user.id}@town.example"
        for town in db.session.scalars(select(Municipality)):
            town.contact_email, town.contact_phone = f"{CANARY}@t.example", f"{CANARY} +38050"
        for row in (*db.session.scalars(select(Need)), *db.session.scalars(select(Offer))):
            row.veto_countries = [CANARY]
        db.session.commit()
        address = db.session.get(User, scene.people["helper"].user_id).email
        coordinator = scene.people["coordinator"]
        db.session.remove()
    here = {"environ_base": {"REMOTE_ADDR": SENDER}, "headers": {"User-Agent": CANARY}}
    browser = Client(app)
    browser.post("/login", {"email": address, "password": CANARY}, **here)
    browser.post("/login", {"email": address, "switch_language": "uk"}, **here)
    browser.get("/login", **here)
    browser.post("/login", {"email": address, "switch_language": "en"}, **here)
    assert (
        browser.post("/login", {"email": address, "password": PASSWORD}, **here).status_code == 302
    )
    desk = Client(app).sign_in(coordinator.user_id, coordinator.public_id)
    for path in ("/municipalities", "/needs", "/offers", f"/municipalities?q={CANARY}"):
        desk.get(path, **here)
    with app.app_context():
        back_up(db.engine, tmp_path / "seized.backup")
        stored = everything(db.session())
        canaries = sum(stored.count(key_id) for key_id in key_ids())
        db.session.remove()
    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    seized = stored.encode() + b"".join(path.read_bytes() for path in files)
    assert canaries >= 200
    assert PLAIN.encode() in seized
    assert any("sessions" in path.parts for path in files)
    for secret in (CANARY, SENDER):
        assert secret.encode() not in seized
        assert secret not in log.getvalue()
    assert "security.login" in log.getvalue()


def key_ids():
    from matchmaker.models.encrypted import key_ring

    return key_ring().ids


def test_every_text_of_a_person_is_sealed_or_known_to_be_open():
    """What stands open in the database is named here, and in docs/security.md."""
    named = {f"{table}.{column}" for table, columns in FREE.items() for column in columns}
    assert named - PLACES == OPEN


OPEN = {
    "association.name",
    "conflict_area.region",
    "conflict_area.source",
    "identity_change.local_name",
    "identity_change.name",
    "identity_change.official_code",
    "identity_change.region",
    "municipality.name",
    "municipality.local_name",
    "municipality.region",
    "municipality.official_code",
    "need.title",
    "offer.title",
    "offer_area.region",
    "offer_delivery.region",
    "other_actor.region",
    "partner_organisation.name",
    "partnership.source",
    "round.title",
}
