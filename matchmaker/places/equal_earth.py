"""The projection of the maps: Equal Earth (Savric, Patterson, Jenny 2018), in units of the drawing.

The outline of the land is projected once by `tools/vendor_assets.py`, points when they are shown;
both by this formula.
"""

from math import asin, cos, pi, radians, sin, sqrt

WIDTH = 1920
"""Width of the whole earth in units of the drawing."""
NORTH, SOUTH = 84.0, -57.0
"""What is drawn: nobody governs a municipality beyond."""
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_M = sqrt(3) / 2
_SCALE = WIDTH / (2 * pi / (_M * _A[0]))


def _raw(latitude: float, longitude: float) -> tuple[float, float]:
    theta = asin(_M * sin(radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = _A[0] + 3 * _A[1] * square + sixth * (7 * _A[2] + 9 * _A[3] * square)
    x = radians(longitude) * cos(theta) / (_M * slope)
    y = theta * (_A[0] + _A[1] * square + sixth * (_A[2] + _A[3] * square))
    return x * _SCALE, y * _SCALE


_TOP = _raw(NORTH, 0)[1]
HEIGHT = round(_TOP - _raw(SOUTH, 0)[1])
"""Height of what is drawn."""


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Return x from the left and y from the top of a place, in units of the drawing."""
    x, y = _raw(latitude, longitude)
    return x + WIDTH / 2, _TOP - y
