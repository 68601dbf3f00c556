"""What rooms above this one add to its pages: they register here when they load."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

BESIDE: dict[str, list[Callable[..., dict[str, Any]]]] = defaultdict(list)
"""Endpoint -> what gives named values to its template, from what the page is about."""


def beside(endpoint: str, *things: Any) -> dict[str, Any]:
    """Return all that is added to a page."""
    return {name: value for give in BESIDE[endpoint] for name, value in give(*things).items()}
