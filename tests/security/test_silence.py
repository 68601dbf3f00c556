"""What people typed stays out of the log and out of the chained part of the audit trail."""

import io
import logging
import secrets

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import AuditEvent
from matchmaker.web.logs import JsonLines
from tests.security.crawl import addresses, reachable
from tests.security.scene import dress
from tests.security.test_envelopes import ROOMS
from tests.security.test_sweep import fields_of

pytestmark = [pytest.mark.control(19), pytest.mark.asvs("16.2.5", "16.4.1")]
CANARY = "canary-5d1e"
WHO = ("anonymous", "coordinator", "helper", "asker of helper_accepted")


@pytest.fixture
def written():
    """Give what every logger would have written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers.insert(0, handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def test_no_typed_word_is_logged_or_chained(app, scene, client_for, written, capfd):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        dress(db.session(), lambda table, column, row: f"{CANARY} {table}")
        db.session.remove()
    headers = {"User-Agent": CANARY, "Referer": f"http://localhost/{CANARY}", "X-Any": CANARY}
    for person in WHO:
        client = client_for(scene.people[person])
        for _ in reachable(client, most=2):
            pass
        for room, table in {**ROOMS, "security": "need"}.items():
            for _, address in addresses(app, scene.ids[table][:1], "POST", room):
                fields = dict.fromkeys(fields_of(client, address), CANARY)
                client.post(f"{address}?q={CANARY}", fields, headers=headers)
                client.http.post(address, data={"x": CANARY, "csrf_token": secrets.token_hex(4)})
    with app.app_context():
        events = db.session.execute(select(AuditEvent.event, AuditEvent.details)).all()
    out = capfd.readouterr()
    assert CANARY not in written.getvalue()
    assert CANARY not in out.out + out.err
    assert CANARY not in repr(events)
