"""Let go of one demand in the settings of a round, as a failed solve proposed it."""

from dataclasses import replace
from typing import Any

from matchmaker.matching import canonical
from matchmaker.matching.settings import Settings

IN_SETTINGS = frozenset(
    {"unlock", "need_not_serve", "at_least", "at_most", "at_most_difference", "drop_rule"}
)
"""Changes that the settings of a round hold; pairs stay ruled out, for people declined them."""


def is_in_settings(relaxation: dict[str, Any]) -> bool:
    """Tell whether a stored change can be made in the settings."""
    change, wanted = relaxation["change"], relaxation["wanted"]
    return change in IN_SETTINGS and (wanted is not None or not change.startswith("at_"))


def code_of(relaxation: dict[str, Any]) -> str:
    """Return what names a stored change in a form; no secret."""
    told = {name: relaxation[name] for name in ("conflict", "change", "wanted")}
    return canonical.digest(told)[:32]


def let_go(settings: Settings, relaxation: dict[str, Any]) -> Settings:
    """Return the settings without a demand, or with its bound moved.

    Raises
    ------
    ValueError
        If the settings hold no such demand any more, or several rules of its name.
    """
    conflict, change = relaxation["conflict"], relaxation["change"]
    if change == "unlock":
        pair = (conflict["need"], conflict["offer"])
        return replace(settings, locked=_without(settings.locked, pair))
    if change == "need_not_serve":
        return replace(settings, must_serve=_without(settings.must_serve, conflict["need"]))
    if settings.rule_names.count(conflict["rule"]) != 1:
        raise ValueError("no rule, or several, of this name")
    at = settings.rule_names.index(conflict["rule"])
    if at < len(settings.rules):
        return replace(settings, rules=_moved(settings.rules, at, relaxation))
    at -= len(settings.rules)
    return replace(settings, balances=_moved(settings.balances, at, relaxation))


def _moved(rules: tuple[Any, ...], at: int, relaxation: dict[str, Any]) -> tuple[Any, ...]:
    """Return the rules without one of them, or with its bound moved."""
    change = relaxation["change"]
    moved = () if change == "drop_rule" else (replace(rules[at], **{change: relaxation["wanted"]}),)
    return (*rules[:at], *moved, *rules[at + 1 :])


def _without(members: tuple[Any, ...], member: Any) -> tuple[Any, ...]:
    found = list(members)
    found.remove(member)
    return tuple(found)
