"""The rows of proposals.csv: proposed pairs, unmatched needs, unused offers; one status each."""

from collections.abc import Iterator
from typing import Any

from matchmaker.exchange.cells import csv_text
from matchmaker.exchange.sentences import (
    NOT_LOOKED_AT,
    change_of,
    question_of,
    reason_of,
    restrictions_told,
    unused_reason_of,
)
from matchmaker.matching.result import ProposedPair, Result, UnmatchedNeed, UnusedOffer
from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot
from matchmaker.vocabulary import Criterion, Part

_SIDE = ("municipality", "region", "country", "category")
HEADER: tuple[str, ...] = (
    "status",
    "need_id",
    *(f"need_{name}" for name in _SIDE),
    "activity",
    "offer_id",
    *(f"offer_{name}" for name in _SIDE),
    "score",
    "score_low",
    "score_high",
    *(criterion.value for criterion in Criterion),
    *(f"part_{part.value}" for part in Part),
    *(f"adds_{part.value}" for part in Part),
    "reason_code",
    "reason",
    "unknown",
    "offer_rank",
    "offers_allowed",
    "need_rank",
    "needs_allowed",
    "runner_up_offer",
    "runner_up_offer_score",
    "runner_up_need",
    "runner_up_need_score",
    "price_of_forbidding",
    "locked",
    "changes",
    "nearest_offers",
    "lost_to",
)


class Names:
    """What a row says of needs and offers beside the result."""

    def __init__(self, snapshot: Snapshot, names: dict[str, str]) -> None:
        self.towns = {town.key: town for town in snapshot.towns}
        self.names = names
        self.needs = {need.key: need for need in snapshot.needs}
        self.offers = {offer.key: offer for offer in snapshot.offers}

    def town(self, record: NeedRecord | OfferRecord) -> str:
        """Return the name of a record's municipality, or its key where no name is stored."""
        return self.names.get(record.town, record.town)

    def side(self, prefix: str, record: NeedRecord | OfferRecord) -> dict[str, Any]:
        """Return the cells of one side."""
        town = self.towns[record.town]
        return {
            f"{prefix}_id": record.key,
            f"{prefix}_municipality": self.town(record),
            f"{prefix}_region": town.region,
            f"{prefix}_country": town.country,
            f"{prefix}_category": record.category,
        }


def proposals_csv(result: Result, names: Names) -> str:
    """Return the whole of proposals.csv."""
    rows = [[row.get(name, "") for name in HEADER] for row in _rows(result, names)]
    return csv_text(HEADER, rows)


def _rows(result: Result, names: Names) -> Iterator[dict[str, Any]]:
    for pair in result.pairs:
        yield _pair(pair, names)
    for unmatched in result.unmatched:
        yield _unmatched(unmatched, names)
    for unused in result.unused:
        yield _unused(unused, names)


def _pair(pair: ProposedPair, names: Names) -> dict[str, Any]:
    need, offer = names.needs[pair.need], names.offers[pair.offer]
    return {
        "status": "proposed",
        **names.side("need", need),
        "activity": need.activity,
        **names.side("offer", offer),
        "score": pair.score,
        "score_low": pair.low,
        "score_high": pair.high,
        **{value.criterion: _number(value.value) for value in pair.criteria},
        **{f"part_{part.part}": _number(part.value) for part in pair.parts},
        # a part that nobody was asked about adds nothing
        **{f"adds_{part.value}": 0.0 for part in Part},
        **{f"adds_{part.part}": _number(part.contribution) for part in pair.parts},
        "reason_code": "locked" if pair.locked else "proposed",
        "reason": reason_of_pair(pair),
        "unknown": "; ".join(question_of(question) for question in pair.questions),
        "offer_rank": pair.offer_rank,
        "offers_allowed": pair.offers_allowed,
        "need_rank": pair.need_rank,
        "needs_allowed": pair.needs_allowed,
        **_rival("runner_up_offer", pair.runner_up_offer),
        **_rival("runner_up_need", pair.runner_up_need),
        "price_of_forbidding": "" if pair.price is None else _number(pair.price.total),
        "locked": "yes" if pair.locked else "no",
    }


def reason_of_pair(pair: ProposedPair) -> str:
    """Say why a pair is proposed: its three greatest contributions and its rank."""
    best = sorted(pair.parts, key=lambda part: -part.contribution)[:3]
    labels = dict(Part.choices())
    adds = "; ".join(f"{labels[p.part]} +{p.contribution:.3f}" for p in best if p.contribution > 0)
    rank = f"number {pair.offer_rank} of {pair.offers_allowed} offers that fit this need"
    return f"{adds}; {rank}" if adds else rank


def _unmatched(unmatched: UnmatchedNeed, names: Names) -> dict[str, Any]:
    need = names.needs[unmatched.need]
    return {
        "status": "unmatched",
        **names.side("need", need),
        "activity": need.activity,
        "score": _number(unmatched.best_score),
        "reason_code": unmatched.reason,
        "reason": " ".join(filter(None, (reason_of(unmatched), restrictions_told(need)))),
        "offers_allowed": unmatched.funnel[-1].left if unmatched.funnel else 0,
        "changes": "; ".join(change_of(change) for change in unmatched.changes)
        if unmatched.in_full
        else NOT_LOOKED_AT,
        "nearest_offers": "; ".join(
            f"{near.offer} ({near.score:.3f}{_barred(near.bars)})" for near in unmatched.nearest
        ),
        "lost_to": "; ".join(
            f"{loss.offer} ({loss.score:.3f}) to "
            + ", ".join(f"{winner.key} ({winner.score:.3f})" for winner in loss.winners)
            for loss in unmatched.losses
        ),
    }


def _barred(bars: tuple[str, ...]) -> str:
    return f", barred by {', '.join(bars)}" if bars else ""


def _unused(unused: UnusedOffer, names: Names) -> dict[str, Any]:
    return {
        "status": "unused",
        **names.side("offer", names.offers[unused.offer]),
        "score": "" if unused.best is None else unused.best.score,
        "reason_code": unused.reason,
        "reason": unused_reason_of(unused),
        "needs_allowed": unused.needs_allowed,
    }


def _rival(name: str, rival: Any) -> dict[str, Any]:
    return {} if rival is None else {name: rival.key, f"{name}_score": rival.score}


def _number(value: float | None) -> float | str:
    """Return a number to the 9 decimals of the score; "" where there is none."""
    return "" if value is None else round(value, 9)
