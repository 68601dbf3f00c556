"""Check the arguments of `assign` and turn them into an instance; a wrong one is named."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.rules import BalanceRule, GroupRule, Rule
from matchmaker.matching.engine.table import Table, as_array, read_table

POLICIES = ("total", "coverage", "fairest")
LARGEST_SUM = 2**62
LARGEST_COUNT = 2**31
SEQUENCES = ("locked", "barred", "must_serve", "rules", "need_keys", "offer_keys")


def hold(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of `assign` in a form that can be read more than once.

    An iterator would be empty the second time; a list of rows, or a sparse array that says what
    is allowed, could be changed before prices are read from it. Arrays stay the caller's.
    """
    held = {name: _listed(name, arguments[name]) for name in SEQUENCES}
    for name in ("scores", "allowed"):
        given = arguments[name]
        if given is not None and not sp.issparse(given):
            held[name] = as_array(name, given)
    if sp.issparse(arguments["allowed"]):
        held["allowed"] = arguments["allowed"].tocoo(copy=True)
    return arguments | held


def _listed(name: str, value: Any) -> Any:
    """Return a sequence as a list, where it is no array."""
    if value is None and name.endswith("keys"):
        return None
    if isinstance(value, np.ndarray):
        if not value.ndim:
            raise ValueError(f"{name} must be a sequence: {value!r}")
        return value
    return list(_sequence(name, value))


def read_places(name: str, value: Any, length: int) -> Ints:
    """Read an integer, or one per row or column, as a vector."""
    array = as_array(name, value)
    if array.ndim > 1 or (array.ndim == 1 and array.shape != (length,)):
        raise ValueError(f"{name} must be an integer or have shape ({length},): {array.shape}")
    if array.size and array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold integers, not {array.dtype}")
    if (
        array.size
        and array.dtype.kind == "f"
        and not (np.isfinite(array).all() and (array == np.rint(array)).all())
    ):
        raise ValueError(f"{name} must hold integers")
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative")
    if (array > LARGEST_SUM).any():
        raise ValueError(f"{name} is too large")
    return np.broadcast_to(array.astype(np.int64), (length,)).copy()


def read_pairs(name: str, value: Any, shape: tuple[int, int]) -> Ints:
    """Read a sequence of (need, offer) as a sorted array without repeats, shape (n, 2)."""
    items = value.tolist() if isinstance(value, np.ndarray) else list(_sequence(name, value))
    for item in items:
        if not isinstance(item, (tuple, list, np.ndarray)) or len(item) != 2:
            raise ValueError(f"{name} must hold pairs (need, offer): {item!r}")
    if not items:
        return np.zeros((0, 2), dtype=np.int64)
    needs = _positions(name, [item[0] for item in items], shape[0])
    offers = _positions(name, [item[1] for item in items], shape[1])
    return np.unique(np.column_stack([needs, offers]), axis=0)


def _sequence(name: str, value: Any) -> Iterable[Any]:
    """Return the value where it is a sequence of things."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise ValueError(f"{name} must be a sequence: {value!r}")
    return value


def _positions(name: str, values: Any, length: int) -> Ints:
    """Read positions, each in range(length)."""
    found = []
    for value in _sequence(name, values):
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
            raise ValueError(f"{name} must hold integer positions: {value!r}")
        if not 0 <= value < length:
            raise ValueError(f"{name} has position {value}, outside 0 to {length - 1}")
        found.append(int(value))
    return np.array(found, dtype=np.int64)


def read_keys(name: str, keys: Any, length: int) -> Ints | None:
    """Return the caller's positions in the order of the keys, or None where they are in order."""
    if keys is None:
        return None
    listed = keys.tolist() if isinstance(keys, np.ndarray) else list(_sequence(name, keys))
    if len(listed) != length:
        raise ValueError(f"{name} has {len(listed)} keys for {length}")
    try:
        order = sorted(range(length), key=listed.__getitem__)
    except TypeError:
        # keys of several types have no order of their own: by type first, then as text
        order = sorted(range(length), key=lambda i: (type(listed[i]).__name__, str(listed[i])))
    except ValueError:
        raise ValueError(f"{name} must hold keys that have an order") from None
    ranked = np.array(order, dtype=np.int64)
    return None if (ranked == np.arange(length)).all() else ranked


def read_rules(rules: Any, shape: tuple[int, int]) -> tuple[Rule, ...]:
    """Read the rules; positions are checked, sorted and freed of repeats."""
    return tuple(_read_rule(rule, shape) for rule in _sequence("rules", rules))


def _read_rule(rule: Any, shape: tuple[int, int]) -> Rule:
    """Read one rule."""
    if isinstance(rule, BalanceRule):
        # two counts of needs never differ by more, nor two shares
        most = min(rule.at_most_difference, 1 if rule.as_share else shape[0] + abs(rule.ahead))
        groups = _group(rule.a, shape[0]), _group(rule.b, shape[0])
        return BalanceRule(*groups, most, rule.as_share, rule.ahead)
    if not isinstance(rule, GroupRule):
        raise ValueError(f"rules must hold GroupRule and BalanceRule: {rule!r}")
    return _read_group(rule, shape)


def _read_group(rule: GroupRule, shape: tuple[int, int]) -> GroupRule:
    """Read a rule over a group, and the one it is a share of."""
    least, most, n_pairs = rule.at_least, rule.at_most, shape[0] * shape[1]
    if rule.share_of is None:
        # bounds beyond all pairs say the same, and fit into 64 bits
        least = None if least is None else min(least, max(n_pairs + 1, LARGEST_COUNT))
        most = None if most is None else min(most, max(n_pairs, least or 0))
    return replace(
        rule,
        needs=None if rule.needs is None else _group(rule.needs, shape[0]),
        offers=None if rule.offers is None else _group(rule.offers, shape[1]),
        at_least=least,
        at_most=most,
        share_of=None if rule.share_of is None else _read_group(rule.share_of, shape),
    )


def _group(members: Any, length: int) -> Sequence[int]:
    """Read the members of a group."""
    return tuple(np.unique(_positions("rules", members, length)).tolist())


def read_number(name: str, value: Any) -> float:
    """Read a finite real number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (int, float, np.integer, np.floating)
    ):
        raise ValueError(f"{name} must be a number: {value!r}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large") from None
    if not np.isfinite(number):
        raise ValueError(f"{name} must be finite: {value!r}")
    return number


def read_units(grid: Any) -> float:
    """Return how many grid units make a score of 1."""
    step = read_number("grid", grid)
    if step <= 0 or not np.isfinite(1.0 / step):
        raise ValueError(f"grid must be above 0: {grid!r}")
    units = 1.0 / step
    # 1 / 1e-9 is not quite 1e9: take the whole number that was meant
    return float(round(units)) if units >= 1 and abs(units - round(units)) < 1e-6 * units else units


def least_units(least: float, units: float) -> float:
    """Return what a good pair is worth at least, in grid units."""
    return max(float(np.rint(np.clip(least * units, -LARGEST_SUM, LARGEST_SUM))), 1.0)


def to_grid(
    scores: NDArray[np.float64], units: float, shape: tuple[int, int], places: tuple[Ints, Ints]
) -> Ints:
    """Round scores once to integers of the grid; refuse what a 64-bit sum cannot hold."""
    if scores.size:
        largest = max(float(scores.max()), -float(scores.min())) * units
        check_sum(largest, shape, places)
    return np.rint(scores * units).astype(np.int64)


def check_sum(largest: float, shape: tuple[int, int], places: tuple[Ints, Ints]) -> None:
    """Refuse scores of which a 64-bit sum could not hold as many as there are places."""
    most = min(
        float(np.minimum(places[0], shape[1]).sum()), float(np.minimum(places[1], shape[0]).sum())
    )
    if not largest * max(most, 1.0) < LARGEST_SUM:
        raise ValueError("scores are too large for the grid: a sum would overflow 64 bits")


def read_instance(
    scores: Any,
    allowed: Any = None,
    need_places: Any = 1,
    offer_places: Any = 1,
    need_minimum: Any = 0,
    locked: Any = (),
    barred: Any = (),
    must_serve: Any = (),
    rules: Any = (),
    policy: Any = "total",
    minimum_score: Any = 0.0,
    need_keys: Any = None,
    offer_keys: Any = None,
    grid: Any = 1e-9,
    drop_useless: bool = True,
) -> Instance:
    """Check every argument by itself and build the instance, in the order of the keys.

    Raises
    ------
    ValueError
        If an argument is wrong by itself; the message starts with its name.
    """
    if policy not in POLICIES:
        raise ValueError(f"policy must be one of {', '.join(POLICIES)}: {policy!r}")
    units = read_units(grid)
    least = read_number("minimum_score", minimum_score)
    table = read_table(scores, allowed)
    shape = table.shape
    places = (
        read_places("need_places", need_places, shape[0]),
        read_places("offer_places", offer_places, shape[1]),
    )
    minimum = read_places("need_minimum", need_minimum, shape[0])
    must = np.zeros(shape[0], dtype=bool)
    must[_positions("must_serve", must_serve, shape[0])] = True
    locks, bars = read_pairs("locked", locked, shape), read_pairs("barred", barred, shape)
    weight = to_grid(table.score, units, shape, places)
    good = weight >= least_units(least, units)
    is_locked, stray = mark(table, locks)
    is_barred, _ = mark(table, bars)
    plain = Instance(
        n_needs=shape[0],
        n_offers=shape[1],
        need=table.need,
        offer=table.offer,
        weight=weight,
        good=good,
        locked=is_locked,
        barred=is_barred,
        need_places=places[0],
        offer_places=places[1],
        need_minimum=minimum,
        must=must,
        rules=read_rules(rules, shape),
        policy=policy,
        units=units,
        stray_locks=tuple((int(n), int(o)) for n, o in stray),
    )
    return _in_key_order(
        without_the_useless(plain) if drop_useless else plain,
        read_keys("need_keys", need_keys, shape[0]),
        read_keys("offer_keys", offer_keys, shape[1]),
    )


def mark(table: Table, pairs: Ints) -> tuple[Bools, Ints]:
    """Mark the given pairs in the list; return also those that are not in it."""
    marked = np.zeros(len(table.need), dtype=bool)
    if not len(pairs):
        return marked, pairs
    width = table.shape[1]
    codes = table.need.astype(np.int64) * width + table.offer
    wanted = pairs[:, 0] * width + pairs[:, 1]
    at = np.searchsorted(codes, wanted)
    inside = at < len(codes)
    inside[inside] = codes[at[inside]] == wanted[inside]
    marked[at[inside]] = True
    return marked, pairs[~inside]


def without_the_useless(instance: Instance) -> Instance:
    """Drop pairs that no demand could ever call for: they are never used."""
    if instance.rules:
        return instance
    wanted = (instance.good & ~instance.barred) | instance.locked
    has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
    demanding = (instance.must & ~has_lock) | (instance.need_minimum > 1)
    if demanding.any():
        wanted |= demanding[instance.need]
    if wanted.all():
        return instance
    return replace(instance.keep(wanted), left_out=instance.keep(~wanted))


def _in_key_order(instance: Instance, needs: Ints | None, offers: Ints | None) -> Instance:
    """Renumber needs and offers by the order of their keys."""
    if needs is None and offers is None:
        return instance
    need_order = np.arange(instance.n_needs) if needs is None else needs
    offer_order = np.arange(instance.n_offers) if offers is None else offers
    need_rank, offer_rank = _inverse(need_order), _inverse(offer_order)
    need, offer = need_rank[instance.need], offer_rank[instance.offer]
    by = np.lexsort((offer, need))
    moved = replace(
        instance.keep(by),
        need=need[by].astype(np.int32),
        offer=offer[by].astype(np.int32),
        need_places=instance.need_places[need_order],
        offer_places=instance.offer_places[offer_order],
        need_minimum=instance.need_minimum[need_order],
        must=instance.must[need_order],
        rules=tuple(_moved_rule(rule, need_rank, offer_rank) for rule in instance.rules),
        stray_locks=tuple(
            sorted((int(need_rank[n]), int(offer_rank[o])) for n, o in instance.stray_locks)
        ),
    )
    left_out = None if moved.left_out is None else _in_key_order(moved.left_out, needs, offers)
    return replace(moved, need_order=need_order, offer_order=offer_order, left_out=left_out)


def _inverse(order: Ints) -> Ints:
    """Return the rank of each position."""
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank


def _moved_rule(rule: Rule, needs: Ints, offers: Ints) -> Rule:
    """Renumber the members of a rule."""
    if isinstance(rule, BalanceRule):
        return replace(rule, a=_moved(rule.a, needs), b=_moved(rule.b, needs))
    return _moved_group(rule, needs, offers)


def _moved_group(rule: GroupRule, needs: Ints, offers: Ints) -> GroupRule:
    """Renumber the members of a rule over a group, and of the one it is a share of."""
    return replace(
        rule,
        needs=None if rule.needs is None else _moved(rule.needs, needs),
        offers=None if rule.offers is None else _moved(rule.offers, offers),
        share_of=None if rule.share_of is None else _moved_group(rule.share_of, needs, offers),
    )


def _moved(members: Sequence[int], rank: Ints) -> tuple[int, ...]:
    """Renumber positions, sorted."""
    return tuple(sorted(int(rank[member]) for member in members))
