"""Bring the answers of each page into the row of an offer."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.errors import BadInput
from matchmaker.models import (
    Offer,
    OfferActivity,
    OfferArea,
    OfferDelivery,
    OfferTopic,
    PartnerOrganisation,
)
from matchmaker.offers import mandate_steps, steps
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
from matchmaker.vocabulary import (
    ACTIVITIES,
    LESSONS,
    N_,
    Category,
    Mandate,
    MunicipalityStatus,
)

MOST_TOPICS = 12


def write(session: Session, offer: Offer, draft: Draft) -> None:
    """Write one page.

    Raises
    ------
    BadInput
        If a value does not go with the rest of the offer.
    """
    match draft:
        case PartnersDraft():
            _write_partners(session, offer, draft)
        case MandateDraft():
            _write_mandate(session, offer, draft)
        case _:
            _WRITERS[type(draft)](offer, draft)


def _write_category(offer: Offer, draft: CategoryDraft) -> None:
    if offer.category != draft.category and offer.submitted_at is not None:
        raise BadInput(
            "category",
            N_("The kind of help stays as submitted. Withdraw this offer and make a new one."),
        )
    offer.category = draft.category
    second = draft.second_category
    offer.second_category = second if second != draft.category else None
    kinds = steps.categories_of(offer)
    offer.activities = [
        row for row in offer.activities if ACTIVITIES[row.activity].category in kinds
    ]
    _drop_impossible_settings(offer)


def _write_activities(offer: Offer, draft: ActivitiesDraft) -> None:
    kinds = steps.categories_of(offer)
    chosen = [ACTIVITIES.get(code) for code in draft.activities]
    if not chosen or any(row is None or row.category not in kinds for row in chosen):
        raise BadInput("activities", N_("Choose from the answers shown."))
    present = {row.activity: row for row in offer.activities}
    offer.activities = [
        present.get(code) or OfferActivity(activity=code)
        for code in dict.fromkeys(draft.activities)
    ]
    _drop_impossible_settings(offer)


def _drop_impossible_settings(offer: Offer) -> None:
    possible = steps.allowed_settings(offer)
    offer.settings = [code for code in offer.settings if code in possible]


def _write_experience(offer: Offer, draft: ExperienceDraft) -> None:
    times = dict(draft.times)
    for row in offer.activities:
        row.times = times.get(row.activity)
    if Category.DIALOGUE in steps.categories_of(offer):
        offer.depths = list(draft.depths)


def _write_about(offer: Offer, draft: AboutDraft) -> None:
    if len(draft.topics) > MOST_TOPICS:
        raise BadInput("", N_("Choose at most %(count)s topics."), count=MOST_TOPICS)
    offer.title, offer.description = draft.title, draft.description
    offer.text_language = draft.text_language
    if not set(draft.learns) <= set(LESSONS):
        raise BadInput("learns", N_("Choose from the answers shown."))
    offer.learns = list(dict.fromkeys(draft.learns))
    present = {row.topic_code: row for row in offer.topics}
    offer.topics = [
        present.get(code) or OfferTopic(topic_code=code) for code in dict.fromkeys(draft.topics)
    ]


def _write_levels(offer: Offer, draft: LevelsDraft) -> None:
    levels = dict(draft.levels)
    for row in offer.topics:
        row.level = levels.get(row.topic_code)


def _write_time(offer: Offer, draft: TimeDraft) -> None:
    if draft.window_end < draft.window_start:
        raise BadInput("window_end", N_("The end must not come before the start."))
    if draft.places < offer.places_taken:
        raise BadInput("places", N_("More places than this are taken already."))
    offer.window_start, offer.window_end = draft.window_start, draft.window_end
    offer.effort_days, offer.commitment_months = draft.effort_days, draft.commitment_months
    offer.places = draft.places


def _write_setting(offer: Offer, draft: SettingDraft) -> None:
    if not set(draft.settings) <= set(steps.allowed_settings(offer)):
        raise BadInput("settings", N_("Choose from the answers shown."))
    offer.settings, offer.languages = list(draft.settings), list(draft.languages)
    offer.interpretation = draft.interpretation
    known = draft.context_languages
    offer.context_languages = None if known is None else list(known)


def _write_knowledge(offer: Offer, draft: KnowledgeDraft) -> None:
    offer.areas_stated = draft.areas is not None
    offer.areas = [
        OfferArea(
            country=row.country,
            region=row.region,
            last_year=row.last_year,
            years=row.years,
            staff=row.staff,
        )
        for row in draft.areas or ()
    ]


def _write_partners(session: Session, offer: Offer, draft: PartnersDraft) -> None:
    wanted = {row.partner for row in draft.deliveries or () if row.partner}
    partners = {
        row.public_id: row
        for row in session.scalars(
            select(PartnerOrganisation).where(
                PartnerOrganisation.public_id.in_(wanted),
                PartnerOrganisation.status == MunicipalityStatus.VERIFIED.value,
            )
        )
    }
    if wanted - set(partners):
        raise BadInput("", N_("Choose a partner organisation from the list."))
    offer.delivery_stated = draft.deliveries is not None
    offer.involves_partner = draft.involves_partner
    offer.deliveries = [
        OfferDelivery(
            country=row.country,
            region=row.region,
            partner=partners[row.partner] if row.partner else None,
            topics=list(row.topics),
        )
        for row in draft.deliveries or ()
    ]


def _write_mandate(session: Session, offer: Offer, draft: MandateDraft) -> None:
    if draft.mandate not in (Mandate.ADOPTED, Mandate.CONDITIONAL):
        raise BadInput("mandate", N_("Choose one of the answers shown."))
    conditional = draft.mandate == Mandate.CONDITIONAL
    offer.mandate_chance = draft.chance if conditional else None
    offer.mandate_lapses = draft.lapses if conditional else None
    mandate_steps.state(session, offer, draft.mandate)
    offer.veto_names, offer.veto_countries = list(draft.veto_names), list(draft.veto_countries)
    offer.wish_names = list(draft.wish_names)


def _write_ready(offer: Offer, draft: ReadyDraft) -> None:
    offer.staffed, offer.publicity = draft.staffed, draft.publicity
    offer.motives = list(draft.motives)


_WRITERS: dict[type, Any] = {
    CategoryDraft: _write_category,
    ActivitiesDraft: _write_activities,
    ExperienceDraft: _write_experience,
    AboutDraft: _write_about,
    LevelsDraft: _write_levels,
    TimeDraft: _write_time,
    SettingDraft: _write_setting,
    KnowledgeDraft: _write_knowledge,
    ReadyDraft: _write_ready,
}
