"""A row with the values of another: everything is taken over but what is named."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import inspect

ANEW = {
    "public_id",
    "status",
    "created_by_id",
    "created_at",
    "submitted_at",
    "verified_at",
    "version",
    "step",
    "return_note",
    "places_taken",
    "champion_confirmed_at",
    "champion_confirmed_by_id",
    "window_start",
    "window_end",
}
"""What a new need or offer does not take over from an earlier one."""


def values_of(row: Any, without: Collection[str]) -> dict[str, Any]:
    """Return the values of a row's own columns; keys and what is named are left out.

    What is to be left out is named, never what is to be kept: a column that comes later, such as
    one more kind of veto, is copied unless somebody has decided against it.
    """
    mapper = inspect(type(row))
    left_out = {*without, *(mapper.get_property_by_column(one).key for one in mapper.primary_key)}
    values = {attr.key: getattr(row, attr.key) for attr in mapper.column_attrs}
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name not in left_out
    }


def in_a_later_year(day: date, n_years: int) -> date:
    """Return the same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + n_years)
    except ValueError:
        return day.replace(year=day.year + n_years, day=28)


def next_season(start: date | None, end: date | None, today: date) -> tuple[date, date] | None:
    """Return a period moved on by whole years until it lies ahead; None where it cannot be."""
    if start is None or end is None:
        return None
    n_years = max(1, today.year - start.year)
    if in_a_later_year(start, n_years) < today:
        n_years += 1
    return in_a_later_year(start, n_years), in_a_later_year(end, n_years)
