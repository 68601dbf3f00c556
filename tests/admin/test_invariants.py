"""``matchmaker verify`` names each break, and is silent where all holds."""

import hashlib

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from matchmaker.access import PLATFORM
from matchmaker.admin.invariants import breaks
from matchmaker.audit import move, record
from matchmaker.cli import main
from matchmaker.extensions import db
from matchmaker.models import (
    AuditText,
    Decision,
    IdempotencyKey,
    Municipality,
    Proposal,
)
from tests.factories import make_coordinator, make_need, make_offer, make_round
from tests.harness.apps import KEYS


def tell(session, row, kind):
    """Write the audit event that a factory leaves out."""
    record(session, PLATFORM, f"{kind}.created", kind, row.public_id, {"to": row.status})


@pytest.fixture
def story(each_app):
    """Lay one signed proposal with everything around it, told in the audit trail."""
    with each_app.app_context():
        session = db.session()
        coordinator = make_coordinator(session)
        need, offer = make_need(session), make_offer(session)
        snapshot = "{}"
        round_ = make_round(
            session,
            coordinator,
            status="in_review",
            snapshot=snapshot,
            snapshot_digest=hashlib.sha256(snapshot.encode()).hexdigest(),
        )
        need.places_taken = offer.places_taken = 1
        proposal = Proposal(
            round_id=round_.id,
            need_id=need.id,
            offer_id=offer.id,
            status="approved",
            score=0.8,
            score_low=0.7,
            score_high=0.9,
            places_held=True,
        )
        session.add(proposal)
        session.flush()
        session.add(
            Decision(
                proposal_id=proposal.id,
                user_id=coordinator.user_id,
                membership_id=coordinator.id,
                kind="sign",
            )
        )
        session.add(
            IdempotencyKey(key="k", user_id=coordinator.user_id, endpoint="x", location="/x")
        )
        for town in session.query(Municipality):
            tell(session, town, "municipality")
        for row, kind in ((need, "need"), (offer, "offer"), (round_, "round")):
            tell(session, row, kind)
        tell(session, proposal, "proposal")
        record(session, PLATFORM, "note", "proposal", proposal.public_id, text="private words")
        session.commit()
        yield session
        session.rollback()


def lines_after(session, *statements):
    """Change rows behind the back of the platform and return what is found."""
    for statement in statements:
        session.execute(text(statement))
    session.commit()
    session.expire_all()
    return list(breaks(session))


def test_whole_story_is_clean(story):
    assert list(breaks(story)) == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE offer SET places_taken = 0", "I1 offer"),
        ("UPDATE need SET places_taken = 0", "I2 need"),
        ("UPDATE proposal SET places_held = false", "I1 proposal"),
        ("UPDATE proposal SET status = 'declined'", "I1 proposal"),
        ("UPDATE need SET status = 'closed'", "I4 need"),
        ("UPDATE round SET status = 'published'", "I4 round"),
        ("UPDATE municipality SET status = 'suspended'", "I4 municipality"),
        ("UPDATE audit_text SET text = 'other words'", "I4 audit event"),
        ("UPDATE audit_head SET seq = seq - 1", "I4 audit event"),
        ("UPDATE idempotency_key SET location = ''", "I5 resend key"),
        ("DELETE FROM decision", "I6 proposal"),
        ("UPDATE proposal SET required_signatures = 2", "I6 proposal"),
        ("UPDATE round SET snapshot = '[]'", "I10 round"),
    ],
)
def test_break_is_named(story, statement, code):
    assert any(line.startswith(code) for line in lines_after(story, statement))


def test_erased_text_is_no_break(story):
    story.query(AuditText).update({"text": None})
    story.commit()
    assert list(breaks(story)) == []


@pytest.mark.asvs("16.4.2")
@pytest.mark.control(21)
def test_every_changed_or_removed_event_is_found(story):
    for statement in drop_triggers(story):
        story.execute(text(statement))
    story.commit()
    n_events = story.scalar(text("SELECT count(*) FROM audit_event"))
    for seq in range(1, n_events + 1):
        for change in (
            f"UPDATE audit_event SET event = 'forged' WHERE seq = {seq}",
            f"UPDATE audit_event SET subject_id = 'forged' WHERE seq = {seq}",
            f"UPDATE audit_event SET seq = {seq + 1000} WHERE seq = {seq}",
            f"DELETE FROM audit_event WHERE seq = {seq}",
        ):
            if story.get_bind().dialect.name == "sqlite":
                story.execute(text("PRAGMA defer_foreign_keys = ON"))
            else:
                story.execute(text("SET LOCAL session_replication_role = replica"))
            story.execute(text(change))
            assert [line for line in breaks(story) if line.startswith("I4")], change
            story.rollback()


def drop_triggers(session):
    """Return what an insider with the owner's rights would say first."""
    if session.get_bind().dialect.name == "sqlite":
        return [f"DROP TRIGGER audit_event_no_{action}" for action in ("UPDATE", "DELETE")]
    return ["DROP TRIGGER audit_event_append_only ON audit_event"]


def test_command_says_clean_and_ends_with_0(sqlite_url, tmp_path, monkeypatch):
    answer = run_verify(sqlite_url, tmp_path, monkeypatch)
    assert (answer.exit_code, answer.output) == (0, "clean\n")


def test_command_names_the_break_and_ends_with_1(sqlite_url, tmp_path, monkeypatch):
    run_verify(sqlite_url, tmp_path, monkeypatch)
    from tests.harness.apps import make_app

    with make_app(sqlite_url, tmp_path).app_context():
        need = make_need(db.session())
        move(db.session(), PLATFORM, need, "in_round")
        db.session.execute(text("UPDATE need SET status = 'closed'"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    answer = run_verify(sqlite_url, tmp_path, monkeypatch)
    assert answer.exit_code == 1
    assert f"I4 need {need_id(sqlite_url)}: is closed, the audit trail tells in_round" in (
        answer.output
    )


def need_id(url):
    """Return the public id of the only need."""
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT public_id FROM need"))
    engine.dispose()
    return found


def run_verify(url, folder, monkeypatch):
    """Run the command as an operator would."""
    for name, value in KEYS.items():
        monkeypatch.setenv(f"MATCHMAKER_{name}", value)
    monkeypatch.setenv("MATCHMAKER_INSTANCE", str(folder))
    monkeypatch.setenv("MATCHMAKER_HOSTS", "tandem.example")
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", url)
    return CliRunner().invoke(main, ["verify"])
