"""Floors, caps and evenness by group in words."""

from flask_babel import gettext

from matchmaker.exchange.clash_sentences import AT_LEAST, AT_MOST, COUNTS
from matchmaker.rounds.floors import Bound, Floor, GroupKind
from matchmaker.vocabulary import Category, MunicipalityKind
from matchmaker.web import showing


def group_text(code: str) -> str:
    """Say which needs or offers a group holds."""
    kind, _, name = code.partition(":")
    return str(gettext(GroupKind(kind).label, name=_name(kind, name)))


def rule_text(floor: Floor) -> str:
    """Say which rule this is, without its number."""
    if not floor.other:
        return group_text(floor.group)
    groups = {"a": group_text(floor.group), "b": group_text(floor.other)}
    return str(gettext("Even: %(a)s / %(b)s", **groups))


def floor_text(floor: Floor) -> str:
    """Say what is asked: of which group, what is counted, and how many."""
    number = gettext(
        AT_LEAST if floor.bound == Bound.AT_LEAST else AT_MOST,
        number=showing.show_number(floor.number, 0),
    )
    counted = COUNTS["balance" if floor.bound == Bound.EVEN else floor.count]
    text = f"{rule_text(floor)} – {gettext(counted, bound=number)}"
    return f"{text}; {_before(floor)}" if floor.counts_before else text


def _before(floor: Floor) -> str:
    """Say how the two groups stood before the round."""
    if not floor.ahead:
        return gettext("counting what was served before: as much of the one as of the other")
    more = floor.group if floor.ahead > 0 else floor.other
    return gettext(
        "counting what was served before: %(n)s more of “%(group)s”",
        n=showing.show_number(abs(floor.ahead), 0),
        group=group_text(more),
    )


def _name(kind: str, code: str) -> str:
    if kind.endswith("_country"):
        return showing.country_name(code)
    if kind.endswith("_category"):
        return showing.code_label(code, Category)
    if kind.endswith("_topic"):
        return showing.topic_label(code)
    if kind == GroupKind.NEED_KIND:
        return showing.code_label(code, MunicipalityKind)
    return code
