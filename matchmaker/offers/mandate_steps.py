"""The stages of a decision as they are written down, and what that does to offer and match."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.lifecycle import may_become
from matchmaker.models import MandateStep, Municipality, Offer, Proposal, now
from matchmaker.offers import steps
from matchmaker.offers.drafts import OutlookDraft, StepDraft
from matchmaker.offers.mandate_rule import OF_A_MATCH, mandate_from, stages_of
from matchmaker.outbox import tell_municipality
from matchmaker.vocabulary import (
    N_,
    Mandate,
    NoticeKind,
    OfferStatus,
    ProposalStatus,
    Role,
    Stage,
    practice_of,
)

REMIND_BEFORE = timedelta(days=7)
"""How long before a planned vote its municipality is reminded, once."""
OVER = (OfferStatus.CLOSED.value, OfferStatus.WITHDRAWN.value)
SILENT = (OfferStatus.DRAFT.value, OfferStatus.LAPSED.value, *OVER)
"""Offers of which nobody is reminded."""


def steps_of(
    session: Session, offer: Offer, proposal: Proposal | None = None
) -> dict[str, MandateStep]:
    """Return stage -> what is known of it, for the offer as a whole or for one match."""
    about = MandateStep.proposal_id
    rows = session.scalars(
        select(MandateStep).where(
            MandateStep.offer_id == offer.id,
            about.is_(None) if proposal is None else about == proposal.id,
        )
    )
    return {row.stage: row for row in rows}


def answers_of(rows: dict[str, MandateStep]) -> dict[str, bool | None]:
    """Return stage -> yes, no or still to come."""
    return {stage: row.agreed for stage, row in rows.items()}


def next_planned_day(rows: dict[str, MandateStep], today: date) -> date | None:
    """Return the nearest day to come for which something that is open is planned."""
    days = [row.planned_on for row in rows.values() if row.planned_on and row.agreed is None]
    return min((day for day in days if day >= today), default=None)


def record_step(
    session: Session, actor: Actor, offer: Offer, stage: Stage, draft: StepDraft
) -> None:
    """Write down one stage of an offer; the mandate follows from all of them.

    Raises
    ------
    BadInput
        If the offer is over, its country does not have the stage, or a date cannot be.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    if offer.status in OVER:
        raise BadInput("", N_("This offer is closed. There is nothing left to decide."))
    if stage not in stages_of(practice_of(offer.municipality.country)):
        raise BadInput("", N_("Choose one of the answers shown."))
    _write(session, actor, offer, None, stage, draft)
    follow(session, actor, offer)


def record_step_of_match(
    session: Session, actor: Actor, proposal: Proposal, stage: Stage, draft: StepDraft
) -> None:
    """Write down one stage of the decision on a match that is subject to the council.

    It says where the decision stands and reminds of it; the answer itself is given as always.

    Raises
    ------
    BadInput
        If the match does not wait for a council, or a date cannot be.
    """
    session.refresh(proposal, with_for_update={"of": Proposal})
    if proposal.status != ProposalStatus.SUBJECT_TO_COUNCIL or stage not in OF_A_MATCH:
        raise BadInput("", N_("This match does not wait for a decision of your council."))
    until = proposal.answer_by
    if draft.planned_on and until and draft.planned_on > until.date():
        raise BadInput(
            "planned_on",
            N_("The place is held until an earlier day. Ask the coordinators for more time."),
        )
    _write(session, actor, proposal.offer, proposal, stage, draft)


def set_outlook(session: Session, actor: Actor, offer: Offer, draft: OutlookDraft) -> None:
    """Say how likely a yes is and until when it is waited for.

    Raises
    ------
    BadInput
        If the decision has been taken.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    if offer.status in OVER or offer.mandate not in (Mandate.CONDITIONAL, Mandate.LAPSED):
        raise BadInput("", N_("The decision has been taken. There is no chance to state."))
    offer.mandate_chance, offer.mandate_lapses = draft.chance, draft.lapses
    audit.record(session, actor, "offer.outlook", "offer", offer.public_id)
    follow(session, actor, offer)


def state(session: Session, offer: Offer, stated: str) -> None:
    """Bring what the form says of the council into the stages, and the mandate out of them.

    A decision that is said to be still to come takes back the answers that speak against it.
    """
    rows = steps_of(session, offer)
    against = {Stage.SIGNED: False, Stage.EXECUTIVE: False}
    if stated == Mandate.ADOPTED:
        row = rows.setdefault(Stage.COUNCIL, MandateStep(offer_id=offer.id, stage=Stage.COUNCIL))
        row.agreed = True
        session.add(row)
    for stage, row in rows.items():
        said_no = row.agreed is False and (stage in against or stated != Mandate.ADOPTED)
        decided = stated != Mandate.ADOPTED and stage in (Stage.COUNCIL, Stage.SIGNED)
        if said_no or decided:
            row.agreed = row.decided_on = None
    offer.mandate = _mandate(offer, rows).value
    if offer.mandate != Mandate.CONDITIONAL:
        offer.mandate_chance = offer.mandate_lapses = None


def follow(session: Session, actor: Actor, offer: Offer) -> None:
    """Let the mandate follow from the stages, and the offer from the mandate."""
    before, mandate = offer.mandate, _mandate(offer, steps_of(session, offer))
    if mandate == before:
        return
    offer.mandate = mandate.value
    if mandate == Mandate.ADOPTED:
        offer.mandate_chance = offer.mandate_lapses = None
    details = {"from": str(before), "to": mandate.value}
    audit.record(session, actor, "offer.mandate", "offer", offer.public_id, details)
    ends = mandate in (Mandate.REFUSED, Mandate.LAPSED)
    if ends and may_become("offer", offer.status, OfferStatus.LAPSED):
        reason = {"reason": f"mandate_{mandate.value}"}
        audit.move(session, actor, offer, OfferStatus.LAPSED, reason)
    elif offer.status == OfferStatus.VERIFIED and steps.mandate_in_force(offer, now().date()):
        audit.move(session, actor, offer, OfferStatus.OPEN)
    session.flush()


def _mandate(offer: Offer, rows: dict[str, MandateStep]) -> Mandate:
    practice = practice_of(offer.municipality.country)
    return mandate_from(answers_of(rows), practice, offer.mandate_lapses, now().date())


def _write(
    session: Session,
    actor: Actor,
    offer: Offer,
    proposal: Proposal | None,
    stage: Stage,
    draft: StepDraft,
) -> None:
    _check_dates(draft)
    row = steps_of(session, offer, proposal).get(stage)
    if row is None:
        row = MandateStep(offer_id=offer.id, proposal=proposal, stage=stage.value)
        session.add(row)
    if row.planned_on != draft.planned_on:
        row.reminded_at = None
    row.planned_on, row.agreed, row.decided_on = draft.planned_on, draft.agreed, draft.decided_on
    session.flush()
    thing = proposal or offer
    kind = "offer" if proposal is None else "proposal"
    details = {"stage": stage.value, "answer": {True: "yes", False: "no"}.get(draft.agreed, "open")}  # type: ignore[arg-type]
    audit.record(session, actor, f"{kind}.mandate_step", kind, thing.public_id, details)


def _check_dates(draft: StepDraft) -> None:
    if draft.agreed is None and draft.decided_on is not None:
        raise BadInput("decided_on", N_("Say what was decided on that day."))
    if draft.decided_on is not None and draft.decided_on > now().date():
        raise BadInput("decided_on", N_("The day of a decision must not be in the future."))


def votes_near(session: Session, today: date) -> list[int]:
    """Return the stages with a day planned in the coming week of which nobody was reminded."""
    held = Proposal.status == ProposalStatus.SUBJECT_TO_COUNCIL.value
    return list(
        session.scalars(
            select(MandateStep.id)
            .join(MandateStep.offer)
            .outerjoin(MandateStep.proposal)
            .where(
                MandateStep.planned_on.between(today, today + REMIND_BEFORE),
                MandateStep.agreed.is_(None),
                MandateStep.reminded_at.is_(None),
                Offer.status.not_in(SILENT),
                or_(MandateStep.proposal_id.is_(None), held),
            )
            .order_by(MandateStep.id)
        )
    )


def remind_of_vote(session: Session, step_id: int, at: datetime) -> None:
    """Tell a municipality once that a planned decision is near; the mail says that something waits.

    Raises
    ------
    AlreadyChanged
        If somebody was faster.
    """
    row = session.scalars(
        select(MandateStep).where(MandateStep.id == step_id).with_for_update(of=MandateStep)
    ).one()
    if row.reminded_at is not None or row.agreed is not None:
        raise AlreadyChanged
    row.reminded_at = at
    session.flush()
    tell_municipality(session, row.offer.municipality_id, Role.HELPER, NoticeKind.VOTE_NEAR)


def decisions_due(session: Session, actor: Actor, today: date) -> list[MandateStep]:
    """Return the stages of the own offers whose planned day has come without an answer."""
    if actor.role != Role.HELPER:
        return []
    held = Proposal.status == ProposalStatus.SUBJECT_TO_COUNCIL.value
    rows = session.scalars(
        select(MandateStep)
        .join(MandateStep.offer)
        .outerjoin(MandateStep.proposal)
        .join(Municipality, Municipality.id == Offer.municipality_id)
        .where(
            Offer.municipality_id == actor.municipality_id,
            Offer.status.not_in(SILENT),
            MandateStep.planned_on <= today,
            MandateStep.agreed.is_(None),
            or_(MandateStep.proposal_id.is_(None), held),
        )
        .options(contains_eager(MandateStep.offer), contains_eager(MandateStep.proposal))
        .order_by(MandateStep.planned_on, MandateStep.id)
    )
    return list(rows)
