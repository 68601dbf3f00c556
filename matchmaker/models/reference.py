"""The taxonomy of the package in its table: new topics added, gone ones inactive, some closed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models.topic import Topic
from matchmaker.vocabulary import TOPICS


def sync_topics(session: Session) -> None:
    """Add, update and retire topics so that the table agrees with the package."""
    present = {topic.code: topic for topic in session.scalars(select(Topic))}
    for code, topic in TOPICS.items():
        row = present.pop(code, None) or Topic(code=code)
        row.group, row.label, row.source, row.active = topic.group, topic.label, topic.source, True
        row.dac_codes, row.sdg_targets = list(topic.dac_codes), list(topic.sdg_targets)
        session.add(row)
    for gone in present.values():
        gone.active = False
    session.flush()


def closed_topics(session: Session) -> set[str]:
    """Return the topics that are not offered to new needs and offers."""
    return set(session.scalars(select(Topic.code).where(Topic.closed.is_(True))))
