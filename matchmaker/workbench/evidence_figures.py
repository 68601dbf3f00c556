"""The evidence behind a part of a score in figures and names of the vocabulary: short, so that it
fits one page, and the same in every language. Whole sentences stand on the page of the proposal."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext

from matchmaker.matching.facts import Fact
from matchmaker.vocabulary import TieKind
from matchmaker.web import showing
from matchmaker.workbench.texts import Texts

MOST_FACTS = 2
Values = dict[str, Any]


def figures_of_facts(texts: Texts, facts: tuple[Fact, ...]) -> list[str]:
    """Return the first facts of one part that say more than that nothing is known."""
    told = []
    for fact in facts:
        part, _, what = fact.code.partition(".")
        if what.endswith("unknown") or what in ("none", "not_asked", "none_asked"):
            continue
        if part in _FIGURES:
            told.append(_FIGURES[part](texts, fact.values))
    return [one for one in told if one][:MOST_FACTS]


def _topic(texts: Texts, told: Values) -> str:
    topic = texts.label(showing.topic_label(told["topic"]))
    return f"{topic}: {told['offered']}/{told['asked']}" if told.get("offered") else ""


def _times(texts: Texts, told: Values) -> str:
    return f"{showing.show_number(told['times'], 0)} ×"


def _tie(texts: Texts, told: Values) -> str:
    """Tell of a tie by kind, country and years; which town it is, the page of the pair says."""
    kind = texts.label(gettext(TieKind(told["kind"]).label))
    since, until = told["since"], told["until"]
    years = f", {since or '…'}–{until or ''}" if since or until else ""
    return f"{kind}, {showing.country_name(told['country'])}{years}"


def _work(texts: Texts, told: Values) -> str:
    years = f" ({showing.show_number(told['years'], 1)})" if told.get("years") else ""
    return f"{showing.country_name(told['country'])}, {told['last_year'] or '…'}{years}"


def _languages(texts: Texts, told: Values) -> str:
    return ", ".join(showing.language_name(code) for code in told["shared"][:3])


def _amounts(texts: Texts, told: Values) -> str:
    return f"{told['offered']}/{told['asked']}"


def _overlap(texts: Texts, told: Values) -> str:
    start, end = (_short(told[key]) for key in ("start", "end"))
    return f"{start} – {end}: {told['days']}/{told['asked']}"


def _short(day: date) -> str:
    return day.isoformat()


def _partners(texts: Texts, told: Values) -> str:
    return f"{told['n']} ×"


_FIGURES: dict[str, Callable[[Texts, Values], str]] = {
    "topics": _topic,
    "experience": _times,
    "ties": _tie,
    "area_work": _work,
    "field_staff": _work,
    "area_languages": _languages,
    "shared_partners": _partners,
    "window": _overlap,
    "effort": _amounts,
    "commitment": _amounts,
}
