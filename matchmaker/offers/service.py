"""What can be done with an offer; every step of its lifecycle is audited."""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import Offer, now
from matchmaker.offers import steps
from matchmaker.offers.drafts import (
    AboutDraft,
    ActivitiesDraft,
    CategoryDraft,
    Draft,
    ExperienceDraft,
    KnowledgeDraft,
    LevelsDraft,
    MandateDraft,
    PartnersDraft,
    ReadyDraft,
    SettingDraft,
    TimeDraft,
)
from matchmaker.offers.queries import has_open_engagement, live_proposals_of
from matchmaker.offers.told import knows_of_a_match
from matchmaker.offers.writing import write
from matchmaker.outbox import tell_municipality
from matchmaker.receipts.service import give_receipt
from matchmaker.vocabulary import N_, MunicipalityStatus, NoticeKind, OfferStatus, Role

LONGEST_QUESTION = 1000
OPEN_TO_EDITS = {OfferStatus.DRAFT, OfferStatus.SUBMITTED, OfferStatus.RETURNED}

PAGES: dict[type, str] = {
    CategoryDraft: "category",
    ActivitiesDraft: "activities",
    ExperienceDraft: "experience",
    AboutDraft: "about",
    LevelsDraft: "levels",
    TimeDraft: "time",
    SettingDraft: "setting",
    KnowledgeDraft: "knowledge",
    PartnersDraft: "partners",
    MandateDraft: "mandate",
    ReadyDraft: "ready",
}


def create_offer_draft(
    session: Session, actor: Actor, draft: CategoryDraft, text_language: str = "en"
) -> Offer:
    """Open a draft for the municipality acted for."""
    assert actor.municipality_id is not None and actor.user_id is not None
    second = draft.second_category
    offer = Offer(
        municipality_id=actor.municipality_id,
        created_by_id=actor.user_id,
        category=draft.category,
        second_category=second if second != draft.category else None,
        text_language=text_language,
        step=steps.place_of("activities"),
    )
    audit.created(session, actor, offer)
    return offer


def save_offer_step(session: Session, actor: Actor, offer: Offer, draft: Draft) -> Offer:
    """Write one page of the form; a verified offer goes back to its coordinator.

    Raises
    ------
    BadInput
        If a value does not go with the rest of the offer, or a match is being decided.
    WrongStep
        If the offer can no longer be changed.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    page = PAGES[type(draft)]
    if offer.status not in OPEN_TO_EDITS:
        edit_offer(session, actor, offer, page)
    write(session, offer, draft)
    offer.step = max(offer.step, steps.place_of(page) + 1)
    session.flush()
    if offer.submitted_at is not None:
        audit.record(session, actor, "offer.edited", "offer", offer.public_id, {"page": page})
    return offer


def edit_offer(session: Session, actor: Actor, offer: Offer, page: str) -> None:
    """Send a verified offer back for verification, because it changes.

    Raises
    ------
    BadInput
        If a proposal of this offer is open.
    """
    if knows_of_a_match(session, offer):
        raise BadInput(
            "",
            N_("A match for this offer is being decided. Your coordinator can stop it."),
        )
    if live_proposals_of(session, offer):  # of which its municipality has not heard
        raise BadInput("", N_("This offer cannot be changed at present. Ask your coordinator."))
    offer.verified_at = None
    audit.move(session, actor, offer, OfferStatus.SUBMITTED, {"page": page})


def submit_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Hand the offer to the coordinator for verification.

    Raises
    ------
    BadInput
        If something misses.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    _refuse_incomplete(offer)
    offer.submitted_at, offer.return_note = now(), ""
    audit.move(session, actor, offer, OfferStatus.SUBMITTED)
    session.flush()
    give_receipt(session, actor, offer)
    return offer


def verify_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Confirm the offer, and open it where its mandate is in force.

    Raises
    ------
    BadInput
        If the municipality is not verified, or something misses.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    if offer.municipality.status != MunicipalityStatus.VERIFIED:
        raise BadInput("", N_("Verify the municipality first, then this offer."))
    _refuse_incomplete(offer)
    offer.verified_at = now()
    audit.move(session, actor, offer, OfferStatus.VERIFIED)
    _tell_owner(session, actor, offer, NoticeKind.OFFER_VERIFIED)
    session.flush()
    if steps.mandate_in_force(offer, now().date()):
        open_offer(session, actor, offer)
    return offer


def open_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Let rounds take the offer; one whose places are all taken becomes full.

    Raises
    ------
    BadInput
        If the mandate is not in force.
    """
    if not steps.mandate_in_force(offer, now().date()):
        raise BadInput("", N_("The mandate is not in force."))
    audit.move(session, actor, offer, OfferStatus.OPEN)
    session.flush()
    if offer.places_taken >= offer.places:
        audit.move(session, actor, offer, OfferStatus.FULL)
        session.flush()
    return offer


def return_offer(session: Session, actor: Actor, offer: Offer, question: str) -> Offer:
    """Send the offer back with a question.

    Raises
    ------
    BadInput
        If the question is empty or too long.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    if not question.strip():
        raise BadInput("question", N_("Write the question."))
    if len(question) > LONGEST_QUESTION:
        raise BadInput("question", N_("Use at most %(count)s characters."), count=LONGEST_QUESTION)
    offer.return_note = question
    audit.move(session, actor, offer, OfferStatus.RETURNED, text=question)
    _tell_owner(session, actor, offer, NoticeKind.OFFER_RETURNED)
    session.flush()
    return offer


def pause_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Keep the offer out of rounds for now."""
    session.refresh(offer, with_for_update={"of": Offer})
    audit.move(session, actor, offer, OfferStatus.PAUSED)
    session.flush()
    return offer


def resume_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Let rounds take a paused offer again.

    Raises
    ------
    BadInput
        If the mandate is not in force.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    return open_offer(session, actor, offer)


def withdraw_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Take the offer back for good; its matches are for ``proposals.withdrawal``.

    Raises
    ------
    BadInput
        If an engagement of it is open.
    """
    session.refresh(offer, with_for_update={"of": Offer})
    if has_open_engagement(session, offer):
        raise BadInput(
            "", N_("Work on this offer has been agreed. End that engagement first, then withdraw.")
        )
    audit.move(session, actor, offer, OfferStatus.WITHDRAWN)
    session.flush()
    return offer


def _tell_owner(session: Session, actor: Actor, offer: Offer, kind: NoticeKind) -> None:
    town = offer.municipality_id
    tell_municipality(session, town, Role.HELPER, kind, besides=actor.user_id)


def _refuse_incomplete(offer: Offer) -> None:
    for page, message in steps.missing(offer, now().date()):
        raise BadInput(page, message)
