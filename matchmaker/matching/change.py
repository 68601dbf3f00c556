"""What a coordinator may want to change in a round, before deciding whether to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from matchmaker.matching import canonical
from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings
from matchmaker.matching.soundness import LARGEST_COUNT

Pair = tuple[str, str]
"""Need key, offer key."""
_TABLES = ("weights", "parts", "context_minimum")
_SCALARS = ("policy", "minimum_score", "unknown_as", "keep", "keep_bonus", "tie_bonus")


@dataclass(frozen=True)
class Bound:
    """New bounds of a rule that is there already; None leaves one as it is."""

    rule: str
    """Its name, or `#k` for the k-th where it has none (`Settings.rule_names`)."""
    at_least: float | None = None
    at_most: float | None = None
    at_most_difference: float | None = None


@dataclass(frozen=True)
class Change:
    """Any number of changes to a round, made together; what is left out stays as it is.

    Examples
    --------
    >>> change = Change(lock=(("n1", "o1"),), minimum_score=0.3)
    >>> change.settings(Settings()).locked
    (('n1', 'o1'),)
    >>> Change.from_json(change.to_json()) == change
    True
    """

    lock: tuple[Pair, ...] = ()
    unlock: tuple[Pair, ...] = ()
    bar: tuple[Pair, ...] = ()
    unbar: tuple[Pair, ...] = ()
    tie: tuple[Pair, ...] = ()
    """Pairs to prefer."""
    untie: tuple[Pair, ...] = ()
    must_serve: tuple[str, ...] = ()
    need_not_serve: tuple[str, ...] = ()
    """Needs that stand in `must_serve` and shall not any more."""
    need_places: dict[str, int] = field(default_factory=dict)
    offer_places: dict[str, int] = field(default_factory=dict)
    """Key -> places from now on."""
    pause: tuple[str, ...] = ()
    """Offers that serve nobody for now: no place."""
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Category -> criterion -> weight; each category given must sum to 1."""
    parts: dict[str, dict[str, float]] = field(default_factory=dict)
    """Criterion -> part -> weight."""
    context_minimum: dict[str, float] = field(default_factory=dict)
    policy: str | None = None
    minimum_score: float | None = None
    unknown_as: str | None = None
    keep: tuple[Pair, ...] | None = None
    keep_bonus: float | None = None
    tie_bonus: float | None = None
    add_rules: tuple[GroupLimit, ...] = ()
    add_balances: tuple[BalanceLimit, ...] = ()
    drop_rules: tuple[str, ...] = ()
    """Names of rules and balances to leave out."""
    move_rules: tuple[Bound, ...] = ()

    def to_json(self) -> str:
        """Return canonical JSON of what is not left out."""
        nothing = Change()
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return canonical.dumps({k: v for k, v in given.items() if v != getattr(nothing, k)})

    @classmethod
    def from_json(cls, text: str) -> "Change":
        """Read what `to_json` wrote; raise ValueError naming what does not fit."""
        change: Change = canonical.load(cls, canonical.parse(text, "change"), "change")
        return change

    def settings(self, before: Settings) -> Settings:
        """Return the settings of the round with the changes made.

        Raises
        ------
        ValueError
            If a pair or need to be let go is not there, a rule is not known by its name, or the
            settings would be wrong by themselves.
        """
        given: dict[str, Any] = {
            name: getattr(self, name) for name in _SCALARS if getattr(self, name) is not None
        }
        for name in _TABLES:
            given[name] = {**getattr(before, name), **getattr(self, name)}
        given["locked"] = _moved("unlock", before.locked, self.unlock, self.lock)
        given["barred"] = _moved("unbar", before.barred, self.unbar, self.bar)
        given["tied"] = _moved("untie", before.tied, self.untie, self.tie)
        given["must_serve"] = _moved(
            "need_not_serve", before.must_serve, self.need_not_serve, self.must_serve
        )
        given["need_places"] = {**before.need_places, **self.need_places}
        given["offer_places"] = {**before.offer_places, **self._offer_places}
        rules, balances = self._rules(before)
        return replace(before, **given, rules=rules, balances=balances)

    def places(self, side: str, at: Mapping[str, int]) -> dict[int, int]:
        """Return position -> places from now on.

        Parameters
        ----------
        side : {'need', 'offer'}
        at : mapping of key to position

        Raises
        ------
        ValueError
            If a key is not known or a number of places is out of range.
        """
        asked = self._offer_places if side == "offer" else dict(self.need_places)
        for key, places in asked.items():
            if key not in at:
                raise ValueError(f"change {side}_places: there is no {side} {key!r}")
            if isinstance(places, bool) or not 0 <= places <= LARGEST_COUNT:
                raise ValueError(f"change {side}_places.{key}: expected 0 to {LARGEST_COUNT}")
        return {at[key]: places for key, places in asked.items()}

    @property
    def _offer_places(self) -> dict[str, int]:
        return {**self.offer_places, **dict.fromkeys(self.pause, 0)}

    def _rules(self, before: Settings) -> tuple[tuple[GroupLimit, ...], tuple[BalanceLimit, ...]]:
        names = before.rule_names
        for name in (*self.drop_rules, *(bound.rule for bound in self.move_rules)):
            if name not in names:
                raise ValueError(f"change: there is no rule {name!r}")
        dropped = set(self.drop_rules)
        moved = {bound.rule: bound for bound in self.move_rules}
        left = [
            _with_bounds(limit, moved[name]) if name in moved else limit
            for name, limit in zip(names, before.limits, strict=True)
            if name not in dropped
        ]
        rules = tuple(limit for limit in left if isinstance(limit, GroupLimit))
        balances = tuple(limit for limit in left if isinstance(limit, BalanceLimit))
        return (*rules, *self.add_rules), (*balances, *self.add_balances)


def _moved(name: str, before: tuple[Any, ...], gone: tuple[Any, ...], come: Any) -> tuple[Any, ...]:
    """Take some entries out, put others in; the same one twice counts once."""
    for entry in gone:
        if entry not in before:
            raise ValueError(f"change {name}: {entry!r} is not there")
    return tuple(dict.fromkeys((*(e for e in before if e not in gone), *come)))


def _with_bounds(limit: GroupLimit | BalanceLimit, bound: Bound) -> GroupLimit | BalanceLimit:
    given = {name: value for name, value in vars(bound).items() if name != "rule"}
    given = {name: value for name, value in given.items() if value is not None}
    for name in given:
        if not hasattr(limit, name):
            raise ValueError(f"change move_rules: rule {bound.rule!r} has no {name}")
    return replace(limit, **given)
