"""What the file job says of clashing demands and of a result, line by line, in English."""

from typing import Any

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
from matchmaker.exchange.proposals import Names
from matchmaker.exchange.words import Name, Words
from matchmaker.matching.clashes import MOST_COMPETITIONS, competition_told
from matchmaker.matching.result import Result

WHERE: dict[str, str] = {
    "unlock": "settings: locked",
    "unbar": "settings: barred",
    "need_not_serve": "settings: must_serve",
    "drop_rule": "settings: rules",
    "at_least": "settings: rules",
    "at_most": "settings: rules",
    "at_most_difference": "settings: balances",
    "offer_places": "offers file: places",
    "need_places": "needs file: places",
    "need_minimum": "needs file: minimum",
}
"""Where each change is made."""


def words_of(names: Names) -> Words:
    """Return words that name the rows of the files."""
    needs = {key: Name(names.town(need), key) for key, need in names.needs.items()}
    offers = {key: Name(names.town(offer), key) for key, offer in names.offers.items()}
    return Words(needs, offers)


def clash_lines(told: dict[str, Any], names: Names) -> list[str]:
    """Say which demands clash, who competes for what, and what would do."""
    words = words_of(names)
    lines = ["These demands cannot be met together:", clash_sentence(told, words)]
    if is_counted(told):
        lines += [f"- {line}" for line in demand_lines(told, words)]
        lines += _more(told["n_conflicts"] - len(told["conflicts"]))
    lines.append(promise(told, words))
    for group in told["shortages"]:
        lines += group_lines(group, words)
    if told["relaxations"]:
        lines.append("What each single change would free, best first:")
    for number, one in enumerate(told["relaxations"], 1):
        where = WHERE[one["change"]]
        way, freed = way_sentence(one, words), freed_sentence(one, words)
        lines.append(f"{number}. {way}: {freed} ({where})")
    return lines + _more(told["n_relaxations"] - len(told["relaxations"]))


def group_lines(group: dict[str, Any], words: Words) -> list[str]:
    """Say who competes for which offers."""
    lines = [group_sentence(group, words)]
    for side, label, name in (("needs", "Needs", words.need), ("offers", "Offers", words.offer)):
        words.begin()
        listed = ", ".join(name(key) for key in group[side])
        beyond = group[f"n_{side}"] - len(group[side])
        if listed:
            lines.append(f"  {label}: {listed}{f', and {beyond} more' if beyond else ''}")
    return lines


def summary_lines(result: Result, names: Names) -> list[str]:
    """Say what came out, how sure it is that this is the best, and who competed."""
    words = words_of(names)
    groups = [competition_told(one) for one in result.competitions[:MOST_COMPETITIONS]]
    return [
        f"{_counted(len(result.pairs), 'pair')} proposed, "
        f"{_counted(len(result.unmatched), 'need')} unmatched, "
        f"{_counted(len(result.unused), 'offer')} unused; total {result.total:.9g}.",
        proof_sentence(result.certificate, result.total, words),
        *(line for group in groups for line in group_lines(group, words)),
        *_more(len(result.competitions) - len(groups)),
    ]


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _more(n: int) -> list[str]:
    return [f"And {n} more."] if n else []
