"""As near as a public paper may name theme and place: what the published figures name anyway.

A paper of a council is public. It says no more of the municipality that asks than the weekly
figures do: country and theme together where at least five municipalities of that country ask on
that theme, else the part of the world, else nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import places
from matchmaker.access.envelopes import Envelope, through
from matchmaker.disclosure import continent_area, country_area
from matchmaker.models import Need, Publication
from matchmaker.vocabulary import TOPICS


@dataclass(frozen=True)
class Place:
    """Theme and place as they may stand in public."""

    theme: str
    """A group of topics or a kind of help."""
    level: str
    """'country', 'region' (a part of the world) or 'world'."""
    code: str
    """Country or continent code; empty for the world."""
    figure: int | None
    """How many municipalities ask there on this theme, rounded; None where nothing is published."""
    as_of: date | None


def place_of(session: Session, need: Need) -> Place:
    """Return what may be said in public of where a need lies and what it is about."""
    newest = select(Publication).order_by(Publication.published_on.desc()).limit(1)
    publication = session.scalars(newest).first()
    asked = (publication.figures if publication else {}).get("asked", {})
    as_of = publication.as_of if publication else None
    return nearest(asked, themes_of(need), need.municipality.country, as_of)


def themes_of(need: Need) -> tuple[str, ...]:
    """Return the themes that may be named, the narrowest first: topic group, then kind of help."""
    row = through(need, Envelope.PUBLIC)
    found = sorted(row.topics, key=lambda one: (-one.importance, one.topic_code))
    groups = [TOPICS[one.topic_code].group for one in found[:1]]
    return (*groups, row.category)


def nearest(
    asked: Mapping[str, Mapping[str, int]],
    themes: tuple[str, ...],
    country: str,
    as_of: date | None,
) -> Place:
    """Return the narrowest theme and place of which a figure is published."""
    part = places.continent(country)
    areas = [("country", country, country_area(country))]
    areas += [("region", part, continent_area(part))] if part else []
    for level, code, area in areas:
        for theme in themes:
            figure = asked.get(theme, {}).get(area)
            if figure is not None:
                return Place(theme, level, code, figure, as_of)
    return Place(themes[-1], "world", "", None, as_of)
