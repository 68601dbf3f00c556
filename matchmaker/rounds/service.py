"""Rounds: freeze, solve, review, publish; each step locks the round first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import created, move, record
from matchmaker.audit.since import heed
from matchmaker.engagements.places import give_back_places
from matchmaker.engagements.settling import settle_need
from matchmaker.errors import BadInput, WrongStep
from matchmaker.jobs import LIVE, queue_job
from matchmaker.matching.pipeline import Cancelled, Progress, match_scored
from matchmaker.matching.result import Result
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import Problem
from matchmaker.models import Job, Proposal, Round, RoundNeed, RoundOffer, now
from matchmaker.proposals.queries import UNENGAGED
from matchmaker.rounds import queries
from matchmaker.rounds.floors import left_of
from matchmaker.rounds.holding import is_as_frozen, locked_needs
from matchmaker.rounds.keeping import settings_to_freeze
from matchmaker.rounds.letting_go import code_of, is_in_settings, let_go
from matchmaker.rounds.record import record_result
from matchmaker.rounds.settings import RoundSettings, settings_of, settings_to_solve
from matchmaker.rounds.snapshot import take_snapshot
from matchmaker.vocabulary import (
    N_,
    JobStatus,
    NeedStatus,
    ProposalStatus,
    RoundStatus,
)

SOLVE = "solve"
"""Kind of the jobs that solve a round."""
COOL_OFF = timedelta(hours=48)
BEFORE_SOLVING = (RoundStatus.OPEN, RoundStatus.FROZEN)
BEFORE_PUBLICATION = (*BEFORE_SOLVING, RoundStatus.IN_REVIEW)
Edit = Callable[[RoundSettings], RoundSettings]


def create_round(session: Session, actor: Actor, title: str) -> Round:
    """Open a round for the actor's association, with the default settings."""
    round_ = Round(
        title=title,
        association_id=actor.association_id,
        created_by_id=actor.user_id,
        status=RoundStatus.OPEN.value,
        settings=RoundSettings().stored(),
    )
    created(session, actor, round_)
    return round_


def change_settings(
    session: Session,
    actor: Actor,
    round_: Round,
    change: RoundSettings | Edit,
    seen: int | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    """Set weights, policy, limits and signatures, while nothing is being solved.

    What is worked out from the present settings is given as a function of them: it is asked once
    the round is locked, so that nothing is lost that somebody else has saved meanwhile.
    """
    _lock(session, round_, *BEFORE_SOLVING, asked=RoundStatus.FROZEN, seen=seen)
    present = settings_of(round_)
    settings = change(present) if callable(change) else change
    if settings.floors != present.floors:
        settings = settings.over(round_.snapshot)
    round_.settings = settings.stored()
    round_.settings_digest = settings.matching.digest
    details = {"settings_digest": round_.settings_digest, **(more or {})}
    record(session, actor, "round.settings", "round", round_.public_id, details)
    session.flush()


def let_go_of(session: Session, actor: Actor, round_: Round, code: str) -> None:
    """Let go of a demand by which the last solve failed; the round may then be solved again.

    Raises
    ------
    BadInput
        If the last solve proposed no such change to the settings, or they were changed since.
    """
    _lock(session, round_, RoundStatus.FROZEN, asked=RoundStatus.FROZEN)
    ways = (round_.failure or {}).get("relaxations", ())
    settings = settings_of(round_)
    try:
        way = next(one for one in ways if is_in_settings(one) and code_of(one) == code)
        matching = let_go(settings.matching, way)
    except (StopIteration, ValueError):
        raise BadInput(
            "", N_("The settings were changed since. Propose pairs again to see what clashes now.")
        ) from None
    floors = left_of(settings.floors, matching)
    round_.settings = replace(settings, matching=matching, floors=floors).stored()
    round_.settings_digest = matching.digest
    round_.failure = None
    conflict = {name: value for name, value in way["conflict"].items() if isinstance(value, str)}
    details = {"settings_digest": matching.digest, "change": way["change"], **conflict}
    record(session, actor, "round.let_go", "round", round_.public_id, details)
    session.flush()


def freeze_round(session: Session, actor: Actor, round_: Round, today: date | None = None) -> None:
    """Take the needs and offers of this moment into the round and store them with their digest.

    Raises
    ------
    BadInput
        If no need or no offer could enter.
    """
    _lock(session, round_, RoundStatus.OPEN, asked=RoundStatus.FROZEN)
    needs = queries.needs_to_match(session, actor, lock=True)
    asked = settings_of(round_)
    offers = queries.offers_to_match(session, actor, elsewhere=asked.offers_from_elsewhere)
    if not needs:
        raise BadInput("", N_("No verified need waits for a round."))
    if not offers:
        raise BadInput("", N_("No open offer has a place left."))
    day = today or now().date()
    snapshot = take_snapshot(session, needs, offers, day, complement=asked.complement)
    session.add_all(RoundNeed(round_id=round_.id, need_id=need.id) for need in needs)
    session.add_all(
        RoundOffer(round_id=round_.id, offer_id=offer.id, places=offer.places - offer.places_taken)
        for offer in offers
    )
    round_.snapshot, round_.snapshot_digest = snapshot.to_json(), snapshot.digest
    settings = settings_to_freeze(session, round_, needs, offers).over(round_.snapshot)
    round_.settings, round_.settings_digest = settings.stored(), settings.matching.digest
    round_.frozen_at = now()
    round_.failure = None
    for need in needs:
        if need.status == NeedStatus.UNMATCHED:
            move(session, actor, need, NeedStatus.VERIFIED, {"round": round_.public_id})
        move(session, actor, need, NeedStatus.IN_ROUND, {"round": round_.public_id})
    move(session, actor, round_, RoundStatus.FROZEN, {"snapshot_digest": round_.snapshot_digest})


def reopen_round(session: Session, actor: Actor, round_: Round) -> None:
    """Let the frozen needs go, so that the round can be frozen anew later."""
    _lock(session, round_, RoundStatus.FROZEN, asked=RoundStatus.OPEN)
    _release_needs(session, actor, round_)
    for rows in (RoundNeed, RoundOffer):
        session.execute(delete(rows).where(rows.round_id == round_.id))
    session.expire(round_, ["needs", "offers"])
    round_.snapshot = round_.snapshot_digest = round_.frozen_at = None
    round_.failure = None
    move(session, actor, round_, RoundStatus.OPEN)


def start_solving(session: Session, actor: Actor, round_: Round) -> Job:
    """Queue the work; the child process is started once this is committed."""
    _lock(session, round_, RoundStatus.FROZEN, asked=RoundStatus.SOLVING)
    assert actor.user_id is not None
    job = queue_job(session, SOLVE, round_.public_id, actor.user_id)
    round_.failure = None
    move(session, actor, round_, RoundStatus.SOLVING, {"job": job.public_id})
    return job


def start_solving_anew(
    session: Session, actor: Actor, round_: Round, settings: RoundSettings
) -> Job:
    """Queue the work of solving a round in review once more, under other settings.

    Its own settings and result stay until the new result is there.
    """
    _lock(session, round_, RoundStatus.IN_REVIEW, asked=RoundStatus.SOLVING)
    assert actor.user_id is not None
    job = queue_job(session, SOLVE, round_.public_id, actor.user_id)
    round_.settings_asked, round_.failure = settings.stored(), None
    details = {"job": job.public_id, "settings_digest": settings.matching.digest}
    move(session, actor, round_, RoundStatus.SOLVING, details)
    return job


def solve(
    round_: Round, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Result:
    """Match the frozen input of a round under its settings; nothing is written."""
    return solve_scored(round_, progress, cancelled)[1]


def solve_scored(
    round_: Round, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> tuple[Problem, Result]:
    """Solve as `solve` does, and return the scored round beside the result."""
    snapshot = Snapshot.from_json(round_.snapshot or "")
    return match_scored(snapshot, settings_to_solve(round_).matching, progress, cancelled)


def record_solved(
    session: Session,
    actor: Actor,
    round_: Round,
    result: Result,
    problem: Problem | None = None,
) -> None:
    """Write what was solved and hand the round to its coordinators."""
    _lock(session, round_, RoundStatus.SOLVING, asked=RoundStatus.SOLVED)
    if round_.settings_asked is not None:
        locked_needs(session, round_)  # for proposals of before are changed or undone
        round_.settings, round_.settings_asked = round_.settings_asked, None
    record_result(session, actor, round_, result, problem)
    _end_jobs(session, round_, JobStatus.DONE)
    move(session, actor, round_, RoundStatus.SOLVED, {"result_digest": round_.result_digest})
    start_review(session, actor, round_)


def run_round(session: Session, actor: Actor, round_: Round) -> None:
    """Run a round in one go: take the snapshot, match, record."""
    freeze_round(session, actor, round_)
    start_solving(session, actor, round_)
    problem, result = solve_scored(round_)
    record_solved(session, actor, round_, result, problem)


def start_review(session: Session, actor: Actor, round_: Round) -> None:
    """Open the proposals to signatures."""
    move(session, actor, round_, RoundStatus.IN_REVIEW)


def cancel_solving(session: Session, actor: Actor, round_: Round) -> Job | None:
    """Stop the solver; returns the job whose child has to be ended."""
    _lock(session, round_, RoundStatus.SOLVING, asked=RoundStatus.FROZEN)
    job = session.scalars(_live_jobs(round_)).first()
    _back_to_before(session, actor, round_, {"code": "cancelled"}, JobStatus.CANCELLED)
    return job


def fail_solving(session: Session, actor: Actor, round_: Round, failure: dict[str, Any]) -> None:
    """Say why solving did not end well (a code and its values); the round may be solved again."""
    _lock(session, round_, RoundStatus.SOLVING, asked=RoundStatus.FROZEN)
    _back_to_before(session, actor, round_, failure, JobStatus.FAILED)


def publish_round(
    session: Session,
    actor: Actor,
    round_: Round,
    cool_off: timedelta = COOL_OFF,
    at: datetime | None = None,
    seen: int | None = None,
) -> None:
    """Publish to the coordinators; municipalities hear of it once the cool-off is over."""
    _lock(session, round_, RoundStatus.IN_REVIEW, asked=RoundStatus.PUBLISHED, seen=seen)
    at = at or now()
    round_.published_at, round_.cool_off_ends_at = at, at + cool_off
    needs = locked_needs(session, round_)
    matched = queries.needs_with_proposals(session, round_)
    for need in needs:
        if need.status != NeedStatus.IN_ROUND:
            continue
        left_without = NeedStatus.VERIFIED if need.places_taken > 0 else NeedStatus.UNMATCHED
        status = NeedStatus.MATCHED if need.id in matched else left_without
        move(session, actor, need, status, {"round": round_.public_id})
        settle_need(session, actor, need)
    move(session, actor, round_, RoundStatus.PUBLISHED)


def withdraw_publication(
    session: Session, actor: Actor, round_: Round, at: datetime | None = None
) -> None:
    """Take a publication back while it is cooling off, before any municipality heard of it."""
    _lock(session, round_, RoundStatus.PUBLISHED, asked=RoundStatus.IN_REVIEW)
    at, ends_at = at or now(), round_.cool_off_ends_at
    heard = exists().where(Proposal.round_id == round_.id, Proposal.offered_at.is_not(None))
    if ends_at is None or ends_at <= at or session.scalar(select(heard)):
        raise WrongStep("round", round_.status, RoundStatus.IN_REVIEW)
    for need in locked_needs(session, round_):
        if need.status in (NeedStatus.MATCHED, NeedStatus.UNMATCHED):
            move(session, actor, need, NeedStatus.VERIFIED, {"round": round_.public_id})
        elif need.status != NeedStatus.VERIFIED or not is_as_frozen(round_, need):
            continue  # gone, or another need by now; any other waits because of the publication
        move(session, actor, need, NeedStatus.IN_ROUND, {"round": round_.public_id})
    round_.published_at = round_.cool_off_ends_at = None
    move(session, actor, round_, RoundStatus.IN_REVIEW)


def close_round(session: Session, actor: Actor, round_: Round) -> None:
    """Close a published round: what nobody signed is taken back, unmatched needs go on.

    Raises
    ------
    BadInput
        If the cool-off is not over.
    """
    _lock(session, round_, RoundStatus.PUBLISHED, asked=RoundStatus.CLOSED)
    if round_.cool_off_ends_at is not None and round_.cool_off_ends_at > now():
        raise BadInput("", N_("The round can be closed once its cool-off is over."))
    needs = locked_needs(session, round_)
    _undo_proposals(session, actor, round_, (ProposalStatus.PROPOSED.value,))
    for need in needs:
        if need.status == NeedStatus.UNMATCHED:
            move(session, actor, need, NeedStatus.VERIFIED, {"round": round_.public_id})
        settle_need(session, actor, need)
    move(session, actor, round_, RoundStatus.CLOSED)


def cancel_round(session: Session, actor: Actor, round_: Round, seen: int | None = None) -> None:
    """Give a round up before publication: its proposals are undone, its needs go back."""
    _lock(session, round_, *BEFORE_PUBLICATION, asked=RoundStatus.CANCELLED, seen=seen)
    locked_needs(session, round_)
    _undo_proposals(session, actor, round_, UNENGAGED)
    _release_needs(session, actor, round_)
    move(session, actor, round_, RoundStatus.CANCELLED)


def export_round(session: Session, actor: Actor, round_: Round) -> dict[str, Any]:
    """Return the stored input and settings, without names; who took them is written down."""
    digest = {"snapshot_digest": round_.snapshot_digest}
    record(session, actor, "round.exported", "round", round_.public_id, digest)
    # Why a pair was fixed is no part of what a rerun needs, and stays here.
    settings = {name: value for name, value in round_.settings.items() if name != "overrides"}
    return {"snapshot": round_.snapshot, "settings": settings}


def _lock(
    session: Session,
    round_: Round,
    *statuses: RoundStatus,
    asked: RoundStatus,
    seen: int | None = None,
) -> None:
    """Lock and re-read the round; tell what was done unseen, then refuse any other status."""
    session.refresh(round_, with_for_update={"of": Round})
    heed(session, round_, seen)
    if round_.status not in statuses:
        raise WrongStep("round", round_.status, asked)


def _release_needs(session: Session, actor: Actor, round_: Round) -> None:
    for need in locked_needs(session, round_):
        if need.status == NeedStatus.IN_ROUND:
            move(session, actor, need, NeedStatus.VERIFIED, {"round": round_.public_id})


def _undo_proposals(
    session: Session, actor: Actor, round_: Round, statuses: tuple[str, ...]
) -> None:
    proposals = session.scalars(
        select(Proposal).where(Proposal.round_id == round_.id, Proposal.status.in_(statuses))
    ).all()
    for proposal in proposals:
        move(session, actor, proposal, ProposalStatus.UNDONE, {"reason": "round_ended"})
        give_back_places(session, actor, proposal)


def _back_to_before(
    session: Session, actor: Actor, round_: Round, failure: dict[str, Any], status: JobStatus
) -> None:
    """Go back to where solving began: a round that had a result keeps it."""
    _end_jobs(session, round_, status, failure)
    before = RoundStatus.FROZEN if round_.settings_asked is None else RoundStatus.IN_REVIEW
    round_.settings_asked, round_.failure = None, failure
    move(session, actor, round_, before, {"reason": failure["code"]})


def _live_jobs(round_: Round) -> Any:
    return select(Job).where(
        Job.kind == SOLVE, Job.subject_id == round_.public_id, Job.status.in_(LIVE)
    )


def _end_jobs(
    session: Session, round_: Round, status: JobStatus, failure: dict[str, Any] | None = None
) -> None:
    session.execute(
        update(Job)
        .where(Job.kind == SOLVE, Job.subject_id == round_.public_id, Job.status.in_(LIVE))
        .values(status=status.value, failure=failure, ended_at=now(), progress=1.0)
        .execution_options(synchronize_session=False)
    )
