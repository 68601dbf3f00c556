"""Made-up rounds as snapshots: the rows of `file_job`, with ties, vetoes and blocks.

The same arguments give the same snapshot. In blocks, each block has languages of its own and nobody
interprets, so that no pair of two blocks is allowed.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import file_job

from matchmaker.matching.snapshot import (
    AreaExperience,
    Delivery,
    NeedRecord,
    OfferRecord,
    Snapshot,
    Tie,
    TopicOffered,
    TopicWanted,
    Town,
)

NEIGHBOURS = (("BA", "HR"), ("BA", "RS"), ("HR", "RS"), ("DE", "NL"), ("BE", "NL"), ("AT", "DE"))
LANGUAGES_OF = {"UA": ("uk",), "CO": ("es",), "PS": ("ar",), "LB": ("ar", "fr"), "IQ": ("ar",)}
N_REGIONS = 12
TIES_PER_HELPER = 3
ROWS_PER_TOWN = 4


def round_of(
    n: int, n_towns: int | None = None, seed: int = 1, block: int | None = None
) -> Snapshot:
    """Return a round of n needs and n offers.

    Parameters
    ----------
    n : int
        Needs, and as many offers.
    n_towns : int, optional
        Towns on each side; a quarter of n where absent.
    seed : int
    block : int, optional
        Needs in one block; None = one whole.
    """
    draw = random.Random(seed)  # noqa: S311
    n_towns = n_towns or max(n // ROWS_PER_TOWN, 2)
    asking = [town(draw, f"a{k:06}", file_job.ASKING) for k in range(n_towns)]
    helping = [town(draw, f"h{k:06}", file_job.HELPING) for k in range(n_towns)]
    needs = [need(file_job.need(draw, k, _Place()), draw.choice(asking).key) for k in range(n)]
    offers = [offer(file_job.offer(draw, k, _Place()), draw.choice(helping).key) for k in range(n)]
    if block is not None:
        needs = [in_block(record, k // block) for k, record in enumerate(needs)]
        offers = [in_block(record, k // block) for k, record in enumerate(offers)]
    for k in range(0, n, 50):
        offers[k] = replace(offers[k], veto_countries=(draw.choice(file_job.ASKING),))
        needs[k] = replace(needs[k], veto_towns=(draw.choice(helping).key,))
    return Snapshot(
        taken_on=file_job.DAY,
        needs=tuple(needs),
        offers=tuple(offers),
        towns=tuple(asking + helping),
        ties=ties(draw, asking, helping),
        neighbours=NEIGHBOURS,
    ).sorted()


class _Place:
    """Stands for the town in the cells, where it is not read."""

    name = region = country = ""


def town(draw: random.Random, key: str, countries: Sequence[str]) -> Town:
    """Make up a town."""
    country = draw.choice(countries)
    return Town(
        key,
        country,
        f"{country}-{draw.randrange(N_REGIONS)}",
        population=int(10 ** draw.uniform(3, 6)),
        languages=LANGUAGES_OF.get(country, (country.lower(),)),
    )


def ties(draw: random.Random, asking: list[Town], helping: list[Town]) -> tuple[Tie, ...]:
    """Make up ties: a third with towns that ask, the others among those that help."""
    pairs = set()
    for one in helping:
        for _ in range(draw.randint(0, TIES_PER_HELPER)):
            other = draw.choice(asking if draw.random() < 1 / 3 else helping)
            if other is not one:
                pairs.add((min(one.key, other.key), max(one.key, other.key)))
    return tuple(Tie(a, b, until=draw.choice([None, None, None, 2015])) for a, b in sorted(pairs))


def need(cells: dict[str, str], town_key: str) -> NeedRecord:
    """Return the record of a need's cells."""
    topics = [text.split(":") for text in _listed(cells["topics"])]
    return NeedRecord(
        **_alike(cells, town_key),
        activity=cells["activity"],
        depth=cells["depth"] or None,
        presence=cells["presence"],
        topics=tuple(TopicWanted(code, int(i), int(level)) for code, i, level in topics),
        low_profile=cells["low_profile"] == "yes",
        consent=True if cells["consent"] else None,
    )


def offer(cells: dict[str, str], town_key: str) -> OfferRecord:
    """Return the record of an offer's cells; the mandates are spread over the kinds."""
    topics = [text.split(":") for text in _listed(cells["topics"])]
    activity, times = cells["experience"].split(":")
    return OfferRecord(
        **_alike(cells, town_key),
        activities=_listed(cells["activities"]),
        topics=tuple(TopicOffered(code, int(level)) for code, level in topics),
        experience=((activity, int(times)),),
        areas=_stated(cells["areas"], _area),
        context_languages=_stated(cells["context_languages"], str),
        delivery=_stated(cells["delivery"], Delivery),
    )


def _area(text: str) -> AreaExperience:
    country, year, years = text.split(":")
    return AreaExperience(country, last_year=int(year), years=float(years))


def _stated(cell: str, read: Any) -> tuple[Any, ...] | None:
    """Read a list that may be empty by intent ("none") or not stated at all."""
    if not cell:
        return None
    return () if cell == "none" else tuple(read(text) for text in _listed(cell))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(text for text in cell.split("|") if text)


def _alike(cells: dict[str, str], town_key: str) -> dict[str, Any]:
    return {
        "key": cells["id"],
        "town": town_key,
        "category": cells["category"],
        "settings": _listed(cells["settings"]),
        "languages": _listed(cells["languages"]),
        "interpretation": cells["interpretation"] == "yes",
        "window_start": date.fromisoformat(cells["window_start"]),
        "window_end": date.fromisoformat(cells["window_end"]),
        "effort_days": int(cells["effort_days"]),
        "commitment_months": int(cells["commitment_months"]),
        "places": int(cells["places"]),
    }


def in_block(record: Any, block: int) -> Any:
    """Give a record the language of its block."""
    return replace(record, languages=(f"x{block:05}",), interpretation=False)
