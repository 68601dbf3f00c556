"""Who else is at work, in words; nobody is named beside a need that asks for a low profile."""

from collections import Counter
from collections.abc import Iterable

from flask_babel import gettext

from matchmaker.models import Need, OtherActor
from matchmaker.safeguards.others_queries import Beside
from matchmaker.vocabulary import N_
from matchmaker.vocabulary.others import OtherKind
from matchmaker.web import showing

NAMELESS = N_("Not named: local governments only")


def years_of(row: OtherActor) -> str:
    """Say since when and until when it is at work."""
    if row.since and row.until:
        return f"{row.since}–{row.until}"
    if row.since:
        return gettext("since %(year)s", year=row.since)
    return gettext("until %(year)s", year=row.until) if row.until else ""


def rows_of(need: Need, beside: Iterable[Beside]) -> list[dict[str, object]]:
    """Return who else is at work beside a need, as rows of a table."""
    return [
        {
            "name": gettext(NAMELESS) if need.low_profile else one.row.name,
            "lang": None if need.low_profile else "",
            "kind": gettext(OtherKind(one.row.kind).label),
            "topics": ", ".join(showing.topic_label(code) for code in one.row.topics),
            "covered": ", ".join(showing.topic_label(code) for code in one.topics),
            "years": years_of(one.row),
            "source": "" if need.low_profile else one.row.source,
            "own": one.row.need_id == need.id,
            "public_id": one.row.public_id,
        }
        for one in beside
    ]


def kinds_of(beside: Iterable[Beside]) -> Counter[str]:
    """Count the actors of each kind."""
    return Counter(one.row.kind for one in beside)
