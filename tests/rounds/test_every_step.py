"""Each step of each lifecycle is taken by a service, or it stands here with the reason why not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.engagements import service as engagements
from matchmaker.lifecycle import STEPS
from matchmaker.models import AuditEvent, Engagement, now
from matchmaker.municipalities import service as towns
from matchmaker.needs import service as needs
from matchmaker.needs.drafts import AboutDraft as NeedText
from matchmaker.offers import service as offers
from matchmaker.offers.drafts import AboutDraft as OfferText
from matchmaker.proposals import service as proposals
from matchmaker.proposals import withdrawal
from matchmaker.rounds import deadlines
from matchmaker.verification import evidence
from matchmaker.verification import service as verification
from matchmaker.vocabulary import DeclineReason, RejectionReason, RightsAnswer
from tests.factories import (
    accept_application,
    actor_of,
    coordinator_of,
    give_evidence,
    make_application,
    make_coordinator,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_round,
    make_user,
)

OF_ROUNDS = "taken with the round as a whole: tests/rounds/test_service.py"
ELSEWHERE = {
    ("need", "verified", "in_round"): OF_ROUNDS,
    ("need", "in_round", "verified"): OF_ROUNDS,
    ("need", "in_round", "matched"): OF_ROUNDS,
    ("need", "in_round", "unmatched"): OF_ROUNDS,
    ("need", "unmatched", "verified"): OF_ROUNDS,
}
NO_SERVICE = {
    ("need", "verified", "matched"): "the urgent way past the rounds has no page yet",
    ("need", "in_round", "closed"): "a need in a round stays until the round lets it go",
    ("need", "matched", "closed"): "a need that is being helped stays, whatever its window says",
    ("offer", "full", "closed"): "an offer with a place taken stays, whatever its window says",
    ("offer", "paused", "full"): "a paused offer opens first and is full in the same transaction",
}


def application_at(session, status):
    """Make an application in a status, with everything that the next confirmation asks for."""
    rejected = status in ("rejected", "appealed", "refused")
    row = make_application(
        session,
        status=status,
        rejection="other" if rejected else None,
        rejected_by_id=make_user(session).id if rejected else None,
    )
    if status in ("submitted", "answered", "checked"):
        first = make_coordinator(session)
        give_evidence(session, row, first)
        row.checked_by_id = first.user_id if status == "checked" else None
        session.flush()
    return row


ROWS = {
    "need": make_need,
    "offer": make_offer,
    "municipality": make_municipality,
    "application": application_at,
}
EVERY = {
    (kind, str(before), str(after))
    for kind, table in STEPS.items()
    for before, afters in table.items()
    for after in afters
}
BY_HAND = {edge for edge in EVERY if edge[0] in ROWS} - set(ELSEWHERE) - set(NO_SERVICE)
AFTER_ROUNDS = {edge for edge in EVERY if edge[0] in ("proposal", "engagement")}


def lapse(session, actor, offer):
    offer.mandate, offer.mandate_lapses = "conditional", (now() - timedelta(days=1)).date()
    session.commit()
    deadlines.run_due(session)


def close(session, actor, row):
    session.commit()
    deadlines.run_due(session, now() + timedelta(days=3000))


def free(session, actor, offer):
    """Take back the one match that fills the offer."""
    offer.places_taken = 0
    proposal = make_proposal(session, offer=offer)
    offer.places_taken = proposal.need.places_taken = 1
    proposal.places_held, proposal.status = True, "proposed"
    proposals.undo_proposal(session, actor, proposal, DeclineReason.OTHER)


def fill(session, actor, offer):
    proposal = make_proposal(session, offer=offer)
    proposals.sign_proposal(session, actor, proposal)


def decline_need(session, actor, need):
    proposal = make_proposal(session, need=need, round_=make_round(session, status="published"))
    proposals.undo_proposal(session, actor, proposal, DeclineReason.OTHER)


def edit_need(session, actor, need):
    needs.save_need_step(session, actor, need, NeedText("New", "", "en"))


def edit_offer(session, actor, offer):
    offers.save_offer_step(session, actor, offer, OfferText("New"))


ACTS = {
    ("need", "submitted"): lambda s, a, row: (
        needs.submit_need if row.status in ("draft", "returned") else edit_need
    )(s, a, row),
    ("need", "returned"): lambda s, a, row: needs.return_need(s, a, row, "Why?"),
    ("need", "verified"): lambda s, a, row: (
        decline_need if row.status == "matched" else needs.verify_need
    )(s, a, row),
    ("need", "closed"): close,
    ("need", "withdrawn"): withdrawal.withdraw_need,
    ("offer", "submitted"): lambda s, a, row: (
        offers.submit_offer if row.status in ("draft", "returned", "lapsed") else edit_offer
    )(s, a, row),
    ("offer", "returned"): lambda s, a, row: offers.return_offer(s, a, row, "Why?"),
    ("offer", "verified"): offers.verify_offer,
    ("offer", "open"): lambda s, a, row: (free if row.status == "full" else offers.open_offer)(
        s, a, row
    ),
    ("offer", "full"): fill,
    ("offer", "paused"): offers.pause_offer,
    ("offer", "lapsed"): lapse,
    ("offer", "closed"): close,
    ("offer", "withdrawn"): withdrawal.withdraw_offer,
    ("municipality", "suspended"): lambda s, a, row: towns.suspend_municipality(s, a, row, "why"),
}


def confirm(session, actor, application):
    evidence.answer_rights_question(session, actor, application, RightsAnswer.NONE_KNOWN)
    verification.confirm_application(session, actor, application, "Looked at everything.")


def submit_again(session, actor, application):
    if application.status == "appealed":
        verification.decide_appeal(session, actor, application, grant=True, text="Look again.")
    else:
        town = application.municipality
        towns.change_municipality(session, actor, town, {"name": "Another name"})


def verify_town(session, actor, town):
    if town.status == "suspended":
        towns.verify_municipality(session, actor, town, "called")
    else:
        accept_application(session, make_application(session, town))


ACTS |= {
    ("municipality", "verified"): verify_town,
    ("application", "submitted"): submit_again,
    ("application", "checked"): confirm,
    ("application", "accepted"): confirm,
    ("application", "doubted"): lambda s, a, row: verification.ask_applicant(s, a, row, "Who?"),
    ("application", "answered"): lambda s, a, row: verification.answer_question(s, a, row, "Us."),
    ("application", "rejected"): lambda s, a, row: verification.reject_application(
        s, a, row, RejectionReason.OTHER, "No."
    ),
    ("application", "appealed"): lambda s, a, row: verification.appeal_rejection(s, a, row, "Yes."),
    ("application", "refused"): lambda s, a, row: verification.decide_appeal(
        s, a, row, grant=False, text="No."
    ),
    ("application", "withdrawn"): verification.withdraw_application,
    ("application", "expired"): verification.expire_application,
}


def steps_of(session, kind, public_id):
    events = session.scalars(
        select(AuditEvent).where(
            AuditEvent.subject_kind == kind, AuditEvent.subject_id == public_id
        )
    )
    return {(kind, one.details.get("from"), one.details.get("to")) for one in events}


@pytest.mark.parametrize("kind", ROWS)
def test_every_step_of_towns_needs_and_offers_has_a_service(session, kind):
    missing = set()
    for edge in sorted(one for one in BY_HAND if one[0] == kind):
        _, before, after = edge
        actor = actor_of(coordinator_of(session, make_round(session)))
        row = ROWS[kind](session, status=before)
        public_id = row.public_id
        ACTS[kind, after](session, actor, row)
        missing |= {edge} - steps_of(session, kind, public_id)
    assert missing == set()


def proposal_at(session, status):
    round_ = make_round(session, status="published", cool_off_ends_at=now() - timedelta(hours=1))
    need = make_need(session, status="matched", places_taken=int(status != "proposed"))
    offer = make_offer(session, places=2, places_taken=int(status != "proposed"))
    late = now() - timedelta(hours=1) if status not in ("proposed", "approved") else None
    held = {"places_held": status != "proposed", "answer_by": late}
    return make_proposal(session, round_, need, offer, status=status, **held)


ANSWERS = {
    "approved": proposals.sign_proposal,
    "offered": proposals.offer_proposal,
    "rejected": lambda s, a, p: proposals.reject_proposal(s, a, p, DeclineReason.OTHER),
    "undone": lambda s, a, p: proposals.undo_proposal(s, a, p, DeclineReason.OTHER),
    "helper_accepted": proposals.accept_as_helper,
    "subject_to_council": lambda s, a, p: proposals.accept_as_helper(
        s, a, p, conditional=True, lapses_on=(now() + timedelta(days=9)).date()
    ),
    "declined": lambda s, a, p: proposals.decline(
        s, a, p, "requester" if p.status == "helper_accepted" else "helper", DeclineReason.OTHER
    ),
    "lapsed": proposals.lapse_proposal,
    "engaged": proposals.accept_as_requester,
}
WORK = {
    ("planned", "active"): engagements.start_engagement,
    ("paused", "active"): engagements.resume_engagement,
    "paused": engagements.pause_engagement,
    "completed": engagements.complete_engagement,
    "ended": lambda s, a, e: engagements.end_engagement(s, a, e, DeclineReason.OTHER),
}


def test_every_step_of_proposals_and_engagements_has_a_service(session):
    missing = set()
    for edge in sorted(AFTER_ROUNDS):
        kind, before, after = edge
        row = proposal_at(session, before if kind == "proposal" else "engaged")
        actor = actor_of(coordinator_of(session, row.round))
        act = ANSWERS.get(after)
        if kind == "engagement":
            row = Engagement(proposal=row, status=before)
            session.add(row)
            session.flush()
            act = WORK.get((before, after)) or WORK[after]
        act(session, actor, row)
        missing |= {edge} - steps_of(session, kind, row.public_id)
    assert missing == set()


def test_steps_without_a_service_are_steps_of_the_table():
    assert set(NO_SERVICE) | set(ELSEWHERE) <= EVERY
