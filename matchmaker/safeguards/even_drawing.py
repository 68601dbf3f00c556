"""The needs served of each side, added up over time, as lines."""

from dataclasses import dataclass

from matchmaker.safeguards.even_queries import Evenness

WIDTH, HEIGHT, MARGIN = 720, 240, 24
MOST_LINES = 6
"""So many lines can be told apart by their dashes."""


@dataclass(frozen=True)
class Line:
    """The line of one side."""

    side: str
    path: str
    style: int
    """Which dashes it has."""


def lines_of(even: Evenness) -> list[Line]:
    """Return a line for each side; what was served before the first period is its start."""
    if len(even.periods) < 2:
        return []
    sums = {side: _sums(even, side) for side in even.sides[:MOST_LINES]}
    most = max((values[-1] for values in sums.values()), default=0)
    if not most:
        return []
    step = (WIDTH - 2 * MARGIN) / (len(even.periods) - 1)
    return [
        Line(
            side,
            "M"
            + "L".join(
                f"{MARGIN + k * step:.1f},{HEIGHT - MARGIN - n * (HEIGHT - 2 * MARGIN) / most:.1f}"
                for k, n in enumerate(values)
            ),
            style,
        )
        for style, (side, values) in enumerate(sums.items())
    ]


def _sums(even: Evenness, side: str) -> list[int]:
    inside = [counts[side].served for _, counts in even.periods]
    total = even.totals[side].served - sum(inside)
    found = []
    for n in inside:
        total += n
        found.append(total)
    return found
