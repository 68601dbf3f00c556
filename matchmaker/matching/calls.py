"""What may be said in public of the help that a round lacks: counts that give nobody away."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matchmaker.matching.snapshot import NeedRecord, Snapshot
from matchmaker.vocabulary import TOPICS

LEAST_TOWNS = 5
"""No count of fewer municipalities is told, and none that is not rounded to so many."""


@dataclass(frozen=True)
class PublicCall:
    """Help that is lacking, by theme."""

    category: str
    group: str
    """Topic group; empty = of several or none."""
    country: str
    """Country of the needs; empty = of several."""
    needs: int
    """Rounded to 5, at least 5."""


def public_calls(snapshot: Snapshot, keys: Iterable[str]) -> tuple[PublicCall, ...]:
    """Return how many needs lack help, by theme and country, where enough towns stand behind it.

    Parameters
    ----------
    snapshot : Snapshot
    keys : iterable of str
        The needs, for example those that offers wanted would serve.

    Returns
    -------
    tuple of PublicCall
        In order of category, group, country. What a row would give away goes into the row for
        several countries, then for several themes; what is too little even there is not told.

    Notes
    -----
    A need counts once, under its main category and the topic group it holds most important. A row
    stands on at least five different municipalities, so that no single one can be meant; numbers
    are rounded to five. No row says anything of activity, language or region. When it may be shown,
    and after which delay, is for the page to keep.
    """
    needs = {need.key: need for need in snapshot.needs}
    towns = {town.key: town for town in snapshot.towns}
    cells: dict[tuple[str, str, str], list[NeedRecord]] = defaultdict(list)
    for key in sorted(set(keys)):
        need = needs[key]
        cells[need.category, theme_of(need), towns[need.town].country].append(need)
    told: dict[tuple[str, str, str], list[NeedRecord]] = {}
    for width in (3, 2, 1):
        rest: dict[tuple[str, str, str], list[NeedRecord]] = defaultdict(list)
        for cell, members in cells.items():
            if len({need.town for need in members}) >= LEAST_TOWNS:
                told[cell] = members
            else:
                wider = (*cell[: width - 1], *("",) * (4 - width))
                rest[wider[0], wider[1], wider[2]] += members
        cells = rest
    return tuple(PublicCall(*cell, _rounded(len(told[cell]))) for cell in sorted(told))


def theme_of(need: NeedRecord) -> str:
    """Return the topic group that a need holds most important; '' where it names no topic."""
    weight: dict[str, int] = defaultdict(int)
    for wanted in need.topics:
        weight[TOPICS[wanted.topic].group] += wanted.importance
    return min(weight, key=lambda group: (-weight[group], group), default="")


def _rounded(count: int) -> int:
    """Round to the nearest multiple of five."""
    return LEAST_TOWNS * ((count + LEAST_TOWNS // 2) // LEAST_TOWNS)
