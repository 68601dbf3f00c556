"""Draw lines over logarithmic axes as plain SVG, without a library."""

from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 76, 200, 44, 56
COLOURS = ("#1d70b8", "#d4351c", "#00703c", "#4c2c92", "#594d00")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4")
"""A line is told apart by its dashes as well as by its colour."""


class Line(NamedTuple):
    """One line of a chart: its name and its points."""

    name: str
    points: list[tuple[float, float]]
    marked: bool = True
    """False for a line to compare with: thin, without marks."""


def chart(title: str, across: str, up: str, lines: list[Line]) -> str:
    """Return an SVG document with these lines over logarithmic axes.

    Parameters
    ----------
    title, across, up : str
        Heading, and what the two axes show.
    lines : list of Line
        Points greater than 0.
    """
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    place = _Scale(min(xs), max(xs), min(ys), max(ys))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
        *_axes(place, across, up),
    ]
    for k, line in enumerate(lines):
        parts += _drawn(place, line, k)
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Scale:
    """Where a value stands on the page."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self.x = floor(log10(left)), ceil(log10(right))
        self.y = floor(log10(low)), ceil(log10(high))

    def across(self, value: float) -> float:
        share = (log10(value) - self.x[0]) / max(self.x[1] - self.x[0], 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        share = (log10(value) - self.y[0]) / max(self.y[1] - self.y[0], 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _axes(place: _Scale, across: str, up: str) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for power in range(place.x[0], place.x[1] + 1):
        x = place.across(10.0**power)
        parts.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#d0d0d0"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(place.y[0], place.y[1] + 1):
        y = place.up(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#d0d0d0"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    middle = (LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>'
    )
    turn = f'transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)"'
    return [*parts, f'<text {turn} text-anchor="middle">{escape(up)}</text>']


def _drawn(place: _Scale, line: Line, k: int) -> list[str]:
    colour = COLOURS[k % len(COLOURS)] if line.marked else "#505a5f"
    dash = f' stroke-dasharray="{DASHES[k % len(DASHES)]}"' if DASHES[k % len(DASHES)] else ""
    points = [(place.across(x), place.up(y)) for x, y in line.points]
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    width = 2 if line.marked else 1
    parts = [f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>']
    if line.marked:
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    x, y = WIDTH - RIGHT + 14, TOP + 14 + 24 * k
    parts.append(f'<path d="M{x} {y}h24" stroke="{colour}" stroke-width="{width}"{dash}/>')
    parts.append(f'<text x="{x + 30}" y="{y + 4}">{escape(line.name)}</text>')
    return parts
