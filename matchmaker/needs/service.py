"""What can be done with a need; every step of its lifecycle is audited."""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import Need, NeedImpact, NeedTopic, now
from matchmaker.needs import steps
from matchmaker.needs.alerting import raise_alarm
from matchmaker.needs.drafts import (
    AboutDraft,
    ActivityDraft,
    CaseDraft,
    CategoryDraft,
    Draft,
    ImpactDraft,
    LevelsDraft,
    SettingDraft,
    TimeDraft,
    VisibilityDraft,
)
from matchmaker.needs.on_behalf import changed_on_behalf, give_code
from matchmaker.needs.presenting import heed_low_profile, heed_words, words_of, write_case
from matchmaker.needs.queries import has_open_engagement, live_proposals_of
from matchmaker.outbox import tell_municipality
from matchmaker.receipts.service import give_receipt
from matchmaker.vocabulary import (
    ACTIVITIES,
    N_,
    Category,
    Depth,
    MunicipalityStatus,
    NeedStatus,
    NoticeKind,
    Role,
)
from matchmaker.vocabulary.impact import AskedAt, Light, asked

MOST_TOPICS = 8
LONGEST_QUESTION = 1000
OPEN_TO_EDITS = {NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.RETURNED}

PAGES: dict[type, str] = {
    CategoryDraft: "category",
    ActivityDraft: "activity",
    AboutDraft: "about",
    LevelsDraft: "levels",
    TimeDraft: "time",
    SettingDraft: "setting",
    VisibilityDraft: "visibility",
    CaseDraft: "case",
    ImpactDraft: "impact",
}
"""Name of each page; the case stands beside the steps of the form."""


def create_need_draft(
    session: Session, actor: Actor, draft: CategoryDraft, text_language: str = "en"
) -> Need:
    """Open a draft for the municipality acted for."""
    assert actor.municipality_id is not None and actor.user_id is not None
    need = Need(
        municipality_id=actor.municipality_id,
        created_by_id=actor.user_id,
        category=draft.category,
        text_language=text_language,
        step=steps.place_of("activity"),
    )
    audit.created(session, actor, need)
    return need


def save_need_step(session: Session, actor: Actor, need: Need, draft: Draft) -> Need:
    """Write one page of the form; a verified need goes back to its coordinator.

    Raises
    ------
    BadInput
        If a value does not go with the rest of the need, or a match is being decided.
    WrongStep
        If the need can no longer be changed.
    """
    session.refresh(need, with_for_update={"of": Need})
    page = PAGES[type(draft)]
    if need.status not in OPEN_TO_EDITS:
        edit_need(session, actor, need, page)
    words = words_of(need)
    _write(need, draft)
    heed_words(need, words)
    if page in steps.ORDER:
        need.step = max(need.step, steps.place_of(page) + 1)
    session.flush()
    changed_on_behalf(session, actor, need)
    if need.status == NeedStatus.SUBMITTED:
        raise_alarm(session, actor, need)  # whom the town ticks later, it tells then
    if need.submitted_at is not None:
        audit.record(session, actor, "need.edited", "need", need.public_id, {"page": page})
    return need


def edit_need(session: Session, actor: Actor, need: Need, page: str) -> None:
    """Send a verified need back for verification, because it changes.

    Raises
    ------
    BadInput
        If a proposal of this need is open.
    """
    if live_proposals_of(session, need):
        raise BadInput(
            "",
            N_("A match for this need is being decided. Ask your coordinator to stop it first."),
        )
    need.verified_at = None
    audit.move(session, actor, need, NeedStatus.SUBMITTED, {"page": page})


def submit_need(session: Session, actor: Actor, need: Need) -> Need:
    """Hand the need to the coordinator for verification.

    Raises
    ------
    BadInput
        If something misses.
    """
    session.refresh(need, with_for_update={"of": Need})
    _refuse_incomplete(need)
    need.submitted_at, need.return_note = now(), ""
    audit.move(session, actor, need, NeedStatus.SUBMITTED)
    session.flush()
    if not need.confirmed:
        give_code(session, actor, need)
        _tell_owner(session, actor, need, NoticeKind.OTHER)
    give_receipt(session, actor, need)
    raise_alarm(session, actor, need)
    return need


def verify_need(session: Session, actor: Actor, need: Need) -> Need:
    """Confirm the need, so that rounds may take it.

    Raises
    ------
    BadInput
        If the municipality is not verified, or something misses.
    """
    session.refresh(need, with_for_update={"of": Need})
    if need.municipality.status != MunicipalityStatus.VERIFIED:
        raise BadInput("", N_("Verify the municipality first, then this need."))
    if not need.confirmed:
        raise BadInput("", N_("The municipality has not confirmed yet what was written down."))
    _refuse_incomplete(need)
    need.verified_at = now()
    audit.move(session, actor, need, NeedStatus.VERIFIED)
    town = need.municipality_id
    tell_municipality(
        session, town, Role.REQUESTER, NoticeKind.NEED_VERIFIED, besides=actor.user_id
    )
    session.flush()
    raise_alarm(session, actor, need)  # where its town was not verified, or not asked, before
    return need


def return_need(session: Session, actor: Actor, need: Need, question: str) -> Need:
    """Send the need back with a question.

    Raises
    ------
    BadInput
        If the question is empty or too long.
    """
    session.refresh(need, with_for_update={"of": Need})
    if not question.strip():
        raise BadInput("question", N_("Write the question."))
    if len(question) > LONGEST_QUESTION:
        raise BadInput("question", N_("Use at most %(count)s characters."), count=LONGEST_QUESTION)
    need.return_note = question
    audit.move(session, actor, need, NeedStatus.RETURNED, text=question)
    town = need.municipality_id
    tell_municipality(
        session, town, Role.REQUESTER, NoticeKind.NEED_RETURNED, besides=actor.user_id
    )
    session.flush()
    return need


def withdraw_need(session: Session, actor: Actor, need: Need) -> Need:
    """Take the need back for good; its matches are for ``proposals.withdrawal``.

    Raises
    ------
    BadInput
        If an engagement of it is open.
    """
    session.refresh(need, with_for_update={"of": Need})
    if has_open_engagement(session, need):
        raise BadInput(
            "", N_("Work on this need has been agreed. End that engagement first, then withdraw.")
        )
    audit.move(session, actor, need, NeedStatus.WITHDRAWN)
    session.flush()
    return need


def set_need_hidden(session: Session, actor: Actor, need: Need, hidden: bool) -> Need:
    """Take the need out of every list and round, or bring it back; nothing else changes."""
    session.refresh(need, with_for_update={"of": Need})
    if need.hidden != hidden:
        need.hidden = hidden
        event = "need.hidden" if hidden else "need.shown"
        audit.record(session, actor, event, "need", need.public_id)
    session.flush()
    return need


def _tell_owner(session: Session, actor: Actor, need: Need, kind: NoticeKind) -> None:
    town = need.municipality_id
    tell_municipality(session, town, Role.REQUESTER, kind, besides=actor.user_id)


def _refuse_incomplete(need: Need) -> None:
    for page, message in steps.missing(need, now().date()):
        raise BadInput(page, message)


def _write(need: Need, draft: Draft) -> None:
    match draft:
        case CategoryDraft():
            _write_category(need, draft)
        case ActivityDraft():
            _write_activity(need, draft)
        case AboutDraft():
            _write_about(need, draft)
        case LevelsDraft():
            _write_levels(need, draft)
        case TimeDraft():
            _write_time(need, draft)
        case SettingDraft():
            _write_setting(need, draft)
        case VisibilityDraft():
            _write_visibility(need, draft)
        case CaseDraft():
            write_case(need, draft)
        case ImpactDraft():
            _write_impact(need, draft)


def _write_category(need: Need, draft: CategoryDraft) -> None:
    if need.category == draft.category:
        return
    if need.submitted_at is not None:
        raise BadInput(
            "category",
            N_("The kind of help stays as submitted. Withdraw this need and make a new one."),
        )
    need.category, need.activity, need.depth, need.settings = draft.category, None, None, []
    need.second_category, need.urgent, need.tell_partners = None, False, []


def _write_activity(need: Need, draft: ActivityDraft) -> None:
    row = ACTIVITIES.get(draft.activity)
    if row is None or row.category != need.category:
        raise BadInput("activity", N_("Choose one of the answers shown."))
    need.activity = row.code
    need.second_category = draft.second_category if draft.second_category != need.category else None
    depth = row.depth.value if row.depth else draft.depth
    need.depth = depth if need.category == Category.DIALOGUE else None
    if need.depth != Depth.HEART:
        need.consent = None
    possible = steps.allowed_settings(row.code)
    need.settings = [code for code in need.settings if code in possible]
    if not row.needs_tie:
        need.tie_waiver = False


def _write_about(need: Need, draft: AboutDraft) -> None:
    if len(draft.topics) > MOST_TOPICS:
        raise BadInput("", N_("Choose at most %(count)s topics."), count=MOST_TOPICS)
    need.title, need.description = draft.title, draft.description
    need.text_language = draft.text_language
    present = {row.topic_code: row for row in need.topics}
    need.topics = [
        present.get(code) or NeedTopic(topic_code=code) for code in dict.fromkeys(draft.topics)
    ]


def _write_levels(need: Need, draft: LevelsDraft) -> None:
    wanted = {row.topic: row for row in draft.levels}
    for topic in need.topics:
        if topic.topic_code in wanted:
            topic.importance = wanted[topic.topic_code].importance
            topic.level = wanted[topic.topic_code].level


def _write_time(need: Need, draft: TimeDraft) -> None:
    if draft.window_end < draft.window_start:
        raise BadInput("window_end", N_("The end must not come before the start."))
    if draft.places < need.places_taken:
        raise BadInput("places", N_("More helpers than this have been found already."))
    need.window_start, need.window_end = draft.window_start, draft.window_end
    need.overlap_days, need.effort_days = draft.overlap_days, draft.effort_days
    need.commitment_months = draft.commitment_months
    need.places, need.minimum = draft.places, draft.minimum


def _write_setting(need: Need, draft: SettingDraft) -> None:
    if not set(draft.settings) <= set(steps.allowed_settings(need.activity)):
        raise BadInput("settings", N_("Choose from the answers shown."))
    need.settings, need.languages = list(draft.settings), list(draft.languages)
    need.interpretation = draft.interpretation


def _write_visibility(need: Need, draft: VisibilityDraft) -> None:
    row = ACTIVITIES.get(need.activity or "")
    need.low_profile, need.hidden = draft.low_profile, draft.hidden
    need.no_publicity = draft.no_publicity
    need.veto_names, need.veto_countries = list(draft.veto_names), list(draft.veto_countries)
    need.wish_names = list(draft.wish_names)
    need.consent = draft.consent if need.depth == Depth.HEART else None
    need.tie_waiver = draft.tie_waiver and row is not None and row.needs_tie
    need.urgent = draft.urgent and need.category == Category.LOBBY
    need.tell_partners = list(draft.tell_partners) if need.urgent else []
    heed_low_profile(need)


def _write_impact(need: Need, draft: ImpactDraft) -> None:
    """Write what the town says; a question without an answer has no row."""
    possible = {one.code for one in asked(AskedAt.NEED, need.activity)}
    known = {row.question: row for row in need.impact}
    answered = [line for line in draft.lines if line.light]
    for line in answered:
        if line.question not in possible or line.light not in {one.value for one in Light}:
            raise BadInput("", N_("Choose one of the answers shown."))
    rows = []
    for line in answered:
        row = known.get(line.question) or NeedImpact(question=line.question)
        row.light, row.sentence = line.light, line.sentence
        rows.append(row)
    need.impact = rows
