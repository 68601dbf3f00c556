"""What a coordinator decides of a round: weights, limits, policy, pins; frozen and stored."""

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matchmaker.matching import canonical
from matchmaker.vocabulary import Category, Criterion, Depth, Part, Policy, UnknownAs

PARTS: dict[Criterion, tuple[Part, ...]] = {
    Criterion.EXPERTISE: (Part.TOPICS, Part.EXPERIENCE),
    Criterion.CONTEXT: (
        Part.TIES,
        Part.AREA_WORK,
        Part.FIELD_STAFF,
        Part.AREA_LANGUAGES,
        Part.SHARED_PARTNERS,
        Part.SIZE,
    ),
    Criterion.AVAILABILITY: (
        Part.WINDOW,
        Part.EFFORT,
        Part.DELIVERY,
        Part.MANDATE,
        Part.COMMITMENT,
        Part.LEARNING,
        Part.LEADERSHIP,
    ),
}
"""Which named parts each criterion is made of, in the order they are shown."""
LATER_PARTS = frozenset({Part.LEARNING, Part.LEADERSHIP})
"""Parts that came after rounds were stored; their weights stand on top of the others
(`more_parts`). They are asked only where both sides said something: elsewhere a pair, its
explanation and its digests are what they were before there was such a part."""
LARGEST_BONUS = 10.0
"""Above any loss that keeping one pair could cost in practice; a lock is the way to be certain."""
LARGEST_BOUND = 1_000_000_000
"""Of a rule: no round has so many pairs."""


def _default_weights() -> dict[str, dict[str, float]]:
    return {
        "lobby": {"expertise": 0.30, "context": 0.35, "availability": 0.35},
        "project": {"expertise": 0.50, "context": 0.25, "availability": 0.25},
        "dialogue": {"expertise": 0.25, "context": 0.50, "availability": 0.25},
    }


def _default_parts() -> dict[str, dict[str, float]]:
    return {
        "expertise": {"topics": 0.75, "experience": 0.25},
        "context": {
            "ties": 0.30,
            "area_work": 0.25,
            "field_staff": 0.15,
            "area_languages": 0.15,
            "shared_partners": 0.10,
            "size": 0.05,
        },
        "availability": {
            "window": 0.30,
            "effort": 0.20,
            "delivery": 0.20,
            "mandate": 0.20,
            "commitment": 0.10,
        },
    }


def _default_more_parts() -> dict[str, float]:
    return {"learning": 0.10, "leadership": 0.10}


def _default_context_minimum() -> dict[str, float]:
    return {"atmosphere": 0.0, "heart": 0.3}


@dataclass(frozen=True)
class GroupLimit:
    """A group rule by keys: bounds on the pairs, needs or offers inside a group."""

    needs: tuple[str, ...] | None = None
    """Keys of needs; None = all."""
    offers: tuple[str, ...] | None = None
    count: str = "pairs"
    at_least: float | None = None
    at_most: float | None = None
    share_of: "GroupShare | None" = None
    """None: bounds are whole numbers. Else: shares of what that group counts."""
    name: str = ""
    """What a coordinator calls the rule."""


@dataclass(frozen=True)
class GroupShare:
    """The whole that a share refers to."""

    needs: tuple[str, ...] | None = None
    offers: tuple[str, ...] | None = None
    count: str = "pairs"


@dataclass(frozen=True)
class BalanceLimit:
    """Even-handedness by keys: the needs served in two groups differ by at most so much."""

    a: tuple[str, ...]
    b: tuple[str, ...]
    at_most_difference: float = 1
    as_share: bool = False
    name: str = ""
    ahead: int = field(default=0, metadata=canonical.LATER)
    """How many needs more of group a than of b were served before; counts with the difference."""


@dataclass(frozen=True)
class Settings:
    """The settings of a round; the same settings and snapshot give the same result."""

    weights: dict[str, dict[str, float]] = field(default_factory=_default_weights)
    """Category -> criterion -> weight; each category sums to 1."""
    parts: dict[str, dict[str, float]] = field(default_factory=_default_parts)
    """Criterion -> part -> weight; each criterion sums to 1."""
    context_minimum: dict[str, float] = field(default_factory=_default_context_minimum)
    """Least context knowledge for each depth of dialogue, in [0, 1]."""
    policy: str = "total"
    minimum_score: float = 0.25
    """Below it a pair is not good enough to be proposed."""
    unknown_as: str = "renormalised"
    locked: tuple[tuple[str, str], ...] = ()
    """(need key, offer key) that must be matched."""
    barred: tuple[tuple[str, str], ...] = ()
    must_serve: tuple[str, ...] = ()
    rules: tuple[GroupLimit, ...] = ()
    balances: tuple[BalanceLimit, ...] = ()
    seed: int = 0
    time_limit: float | None = None
    """Seconds for the solver; None = until proven."""
    keep: tuple[tuple[str, str], ...] = field(default=(), metadata=canonical.LATER)
    """(need key, offer key) agreed earlier, which should stay where that costs little."""
    keep_bonus: float = field(default=0.1, metadata=canonical.LATER)
    """What keeping one of them is worth, in score units: added to the score of each such pair that
    is good enough, while choosing only."""
    tied: tuple[tuple[str, str], ...] = field(default=(), metadata=canonical.LATER)
    """(need key, offer key) that a coordinator prefers, where that costs little."""
    tie_bonus: float = field(default=0.05, metadata=canonical.LATER)
    """What having one of them is worth, in score units; otherwise as `keep_bonus`."""
    need_places: dict[str, int] = field(default_factory=dict, metadata=canonical.LATER)
    """Need key -> places in place of those of the snapshot; 0 leaves the need out."""
    offer_places: dict[str, int] = field(default_factory=dict, metadata=canonical.LATER)
    more_parts: dict[str, float] = field(
        default_factory=_default_more_parts, metadata=canonical.LATER
    )
    """Weights of `LATER_PARTS`, on top of `parts`: 0.1 is a tenth of all the others together."""

    def __post_init__(self) -> None:
        """Refuse settings that are wrong by themselves."""
        _check_table("weights", self.weights, {c.value: list(Criterion) for c in Category})
        _check_table("parts", self.parts, {c.value: _first_parts(c) for c in PARTS})
        _check_weights("more_parts", self.more_parts, sorted(LATER_PARTS))
        for depth in Depth:
            _check_share(f"context_minimum.{depth}", self.context_minimum.get(depth.value))
        if set(self.context_minimum) != {depth.value for depth in Depth}:
            raise ValueError("context_minimum: expected atmosphere and heart, nothing else")
        _check_code("policy", self.policy, Policy)
        _check_code("unknown_as", self.unknown_as, UnknownAs)
        _check_share("minimum_score", self.minimum_score)
        for name in ("keep_bonus", "tie_bonus"):
            _check_bonus(name, getattr(self, name))
        for name in ("locked", "barred", "keep", "tied"):
            pairs = getattr(self, name)
            if len(set(pairs)) != len(pairs):
                raise ValueError(f"{name}: the same pair stands twice")
        for name in ("need_places", "offer_places"):
            _check_places(name, getattr(self, name))
        if not 0 <= self.seed < 2**63:
            raise ValueError("seed: expected a whole number from 0 to 2^63 - 1")
        _check_bounds(self.rules, self.balances)
        if self.time_limit is not None and not 0 < self.time_limit < math.inf:
            raise ValueError("time_limit: expected a number of seconds above 0")

    @property
    def limits(self) -> tuple[GroupLimit | BalanceLimit, ...]:
        """The rules, and after them the balances."""
        return (*self.rules, *self.balances)

    def part_weights(self, kind: Criterion) -> dict[str, float]:
        """Return the weight of each part of a criterion, those that came later among them."""
        later = [part.value for part in PARTS[kind] if part in LATER_PARTS]
        return {**self.parts[kind.value], **{part: self.more_parts[part] for part in later}}

    @property
    def preferred(self) -> tuple[tuple[str, str], ...]:
        """The pairs that weigh more while choosing, each once: to keep, and preferred by hand."""
        return tuple(dict.fromkeys((*self.keep, *self.tied)))

    @property
    def bonuses(self) -> dict[tuple[str, str], float]:
        """What each of `preferred` is worth on top of its score; those worth nothing left out."""
        found = dict.fromkeys(self.preferred, 0.0)
        for pairs, bonus in ((self.keep, self.keep_bonus), (self.tied, self.tie_bonus)):
            for pair in pairs:
                found[pair] += bonus
        return {pair: bonus for pair, bonus in found.items() if bonus}

    @property
    def rule_names(self) -> tuple[str, ...]:
        """What each of `limits` is called; `#k` for the k-th where it has no name."""
        return tuple(limit.name or f"#{k + 1}" for k, limit in enumerate(self.limits))

    def to_json(self) -> str:
        """Return canonical JSON."""
        return canonical.dumps(self)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return canonical.digest(self)

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """Read what `to_json` wrote."""
        return cls.from_data(canonical.parse(text, "settings"))

    @classmethod
    def from_toml(cls, text: str) -> "Settings":
        """Read a settings file; what it leaves out keeps its default."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"settings: not TOML: {error}") from None
        except RecursionError:
            raise ValueError(f"settings: not TOML that can be read: {canonical.TOO_DEEP}") from None
        except ValueError:
            raise ValueError(f"settings: not TOML that can be read: {canonical.TOO_LONG}") from None
        return cls.from_data(data)

    @classmethod
    def from_data(cls, data: object) -> "Settings":
        """Build settings from parsed JSON or TOML.

        Weights may be given for one category only, the least knowledge of the context for one
        depth only.
        """
        if isinstance(data, Mapping):
            data = dict(data)
            defaults: tuple[tuple[str, dict[str, Any]], ...] = (
                ("weights", _default_weights()),
                ("parts", _default_parts()),
                ("context_minimum", _default_context_minimum()),
                ("more_parts", _default_more_parts()),
            )
            for name, default in defaults:
                if isinstance(data.get(name), Mapping):
                    data[name] = {**default, **data[name]}
        settings: Settings = canonical.load(cls, data, "settings")
        return settings

    def to_toml(self) -> str:
        """Return a settings file with every value written out (scalars and weights)."""
        lines = [
            f'policy = "{self.policy}"',
            f"minimum_score = {float(self.minimum_score)}",
            f'unknown_as = "{self.unknown_as}"',
            f"seed = {self.seed}",
            *([] if self.time_limit is None else [f"time_limit = {float(self.time_limit)}"]),
            f"locked = {json.dumps(self.locked)}",
            f"barred = {json.dumps(self.barred)}",
            f"must_serve = {json.dumps(self.must_serve)}",
            *([f"keep = {json.dumps(self.keep)}"] if self.keep else []),
            f"keep_bonus = {float(self.keep_bonus)}",
            *([f"tied = {json.dumps(self.tied)}"] if self.tied else []),
            f"tie_bonus = {float(self.tie_bonus)}",
        ]
        tables = {f"weights.{name}": table for name, table in self.weights.items()}
        tables |= {f"parts.{name}": table for name, table in self.parts.items()}
        tables["context_minimum"] = self.context_minimum
        tables["more_parts"] = self.more_parts
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {float(v)}" for key, v in table.items())]
        for name in ("need_places", "offer_places"):
            places = getattr(self, name)
            if places:
                lines += ["", f"[{name}]", *(f"{json.dumps(k)} = {n}" for k, n in places.items())]
        for kind in ("rules", "balances"):
            for rule in getattr(self, kind):
                lines += ["", f"[[{kind}]]", *_toml_rule(canonical.plain(rule))]
        return "\n".join(lines) + "\n"


def _toml_rule(data: dict) -> list[str]:
    lines = []
    for key, value in data.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{k} = {json.dumps(v)}" for k, v in value.items() if v is not None)
            lines.append(f"{key} = {{ {inner} }}")
        elif value is not None:
            lines.append(f"{key} = {json.dumps(value)}")
    return lines


def _check_table(name: str, table: dict, expected: Mapping[str, list]) -> None:
    if set(table) != set(expected):
        raise ValueError(f"{name}: expected {', '.join(expected)}")
    for row, columns in expected.items():
        weights = table[row]
        _check_weights(f"{name}.{row}", weights, columns)
        if abs(math.fsum(weights.values()) - 1) > 1e-9:
            raise ValueError(f"{name}.{row}: the weights must sum to 1")


def _check_weights(name: str, weights: Mapping[str, float], expected: list) -> None:
    if set(weights) != {str(column) for column in expected}:
        raise ValueError(f"{name}: expected {', '.join(str(c) for c in expected)}")
    for column, weight in weights.items():
        if isinstance(weight, bool) or not math.isfinite(weight) or weight < 0:
            raise ValueError(f"{name}.{column}: expected a weight of 0 or more")


def _first_parts(kind: Criterion) -> list[Part]:
    return [part for part in PARTS[kind] if part not in LATER_PARTS]


def _check_bonus(name: str, bonus: float) -> None:
    if isinstance(bonus, bool) or not 0 <= bonus <= LARGEST_BONUS:
        raise ValueError(f"{name}: expected a number from 0 to {LARGEST_BONUS:g}")


def _check_places(name: str, places: Mapping[str, int]) -> None:
    for key, count in places.items():
        if isinstance(count, bool) or not 0 <= count <= LARGEST_BOUND:
            raise ValueError(f"{name}.{key}: expected a number from 0 to {LARGEST_BOUND:,}")


def _check_bounds(rules: tuple[GroupLimit, ...], balances: tuple[BalanceLimit, ...]) -> None:
    bounds = [
        *((f"rules[{k}].at_least", rule.at_least) for k, rule in enumerate(rules)),
        *((f"rules[{k}].at_most", rule.at_most) for k, rule in enumerate(rules)),
        *(
            (f"balances[{k}].at_most_difference", balance.at_most_difference)
            for k, balance in enumerate(balances)
        ),
    ]
    for name, bound in bounds:
        if bound is not None and not 0 <= bound <= LARGEST_BOUND:
            raise ValueError(f"{name}: expected a number from 0 to {LARGEST_BOUND:,}")


def _check_share(name: str, value: float | None) -> None:
    if value is None or isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError(f"{name}: expected a number from 0 to 1")


def _check_code(name: str, value: str, codes: type[Policy] | type[UnknownAs]) -> None:
    if value not in {code.value for code in codes}:
        known = ", ".join(code.value for code in codes)
        raise ValueError(f"{name}: expected one of {known}, found {value!r}")
