"""Start the next step: a draft from a need asked in another way, or from topics of the agenda."""

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.cases.variants import ways_of
from matchmaker.errors import BadInput
from matchmaker.models import Municipality, Need, now
from matchmaker.municipalities.queries import presence_of_towns
from matchmaker.needs.copying import copy_need
from matchmaker.needs.drafts import AboutDraft, ActivityDraft, CategoryDraft
from matchmaker.needs.service import MOST_TOPICS, create_need_draft, save_need_step
from matchmaker.rounds.snapshot import need_record
from matchmaker.vocabulary import ACTIVITIES, N_, TOPICS, Category, Depth
from matchmaker.vocabulary.case import suited

TAKEN = (
    "category",
    "second_category",
    "activity",
    "depth",
    "consent",
    "tie_waiver",
    "effort_days",
    "commitment_months",
    "overlap_days",
)
"""Answers that a draft takes from the way it is asked."""


def start_from(session: Session, actor: Actor, need: Need, way: str) -> Need:
    """Open a draft that asks for the same in another way; the need itself stays as it is.

    Raises
    ------
    BadInput
        If the need has no such way.
    """
    if not need.activity:
        raise BadInput("", N_("Choose what others should do."))
    town = need.municipality
    presence = presence_of_towns(session, [town])[town.id]
    wanted = ways_of(need_record(need, presence.value)).get(way)
    if wanted is None:
        raise BadInput("", N_("This way is not open to this need."))
    draft = copy_need(session, actor, need)
    if need.window_end is not None and need.window_end > now().date():
        draft.window_start, draft.window_end = need.window_start, need.window_end
    for field in TAKEN:
        setattr(draft, field, getattr(wanted, field))
    draft.settings = list(wanted.settings)
    if way == "smaller":
        draft.places, draft.minimum = 1, 0
    session.flush()
    return draft


def start_on(
    session: Session, actor: Actor, town: Municipality, topics: list[str], text_language: str
) -> Need:
    """Open a draft on topics of the agenda, with the activity that suits the first of them.

    Raises
    ------
    BadInput
        If no topic is chosen, or too many.
    """
    chosen = [code for code in dict.fromkeys(topics) if code in TOPICS]
    if not chosen:
        raise BadInput("", N_("Choose a topic."))
    if len(chosen) > MOST_TOPICS:
        raise BadInput("", N_("Choose at most %(count)s topics."), count=MOST_TOPICS)
    presence = presence_of_towns(session, [town])[town.id]
    row = ACTIVITIES[suited(presence.value, TOPICS[chosen[0]].group).activity]
    need = create_need_draft(session, actor, CategoryDraft(row.category.value), text_language)
    depth = Depth.ATMOSPHERE.value if row.category == Category.DIALOGUE else None
    save_need_step(session, actor, need, ActivityDraft(row.code, None, depth))
    about = AboutDraft("", "", text_language, tuple(chosen))
    return save_need_step(session, actor, need, about)
