"""The report of a round on paper: what came out, of what settings, and who signed."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.exchange.sentences import REASONS
from matchmaker.models import Proposal, Round, RoundNeed, now
from matchmaker.proposals.wording import isolated
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import Category, Criterion, Policy, ProposalStatus, UnknownAs
from matchmaker.web import showing
from matchmaker.workbench import lists
from matchmaker.workbench.beside import Written
from matchmaker.workbench.dossier import digest_rows
from matchmaker.workbench.paged import first_with_total
from matchmaker.workbench.texts import Texts

MOST_ROWS = 500
"""Matches and needs that are listed; the tables (CSV, XLSX) hold all."""


@dataclass(frozen=True)
class RoundFacts:
    """What a report tells of, read once."""

    round: Round
    matches: list[tuple[Proposal, int]]
    n_matches: int
    """In all; `matches` are those that are listed. So with the needs left."""
    left: list[RoundNeed]
    n_left: int


def facts_of_round(session: Session, actor: Actor, round_: Round) -> RoundFacts:
    """Read what a report tells of."""
    matches, n_matches = first_with_total(session, lists.proposals(round_.id, actor), MOST_ROWS)
    left, n_left = first_with_total(session, lists.needs_left(round_.id, actor), MOST_ROWS)
    return RoundFacts(round_, matches, n_matches, left, n_left)


def report(texts: Texts, facts: RoundFacts) -> Written:
    """Write the report in one language."""
    round_ = facts.round
    return {
        "title": texts.say("report"),
        "printed": texts.say("printed", day=showing.show_date(now().date())),
        "warning": texts.say("out_of_scope"),
        "columns": [
            [{"title": texts.say("figures"), "rows": _figures(texts, round_)}],
            [{"title": texts.say("settings"), "rows": _settings(texts, round_)}],
        ],
        "matches": {
            "title": texts.say("matches"),
            "header": [
                texts.say("number"),
                texts.say("asks"),
                texts.say("helps"),
                texts.say("value", value="0–100"),
                texts.say("state"),
                texts.say("given"),
            ],
            "rows": [
                _match(texts, number, one, given)
                for number, (one, given) in enumerate(facts.matches, start=1)
            ],
            "more": _more(texts, facts.n_matches),
        },
        "left": {
            "title": texts.say("unmatched"),
            "header": [texts.say("number"), texts.say("town"), texts.say("reason")],
            "rows": [_left(texts, number, one) for number, one in enumerate(facts.left, start=1)],
            "more": _more(texts, facts.n_left),
        },
        "check": {"title": texts.say("check"), "rows": digest_rows(texts, round_), "digests": True},
    }


def _figures(texts: Texts, round_: Round) -> list[tuple[str, list[str]]]:
    summary = round_.summary
    worst = ((round_.overview or {}).get("figures") or {}).get("worst")
    rows = [
        ("served", texts.say("served_of", served=summary["served"], n=summary["n_needs"])),
        ("matches", str(summary["n_proposals"])),
        ("offers", str(summary["n_offers"])),
        ("fitting", showing.show_number(summary["n_candidates"], 0)),
        ("total", showing.show_number(100 * summary["total"], 1)),
    ]
    if worst is not None:
        rows.append(("worst", texts.say("value", value=round(100 * worst))))
    return [(texts.say(key), [value]) for key, value in rows]


def _settings(texts: Texts, round_: Round) -> list[tuple[str, list[str]]]:
    own = settings_of(round_)
    rules = own.matching
    rows = [
        (texts.say("aim"), texts.label(showing.code_label(rules.policy, Policy))),
        (texts.say("least"), str(round(100 * rules.minimum_score))),
        (texts.say("unknowns"), texts.label(showing.code_label(rules.unknown_as, UnknownAs))),
        (texts.say("two_always"), texts.yes_no(answer=own.always_two)),
        (texts.say("two_below"), str(round(100 * own.low_score))),
        (texts.say("from_elsewhere"), texts.yes_no(answer=own.offers_from_elsewhere)),
        *(
            (
                texts.say("weights", category=texts.label(gettext(Category(kind).label))),
                "; ".join(
                    f"{texts.label(gettext(what.label))} {showing.show_percent(weights[what])}"
                    for what in Criterion
                    if what in weights
                ),
            )
            for kind, weights in rules.weights.items()
        ),
        (
            texts.say("pins"),
            texts.say(
                "pins_of",
                locked=len(own.fixed),
                barred=len(rules.barred),
                must=len(rules.must_serve),
            ),
        ),
        (texts.say("rules"), str(len(rules.rules) + len(rules.balances))),
    ]
    return [(key, [value]) for key, value in rows]


def _match(texts: Texts, number: int, one: Proposal, given: int) -> list[str]:
    return [
        str(number),
        _name(texts, one.need),
        _name(texts, one.offer),
        str(round(100 * one.score)),
        texts.label(gettext(ProposalStatus(one.status).label)),
        texts.say("served_of", served=given, n=one.required_signatures),
    ]


def _left(texts: Texts, number: int, one: RoundNeed) -> list[str]:
    reason = REASONS.get(one.reason_code or "", "")
    told = texts.label(gettext(reason)) if reason else texts.say("not_stated")
    return [str(number), _name(texts, one.need), told]


def _name(texts: Texts, side: Any) -> str:
    if showing.is_elsewhere(side.municipality):
        return texts.say("outside")
    country = showing.country_name(side.municipality.country)
    return isolated(f"{showing.own_name(side.municipality)} ({country})")


def _more(texts: Texts, n_rows: int) -> str:
    return texts.say("more", n=n_rows - MOST_ROWS) if n_rows > MOST_ROWS else ""
