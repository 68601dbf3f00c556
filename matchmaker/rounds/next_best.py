"""When a published proposal has ended: the next best pair for the place it freed on each side.

It is worked out from the stored input, with everything that stands held as it is, and offered for
signature like any other pair: nothing reaches a municipality by itself. Looking for it takes no
lock; what was found is looked at again, under locks, before it is written.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM, Actor
from matchmaker.audit import created, move, record
from matchmaker.engagements.places import DEAD, lock_needs
from matchmaker.engagements.telling import tell_round
from matchmaker.errors import AlreadyChanged
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.result import ProposedPair
from matchmaker.matching.snapshot import NeedRecord, Snapshot
from matchmaker.models import Need, Offer, Proposal, Round, now
from matchmaker.proposals.scopes import has_own_association, lies_across
from matchmaker.rounds import free, one_more
from matchmaker.rounds.record import proposal_of
from matchmaker.rounds.settings import settings_of, signing_associations
from matchmaker.rounds.signatures import signature_reasons
from matchmaker.rounds.snapshot import take_snapshot
from matchmaker.unit_of_work import transaction
from matchmaker.verification.queries import flagged_among
from matchmaker.vocabulary import NeedStatus, NoticeKind, RoundStatus

FOUND = "found"
SIDES = ("need", "offer")


@dataclass(frozen=True)
class Found:
    """What was found for one side of an ended proposal."""

    code: str
    """'found', or why there is none: 'gone', 'full', 'several', 'rules', 'none'."""
    pair: ProposedPair | None = None
    record: NeedRecord | None = None


def freed_proposals(session: Session) -> list[str]:
    """Return public ids of ended proposals of published rounds for which nothing was looked for."""
    return list(
        session.scalars(
            select(Proposal.public_id)
            .join(Proposal.round)
            .where(
                Proposal.status.in_(DEAD),
                Proposal.next_best.is_(None),
                Round.status == RoundStatus.PUBLISHED,
                Round.snapshot_digest.is_not(None),
            )
            .order_by(Proposal.id)
        )
    )


def replace_freed(session: Session, key: str) -> list[str]:
    """Look for the next best pairs after one ended proposal and write them, in one transaction.

    Raises
    ------
    AlreadyChanged
        If somebody took a place, or looked for it, in the meantime: it comes round again.
    """
    ended = _ended(session, key)
    plan = {side: find(session, ended, side) for side in SIDES}
    with transaction() as work:
        made = write(work.session, PLATFORM, key, plan)
        return [proposal.public_id for proposal in made]


def find(session: Session, ended: Proposal, side: str) -> Found:
    """Return the best pair that fills the place which an ended proposal left on one side.

    Exact: the stored input is solved once more with one place more for this side, all pairs of the
    round that stand locked, and no place across but those that are free now.
    """
    round_, row = ended.round, getattr(ended, side)
    assert round_ is not None
    room = free.places(session, round_, side, row)
    if room.own < 1:
        return Found("gone" if room.own < 0 else "full")
    if side == "need" and row.minimum > free.n_helpers(session, row) + 1:
        return Found("several")
    snapshot = Snapshot.from_json(round_.snapshot or "")
    settings = settings_of(round_).matching
    problem = one_more.problem_for(snapshot, settings, (side, row.public_id), room)
    while True:
        code, pair = one_more.best(problem)
        if pair is None:
            return Found(code)
        if _still_fits(session, round_, pair):
            records = {record.key: record for record in snapshot.needs}
            explained = one_more.explained(snapshot, settings, pair)
            return Found(FOUND, explained, records[pair[0]])
        problem = one_more.without(problem, pair)


def write(session: Session, actor: Actor, key: str, plan: dict[str, Found]) -> list[Proposal]:
    """Write what was found for each side, after looking under locks whether it still holds."""
    ended = _ended(session, key)
    needs, offers = _lock(session, ended, [f.pair for f in plan.values() if f.pair is not None])
    round_ = ended.round
    assert round_ is not None
    if ended.next_best is not None or round_.status != RoundStatus.PUBLISHED:
        raise AlreadyChanged
    made = []
    for side, found in plan.items():
        if found.pair is None:
            continue
        need, offer = needs[found.pair.need], offers[found.pair.offer]
        if not free.is_free(session, round_, need, offer):
            raise AlreadyChanged
        made.append(_propose(session, actor, (ended, side), (need, offer), found))
    ended.next_best = {side: found.code for side, found in plan.items()}
    details = {"round": round_.public_id, **ended.next_best}
    record(session, actor, "proposal.next_best", "proposal", ended.public_id, details)
    return made


def _propose(
    session: Session,
    actor: Actor,
    after: tuple[Proposal, str],
    rows: tuple[Need, Offer],
    found: Found,
) -> Proposal:
    (ended, side), (need, offer), round_ = after, rows, after[0].round
    assert round_ is not None and found.pair is not None and found.record is not None
    both = signing_associations(session, round_, settings_of(round_))
    flagged = flagged_among(session, (need.municipality_id, offer.municipality_id))
    reasons = signature_reasons(
        found.record,
        found.pair,
        settings_of(round_),
        red_flag=need.red_flag or bool(flagged),
        across=lies_across(round_.association, need, offer) or has_own_association(both, offer),
    )
    proposal = proposal_of(round_, need, offer, found.pair, reasons)
    proposal.follows_id, proposal.follows_side = ended.id, side
    created(session, actor, proposal, {"round": round_.public_id, "after": ended.public_id})
    _take_in(session, actor, need, round_)
    tell_round(session, actor, proposal, NoticeKind.SIGNATURE_WAITS)
    return proposal


def _take_in(session: Session, actor: Actor, need: Need, round_: Round) -> None:
    """Bring a need that waits for the next round back among those that have a proposal."""
    for before, after in (
        (NeedStatus.UNMATCHED, NeedStatus.VERIFIED),
        (NeedStatus.VERIFIED, NeedStatus.IN_ROUND),
        (NeedStatus.IN_ROUND, NeedStatus.MATCHED),
    ):
        if need.status == before:
            move(session, actor, need, after, {"round": round_.public_id})


def _ended(session: Session, key: str) -> Proposal:
    ended = session.scalars(select(Proposal).where(Proposal.public_id == key)).one()
    if ended.status not in DEAD or ended.round is None:
        raise AlreadyChanged
    return ended


def _lock(
    session: Session, ended: Proposal, pairs: list[ProposedPair]
) -> tuple[dict[str, Need], dict[str, Offer]]:
    """Lock round, needs, the ended proposal and offers, in the order in which everybody locks."""
    session.refresh(ended.round, with_for_update={"of": Round})
    keys = {pair.need for pair in pairs}
    ids = select(Need.id).where(or_(Need.public_id.in_(keys), Need.id == ended.need_id))
    lock_needs(session, list(session.scalars(ids)))
    session.refresh(ended, with_for_update={"of": Proposal})
    offers = session.scalars(
        select(Offer)
        .where(Offer.public_id.in_({pair.offer for pair in pairs}))
        .order_by(Offer.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    needs = session.scalars(select(Need).where(Need.public_id.in_(keys)))
    return (
        {need.public_id: need for need in needs},
        {offer.public_id: offer for offer in offers},
    )


def _still_fits(session: Session, round_: Round, pair: tuple[str, str]) -> bool:
    """Tell whether the rows as they are now would let a pair into a round."""
    need = session.scalars(select(Need).where(Need.public_id == pair[0])).one()
    offer = session.scalars(select(Offer).where(Offer.public_id == pair[1])).one()
    settings = one_more.bare(settings_of(round_).matching)
    scores = prepare(take_snapshot(session, [need], [offer], now().date()), settings).scores.data
    return bool(len(scores)) and one_more.is_good_enough(settings, float(scores[0]))
