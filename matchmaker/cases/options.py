"""What a town can do when no help comes: each way with a button that starts the next step."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.cases.completeness import is_complete_enough
from matchmaker.cases.others import left_once
from matchmaker.cases.reach import Ground, band, band_text
from matchmaker.cases.variants import AS_IT_IS, ways_of
from matchmaker.models import Need
from matchmaker.vocabulary import N_, Category
from matchmaker.web import showing

MOST_ACTIVITIES = 4


@dataclass(frozen=True)
class Option:
    """One way to go on: what it is, what the engine says of it, and the button."""

    title: str
    told: str
    button: str
    way: str = ""
    """What `start` is given; empty where the button leads to a page."""
    href: str = ""


def options_of(session: Session, need: Need) -> list[Option]:
    """Return what can be done, what the engine says would have been possible first."""
    return [*_computed(session, need), *_elsewhere(need)]


def _computed(session: Session, need: Need) -> list[Option]:
    if not is_complete_enough(need):
        return []
    ground = Ground.of(session, need)
    ways = ways_of(ground.need)
    n = ground.reached({AS_IT_IS: ground.need, **ways})
    present = n[AS_IT_IS]
    found = []
    if "remote" in ways:
        found.append(
            Option(
                gettext("Remote instead of in the area"),
                _told(n["remote"], present),
                gettext("Ask for it remotely too"),
                "remote",
            )
        )
    found.append(
        Option(
            gettext("A smaller first piece: half the days and months, one helper is enough"),
            _told(n["smaller"], present),
            gettext("Ask for a smaller piece"),
            "smaller",
        )
    )
    others = [code for code in ways if code.startswith("activity:")]
    others.sort(key=lambda code: (-band(n[code]), ways[code].category != need.category))
    for code in others[:MOST_ACTIVITIES]:
        other = ways[code]
        if band(n[code]) or not found:
            found.append(
                Option(
                    gettext(
                        "%(category)s: %(activity)s",
                        category=showing.code_label(other.category, Category),
                        activity=showing.activity_label(other.activity),
                    ),
                    _told(n[code], present),
                    gettext("Ask for this instead"),
                    code,
                )
            )
    return found


def _told(n: int, present: int) -> str:
    return gettext(
        "Municipalities with an open offer that would do: %(after)s. As you ask now: %(before)s.",
        after=band_text(n),
        before=band_text(present),
    )


def _elsewhere(need: Need) -> list[Option]:
    """Return the ways that lead to other people: neighbours, coordinators, platforms."""
    return [
        Option(
            gettext("Ask again with what would raise the chances"),
            gettext("What kept most offers away, and the smallest change on your side."),
            gettext("What would raise the chances"),
            href=url_for("cases.chances", public_id=need.public_id),
        ),
        Option(
            gettext("Platforms and peace initiatives that lobby for towns"),
            gettext("They take up a case where no single municipality can, also from afar."),
            gettext("Open the directory"),
            href=url_for("councils.directory"),
        ),
    ]


def others_told(session: Session, need: Need) -> list[str]:
    """Say what became of other needs of this kind that were left without a match once."""
    found = left_once(session, need)
    if not found.n:
        return [gettext(TOO_FEW)]
    told = [
        gettext(
            "About %(n)s other municipalities were left without a match for this kind of help.",
            n=found.n,
        )
    ]
    if found.matched_later:
        sentence = gettext("About %(n)s of them found a match later.", n=found.matched_later)
        told.append(sentence)
    if found.changed_before:
        sentence = gettext("About %(n)s had changed the need before.", n=found.changed_before)
        told.append(sentence)
    return told


TOO_FEW = N_(
    "Fewer than five other municipalities were left without a match for this kind of help, so no"
    " number is told."
)
