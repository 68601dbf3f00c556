"""Facts behind a score in words, with no more than the reader may see of either side.

Where a side lies outside the reader's scope, or is hidden now, a fact says what it is about and
leaves out years, places, numbers and the names of partners: they would tell who is meant.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, ngettext

from matchmaker.matching.facts import Case, Fact, facts_of
from matchmaker.models import Municipality, Proposal
from matchmaker.proposals.wording import isolated, size_band
from matchmaker.vocabulary import N_, TieKind
from matchmaker.web import showing

NOT_ASKED = N_("The need does not ask for it, so it counts neither for nor against.")
PLAIN: dict[str, str] = {
    "topics.met": N_("%(topic)s: asked at level %(asked)s, offered at level %(offered)s."),
    "topics.lower": N_("%(topic)s: asked at level %(asked)s, offered at level %(offered)s only."),
    "topics.level_unknown": N_(
        "%(topic)s: asked at level %(asked)s; it is offered, the level is not stated."
    ),
    "topics.sibling": N_(
        "%(topic)s, asked at level %(asked)s, is not offered. %(other)s of the same group is, at "
        "level %(offered)s."
    ),
    "topics.sibling_unknown": N_(
        "%(topic)s, asked at level %(asked)s, is not offered. %(other)s of the same group is; the "
        "level is not stated."
    ),
    "topics.missing": N_("%(topic)s, asked at level %(asked)s, is not offered."),
    "topics.unknown": N_("The offer names no topic."),
    "experience.never": N_("The helping municipality says that it has not done this yet."),
    "experience.unknown": N_("How often it has done this is not stated."),
    "ties.town": N_("Partnership of the two municipalities: %(kind)s, %(years)s."),
    "ties.region": N_("Partnership with %(town)s in the same region: %(kind)s, %(years)s."),
    "ties.country": N_("Partnership with %(town)s in the same country: %(kind)s, %(years)s."),
    "ties.neighbour": N_(
        "Partnership with %(town)s in %(country)s, a neighbouring country: %(kind)s, %(years)s."
    ),
    "ties.none": N_("None of its partnerships on record leads to this area."),
    "ties.unknown": N_("No partnership of the helping municipality is on record."),
    "area_work.region": N_("Worked in the same region (%(place)s): %(work)s."),
    "area_work.country": N_("Worked in the same country (%(place)s): %(work)s."),
    "area_work.neighbour": N_("Worked in a neighbouring country (%(place)s): %(work)s."),
    "area_work.arranged": N_("Completed work in this area that was arranged here: %(work)s."),
    "area_work.none": N_("The helping municipality has stated no earlier work in this area."),
    "area_work.unknown": N_("Earlier work in conflict areas is not stated."),
    "field_staff.region": N_("Staff who worked in the same region (%(place)s) still serve."),
    "field_staff.country": N_("Staff who worked in the same country (%(place)s) still serve."),
    "field_staff.neighbour": N_(
        "Staff who worked in a neighbouring country (%(place)s) still serve."
    ),
    "field_staff.none": N_("No staff who worked in this area is stated."),
    "field_staff.unknown": N_("Whether staff who worked in the area still serve is not stated."),
    "area_languages.shared": N_("Spoken in the area: %(area)s. Of these, it speaks %(shared)s."),
    "area_languages.none": N_("Spoken in the area: %(area)s. It speaks none of these."),
    "area_languages.unknown": N_(
        "Spoken in the area: %(area)s. It works in none of these; further languages of its staff "
        "are not stated."
    ),
    "area_languages.area_unknown": N_("The languages of the area are not on record."),
    "shared_partners.none": N_("The two municipalities have no partner in common."),
    "shared_partners.unknown": N_("Of one of the two municipalities no partnership is on record."),
    "size.both": N_("Inhabitants: %(asking)s where help is asked, %(helping)s where it is given."),
    "size.unknown": N_("The number of inhabitants of one of the two is not on record."),
    "window.overlap": N_(
        "Both can from %(start)s to %(end)s: %(days)s days of the %(asked)s asked."
    ),
    "window.none": N_("The two periods do not overlap."),
    "window.unknown": N_("One of the two has not stated a period."),
    "effort.both": N_("Working days: %(asked)s asked, %(offered)s offered."),
    "effort.none_asked": N_("No working days are asked."),
    "effort.unknown": N_("One of the two has not stated the working days."),
    "delivery.none": N_("No partner that delivers in this country is named."),
    "delivery.unknown": N_("Partners on the ground are not stated."),
    "mandate.adopted": N_("The council has decided: the mandate is adopted."),
    "mandate.conditional": N_(
        "The mandate depends on the council, with a stated chance of %(chance)s."
    ),
    "mandate.chance_unknown": N_("The mandate depends on the council; its chance is not stated."),
    "mandate.refused": N_("The council has refused the mandate."),
    "mandate.lapsed": N_("The mandate has lapsed."),
    "commitment.both": N_("Months: %(asked)s asked, %(offered)s offered."),
    "commitment.none_asked": N_("No length of commitment is asked."),
    "commitment.unknown": N_("One of the two has not stated the length of commitment."),
    "learning.shared": N_(
        "The helping municipality would like to learn what the town can teach: %(lessons)s."
    ),
    "leadership.both": N_("An office on each side stands for it and has confirmed that."),
}
"""By code of the fact; what is not here is put together below."""
DELIVERY: dict[tuple[str, str], str] = {
    ("topic", "here"): N_("A partner delivers in the same region, on what is asked."),
    ("topic", "whole"): N_("A partner delivers in the whole country, on what is asked."),
    ("topic", "elsewhere"): N_(
        "A partner delivers in another region (%(place)s), on what is asked."
    ),
    ("related", "here"): N_("A partner delivers in the same region, on a related topic."),
    ("related", "whole"): N_("A partner delivers in the whole country, on a related topic."),
    ("related", "elsewhere"): N_(
        "A partner delivers in another region (%(place)s), on a related topic."
    ),
    ("other", "here"): N_("A partner delivers in the same region, on other topics."),
    ("other", "whole"): N_("A partner delivers in the whole country, on other topics."),
    ("other", "elsewhere"): N_(
        "A partner delivers in another region (%(place)s), on other topics."
    ),
}
"""By how the topic fits and where the partner delivers."""
BRIEF: dict[str, str] = {
    "topics.met": N_("%(topic)s: offered at the level asked."),
    "topics.lower": N_("%(topic)s: offered below the level asked."),
    "topics.level_unknown": N_("%(topic)s: offered; the level is not stated."),
    "topics.sibling": N_("%(topic)s: not offered, but a topic of the same group is."),
    "topics.missing": N_("%(topic)s: not offered."),
    "experience.times": N_("The helping municipality has done this before."),
    "ties": N_("A partnership on record counts here."),
    "area_work": N_("Earlier work counts here."),
    "field_staff": N_("Staff with experience in the area counts here."),
    "area_languages": N_("Languages of the area were compared."),
    "shared_partners.shared": N_("The two municipalities have partners in common."),
    "size.both": N_("Inhabitants: %(asking)s where help is asked, %(helping)s where it is given."),
    "effort.both": N_("Working days offered and asked were compared."),
    "commitment.both": N_("Months offered and asked were compared."),
    "delivery": N_("A partner on the ground counts here."),
    "learning.shared": N_("The helping municipality can learn something in return."),
    "leadership.both": N_("An office on each side stands for it and has confirmed that."),
    "mandate.conditional": N_("The mandate depends on the council."),
    "mandate.chance_unknown": N_("The mandate depends on the council."),
}
"""What is told where one of the sides is not the reader's to know; by code, or by its part."""
TOLD_ALIKE = (".none", ".unknown", ".not_asked", ".area_unknown", ".never", ".none_asked")
"""Facts that say that there is nothing tell of nobody."""


@dataclass(frozen=True)
class Telling:
    """How facts of a pair are told to a reader."""

    towns: Mapping[str, Municipality] = field(default_factory=dict)
    """The towns that facts name, by key."""
    brief: bool = False
    """Whether a side is not the reader's to know."""

    def of(self, fact: Fact) -> str:
        """Say a fact."""
        return _brief(fact) if self.brief else _in_full(fact, self.towns)

    def of_all(self, facts: Iterable[Fact]) -> list[str]:
        """Say some facts, each once."""
        return list(dict.fromkeys(self.of(fact) for fact in facts))


def is_brief(*towns: Municipality) -> bool:
    """Tell whether one of the sides is not the reader's to know."""
    return any(showing.is_elsewhere(one) or showing.is_hidden_from_reader(one) for one in towns)


def towns_in(facts: Iterable[Fact]) -> set[str]:
    """Return the keys of the towns that facts name."""
    keys: set[str] = set()
    for fact in facts:
        keys.update(fact.values.get("towns", ()))
        keys.update(filter(None, [fact.values.get("town")]))
    return keys


def facts_of_proposal(proposal: Proposal, case: Case | None) -> dict[str, tuple[Fact, ...]]:
    """Return the facts behind each part that the stored explanation holds, by part."""
    if case is None:
        return {}
    return {
        part["part"]: (Fact(f"{part['part']}.not_asked"),)
        if part["state"] == "not_asked"
        else facts_of(case, part["part"])
        for part in proposal.explanation.get("parts", ())
    }


def _in_full(fact: Fact, towns: Mapping[str, Municipality]) -> str:
    if fact.code.endswith(".not_asked"):
        return gettext(NOT_ASKED)
    part = fact.code.partition(".")[0]
    special = _SPECIAL.get(fact.code) or _SPECIAL.get(part)
    if special is not None and fact.code not in PLAIN:
        return special(fact, towns)
    code = fact.code
    if code == "topics.sibling" and fact.values["offered"] is None:
        code = "topics.sibling_unknown"
    return gettext(PLAIN[code]) % _shown(fact.values, towns)


def _brief(fact: Fact) -> str:
    if fact.code.endswith(TOLD_ALIKE) and fact.code != "area_languages.unknown":
        message = BRIEF["area_languages"]
        return gettext(message) if fact.code == "area_languages.none" else _in_full(fact, {})
    part = fact.code.partition(".")[0]
    message = BRIEF.get(fact.code) or BRIEF.get(part) or PLAIN[fact.code]
    shown = _shown(fact.values, {})
    if part == "size":
        shown = {side: size_band(fact.values[side]) for side in ("asking", "helping")}
    return gettext(message) % shown


def _shown(values: Mapping[str, Any], towns: Mapping[str, Municipality]) -> dict[str, Any]:
    """Return the values of a fact as they are read."""
    shown = dict(values)
    for name, value in values.items():
        if name in _SHOWN and value is not None:
            shown[name] = _SHOWN[name](value)
    if "town" in values:
        shown["town"] = _town(values["town"], towns)
    if "since" in values:
        shown["years"] = _years(values["since"], values["until"], alive=values["alive"])
    if "region" in values:
        place = [values["region"], showing.country_name(values["country"])]
        shown["place"] = ", ".join(isolated(name) for name in place if name)
    if "last_year" in values:
        shown["work"] = _work(values["years"], values["last_year"])
    return shown


def _languages(codes: list[str]) -> str:
    return ", ".join(showing.language_name(code) for code in codes)


def _lessons(codes: list[str]) -> str:
    return ", ".join(showing.lesson_label(code) for code in codes)


_SHOWN: dict[str, Callable[[Any], str]] = {
    "topic": showing.topic_label,
    "other": showing.topic_label,
    "activity": showing.activity_label,
    "kind": lambda code: showing.code_label(code, TieKind),
    "country": showing.country_name,
    "start": showing.show_date,
    "end": showing.show_date,
    "chance": showing.show_percent,
    "asking": lambda n: showing.show_number(n, 0),
    "helping": lambda n: showing.show_number(n, 0),
    "area": _languages,
    "shared": _languages,
    "lessons": _lessons,
}


def _town(key: str, towns: Mapping[str, Municipality]) -> str:
    """Name a town; one that is hidden, or is gone, is not named."""
    town = towns.get(key)
    return gettext("a municipality") if town is None else isolated(showing.town_name(town))


def _years(since: int | None, until: int | None, *, alive: bool) -> str:
    if since and until:
        return gettext("%(since)s to %(until)s", since=since, until=until)
    if since:
        return gettext("since %(since)s", since=since)
    if until:
        return gettext("until %(until)s", until=until)
    return gettext("years not stated")


def _work(years: float | None, last_year: int | None) -> str:
    told = []
    if years is not None:
        told.append(
            ngettext(
                "%(n)s year", "%(n)s years", max(1, round(years)), n=showing.show_number(years, 1)
            )
        )
    if last_year is not None:
        told.append(gettext("last in %(year)s", year=last_year))
    return ", ".join(told) or gettext("for how long and when is not stated")


def _times(fact: Fact, towns: Mapping[str, Municipality]) -> str:
    return ngettext(
        "The helping municipality has done this %(num)d time: %(activity)s.",
        "The helping municipality has done this %(num)d times: %(activity)s.",
        fact.values["times"],
        activity=showing.activity_label(fact.values["activity"]),
    )


def _partners(fact: Fact, towns: Mapping[str, Municipality]) -> str:
    return ngettext(
        "%(num)d partner in common: %(towns)s.",
        "%(num)d partners in common: %(towns)s.",
        fact.values["n"],
        towns=", ".join(_town(key, towns) for key in fact.values["towns"]),
    )


def _delivery(fact: Fact, towns: Mapping[str, Municipality]) -> str:
    fit = fact.code.partition(".")[2]
    return gettext(DELIVERY[fit, fact.values["where"]]) % _shown(fact.values, towns)


_SPECIAL: dict[str, Callable[[Fact, Mapping[str, Municipality]], str]] = {
    "experience.times": _times,
    "shared_partners.shared": _partners,
    "delivery": _delivery,
}
"""Facts whose sentence depends on a number or on two codes."""
