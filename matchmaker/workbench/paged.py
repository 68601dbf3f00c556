"""A page of a list with its total in two queries, whatever the number of rows.

The first finds which rows stand on the page and how many there are in all, by their keys alone; the
second reads these. In one query the database would join and carry every row of the list in full,
only to count it: seconds, with 5,000 proposals.
"""

from typing import Any

from flask import request
from sqlalchemy import Select, func, inspect, tuple_
from sqlalchemy.orm import Session

from matchmaker.web.paging import PER_PAGE, Page

LONGEST_OFFSET = 2**31 - 1
"""A number typed by hand may be beyond what a database takes."""


def page_with_total(session: Session, query: Select[*tuple[Any, ...]]) -> Page:
    """Return the page of rows that the address asks for; beyond the end, the last one.

    The query selects an entity first, and perhaps more columns beside it.
    """
    number = max(1, request.args.get("page", 1, type=int))
    keys, n_items = _keys(session, query, number)
    if not keys and number > 1:
        n_items = _keys(session, query, 1)[1]
        number = max(1, -(-n_items // PER_PAGE))
        keys, n_items = _keys(session, query, number)
    return Page(
        _rows(session, query, keys) if keys else [],
        number,
        max(1, -(-n_items // PER_PAGE)),
        n_items,
    )


def first_with_total(
    session: Session, query: Select[*tuple[Any, ...]], most: int
) -> tuple[list[Any], int]:
    """Return the first rows of a list, so many at most, and how many there are in all."""
    keys, n_items = _keys(session, query, 1, most)
    return (_rows(session, query, keys) if keys else []), n_items


def _key_of(query: Select[*tuple[Any, ...]]) -> list[Any]:
    """Return the columns of the key of what a query selects first."""
    entity = query.column_descriptions[0]["entity"]
    mapper = inspect(entity)
    return [mapper.get_property_by_column(one).class_attribute for one in mapper.primary_key]


def _keys(
    session: Session, query: Select[*tuple[Any, ...]], number: int, per_page: int = PER_PAGE
) -> tuple[list[tuple[Any, ...]], int]:
    """Return the keys of the rows on a page in order, and how many rows there are in all."""
    narrow = query.with_only_columns(*_key_of(query), func.count().over())
    offset = min((number - 1) * per_page, LONGEST_OFFSET)
    found = session.execute(narrow.limit(per_page).offset(offset)).all()
    return [tuple(row[:-1]) for row in found], found[0][-1] if found else 0


def _rows(
    session: Session, query: Select[*tuple[Any, ...]], keys: list[tuple[Any, ...]]
) -> list[Any]:
    """Read the rows with these keys, in the order of the list."""
    columns = _key_of(query)
    if len(columns) == 1:
        some = query.where(columns[0].in_([key[0] for key in keys]))
    else:
        some = query.where(tuple_(*columns).in_(keys))
    found = session.execute(some).unique().all()
    return [tuple(row) if len(row) > 1 else row[0] for row in found]
