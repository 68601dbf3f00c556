"""A pair, or some needs, of a round as it was frozen, without scoring the round again."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from matchmaker.matching import canonical
from matchmaker.matching.facts import Case
from matchmaker.matching.snapshot import NeedRecord, Snapshot
from matchmaker.models import Round

MOST_KEPT = 2

_kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
_lock = Lock()


def frozen_pair(round_: Round, need: str, offer: str) -> Case | None:
    """Return a need and an offer of the stored input with the towns and ties around them.

    None where the input is gone, or holds one of them no more.
    """
    stored = _stored(round_)
    needs = [one for one in stored.get("needs", ()) if one["key"] == need]
    offers = [one for one in stored.get("offers", ()) if one["key"] == offer]
    if not needs or not offers:
        return None
    snapshot = canonical.load(Snapshot, _part(stored, needs[0], offers[0]), "snapshot")
    assert isinstance(snapshot, Snapshot)
    towns = {town.key: town for town in snapshot.towns}
    return Case(snapshot, snapshot.needs[0], snapshot.offers[0], towns)


def frozen_needs(round_: Round, keys: Iterable[str]) -> tuple[list[NeedRecord], dict[str, str]]:
    """Return some needs of the stored input, and the country of each of its towns by key."""
    stored, wanted = _stored(round_), set(keys)
    needs = [one for one in stored.get("needs", ()) if one["key"] in wanted]
    around = {"offers": [], "ties": [], "needs": needs, "towns": []}
    some = canonical.load(Snapshot, {**stored, **around}, "snapshot") if needs else None
    home = {town["key"]: town["country"] for town in stored.get("towns", ())}
    return [] if some is None else list(some.needs), home


def _stored(round_: Round) -> dict[str, Any]:
    """Return the stored input, from memory where it can: unsealing and reading it takes most of
    the time of a page about one pair of a large round.

    It is found by its digest; what is kept holds keys and codes, no name.
    """
    key = round_.snapshot_digest or ""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    stored: dict[str, Any] = json.loads(round_.snapshot or "{}")
    with _lock:
        if stored:
            _kept[key] = stored
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return stored


def _part(stored: dict[str, Any], need: dict[str, Any], offer: dict[str, Any]) -> dict[str, Any]:
    """Return the stored input with one need and one offer, and what lies around their towns."""
    own = {need["town"], offer["town"]}
    ties = [tie for tie in stored["ties"] if tie["a"] in own or tie["b"] in own]
    near = own | {end for tie in ties for end in (tie["a"], tie["b"])}
    return {
        **stored,
        "needs": [need],
        "offers": [offer],
        "ties": ties,
        "towns": [town for town in stored["towns"] if town["key"] in near],
    }
