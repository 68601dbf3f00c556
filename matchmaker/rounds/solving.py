"""What the child process does: solve one round, report progress, record or say why not."""

import logging
import threading
import time
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker import jobs
from matchmaker.access import PLATFORM
from matchmaker.errors import WrongStep
from matchmaker.extensions import db
from matchmaker.matching.clashes import InfeasibleRound, told
from matchmaker.matching.engine.infeasible import SECONDS_FOR_RELAXATIONS, TimeUp
from matchmaker.matching.result import CancelledRound, Result
from matchmaker.matching.solving import Problem
from matchmaker.models import Job, Round, now
from matchmaker.rounds import queries, service, wanted
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import JobStatus

log = logging.getLogger(__name__)

STEPS = {
    "check": (0.00, 0.02),
    "candidates": (0.02, 0.25),
    "scores": (0.25, 0.45),
    "assign": (0.45, 0.60),
    "widen": (0.60, 0.70),
    "prices": (0.70, 0.90),
    "explain": (0.90, 0.98),
    "relax": (0.80, 0.98),
}
"""The share of the whole at which each step begins and ends."""
REPORT_EVERY = 0.5
HEARTBEAT_EVERY = 20.0


def launch(job: Job) -> None:
    """Start a committed job: in a child process, or here where the tests ask for it."""
    if current_app.config.get("JOBS_IN_PROCESS"):
        run_solve_job(job.public_id)
        return
    pid = jobs.start_child(job.public_id, jobs.child_environment(current_app.config))
    with transaction() as work:
        work.session.execute(update(Job).where(Job.id == job.id).values(pid=pid))


def run_solve_job(job_public_id: str) -> None:
    """Solve the round of a queued job; every end is written, none is lost."""
    job = _begin(job_public_id)
    if job is None:
        return
    failure: dict[str, Any]
    try:
        with _Heartbeat(job.id):
            found = _solve(job)
    except CancelledRound:
        return
    except TimeUp:
        failure = {"code": "time_up"}
    except Exception as error:
        log.error("solve_failed job=%s error=%s", job_public_id, type(error).__name__)
        failure = {"code": "unexpected"}
    else:
        if not isinstance(found, dict):
            if _record(job, *found):
                _tell_wanted(job, *found)
            return
        failure = found
    _fail(job, failure)


def _solve(job: Job) -> tuple[Problem, Result] | dict[str, Any]:
    """Return the scored round and its result, or what clashes with all that the page tells."""
    report = _Reporter(job.id)
    try:
        return service.solve_scored(_round(job), report, lambda: False)
    except InfeasibleRound as error:
        report("relax", 0, 1, always=True)
        return {"code": "infeasible", **told(error, SECONDS_FOR_RELAXATIONS)}


def fail_silent_job(job: Job) -> None:
    """Give up a job whose child has not been heard of."""
    jobs.stop_child(job.pid)
    _fail(job, {"code": "silent"})


def _begin(job_public_id: str) -> Job | None:
    """Take a queued job; None where it is taken, over or was cancelled before it began."""
    with transaction() as work:
        taken = work.session.execute(
            update(Job)
            .where(Job.public_id == job_public_id, Job.status == JobStatus.QUEUED)
            .values(status=JobStatus.RUNNING.value, heartbeat_at=now())
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        job = work.session.scalars(select(Job).where(Job.public_id == job_public_id)).one()
        work.session.refresh(job)
        work.session.expunge(job)
        return job


def _round(job: Job) -> Round:
    session = db.session()
    round_ = queries.round_by_public_id(session, job.subject_id)
    assert round_ is not None
    _ = (round_.snapshot, round_.settings, round_.settings_asked)
    session.expunge(round_)
    session.rollback()
    return round_


def _record(job: Job, problem: Problem, result: Result) -> bool:
    """Write the result; tell whether it is written, for somebody may have stopped the job."""
    with transaction() as work:
        round_ = queries.round_by_public_id(work.session, job.subject_id)
        if round_ is None or not _is_running(work.session, job):
            return False
        service.record_solved(work.session, PLATFORM, round_, result, problem)
    return True


def _tell_wanted(job: Job, problem: Problem, result: Result) -> None:
    """Work out which offers are wanted, while people look at the result already.

    Where it fails, the page of the call works it out itself, or says that it is not there.
    """
    try:
        kinds = wanted.kinds_wanted(problem, wanted.solution_of(problem, result))
        with transaction() as work:
            wanted.record_wanted(work.session, job.subject_id, result, kinds)
    except Exception as error:
        log.error("wanted_failed job=%s error=%s", job.public_id, type(error).__name__)


def _fail(job: Job, failure: dict[str, Any]) -> None:
    """Write why, unless somebody cancelled in the meantime."""
    try:
        with transaction() as work:
            round_ = queries.round_by_public_id(work.session, job.subject_id)
            if round_ is not None and _is_running(work.session, job):
                service.fail_solving(work.session, PLATFORM, round_, failure)
    except WrongStep:
        log.info("solve_ended_elsewhere job=%s", job.public_id)


def _is_running(session: Session, job: Job) -> bool:
    status = session.scalar(select(Job.status).where(Job.id == job.id))
    return status in jobs.LIVE


class _Reporter:
    """Writes progress at most twice a second, and stops the run where it was cancelled."""

    def __init__(self, job_id: int) -> None:
        self.job_id, self.last = job_id, 0.0

    def __call__(self, step: str, done: int, total: int, always: bool = False) -> None:
        """Take one report of the pipeline."""
        moment = time.monotonic()
        if not always and moment - self.last < REPORT_EVERY:
            return
        self.last = moment
        begin, end = STEPS.get(step, (0.0, 1.0))
        share = begin + (end - begin) * (done / total if total else 1.0)
        if not jobs.report(db.session(), self.job_id, step, share):
            raise CancelledRound(step)


class _Heartbeat:
    """Shows that the child lives while a long step says nothing."""

    def __init__(self, job_id: int) -> None:
        self.job_id, self.over = job_id, threading.Event()
        self.engine = db.engine
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "_Heartbeat":
        """Begin."""
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self.over.set()
        self.thread.join()

    def _beat(self) -> None:
        while not self.over.wait(HEARTBEAT_EVERY):
            with Session(self.engine) as session, session.begin():
                session.execute(update(Job).where(Job.id == self.job_id).values(heartbeat_at=now()))
