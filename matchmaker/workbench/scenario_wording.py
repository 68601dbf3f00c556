"""Scenarios in words: what was changed by hand, what it costs, and who loses by it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from matchmaker.matching.whatif import Difference
from matchmaker.models import Need, Offer
from matchmaker.proposals.wording import name_of_need, name_of_offer
from matchmaker.vocabulary import N_
from matchmaker.web import showing

Pair = tuple[str, str]
Needs = Mapping[str, Need]
Offers = Mapping[str, Offer]
SMALLEST = 0.0005
"""A difference of a score below this is told as nothing: less than 0.05 points of 100."""
SENTENCES: dict[str, str] = {
    "lock": N_("%(need)s is matched with %(offer)s"),
    "tie": N_("%(need)s is matched with %(offer)s where that costs little"),
    "bar": N_("%(need)s is not matched with %(offer)s"),
    "serve": N_("%(need)s gets someone"),
    "free": N_("%(need)s with %(offer)s: what was set by hand is let go"),
    "unserve": N_("%(need)s need not get someone any more"),
    "pause": N_("%(offer)s serves nobody for now"),
}
"""What was changed by hand, by kind."""
BONUS = N_(
    "While the pairs are chosen, %(points)s points of 100 are added to the score of this pair, if "
    "it meets all conditions and the least score. Its score itself stays as it is."
)
ENOUGH = N_("With them the two are matched.")
NOT_ENOUGH = N_("Even so the two are not matched: what others would lose weighs more.")


@dataclass(frozen=True)
class Moved:
    """A need whose offers differ between two results."""

    need: str
    before: tuple[str, ...]
    """Names of the offers it had."""
    after: tuple[str, ...]


@dataclass(frozen=True)
class Losers:
    """Who loses by a change, by name."""

    without: list[str]
    """Needs that are left without anybody."""
    unused: list[str]
    """Offers that serve nobody any more."""
    not_shown: list[str]
    """How many of either the reader may not see now: they lose as well."""


def asked_sentence(kind: str, need: Need | None, offer: Offer | None, places: int | None) -> str:
    """Say what is changed by hand."""
    names = {"need": name_of_need(need), "offer": name_of_offer(offer)}
    if kind == "need_places":
        return str(
            ngettext(
                "%(need)s gets at most %(num)s helper",
                "%(need)s gets at most %(num)s helpers",
                places or 0,
                **names,
            )
        )
    if kind == "offer_places":
        return str(
            ngettext(
                "%(offer)s serves at most %(num)s need",
                "%(offer)s serves at most %(num)s needs",
                places or 0,
                **names,
            )
        )
    return str(gettext(SENTENCES[kind], **names))


def known_sentence(need: Need, offer: Offer) -> str:
    """Say which two know each other."""
    names = {"need": name_of_need(need), "offer": name_of_offer(offer)}
    return str(gettext("%(need)s and %(offer)s", **names))


def price_sentence(price: Mapping[str, Any]) -> str:
    """Say what a change costs in points, and how many pairs it moves."""
    cost, n = float(price["total"]), int(price["moved"])
    shown = points(abs(cost))
    if abs(cost) < SMALLEST:
        if not n:
            return str(gettext("It costs nothing and moves no pair."))
        return str(
            ngettext(
                "It costs nothing and moves %(num)s pair.",
                "It costs nothing and moves %(num)s pairs.",
                n,
            )
        )
    if cost > 0:
        return str(
            ngettext(
                "It costs %(points)s points and moves %(num)s pair.",
                "It costs %(points)s points and moves %(num)s pairs.",
                n,
                points=shown,
            )
        )
    return str(
        ngettext(
            "It gains %(points)s points and moves %(num)s pair.",
            "It gains %(points)s points and moves %(num)s pairs.",
            n,
            points=shown,
        )
    )


def tie_lines(found: Difference, kind: str, need: str | None, offer: str | None) -> list[str]:
    """Say what preferring a pair adds, and whether that is enough; nothing of other changes."""
    if kind != "tie":
        return []
    shown = points(found.problem.settings.tie_bonus)
    lines = [gettext(BONUS, points=shown)]
    if found.solution is not None:
        row, column = found.problem.pair((need or "", offer or ""))
        enough = [row, column] in found.solution.pairs.tolist()
        lines.append(gettext(ENOUGH if enough else NOT_ENOUGH))
    return lines


def served_sentence(price: Mapping[str, Any]) -> str:
    """Say how many needs fewer, or more, get someone; empty where it is the same."""
    n = int(price["served"])
    if n > 0:
        return str(ngettext("%(num)s need fewer is served.", "%(num)s needs fewer are served.", n))
    if n < 0:
        return str(ngettext("%(num)s need more is served.", "%(num)s needs more are served.", -n))
    return ""


def figure_rows(results: Sequence[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the figures of results side by side, as rows of a table."""
    kinds = (
        (gettext("Needs served"), lambda one: str(one["served"])),
        (gettext("Score of the worst-off need"), lambda one: points(one["worst"])),
        (gettext("Total of the scores"), lambda one: points(one["total"])),
        (gettext("Pairs"), lambda one: str(one["pairs"])),
    )
    return [
        {"figure": label, **{key: tell(figures) for key, figures in results}}
        for label, tell in kinds
    ]


def moved_between(
    before: Iterable[Pair], after: Iterable[Pair]
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return each need that differs with its offers before and after, who ends without first."""
    one, other = _by_need(before), _by_need(after)
    differs = [need for need in {*one, *other} if one.get(need) != other.get(need)]
    told = [(need, tuple(one.get(need, ())), tuple(other.get(need, ()))) for need in differs]
    return sorted(told, key=lambda row: (bool(row[2]), row[0]))


def moved_rows(
    moved: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]], needs: Needs, offers: Offers
) -> list[dict[str, str]]:
    """Return changed needs as rows of a table; needs that may not be named are left out."""
    nobody = gettext("nobody")

    def names(keys: tuple[str, ...]) -> str:
        return ", ".join(name_of_offer(offers.get(key)) for key in keys if key in offers) or nobody

    return [
        {"need": name_of_need(needs[need]), "before": names(before), "after": names(after)}
        for need, before, after in moved
        if need in needs
    ]


def losers_of(
    without: Iterable[str], unused: Iterable[str], needs: Needs, offers: Offers
) -> Losers:
    """Return by name who loses: needs left without, and offers not used any more."""
    left, idle = set(without), set(unused)
    return Losers(
        sorted(name_of_need(needs[key]) for key in left if key in needs),
        sorted(name_of_offer(offers[key]) for key in idle if key in offers),
        _not_shown(len(left - set(needs)), len(idle - set(offers))),
    )


def _not_shown(n_needs: int, n_offers: int) -> list[str]:
    """Say how many needs and offers lose that the reader is not told by name."""
    without = ngettext(
        "%(num)s need that is not shown to you now is left without anybody.",
        "%(num)s needs that are not shown to you now are left without anybody.",
        n_needs,
    )
    unused = ngettext(
        "%(num)s offer that is not shown to you now serves nobody any more.",
        "%(num)s offers that are not shown to you now serve nobody any more.",
        n_offers,
    )
    return [str(line) for n, line in ((n_needs, without), (n_offers, unused)) if n]


def _by_need(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for need, offer in sorted(pairs):
        found[need].append(offer)
    return dict(found)


def points(value: float | None) -> str:
    """Show a score in points of 100."""
    return "–" if value is None else str(showing.show_number(100 * value, 1))
