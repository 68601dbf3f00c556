"""What may be published of who asks and who offers: pure, from sets of towns to rounded figures.

A figure is a number of municipalities, so that one that asks for many things weighs no more than
another. Each stands on at least `LEAST` of them and is rounded to `STEP`. Areas form a tree:
country, part of the world, world. What is too small to stand alone is merged upward, and what is
too small there too is dropped, so that the difference between an area and its parts never tells of
1 to 4 municipalities. docs/decisions/ says what this guarantees and what it does not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST = 5
"""The smallest number of municipalities behind a figure."""
STEP = 5
LEAST_POSSIBLE = 25
"""Countries with fewer places than this are never shown by themselves: too few could be meant."""
WORLD = "world"
ALL = "all"
"""The theme that counts everybody."""

Figures = dict[str, dict[str, int]]
"""Theme -> area or size -> figure."""


@dataclass(frozen=True)
class Counted:
    """What counts of one municipality: where it lies, how large it is, what it asks or offers."""

    country: str
    continent: str
    size: str
    themes: frozenset[str]


def country_area(code: str) -> str:
    """Return the name of a country among the areas."""
    return f"country:{code}"


def continent_area(code: str) -> str:
    """Return the name of a part of the world among the areas."""
    return f"continent:{code}"


def size_area(code: str) -> str:
    """Return the name of a size band among the areas."""
    return f"size:{code}"


def rounded(n: int) -> int:
    """Round to the nearest step; a step more moves it by exactly one."""
    return STEP * ((n + STEP // 2) // STEP)


def figures_of(towns: Iterable[Counted], possible: Mapping[str, int]) -> Figures:
    """Return every figure that may be published.

    Parameters
    ----------
    towns
        Those that count, each once.
    possible
        Country -> how many municipalities it has at least, from public lists. A figure never
        tells more than that about half of them take part.
    """
    by_theme: dict[str, list[Counted]] = defaultdict(list)
    for town in towns:
        for theme in {ALL, *town.themes}:
            by_theme[theme].append(town)
    found = {theme: _by_area(some, possible) for theme, some in sorted(by_theme.items())}
    sizes = Counter(town.size for town in by_theme[ALL])
    found.setdefault(ALL, {}).update(
        {size_area(size): rounded(n) for size, n in sorted(sizes.items()) if n >= LEAST}
    )
    return {theme: areas for theme, areas in found.items() if areas}


def worldwide(towns: Iterable[Counted]) -> Figures:
    """Return one figure for each theme, of all countries together; nothing by area or size."""
    counts: Counter[str] = Counter()
    for town in towns:
        counts.update({ALL, *town.themes})
    return {theme: {WORLD: rounded(n)} for theme, n in sorted(counts.items()) if n >= LEAST}


def _by_area(towns: list[Counted], possible: Mapping[str, int]) -> dict[str, int]:
    """Return the figures of one theme: countries, parts of the world, world."""
    tree: dict[str, Counter[str]] = defaultdict(Counter)
    for town in towns:
        tree[town.continent][town.country] += 1
    figures: dict[str, int] = {}
    world = lost = 0
    for continent, countries in sorted(tree.items()):
        shown = {
            country: n
            for country, n in sorted(countries.items())
            if n >= LEAST and possible.get(country, 0) >= LEAST_POSSIBLE
        }
        figures |= {
            country_area(country): min(rounded(n), _most(possible[country]))
            for country, n in shown.items()
        }
        rest = sum(countries.values()) - sum(shown.values())
        counted = sum(shown.values()) + (rest if rest >= LEAST else 0)
        lost += rest if rest < LEAST else 0
        if continent and counted >= LEAST:
            figures[continent_area(continent)] = rounded(counted)
        world += counted
    world += lost if lost >= LEAST else 0
    if world >= LEAST:
        figures[WORLD] = rounded(world)
    return figures


def _most(n_possible: int) -> int:
    """Return the greatest figure of a country: about half of its municipalities."""
    return max(STEP, STEP * (n_possible // 2 // STEP))
