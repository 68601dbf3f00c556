"""What the coordinators of the demonstration have judged and entered; all invented."""

from sqlalchemy import select

from matchmaker.demonstration import content
from matchmaker.demonstration.rows import Loaded
from matchmaker.models import ConflictArea
from matchmaker.safeguards.others_service import OtherDraft, enter_other
from matchmaker.safeguards.precondition_service import (
    AnswerDraft,
    answer_for_area,
    answer_for_need,
)


def enter_others(loaded: Loaded) -> None:
    """Enter who else is at work; every organisation is invented."""
    for row in content.table("others"):
        year = loaded.today.year
        since, until = (int(row[key]) if row[key] else None for key in ("since_ago", "until_ago"))
        draft = OtherDraft(
            name=row["name"],
            kind=row["kind"],
            topics=content.listed(row["topics"]),
            since=None if since is None else year - since,
            until=None if until is None else year - until,
            source=row["source"],
            country=row["country"],
            region=row["region"],
        )
        enter_other(loaded.session, loaded.coordinator, draft)


def answer_preconditions(loaded: Loaded) -> None:
    """Answer some preconditions, of areas and of a need; the others stay not known."""
    areas = {
        (area.country, area.region): area for area in loaded.session.scalars(select(ConflictArea))
    }
    for row in content.table("preconditions"):
        as_of = loaded.day(-int(row["days_ago"]))
        draft = AnswerDraft(row["question"], row["answer"], as_of, row["source"], row["text"])
        if row["need"]:
            need = loaded.needs[row["need"]]
            answer_for_need(loaded.session, loaded.coordinator, need, draft)
        else:
            area = areas[row["country"], row["region"]]
            answer_for_area(loaded.session, loaded.coordinator, area, draft)
