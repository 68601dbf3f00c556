"""Floors, caps and evenness by group: what a coordinator asks for, and the rules it becomes.

A round that is open knows no needs yet, so what is asked for names a group by codes ("needs from
Bosnia"). Over a frozen input it becomes a rule of matching, which names needs and offers by key:
so the stored settings give the same pairs anywhere.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings
from matchmaker.safeguards.even_queries import Asked, served_in
from matchmaker.vocabulary import N_, Code

MOST_FLOORS = 20
Members = Callable[[str], tuple[str, ...]]
"""Gives the keys of a group."""
LARGEST = 100_000


class Bound(Code):
    """How a group is bounded."""

    AT_LEAST = "at_least", N_("At least (a floor)")
    AT_MOST = "at_most", N_("At most (a cap)")
    EVEN = "even", N_("Differ by at most")


class Counted(Code):
    """What is counted of a group."""

    NEEDS = "needs", N_("Needs that are served")
    PAIRS = "pairs", N_("Pairs")
    OFFERS = "offers", N_("Offers that are used")


class GroupKind(Code):
    """By what needs or offers are grouped."""

    NEEDS = "needs", N_("All needs")
    NEED_SIDE = "need_side", N_("Needs of one side: %(name)s")
    NEED_COUNTRY = "need_country", N_("Needs from one country: %(name)s")
    NEED_CATEGORY = "need_category", N_("Needs of one kind of help: %(name)s")
    NEED_TOPIC = "need_topic", N_("Needs with one topic: %(name)s")
    NEED_KIND = "need_kind", N_("Needs of one kind of municipality: %(name)s")
    NEED_NEW = "need_new", N_("Needs of municipalities without any partner yet")
    OFFER_COUNTRY = "offer_country", N_("Offers from one country: %(name)s")
    OFFER_CATEGORY = "offer_category", N_("Offers of one kind of help: %(name)s")
    OFFER_TOPIC = "offer_topic", N_("Offers with one topic: %(name)s")


@dataclass(frozen=True)
class Floor:
    """A floor or a cap for one group, or evenness between two; the first names it among others."""

    bound: str
    count: str
    group: str
    """Kind of the group and its code: `need_country:BA`."""
    number: int
    other: str = ""
    """The second group, where two shall be even."""
    counts_before: bool = False
    """Whether what was served before the round counts with the difference."""
    ahead: int = 0
    """How many needs more of the first group than of the other were served before."""

    @property
    def name(self) -> str:
        """What the rule is called in the settings of matching: the same whatever its number."""
        groups = f"{self.group} / {self.other}" if self.other else self.group
        return f"{self.bound} {self.count} {groups}"

    @classmethod
    def named(cls, name: str, number: int = 0) -> "Floor | None":
        """Return what a rule of this name asks for; None where the name is another one's."""
        bound, _, rest = name.partition(" ")
        count, _, groups = rest.partition(" ")
        group, _, other = groups.partition(" / ")
        known = {one.value for one in Bound}, {one.value for one in Counted}
        if bound not in known[0] or count not in known[1] or not is_group(group):
            return None
        if (bound == Bound.EVEN) != bool(other) or (other and not is_group(other)):
            return None
        return cls(bound, count, group, number, other)


def is_group(code: str) -> bool:
    """Tell whether a code names a group."""
    return code.partition(":")[0] in {one.value for one in GroupKind}


def stored(floors: Iterable[Floor]) -> list[dict[str, Any]]:
    """Return floors as a row keeps them."""
    return [asdict(floor) for floor in floors]


def read(rows: Iterable[dict[str, Any]]) -> tuple[Floor, ...]:
    """Return the floors that a row keeps."""
    return tuple(Floor(**row) for row in rows)


def bound_over(settings: Settings, floors: Iterable[Floor], snapshot: str | None) -> Settings:
    """Return the settings with these floors as rules over a frozen input, in place of others.

    Rules that are no floors stay. Without an input there is nothing that a rule could name.
    """
    rules = [rule for rule in settings.rules if Floor.named(rule.name) is None]
    balances = [rule for rule in settings.balances if Floor.named(rule.name) is None]
    floors = tuple(floors)
    if not snapshot or not floors:
        return replace(settings, rules=tuple(rules), balances=tuple(balances))
    members = _members(json.loads(snapshot))
    for floor in floors:
        if floor.bound == Bound.EVEN:
            balances.append(_even(floor, members))
        else:
            rules.append(_limit(floor, members))
    return replace(settings, rules=tuple(rules), balances=tuple(balances))


def _even(floor: Floor, members: Members) -> BalanceLimit:
    a, b = members(floor.group), members(floor.other)
    ahead = floor.ahead if floor.counts_before else 0
    return BalanceLimit(a, b, at_most_difference=floor.number, name=floor.name, ahead=ahead)


def _limit(floor: Floor, members: Members) -> GroupLimit:
    keys = None if floor.group == GroupKind.NEEDS else members(floor.group)
    of_offers = floor.group.startswith("offer_")
    return GroupLimit(
        needs=None if of_offers else keys,
        offers=keys if of_offers else None,
        count=floor.count,
        at_least=floor.number if floor.bound == Bound.AT_LEAST else None,
        at_most=floor.number if floor.bound == Bound.AT_MOST else None,
        name=floor.name,
    )


def can_count_before(group: str) -> bool:
    """Tell whether what was served before is counted of a group: of sides and of countries."""
    return group.partition(":")[0] in (GroupKind.NEED_SIDE, GroupKind.NEED_COUNTRY)


def with_leads(floors: Iterable[Floor], found: Sequence[Asked]) -> tuple[Floor, ...]:
    """Return the floors with what was served before, where it counts."""
    return tuple(
        replace(floor, ahead=served_in(found, floor.group) - served_in(found, floor.other))
        if floor.counts_before
        else floor
        for floor in floors
    )


def left_of(floors: Iterable[Floor], settings: Settings) -> tuple[Floor, ...]:
    """Return the floors as the rules of some settings have them: with their bounds, without those
    that were dropped."""
    limits = dict(zip(settings.rule_names, settings.limits, strict=True))
    numbers = {"at_least": "at_least", "at_most": "at_most", "even": "at_most_difference"}
    return tuple(
        replace(floor, number=int(getattr(limits[floor.name], numbers[floor.bound])))
        for floor in floors
        if floor.name in limits
    )


def _members(data: dict[str, Any]) -> Members:
    """Return what gives the keys of a group, from the frozen input as it is stored."""
    towns = {town["key"]: town for town in data["towns"]}
    known = {key for tie in data["ties"] for key in (tie["a"], tie["b"])}

    def codes_of(record: dict[str, Any], side: str) -> Iterable[str]:
        town = towns[record["town"]]
        yield f"{side}_country:{town['country']}"
        yield f"{side}_category:{record['category']}"
        yield from (f"{side}_topic:{topic['topic']}" for topic in record["topics"])
        if side == "need":
            yield GroupKind.NEEDS.value
            yield f"need_kind:{'temporary' if town['temporary'] else 'elected'}"
            yield from (f"need_side:{one}".lower() for one in record["sides"])
            if record["town"] not in known:
                yield GroupKind.NEED_NEW.value

    found: dict[str, list[str]] = {}
    for side in ("need", "offer"):
        for record in data[f"{side}s"]:
            for code in set(codes_of(record, side)):
                found.setdefault(code, []).append(record["key"])

    def members(group: str) -> tuple[str, ...]:
        group = group.lower() if group.startswith("need_side:") else group
        return tuple(sorted(found.get(group, ())))

    return members
