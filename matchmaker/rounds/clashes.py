"""What a round's page tells of demands that clash, and of needs that compete for offers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import get_locale, gettext, ngettext
from sqlalchemy.orm import Session

from matchmaker.exchange.clash_sentences import (
    clash_sentence,
    demand_lines,
    freed_sentence,
    group_sentence,
    is_counted,
    promise,
    way_sentence,
)
from matchmaker.exchange.proof_sentences import proof_sentence
from matchmaker.exchange.words import Name, Words
from matchmaker.matching.certificate import Certificate
from matchmaker.matching.clashes import keys_named
from matchmaker.models import Need, Offer
from matchmaker.proposals.queries import needs_by_key, offers_by_key
from matchmaker.proposals.wording import isolated
from matchmaker.rounds.floor_wording import rule_text
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.letting_go import code_of, is_in_settings
from matchmaker.vocabulary import N_
from matchmaker.web import showing

FOLDED_BEYOND = 5
"""Longer lists of needs or offers are folded."""
_OF_NEED = N_(
    "Only the asking municipality can change its need. "
    "Then let needs and offers go, and take them in again."
)
HINTS: dict[str, str] = {
    "unbar": N_("This pair is under way, or one of the two declined it before."),
    "offer_places": N_(
        "Only the helping municipality can change its offer. "
        "Then let needs and offers go, and take them in again."
    ),
    "need_places": _OF_NEED,
    "need_minimum": _OF_NEED,
}
"""Why a change is not to be made here."""


class SiteWords(Words):
    """Sentences in the reader's language."""

    def __init__(self, needs: Mapping[str, Need], offers: Mapping[str, Offer]) -> None:
        super().__init__(_names(needs), _names(offers))

    def rule(self, name: str) -> str:
        """Name a floor, a cap or evenness by its groups; another rule as it is called."""
        floor = Floor.named(name)
        return self.isolated(name if floor is None else rule_text(floor))

    def say(self, message: str, **values: object) -> str:
        """Translate and fill in a message."""
        return str(gettext(message, **values))

    def count(self, messages: tuple[str, str], n: int, **values: object) -> str:
        """Translate and fill in the message for so many."""
        return str(ngettext(*messages, n, **{"n": self.counted(n), **values}))

    @property
    def locale(self) -> str:
        """The reader's language."""
        return str(get_locale() or "en")

    def number(self, value: float, digits: int = 3) -> str:
        """Show a number as the reader writes it."""
        return showing.show_number(value, digits)

    def percent(self, share: float) -> str:
        """Show a share as the reader writes it."""
        return f"{showing.show_number(100 * share, 1)}\u00a0%"

    def isolated(self, name: str) -> str:
        """Let a name run its own way."""
        return isolated(name)


@dataclass(frozen=True)
class Group:
    """Needs that compete for offers, ready to be shown."""

    sentence: str
    needs: list[Need]
    offers: list[Offer]
    more_needs: int
    """How many needs are not listed."""
    more_offers: int

    @property
    def folded(self) -> bool:
        """Whether the lists are long."""
        return max(len(self.needs), len(self.offers)) > FOLDED_BEYOND


@dataclass(frozen=True)
class Way:
    """One change that would help, ready to be shown."""

    text: str
    freed: str
    code: str = ""
    """What the button sends; empty where the change is not to be made in the settings."""
    need: Need | None = None
    offer: Offer | None = None
    """Whose page it is changed on."""
    hint: str = ""


@dataclass(frozen=True)
class Clash:
    """Demands that clash, ready to be shown."""

    sentence: str
    promise: str
    demands: list[str] = field(default_factory=list)
    """Each demand by itself, where the sentence only counts them."""
    more_demands: int = 0
    groups: list[Group] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    more_ways: int = 0


def clash_of(session: Session, failure: dict[str, Any] | None) -> Clash | None:
    """Return what is told of a failed solve; None where its end was another one."""
    if not failure or "relaxations" not in failure:
        return None
    needs = needs_by_key(session, keys_named(failure, "need"))
    offers = offers_by_key(session, keys_named(failure, "offer"))
    words = SiteWords(needs, offers)
    return Clash(
        sentence=clash_sentence(failure, words),
        promise=promise(failure, words),
        demands=demand_lines(failure, words) if is_counted(failure) else [],
        more_demands=failure["n_conflicts"] - len(failure["conflicts"]),
        groups=[_group(group, needs, offers, words) for group in failure["shortages"]],
        ways=[_way(one, needs, offers, words) for one in failure["relaxations"]],
        more_ways=failure["n_relaxations"] - len(failure["relaxations"]),
    )


def groups_of(session: Session, stored: Iterable[dict[str, Any]]) -> list[Group]:
    """Return the groups of needs of a solved round that compete for too few places."""
    stored = list(stored)
    needs = needs_by_key(session, {key for group in stored for key in group["needs"]})
    offers = offers_by_key(session, {key for group in stored for key in group["offers"]})
    words = SiteWords(needs, offers)
    return [_group(group, needs, offers, words) for group in stored]


def proof_text(summary: dict[str, Any]) -> str:
    """Say how sure it is that the stored result is the best."""
    stored = summary.get("certificate")
    if stored is None:  # a result stored before certificates were
        code = "proven" if summary["optimal"] else "total"
        stored = {"code": code, "at_most": summary["gap"], "stopped": summary["stopped"]}
    return proof_sentence(Certificate(**stored), summary["total"], SiteWords({}, {}))


def _group(
    group: dict[str, Any], needs: Mapping[str, Need], offers: Mapping[str, Offer], words: Words
) -> Group:
    return Group(
        sentence=group_sentence(group, words),
        needs=[needs[key] for key in group["needs"] if key in needs],
        offers=[offers[key] for key in group["offers"] if key in offers],
        more_needs=group["n_needs"] - len(group["needs"]),
        more_offers=group["n_offers"] - len(group["offers"]),
    )


def _way(
    one: dict[str, Any], needs: Mapping[str, Need], offers: Mapping[str, Offer], words: Words
) -> Way:
    conflict, change = one["conflict"], one["change"]
    in_settings = is_in_settings(one)
    return Way(
        text=way_sentence(one, words),
        freed=_capital(freed_sentence(one, words)),
        code=code_of(one) if in_settings else "",
        need=needs.get(conflict["need"]) if change in ("need_places", "need_minimum") else None,
        offer=offers.get(conflict["offer"]) if change == "offer_places" else None,
        hint=gettext(HINTS[change]) if change in HINTS else "",
    )


def _capital(clause: str) -> str:
    """Begin a clause with a capital letter."""
    return clause[:1].upper() + clause[1:]


def _names(rows: Mapping[str, Any]) -> dict[str, Name]:
    return {key: Name(showing.side_name(row), showing.side_title(row)) for key, row in rows.items()}
