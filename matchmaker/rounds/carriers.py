"""Needs that several municipalities carry: what each of them rules out, all of them do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.matching.snapshot import OfferRecord
from matchmaker.models import Carrier, Need
from matchmaker.municipalities.named import Names
from matchmaker.vocabulary import CarrierStatus


def carriers_of(session: Session, needs: Iterable[Need]) -> dict[int, list[Carrier]]:
    """Return row id of a need -> those that joined it."""
    query = (
        select(Carrier)
        .where(Carrier.status == CarrierStatus.JOINED)
        .options(joinedload(Carrier.municipality, innerjoin=True))
        .order_by(Carrier.id)
    )
    wanted, found = {need.id for need in needs}, defaultdict(list)
    for carrier in session.scalars(query):
        if carrier.need_id in wanted:
            found[carrier.need_id].append(carrier)
    return found


def ruled_out_by(
    carriers: Sequence[Carrier], offers: Iterable[OfferRecord], meant: Names
) -> set[str]:
    """Return the towns that are ruled out because of who carries a need too.

    Whom a carrier names, the carriers themselves (nobody helps itself), and whoever rules one of
    them out with an offer: that town would find itself beside it all the same.
    """
    own = {carrier.municipality.public_id for carrier in carriers}
    countries = {carrier.municipality.country for carrier in carriers}
    found = own.union(*(meant.meant_by(carrier.veto_names or ()) for carrier in carriers))
    for offer in offers:
        if not own.isdisjoint(offer.veto_towns) or not countries.isdisjoint(offer.veto_countries):
            found.add(offer.town)
    return found
