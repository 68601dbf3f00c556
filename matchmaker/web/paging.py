"""Lists in pages of 25, with the state in the URL."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PER_PAGE = 25


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    items: list[Any]
    number: int
    n_pages: int
    n_items: int

    def address(self, number: int) -> str:
        """Return the address of another page of the same list, filters and sorting kept."""
        values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": [number]}
        assert request.endpoint is not None
        return url_for(request.endpoint, **values)

    @property
    def links(self) -> list[dict[str, Any]]:
        """Return the links for the pagination component: the ends and the neighbours."""
        near = {1, self.n_pages, *range(self.number - 1, self.number + 2)}
        shown = sorted(number for number in near if 1 <= number <= self.n_pages)
        links: list[dict[str, Any]] = []
        for place, number in enumerate(shown):
            if place and number > shown[place - 1] + 1:
                links.append({"ellipsis": True})
            current = number == self.number
            links.append({"number": number, "href": self.address(number), "current": current})
        return links

    @property
    def previous_url(self) -> str | None:
        """Return the address of the page before, if any."""
        return self.address(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """Return the address of the page after, if any."""
        return self.address(self.number + 1) if self.number < self.n_pages else None

    @property
    def first(self) -> int:
        """Return the position of the first item shown, from 1."""
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        """Return the position of the last item shown."""
        return self.first + len(self.items) - 1


def page_of(session: Session, query: Select[Any]) -> Page:
    """Return the page of the query that the URL asks for; a number out of range is brought in."""
    n_items = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    n_pages = max(1, -(-n_items // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), n_pages)
    rows = session.scalars(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).unique().all()
    return Page(list(rows), number, n_pages, n_items)
