"""Which parts of a municipal agenda outside peers serve best: offers, outcomes, kind of help."""

from dataclasses import dataclass, replace

import numpy as np
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.cases.others import Outcomes, outcomes_by_topic
from matchmaker.cases.reach import band_text, offers_of_today
from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import NeedRecord, TopicWanted
from matchmaker.matching.topics import POSITION
from matchmaker.models import Municipality
from matchmaker.municipalities.queries import presence_of_towns
from matchmaker.vocabulary import ACTIVITIES, TOPICS, Category, Depth
from matchmaker.vocabulary.case import Suited, suited
from matchmaker.web import showing


@dataclass(frozen=True)
class TopicView:
    """What is told of one topic."""

    code: str
    offers: str
    outcomes: list[str]
    suited: Suited

    @property
    def kind(self) -> str:
        """Say kind of help and activity."""
        row = ACTIVITIES[self.suited.activity]
        return gettext(
            "%(category)s: %(activity)s",
            category=showing.code_label(row.category, Category),
            activity=showing.activity_label(row.code),
        )


def agenda_of(session: Session, town: Municipality, topics: list[str]) -> list[TopicView]:
    """Return what is told of each chosen topic; the number of queries does not depend on it."""
    presence = presence_of_towns(session, [town])[town.id].value
    rules = {topic: suited(presence, TOPICS[topic].group) for topic in topics}
    n = offers_that_fit(session, town, presence, rules)
    went = outcomes_by_topic(session, topics)
    return [
        TopicView(
            code=topic,
            offers=gettext(
                "Municipalities with an open offer that fits: %(number)s.",
                number=band_text(n[topic]),
            ),
            outcomes=_told(went[topic]),
            suited=rules[topic],
        )
        for topic in topics
    ]


def offers_that_fit(
    session: Session, town: Municipality, presence: str, rules: dict[str, Suited]
) -> dict[str, int]:
    """Return for each topic how many municipalities offer it for the kind of help that suits.

    The engine is asked with a need of which nothing else is stated: what is open rules out nobody.
    """
    if not rules:
        return {}
    asked = tuple(_asked(town, presence, topic, rule) for topic, rule in rules.items())
    arrays = arrays_of(replace(offers_of_today(session, town), needs=asked))
    rows = np.arange(len(asked))
    allowed = candidates_of(arrays, Settings(), rows).bar == 0
    found = {}
    for row, topic in enumerate(rules):
        brings = arrays.offers.levels[1][:, POSITION[topic]] > 0
        found[topic] = len(np.unique(arrays.offers.town[allowed[row] & brings]))
    return found


def _asked(town: Municipality, presence: str, topic: str, rule: Suited) -> NeedRecord:
    row = ACTIVITIES[rule.activity]
    dialogue = row.category == Category.DIALOGUE
    return NeedRecord(
        key=topic,
        town=town.public_id,
        category=row.category.value,
        activity=row.code,
        depth=(row.depth or Depth.ATMOSPHERE).value if dialogue else None,
        presence=presence,
        topics=(TopicWanted(topic),),
        overlap_days=1,
    )


def _told(went: Outcomes) -> list[str]:
    if not went.n:
        return [gettext("Fewer than five earlier matches: no number is told.")]
    told = [gettext("About %(n)s municipalities were helped with it before.", n=went.n)]
    if went.completed:
        told.append(gettext("About %(n)s of these matches were completed.", n=went.completed))
    if went.ended_early:
        told.append(gettext("About %(n)s of them ended early.", n=went.ended_early))
    return told
