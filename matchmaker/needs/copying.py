"""A new need with the answers of an earlier one."""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.models import Need, NeedTopic, now
from matchmaker.models.copying import ANEW, next_season, values_of
from matchmaker.needs import steps
from matchmaker.vocabulary import NeedStatus

ANEW_NEED = ANEW | {
    "confirmed",
    # Who consented then may not consent now, and what was urgent then is not so for ever.
    "consent",
    "urgent",
    "tell_partners",
    # The line goes along; that somebody compared it with the text does not.
    "carriers_wanted",
    "line_checked_by_id",
    "line_checked_at",
}
"""What a copy does not take over; everything else, vetoes above all, it does."""


def copy_need(session: Session, actor: Actor, need: Need) -> Need:
    """Open a draft with the answers of a need, its period moved on by whole years."""
    assert actor.user_id is not None
    draft = Need(
        **values_of(need, ANEW_NEED),
        status=NeedStatus.DRAFT.value,
        created_by_id=actor.user_id,
        step=steps.place_of("check"),
    )
    period = next_season(need.window_start, need.window_end, now().date())
    if period is not None:
        draft.window_start, draft.window_end = period
    draft.topics = [
        NeedTopic(topic_code=row.topic_code, importance=row.importance, level=row.level)
        for row in need.topics
    ]
    audit.created(session, actor, draft, {"copy_of": need.public_id})
    return draft
