"""What the demonstration says of peace and conflict, and what of it is due; all invented."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.demonstration import content
from matchmaker.demonstration.rows import Loaded
from matchmaker.models import NeedImpact, Proposal, RiskQuestion
from matchmaker.safeguards.impact_service import Line, save_answers, write_reason

WHY = (
    "Nobody opens the works before the elections: the helping city has made that a condition. "
    "Without them a whole quarter would wait another winter."
)
DUE_FOR = timedelta(days=2)
"""How long the first questions have waited, so that there is something to answer."""


def say_of_needs(loaded: Loaded) -> None:
    """Answer the short questions of some needs, as their towns would; the others stay open."""
    for row in content.table("impact_needs"):
        need = loaded.needs.get(row["need"])
        if need is not None and row["question"] not in {one.question for one in need.impact}:
            answer = {name: row[name] for name in ("question", "light", "sentence")}
            need.impact.append(NeedImpact(**answer))
    loaded.session.flush()


def check(session: Session, actor: Actor, proposal: Proposal, match: str) -> None:
    """Answer the check of a match as the content says."""
    lines = [
        Line(row["question"], row["light"], row["sentence"])
        for row in content.table("impact_checks")
        if row["match"] == match
    ]
    save_answers(session, actor, proposal, lines)


def check_some(session: Session, actor: Actor, proposals: list[Proposal]) -> None:
    """Answer the checks of three matches; of the red one, one of two reasons is written."""
    for proposal, match in zip(proposals, ("green", "amber", "red"), strict=False):
        check(session, actor, proposal, match)
        if match == "red":
            write_reason(session, actor, proposal, WHY)


def lay_back_risks(loaded: Loaded) -> None:
    """Let work have been agreed so long ago that its first questions are due."""
    rows = loaded.session.scalars(select(RiskQuestion)).all()
    first = min((row.due_on for row in rows), default=None)
    for row in rows:
        assert first is not None
        row.due_on -= first - (loaded.today - DUE_FOR)
    loaded.session.flush()
