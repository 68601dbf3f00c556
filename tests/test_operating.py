"""What time asks for is done in one call: by a timer, and in the demonstration by itself."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from matchmaker import cli
from matchmaker.models import IdempotencyKey, Notice, now
from matchmaker.operating import do_what_is_due
from matchmaker.outbox import queue_notice
from matchmaker.vocabulary import NoticeKind
from tests.factories import make_user


def test_one_call_mails_publishes_and_sweeps(app, session):
    queue_notice(session, make_user(session), NoticeKind.MESSAGE)
    old = now() - timedelta(days=400)
    mark = {"key": "k", "user_id": make_user(session).id, "endpoint": "e", "location": "/"}
    session.add(IdempotencyKey(**mark, created_at=old))
    session.commit()
    done = do_what_is_due(app)
    assert done["mailed"] == 1
    assert done["published"] == 1
    session.rollback()
    assert session.scalars(select(Notice.status)).all() == ["sent"]
    assert session.scalars(select(IdempotencyKey)).all() == []


DUTIES = {
    "matchmaker.rounds.deadlines.run_due": "mailed",
    "matchmaker.pages.publishing.publish_when_due": "mailed",
    "matchmaker.pulses.due.run_pulses": "published",
    "matchmaker.delivery.deliver_due": "keys_deleted",
    "matchmaker.personal.sweep.sweep": "sessions_deleted",
    "matchmaker.personal.sweep.sweep_sessions": "published",
}


def fail(*_, **__):
    raise AttributeError("somebody@example.test")


@pytest.mark.asvs("14.2.7")
@pytest.mark.parametrize(("broken", "done_even_so"), DUTIES.items())
def test_duty_that_fails_holds_up_no_other_and_is_told(
    app, session, monkeypatch, caplog, broken, done_even_so
):
    monkeypatch.setattr(broken, fail)
    done = do_what_is_due(app)
    assert done["not_done"] == 1
    assert done_even_so in done
    assert "duty_not_done" in caplog.messages[-1]
    assert "example.test" not in " ".join(caplog.messages)


@pytest.mark.parametrize(("broken", "code"), [(False, 0), (True, 1)])
def test_exit_of_the_tick_tells_whether_all_was_done(app, session, monkeypatch, broken, code):
    monkeypatch.setattr("matchmaker.cli._app", lambda: app)
    if broken:
        monkeypatch.setattr("matchmaker.personal.sweep.sweep", fail)
    answer = CliRunner().invoke(cli.main, ["tick"])
    assert answer.exit_code == code
    assert f"not_done={code}" in answer.output


def test_loops_of_the_solver_are_compiled_ahead_by_a_command():
    done = CliRunner().invoke(cli.main, ["compile"])
    assert (done.exit_code, "are compiled" in done.output) == (0, True)
