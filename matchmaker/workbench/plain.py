"""The proposals of a round that need no special care, and why each of the others does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, or_, select
from sqlalchemy.orm import Session, defer

from matchmaker.access import Actor, Permission, allowed
from matchmaker.access.scope import proposals_in_hand
from matchmaker.audit import record
from matchmaker.engagements.places import hold_round, lock_needs
from matchmaker.errors import AlreadyChanged, BadInput, NoPlaceLeft, WrongStep
from matchmaker.models import AuditEvent, Need, Offer, Proposal, Round
from matchmaker.proposals import flags
from matchmaker.proposals.queries import NAMED, nobody_hidden
from matchmaker.proposals.service import sign_proposal
from matchmaker.rounds.staleness import touched_pairs
from matchmaker.safeguards.impact_queries import lights_in_round
from matchmaker.vocabulary import N_, Bar, Part, ProposalStatus

NOTHING = N_("Tick at least one proposal.")
PLAIN = "plain"
CARE = ("two", "stale", "red", "amber", "unchecked", "unknown", "tie", "own")
"""Why a proposal is left out of the batch, in the order in which it is asked."""
BEFORE_THE_CHECK = ("two", "stale")
MOST_SIGNED = 500
"""Signed by one press: they are written in one transaction, in which all others wait."""
MOST_NAMED = 5
"""Of each group that is left out, so many are named; the list of the round has them all."""
HARD = sorted({bar.value for bar in Bar} - {part.value for part in Part})


@dataclass(frozen=True)
class Plain:
    """Which proposals are plain, and which are not, by row id and best first."""

    plain: list[int]
    others: dict[str, list[int]]


@dataclass(frozen=True)
class Signed:
    """What one press did."""

    signed: list[str]
    left: dict[str, str]
    """Public id -> why it was left out: 'changed', 'full', 'care', 'refused'."""


def sorted_out(session: Session, actor: Actor, round_: Round) -> Plain:
    """Tell the plain proposals that wait for a signature from those that need care."""
    lights = lights_in_round(session, round_.id, actor)
    rows = session.execute(
        select(Proposal.id, _group(actor, round_))
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(
            Proposal.round_id == round_.id,
            Proposal.status == ProposalStatus.PROPOSED,
            proposals_in_hand(actor),
            nobody_hidden(),
        )
        .order_by(Proposal.score.desc(), Proposal.id)
    )
    groups: dict[str, list[int]] = {}
    for row_id, group in rows:
        named = group if group in BEFORE_THE_CHECK else _light(lights.get(row_id)) or group
        groups.setdefault(named, []).append(row_id)
    return Plain(groups.pop(PLAIN, []), {code: groups[code] for code in CARE if code in groups})


def _light(codes: set[str] | None) -> str | None:
    """Return the gravest thing in the check of a proposal that keeps it from being plain."""
    return next((code for code in ("red", "amber", "unchecked") if code in (codes or ())), None)


def proposals_by_id(session: Session, ids: list[int]) -> dict[int, Proposal]:
    """Return proposals with both sides, without their explanations."""
    rows = session.scalars(
        select(Proposal).where(Proposal.id.in_(ids)).options(*NAMED, defer(Proposal.explanation))
    )
    return {row.id: row for row in rows}


def left_out(session: Session, actor: Actor, keys: list[str]) -> list[Proposal]:
    """Return proposals by public id, those that the actor may see."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.public_id.in_(keys), proposals_in_hand(actor), nobody_hidden())
            .options(*NAMED, defer(Proposal.explanation))
            .order_by(Proposal.id)
        )
    )


def sign_plain(
    session: Session,
    actor: Actor,
    round_: Round,
    since: datetime,
    picked: list[str] | None,
    answer_within: Any,
) -> Signed:
    """Sign those of the picked proposals (None: all) that are plain and were not changed since.

    In one transaction: what is signed is signed together, and a process that dies signs none. What
    cannot be signed is left out by itself and told.

    Raises
    ------
    BadInput
        If nothing was picked.
    """
    hold_round(session, round_)
    wanted = _wanted(session, actor, round_, picked)
    if not wanted:
        raise BadInput("", NOTHING)
    rows = wanted[:MOST_SIGNED]
    lock_needs(session, sorted({row.need_id for row in rows}))
    plain = set(sorted_out(session, actor, round_).plain)
    changed = _changed(session, [row.public_id for row in rows], since)
    done = Signed([], {})
    for row in rows:
        if row.public_id in changed:
            done.left[row.public_id] = "changed"
        elif row.id not in plain or flags.stand_on(session, row):
            done.left[row.public_id] = "care"
        elif not allowed(Permission.SIGN_PROPOSAL, actor, row):
            done.left[row.public_id] = "refused"
        else:
            _sign(session, actor, row, answer_within, done)
    details = {"signed": len(done.signed), "left": len(done.left)}
    record(session, actor, "round.batch_signed", "round", round_.public_id, details)
    return done


def _sign(session: Session, actor: Actor, row: Proposal, answer_within: Any, done: Signed) -> None:
    key = row.public_id
    try:
        with session.begin_nested():
            sign_proposal(session, actor, row, answer_within)
        done.signed.append(key)
    except NoPlaceLeft:
        done.left[key] = "full"
    except (AlreadyChanged, WrongStep):
        done.left[key] = "changed"
    except BadInput:
        done.left[key] = "refused"


def _wanted(
    session: Session, actor: Actor, round_: Round, picked: list[str] | None
) -> list[Proposal]:
    """Return the proposals that were asked for, in the order in which everybody locks."""
    query = select(Proposal).where(
        Proposal.round_id == round_.id, proposals_in_hand(actor), nobody_hidden()
    )
    if picked is None:
        query = query.where(Proposal.id.in_(sorted_out(session, actor, round_).plain))
    else:
        query = query.where(Proposal.public_id.in_(picked))
    query = query.options(*NAMED, defer(Proposal.explanation))
    return list(session.scalars(query.order_by(Proposal.need_id, Proposal.id)))


def _changed(session: Session, keys: list[str], since: datetime) -> set[str]:
    """Return which proposals somebody did something to since the page was made."""
    query = select(AuditEvent.subject_id).where(
        AuditEvent.subject_kind == "proposal",
        AuditEvent.subject_id.in_(keys),
        AuditEvent.at >= since,
        ~AuditEvent.event.endswith(".opened"),
    )
    return set(session.scalars(query))


def _group(actor: Actor, round_: Round) -> ColumnElement[str]:
    """Return the group of a proposal: plain, or the first reason to look at it by itself."""
    stored = cast(Proposal.explanation, String)
    unknown = or_(*(stored.contains(f'"about": "{code}"', autoescape=True) for code in HARD))
    loss = Proposal.explanation["price"]["total"].as_float()
    own = or_(
        Need.municipality_id.in_(actor.towns or (0,)),
        Offer.municipality_id.in_(actor.towns or (0,)),
    )
    return case(
        (Proposal.required_signatures > 1, "two"),
        (touched_pairs(round_), "stale"),
        (unknown, "unknown"),
        (loss <= 0, "tie"),
        (own, "own"),
        else_=PLAIN,
    )
