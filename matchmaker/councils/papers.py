"""The two papers for a council: one that is public, and an annex that is not.

The public paper is written from the helper's own offer, from data, and from what `place` allows of
the need; nothing else of the asking side goes in. A test compares the papers of two needs that
differ in everything else.
"""

from dataclasses import dataclass

from flask_babel import gettext

from matchmaker.access.envelopes import Envelope, through
from matchmaker.councils.grounds import Ground, grounds
from matchmaker.councils.place import Place
from matchmaker.councils.texts import council_texts
from matchmaker.models import AnnexConsent, Offer, now
from matchmaker.proposals.wording import isolated, size_band
from matchmaker.vocabulary import GROUPS, Category, Setting
from matchmaker.vocabulary.mandate import FRAMEWORKS
from matchmaker.web import showing
from matchmaker.workbench.beside import Line, Paper, Written
from matchmaker.workbench.sides import rows_of_need
from matchmaker.workbench.texts import Texts

CONTINENTS = {
    "AF": "002",
    "AS": "142",
    "EU": "150",
    "NA": "003",
    "OC": "009",
    "SA": "005",
}
"""Continent -> the area code (UN M49) under which the locale data name it."""


@dataclass(frozen=True)
class Public:
    """What a public paper is written from."""

    offer: Offer
    place: Place


def public_paper(texts: Texts, facts: Public) -> Written:
    """Write the paper for everybody."""
    texts = council_texts(texts.language)
    offer, place = facts.offer, facts.place
    return {
        "title": texts.say("paper"),
        "printed": texts.say("printed", day=showing.show_date(now().date())),
        "warnings": [texts.say("public_notice")],
        "sections": [
            {"title": texts.say("what"), "lines": _what(texts, offer, place)},
            {"title": texts.say("activities"), "rows": _offer_rows(texts, offer)},
            {"title": texts.say("facts"), "lines": _facts(texts, place)},
            {"title": texts.say("law"), "lines": _law(texts, offer)},
            {"title": texts.say("costs"), "lines": _costs(texts, offer)},
            {"title": texts.say("term"), "lines": _term(texts, offer)},
            {
                "title": texts.say("exit"),
                "lines": [texts.say("exit_line"), texts.say("exit_safety")],
            },
            {
                "title": texts.say("check"),
                "lines": [texts.say("check_line"), texts.say("check_public")],
            },
            {
                "title": texts.say("ask"),
                "lines": [texts.say(key) for key in ("ask_accept", "ask_annex", "ask_report")],
            },
        ],
    }


def annex(texts: Texts, consent: AnnexConsent) -> Written:
    """Write the annex that names the municipality: what both sides read once they have agreed."""
    texts = council_texts(texts.language)
    need = through(consent.proposal.need, Envelope.AGREED)
    town = need.municipality
    given = consent.answered_at.date() if consent.answered_at else None
    return {
        "title": texts.say("annex"),
        "printed": texts.say("printed", day=showing.show_date(now().date())),
        "warnings": [texts.say("closed_notice")],
        "sections": [
            {
                "title": texts.say("named"),
                "rows": [
                    (texts.say("town"), [isolated(town.local_name or town.name)]),
                    (texts.say("country"), [showing.country_name(town.country)]),
                    (texts.say("size"), [texts.label(size_band(town.population))]),
                ],
            },
            {"title": texts.say("need"), "rows": rows_of_need(texts, need)},
            {
                "title": texts.say("check"),
                "lines": [
                    texts.say("consent_line", day=showing.show_date(given)),
                    texts.say("again"),
                ],
            },
        ],
    }


def _what(texts: Texts, offer: Offer, place: Place) -> list[str]:
    town = isolated(showing.own_name(offer.municipality))
    return [
        texts.say("proposal", town=town),
        texts.say(f"where_{place.level}", place=_place_name(place)),
        f"{texts.say('theme')}: {_theme(texts, place.theme)}",
        texts.say("unnamed"),
        texts.say("unnamed_why"),
    ]


def _place_name(place: Place) -> str:
    code = CONTINENTS.get(place.code, "") if place.level == "region" else place.code
    return showing.country_name(code)


def _theme(texts: Texts, theme: str) -> str:
    word = gettext(GROUPS[theme]) if theme in GROUPS else showing.code_label(theme, Category)
    return texts.label(word)


def _offer_rows(texts: Texts, offer: Offer) -> list[tuple[str, list[str]]]:
    word = texts.label
    kinds = [code for code in (offer.category, offer.second_category) if code]
    return [
        (texts.say("kind"), [word(showing.code_label(code, Category)) for code in kinds]),
        (
            word(gettext("Activities")),
            [word(showing.activity_label(one.activity)) for one in offer.activities],
        ),
        (
            texts.say("setting"),
            [word(showing.code_label(code, Setting)) for code in offer.settings],
        ),
        (
            word(gettext("Topics")),
            [word(showing.topic_label(one.topic_code)) for one in offer.topics]
            or [texts.say("not_stated")],
        ),
    ]


def _facts(texts: Texts, place: Place) -> list[str]:
    if place.figure is None or place.as_of is None:
        return [texts.say("no_fact"), texts.say("fact_source")]
    told = texts.say("fact", n=place.figure, day=showing.show_date(place.as_of))
    return [told, texts.say("fact_source")]


def _law(texts: Texts, offer: Offer) -> list[str]:
    known = FRAMEWORKS.get(offer.municipality.country)
    lines = [_ground(texts, one) for one in grounds()]
    if known is None:
        lines.append(texts.say("fw_unknown"))
    else:
        source = texts.say("fw_source", source=isolated(known.source))
        lines.append(f"{texts.say(known.practice.value)} {source}")
    return [*lines, texts.say("law_note")]


def _ground(texts: Texts, one: Ground) -> str:
    said = texts.say(one.code)
    quote = " " + isolated(f"“{one.quote}”") if one.quote else ""
    return f"{said}{quote} ({isolated(one.quoted_from)})"


def _costs(texts: Texts, offer: Offer) -> list[str]:
    days = texts.say("days_unknown")
    if offer.effort_days is not None:
        days = texts.say("days", n=offer.effort_days)
    return [days, texts.say("other_costs")]


def _term(texts: Texts, offer: Offer) -> list[str]:
    months = texts.say("months_unknown")
    if offer.commitment_months is not None:
        months = texts.say("months", n=offer.commitment_months)
    start, end = map(showing.show_date, (offer.window_start, offer.window_end))
    return [months, texts.say("window", start=start, end=end)]


def as_text(paper: Paper) -> str:
    """Return a paper as plain text, to be adapted in any program."""
    told = paper.content
    lines: list[str] = [*_both(told["title"]), "", *_both(told["printed"])]
    for one in (*told["warnings"], *([paper.notice] if paper.notice else [])):
        lines += _both(one)
    for section in told["sections"]:
        lines += ["", *(text.upper() for text in _both(section["title"]))]
        for one in section.get("lines", ()):
            lines += [f"- {text}" for text in _both(one)]
        for key, values in section.get("rows", ()):
            lines.append(f"- {key.text}: {'; '.join(value.text for value in values)}")
            english = [value.english or value.text for value in values]
            if key.english:
                lines.append(f"- {key.english}: {'; '.join(english)}")
    return "\n".join(lines) + "\n"


def _both(line: Line) -> list[str]:
    return [line.text, line.english] if line.english else [line.text]
