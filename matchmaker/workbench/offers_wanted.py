"""The call for offers of a round: which help is wanted, told so that no town can be named by it.

What helps most comes from the prices (`matching.wanted`). What is told of it are kinds of help and
groups of topics, and in how many countries and municipalities they are asked for: numbers stand on
at least five municipalities and are rounded to five, country by country, as `disclosure` publishes.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.disclosure import LEAST, WORLD, Counted, country_area, figures_of, rounded
from matchmaker.matching import canonical
from matchmaker.matching.snapshot import NeedRecord
from matchmaker.models import Round
from matchmaker.rounds.wanted import Kind, kinds_wanted, wanted_kept
from matchmaker.vocabulary import TOPICS
from matchmaker.workbench.solved import solved_round

MOST_KEPT = 4
MOST_HERE = 100_000
"""Rounds of at most so many candidate pairs are asked while somebody waits, a few seconds."""

_kept: OrderedDict[str, list[Kind]] = OrderedDict()
_lock = Lock()

Line = dict[str, Any]


def wanted_of(session: Session, round_: Round) -> list[Kind] | None:
    """Return which kinds of offers would help a round most; None where that is not known yet.

    It stands with the round. Where it does not, as when the round was solved by an earlier version,
    a small round is asked here, and the answer kept in memory.
    """
    kept, key = wanted_kept(round_), round_.result_digest or ""
    if kept is not None:
        return kept
    if round_.summary["n_candidates"] > MOST_HERE:
        return None
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    solved = solved_round(session, round_)
    found = kinds_wanted(solved.problem, solved.solution) or []
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def call_lines(
    needs: Sequence[NeedRecord],
    home: Mapping[str, str],
    wanted: Iterable[Kind],
    possible: Mapping[str, int],
    continent: Mapping[str, str],
) -> list[Line]:
    """Return the lines of a call, what helps most first; nothing that stands on fewer than five.

    Parameters
    ----------
    needs : sequence of NeedRecord
        The needs without help that count: in scope, not hidden.
    home : mapping of town to country
    wanted : iterable of (kind of help, group of topics)
    possible : mapping of country to number of municipalities
        From public lists; see `disclosure.figures_of`.
    continent : mapping of country to part of the world
    """
    lines = []
    for category, group in wanted:
        asking = [need for need in needs if _asks(need, category, group)]
        towns = {need.town for need in asking}
        counted = [
            Counted(home[town], continent.get(home[town], ""), "", frozenset({"call"}))
            for town in sorted(towns)
        ]
        figures = figures_of(counted, possible).get("call", {})
        if WORLD not in figures:
            continue
        countries = sorted(
            code for code in {home[town] for town in towns} if country_area(code) in figures
        )
        lines.append(
            {
                "category": category,
                "group": group,
                "n": figures[WORLD],
                "countries": [[code, figures[country_area(code)]] for code in countries],
                "activities": _common(asking, lambda need: (need.activity,)),
                "languages": _common(asking, lambda need: need.languages),
            }
        )
    return lines


def digest_of(lines: list[Line]) -> str:
    """Return what stands for a call, so that what was read is what is sent."""
    return canonical.digest(lines)


def _asks(need: NeedRecord, category: str, group: str) -> bool:
    """Tell whether a need asks for a kind of help and a group of topics."""
    groups = {TOPICS[wanted.topic].group for wanted in need.topics} or {""}
    return need.category == category and group in groups


def _common(needs: list[NeedRecord], values: Any) -> list[str]:
    """Return the values that at least five municipalities ask for, the most frequent first."""
    pairs = {(need.town, value) for need in needs for value in values(need)}
    counts = Counter(value for _, value in pairs)
    often = [value for value, n in counts.items() if n >= LEAST]
    return sorted(often, key=lambda value: (-rounded(counts[value]), value))
