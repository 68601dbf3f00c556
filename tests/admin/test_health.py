"""/healthz says that the process lives, /readyz that it can work; neither says more."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from matchmaker import cli, operating
from matchmaker.admin import health
from matchmaker.delivery import BACKOFF
from matchmaker.extensions import db
from matchmaker.memberships import invitations
from matchmaker.models import Letter, Notice, now
from matchmaker.models.encrypted import use_keys
from matchmaker.outbox import queue_invitation
from matchmaker.vocabulary import Role
from tests.factories import actor_of, make_requester, make_user
from tests.harness.apps import KEYS, Client, make_app

OTHER = "another-key-of-the-tests-" + "y" * 32
GONE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture(autouse=True)
def own_keys_again():
    """Put the keys of the tests back."""
    yield
    use_keys([KEYS["FIELD_KEY"]])


def code_of(app) -> tuple[int, str | None]:
    answer = Client(app).get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) <= {"status", "code"}
    return answer.status_code, answer.json.get("code")


def tried(app, attempts, error):
    """Leave a notice that was tried so often, the last time a moment less than 40 minutes ago."""
    with app.app_context():
        user = make_user(db.session())
        due = now() + BACKOFF[attempts - 1] - timedelta(minutes=40)
        row = {"attempts": attempts, "last_error": error, "due_at": due}
        db.session.add(Notice(user_id=user.id, kind="other", **row))
        db.session.commit()


def change(app, statement, **values):
    with app.app_context():
        db.session.execute(text(statement), values)
        db.session.commit()


def test_process_lives_without_a_database(tmp_path):
    answer = Client(make_app(GONE, tmp_path)).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_platform_that_can_work_is_ready(each_app):
    assert code_of(each_app) == (200, None)


@pytest.mark.asvs("16.5.2")
def test_database_out_of_reach_is_told_by_a_code(tmp_path):
    assert code_of(make_app(GONE, tmp_path)) == (503, "database")


def test_older_schema_is_told(each_app):
    change(each_app, "UPDATE alembic_version SET version_num = '001'")
    assert code_of(each_app) == (503, "schema")


@pytest.mark.control(2)
def test_wrong_key_is_told(each_database, tmp_path):
    assert code_of(make_app(each_database, tmp_path, FIELD_KEY=OTHER)) == (503, "key")


@pytest.mark.parametrize(("hours", "expected"), [(5, (200, None)), (7, (503, "mail"))])
def test_mail_that_waits_too_long_is_told(each_app, hours, expected):
    with each_app.app_context():
        user = make_user(db.session())
        due = now() - timedelta(hours=hours)
        db.session.add(Notice(user_id=user.id, kind="other", due_at=due))
        db.session.commit()
    assert code_of(each_app) == expected


@pytest.mark.parametrize(
    ("attempts", "error", "expected"),
    [
        (5, "no_server", (200, None)),
        (6, "no_server", (503, "mail")),
        (6, "recipient_refused", (200, None)),
        (6, "unsendable", (200, None)),
        (6, None, (200, None)),
    ],
)
def test_mail_server_that_is_gone_is_told_though_each_attempt_moves_the_date(
    each_app, attempts, error, expected
):
    tried(each_app, attempts, error)
    assert code_of(each_app) == expected


def test_mail_server_that_took_other_mail_is_not_gone(each_app):
    tried(each_app, 8, "answered_451")
    with each_app.app_context():
        user = make_user(db.session())
        sent = Notice(user_id=user.id, kind="other", status="sent", due_at=now(), sent_at=now())
        db.session.add(sent)
        db.session.commit()
    assert code_of(each_app) == (200, None)


def test_letter_that_no_server_takes_is_told(each_app):
    with each_app.app_context():
        head = make_requester(db.session(), position="lead")
        token = invitations.invite(db.session(), actor_of(head), "new@new.example", Role.HELPER)
        made = invitations.find(db.session(), token)
        queue_invitation(db.session(), made, "https://tandem.example/x", "en")
        waiting = db.session.scalars(select(Letter)).one()
        waiting.attempts, waiting.last_error = 6, "timed_out"
        waiting.due_at = now() + BACKOFF[5] - timedelta(minutes=40)
        db.session.commit()
    assert code_of(each_app) == (503, "mail")


def test_full_disk_is_told(app, monkeypatch):
    monkeypatch.setattr(health, "FREE_AT_LEAST", 2**62)
    assert code_of(app) == (503, "disk")


def test_folder_that_is_gone_is_told(app, tmp_path):
    with app.app_context():
        assert health.failing(db.session(), tmp_path / "gone") == ["disk"]


def test_command_tells_each_part(app, monkeypatch):
    monkeypatch.setattr(operating, "open_app", lambda **more: app)
    answer = CliRunner().invoke(cli.main, ["ready"])
    assert answer.exit_code == 0
    assert answer.output.splitlines() == [f"{code}: ok" for code in health.CHECKS]
    change(app, "DELETE FROM alembic_version")
    answer = CliRunner().invoke(cli.main, ["ready"])
    assert (answer.exit_code, answer.output) == (1, "database: ok\nschema: not ok\n")
