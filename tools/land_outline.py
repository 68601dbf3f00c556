"""Draw the outline of the land from a TopoJSON file as one SVG path, in Equal Earth."""

import importlib.util
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PROJECTION = ROOT / "matchmaker" / "places" / "equal_earth.py"


def projection():
    """Return the module with the projection, by its file: the product need not be installed."""
    spec = importlib.util.spec_from_file_location("equal_earth", _PROJECTION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rings(topology):
    """Yield each ring of the land as a list of (longitude, latitude)."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [_decoded(arc, scale, translate) for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = []
                for at in ring:
                    arc = arcs[at] if at >= 0 else arcs[~at][::-1]
                    points += arc[1:] if points else arc
                yield points


def _decoded(arc, scale, translate):
    x = y = 0
    points = []
    for right, up in arc:
        x, y = x + right, y + up
        points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
    return points


def parts(ring):
    """Yield a ring as it lies on the drawing; one across the date line in two parts."""
    unrolled = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((unrolled[-1][0] - longitude) / 360)
        unrolled.append((longitude + 360 * turns, latitude))
    west = min(longitude for longitude, _ in unrolled)
    east = max(longitude for longitude, _ in unrolled)
    for turn in (-360, 0, 360):
        if west + turn < 180 and east + turn > -180:
            yield _within([(x + turn, y) for x, y in unrolled])


def _within(ring):
    """Return a ring cut at the date line: of what lies beyond, only where it leaves and returns."""
    beyond = [abs(x) > 180 for x, _ in ring]
    return [
        (min(max(x, -180), 180), y)
        for at, (x, y) in enumerate(ring)
        if not (beyond[at] and beyond[at - 1] and beyond[(at + 1) % len(ring)])
    ]


def drawing(topology):
    """Return the SVG file: land only, no border, no name."""
    earth = projection()
    path = []
    for ring in rings(topology):
        if max(latitude for _, latitude in ring) < earth.SOUTH:
            continue
        for part in parts(ring):
            path.append(_path(earth, part))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {earth.WIDTH} {earth.HEIGHT}">'
        f'<path fill="#dfe5e5" d="{"".join(path)}"/></svg>\n'
    )


def _path(earth, ring):
    """Return a ring in whole units, each step from the one before; "" where nothing is left."""
    points = []
    for longitude, latitude in ring:
        x, y = earth.project(max(latitude, earth.SOUTH), longitude)
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) < 4:
        return ""
    steps = (f"l{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(points[:-1]))
    return f"M{points[0][0]} {points[0][1]}{''.join(steps)}z"
