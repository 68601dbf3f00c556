"""wanted.csv: the kinds of offers that would help a round most, and needs that none could serve."""

from collections.abc import Iterator
from typing import Any

from matchmaker.exchange.cells import csv_text
from matchmaker.matching.wanted import Gain, OffersWanted

_GAIN = ("places", "served", "total", "newly_served", "better", "left_without")
_CASES = ("one", "all", "further")
HEADER: tuple[str, ...] = (
    "status",
    "rank",
    "category",
    "activity",
    "topic_group",
    "language",
    "country",
    "region",
    "reach",
    *(f"{case}_{name}" for case in _CASES for name in _GAIN),
    "knowing",
    "need_id",
    "reason_code",
)


def wanted_csv(found: OffersWanted) -> str:
    """Return the whole of wanted.csv; it names needs, so it is for coordinators only."""
    rows = [[row.get(name, "") for name in HEADER] for row in _rows(found)]
    return csv_text(HEADER, rows)


def _rows(found: OffersWanted) -> Iterator[dict[str, Any]]:
    for rank, wanted in enumerate(found.wanted, 1):
        kind = wanted.kind
        yield {
            "status": "wanted",
            "rank": rank,
            "category": kind.category,
            "activity": kind.activity,
            "topic_group": kind.group,
            "language": kind.language,
            "country": kind.country,
            "region": kind.region,
            "reach": wanted.reach,
            **_gain("one", wanted.one),
            **_gain("all", wanted.all),
            **_gain("further", wanted.further),
            "knowing": "; ".join(
                f"{one.country} {one.region} (+{one.total:.3f})" for one in wanted.knowing
            ),
        }
    for one in found.out_of_reach:
        yield {"status": "out_of_reach", "need_id": one.need, "reason_code": one.reason}


def _gain(case: str, gain: Gain) -> dict[str, Any]:
    """Return the cells of one gain; lists of needs as their ids."""
    values = ((name, getattr(gain, name)) for name in _GAIN)
    return {
        f"{case}_{name}": "|".join(value) if isinstance(value, tuple) else value
        for name, value in values
    }
