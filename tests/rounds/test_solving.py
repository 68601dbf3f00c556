"""The job that solves a round: every end is written, and a cancelled one writes nothing more."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import jobs
from matchmaker.extensions import db
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.models import Job, Membership, Need, Proposal, Round, now
from matchmaker.rounds import deadlines, service, solving, wanted
from matchmaker.rounds.settings import RoundSettings
from tests.factories import actor_of, make_coordinator, make_round
from tests.harness.apps import Client
from tests.rounds.conftest import fill


@pytest.fixture
def queued(each_app):
    """Give the ids of a round and its queued job, committed, on each database."""
    with each_app.app_context():
        session = db.session()
        fill(session)
        coordinator = make_coordinator(session)
        round_, actor = make_round(session, coordinator), actor_of(coordinator)
        service.freeze_round(session, actor, round_)
        job = service.start_solving(session, actor, round_)
        session.commit()
        yield round_.id, job.public_id, actor


def now_is(round_id):
    db.session.expire_all()
    return db.session.get(Round, round_id)


def test_job_brings_the_round_into_review(queued):
    round_id, job_id, _ = queued
    solving.run_solve_job(job_id)
    assert now_is(round_id).status == "in_review"
    job = db.session.scalars(select(Job)).one()
    assert (job.status, job.progress) == ("done", 1.0)


def test_job_keeps_which_offers_are_wanted_with_the_round(queued):
    round_id, job_id, _ = queued
    solving.run_solve_job(job_id)
    assert wanted.wanted_kept(now_is(round_id)) is not None


def test_what_is_wanted_is_not_kept_with_another_result(queued):
    round_id, job_id, _ = queued
    solving.run_solve_job(job_id)
    round_ = now_is(round_id)
    before, result = wanted.wanted_kept(round_), service.solve(round_)
    round_.result_digest = "another"
    db.session.commit()
    wanted.record_wanted(db.session(), round_.public_id, result, [("project", "gov")])
    db.session.commit()
    assert wanted.wanted_kept(now_is(round_id)) == before


def test_round_is_in_review_where_working_out_what_is_wanted_fails(queued, monkeypatch):
    round_id, job_id, _ = queued
    monkeypatch.setattr(wanted, "kinds_wanted", lambda *_: 1 / 0)
    solving.run_solve_job(job_id)
    assert now_is(round_id).status == "in_review"
    assert wanted.wanted_kept(now_is(round_id)) is None


def test_job_is_done_once(queued):
    _, job_id, _ = queued
    for _ in range(2):
        solving.run_solve_job(job_id)
    assert len(db.session.scalars(select(Proposal)).all()) == 2


def test_cancelled_job_does_not_begin(queued):
    round_id, job_id, actor = queued
    service.cancel_solving(db.session(), actor, now_is(round_id))
    db.session.commit()
    solving.run_solve_job(job_id)
    round_ = now_is(round_id)
    assert (round_.status, round_.failure) == ("frozen", {"code": "cancelled"})
    assert db.session.scalars(select(Proposal)).all() == []


def test_job_cancelled_on_its_way_writes_nothing(queued, monkeypatch):
    round_id, job_id, actor = queued
    solve = service.solve_scored

    def cancelled_meanwhile(*arguments):
        result = solve(*arguments)
        service.cancel_solving(db.session(), actor, now_is(round_id))
        db.session.commit()
        return result

    monkeypatch.setattr(service, "solve_scored", cancelled_meanwhile)
    solving.run_solve_job(job_id)
    assert now_is(round_id).status == "frozen"
    assert db.session.scalars(select(Proposal)).all() == []


def test_demands_that_clash_are_told_by_key(each_app):
    with each_app.app_context():
        session = db.session()
        needs, _ = fill(session, 2, 1)
        coordinator = make_coordinator(session)
        round_, actor = make_round(session, coordinator), actor_of(coordinator)
        wanted = tuple(sorted(need.public_id for need in needs))
        matching = replace(RoundSettings().matching, must_serve=wanted)
        service.change_settings(session, actor, round_, RoundSettings(matching=matching))
        service.freeze_round(session, actor, round_)
        job = service.start_solving(session, actor, round_)
        session.commit()
        solving.run_solve_job(job.public_id)
        failure = now_is(round_.id).failure
        assert failure["code"] == "infeasible"
        codes = {conflict["code"] for conflict in failure["conflicts"]}
        assert codes == {"must_serve", "offer_places"}
        assert failure["shortages"][0]["needs"] == list(wanted)
        assert [one["served"] for one in failure["relaxations"]] == [2, 1, 1]


@pytest.mark.parametrize(("error", "code"), [(TimeUp(), "time_up"), (MemoryError(), "unexpected")])
def test_solve_that_fails_says_why_and_can_be_tried_again(queued, monkeypatch, error, code):
    round_id, job_id, actor = queued

    def fail(*_):
        raise error

    monkeypatch.setattr(service, "solve_scored", fail)
    solving.run_solve_job(job_id)
    round_ = now_is(round_id)
    assert (round_.status, round_.failure) == ("frozen", {"code": code})
    monkeypatch.undo()
    again = service.start_solving(db.session(), actor, round_)
    db.session.commit()
    solving.run_solve_job(again.public_id)
    assert now_is(round_id).status == "in_review"


def test_silent_job_is_given_up(queued):
    round_id, _, _ = queued
    db.session.execute(update(Job).values(created_at=now() - timedelta(minutes=5)))
    db.session.commit()
    assert deadlines.run_due(db.session())["jobs_failed"] == 1
    assert now_is(round_id).failure == {"code": "silent"}


def test_needs_and_offers_whose_window_has_passed_are_closed(queued):
    round_id, _, actor = queued
    service.cancel_solving(db.session(), actor, now_is(round_id))
    service.reopen_round(db.session(), actor, now_is(round_id))
    db.session.commit()
    done = deadlines.run_due(db.session(), now() + timedelta(days=2000))
    assert (done["needs_closed"], done["offers_closed"]) == (2, 2)
    assert set(db.session.scalars(select(Need.status))) == {"closed"}


def test_child_process_solves_and_finds_the_same_database(queued, each_app):
    round_id, job_id, _ = queued
    environ = os.environ | jobs.child_environment(each_app.config)
    db.session.rollback()
    ended = subprocess.run(
        [sys.executable, "-m", "matchmaker", "run-job", job_id],
        env=environ | {"MATCHMAKER_DEMONSTRATION": "0"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert now_is(round_id).status == "in_review"


SLOW_CHILD = """
import time
from matchmaker.rounds import service

service.solve_scored = lambda *_: time.sleep(600)
"""


def has_ended(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def waited_for(reached, seconds=60):
    """Wait until something is so; tell whether it came to be."""
    until = time.monotonic() + seconds
    while not (found := reached()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def test_stopping_a_running_round_ends_its_child_and_the_round_is_frozen_again(
    queued, each_app, tmp_path, monkeypatch
):
    round_id, job_id, actor = queued
    (tmp_path / "sitecustomize.py").write_text(SLOW_CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setitem(each_app.config, "JOBS_IN_PROCESS", False)
    solving.launch(db.session.scalars(select(Job).where(Job.public_id == job_id)).one())
    running = select(Job.pid).where(Job.public_id == job_id, Job.status == "running")

    def pid_of_running():
        db.session.rollback()
        return db.session.scalar(running)

    pid = waited_for(pid_of_running)
    assert pid and not has_ended(pid)
    member = db.session.scalars(select(Membership).where(Membership.user_id == actor.user_id)).one()
    board = Client(each_app).sign_in(member.user_id, member.public_id)
    board.post(f"/rounds/{now_is(round_id).public_id}/stop")
    assert waited_for(lambda: has_ended(pid))
    assert (now_is(round_id).status, now_is(round_id).failure) == ("frozen", {"code": "cancelled"})
    assert db.session.scalars(select(Job.status)).all() == ["cancelled"]
