"""Names of needs and offers for one reader, found by their keys in two queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.models import Need, Offer
from matchmaker.proposals.queries import needs_by_key, offers_by_key
from matchmaker.proposals.wording import name_of_need, name_of_offer
from matchmaker.web import showing


@dataclass(frozen=True)
class Names:
    """The needs and offers that a page names."""

    needs: Mapping[str, Need] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, needs: Iterable[str], offers: Iterable[str]) -> "Names":
        """Read them; a side of which nothing is named costs no query."""
        wanted, given = set(needs), set(offers)
        return cls(
            needs_by_key(session, wanted) if wanted else {},
            offers_by_key(session, given) if given else {},
        )

    def need(self, key: str) -> str:
        """Name a need; one that is hidden, or is gone, is not named."""
        need = self.needs.get(key)
        if need is None or (need.hidden and not showing.is_elsewhere(need.municipality)):
            return gettext("A need that is not shown now")
        return name_of_need(need)

    def offer(self, key: str) -> str:
        """Name an offer; one that is gone is not named."""
        offer = self.offers.get(key)
        return gettext("An offer that is not shown now") if offer is None else name_of_offer(offer)
