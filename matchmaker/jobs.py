"""Long work in a child process: a status row first, progress while it runs, cancel at any time."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.config import PACKAGE
from matchmaker.models import Job, now
from matchmaker.vocabulary import JobStatus

LIVE = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)
SILENT_FOR = timedelta(minutes=2)
"""A job without heartbeat for so long is taken as dead."""


def queue_job(session: Session, kind: str, subject_id: str, user_id: int) -> Job:
    """Write the row of a new piece of work; the child is started after the commit."""
    job = Job(kind=kind, subject_id=subject_id, created_by_id=user_id)
    session.add(job)
    session.flush()
    return job


def latest_job(session: Session, kind: str, subject_id: str) -> Job | None:
    """Return the newest job of this kind about this subject."""
    return session.scalars(
        select(Job)
        .where(Job.kind == kind, Job.subject_id == subject_id)
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()


def child_environment(config: Mapping[str, Any]) -> dict[str, str]:
    """Return what a child needs to reach the same database: by environment, never by argument."""
    stated = {
        "MATCHMAKER_DEMONSTRATION": "1" if config["DEMONSTRATION"] else "0",
        "MATCHMAKER_INSTANCE": config["INSTANCE"],
        "MATCHMAKER_DATABASE_URL": config["SQLALCHEMY_DATABASE_URI"],
        "MATCHMAKER_SECRET_KEY": config["SECRET_KEY"],
        "MATCHMAKER_FIELD_KEY": config["FIELD_KEY"],
        "MATCHMAKER_FIELD_KEYS_OLD": " ".join(config["FIELD_KEYS_OLD"]),
        "MATCHMAKER_PASSWORD_SALT": config["SECURITY_PASSWORD_SALT"],
        "MATCHMAKER_TOTP_SECRET": config["SECURITY_TOTP_SECRETS"]["1"],
    }
    # A site that was made without the environment, as in the tests, has its names in no list.
    hosts = config["TRUSTED_HOSTS"] or [urlsplit(config["SITE_URL"]).hostname]
    stated["MATCHMAKER_HOSTS"] = ",".join(map(str, hosts))
    stated["MATCHMAKER_SITE_URL"] = config["SITE_URL"]
    path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")]))
    return {name: str(value) for name, value in stated.items()} | {"PYTHONPATH": path}


def start_child(job_id: str, environ: dict[str, str]) -> int:
    """Start the child process for a committed job and return its process id."""
    child = subprocess.Popen(
        [sys.executable, "-m", "matchmaker", "run-job", job_id],
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody has to take note of its end, or it stays in the process table.
    threading.Thread(target=child.wait, daemon=True).start()
    return child.pid


def stop_child(pid: int | None) -> None:
    """End the child process of a job, if it still runs."""
    if pid is None:
        return
    try:
        os.killpg(pid, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return


def report(session: Session, job_id: int, step: str, progress: float) -> bool:
    """Write progress in a transaction of its own; return False where the job was cancelled."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.RUNNING)
        .values(step=step, progress=min(max(progress, 0.0), 1.0), heartbeat_at=now())
    )
    session.commit()
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def silent_jobs(session: Session) -> list[Job]:
    """Return live jobs whose child has not been heard of for too long."""
    return list(
        session.scalars(
            select(Job).where(
                Job.status.in_(LIVE),
                (Job.heartbeat_at.is_(None) & (Job.created_at < now() - SILENT_FOR))
                | (Job.heartbeat_at < now() - SILENT_FOR),
            )
        )
    )
