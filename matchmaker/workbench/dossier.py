"""One page for each match, to be defended in front of both councils."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.envelopes import through
from matchmaker.access.predicates import is_own_round
from matchmaker.matching.evidence import evidence_of
from matchmaker.matching.facts import Fact
from matchmaker.models import Decision, Municipality, Offer, Proposal, now
from matchmaker.proposals.wording import about, isolated
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import DecisionKind, Part, ProposalStatus
from matchmaker.web import showing
from matchmaker.workbench.audience import Audience, Envelopes, envelopes_of
from matchmaker.workbench.beside import Written
from matchmaker.workbench.conflict import Conflict, conflict_of, conflict_rows
from matchmaker.workbench.evidence_figures import figures_of_facts
from matchmaker.workbench.preferred import preferred_lines
from matchmaker.workbench.sides import (
    mandate_lines,
    rows_of_need,
    rows_of_offer,
    rows_of_town,
)
from matchmaker.workbench.solved import problem_of
from matchmaker.workbench.texts import Texts

MOST_DECISIONS = 6
MOST_OPEN = 4
LARGEST = 1_000_000
"""Pairs of a round up to which its stored input is read again for the evidence."""
OPEN_PARTS = (Part.TOPICS, Part.EXPERIENCE, Part.WINDOW, Part.EFFORT)
"""Parts worked out from what the other side reads of a need or offer anyway."""
BY_COORDINATORS = (DecisionKind.SIGN, DecisionKind.REJECT, DecisionKind.UNDO)


@dataclass(frozen=True)
class Facts:
    """What a dossier tells of, read once."""

    proposal: Proposal
    audience: Audience
    may: Envelopes
    """What the audience may read of each side, within what the reader may."""
    own_round: bool
    """Whether ranks, rivals, price and digests are the reader's to see."""
    decisions: list[Decision]
    conflict: Conflict
    runner_up_country: str | None
    """None where there is none, it is hidden now, or the paper is for others than boards."""
    evidence: Mapping[str, tuple[Fact, ...]]
    """Part -> facts; empty where a side lies elsewhere, or the paper is for others than boards."""


def facts_of_proposal(
    session: Session, actor: Actor, proposal: Proposal, audience: Audience
) -> Facts:
    """Read what a dossier tells of, in as many queries for each match."""
    may = envelopes_of(audience, proposal)
    own_round = is_own_round(actor, proposal.round)
    to_board = own_round and may.is_board
    rival = proposal.explanation.get("runner_up_offer") if to_board else None
    return Facts(
        proposal=proposal,
        audience=audience,
        may=may,
        own_round=own_round,
        decisions=list(proposal.decisions),
        conflict=conflict_of(session, proposal),
        runner_up_country=_country_of(session, rival["key"]) if rival else None,
        evidence=_evidence(proposal) if to_board else {},
    )


def is_hidden(proposal: Proposal) -> bool:
    """Tell whether a side of a match is hidden now: then nothing of it is printed."""
    need, offer = proposal.need, proposal.offer
    return need.hidden or need.municipality.hidden or offer.municipality.hidden


def dossier(texts: Texts, facts: Facts) -> Written:
    """Write the dossier in one language."""
    proposal = facts.proposal
    need, offer = proposal.need, proposal.offer
    return {
        "title": texts.say("dossier"),
        "state": _status(texts, proposal),
        "printed": texts.say("printed", day=showing.show_date(now().date())),
        "warnings": _warnings(texts, facts),
        "sides": [
            {
                "title": texts.say("asks"),
                "rows": [
                    *rows_of_town(texts, need, facts.may.need),
                    *rows_of_need(texts, through(need, facts.may.need)),
                ],
            },
            {
                "title": texts.say("helps"),
                "rows": [
                    *rows_of_town(texts, offer, facts.may.offer),
                    *rows_of_offer(texts, through(offer, facts.may.offer), need),
                ],
            },
        ],
        "why": texts.say("why"),
        "score": _score(texts, proposal),
        "criteria": _criteria(texts, facts),
        "open": _open(texts, proposal) if facts.may.is_board else "",
        "columns": _columns(texts, facts),
        "check": {"title": texts.say("check"), "rows": _check(texts, facts), "digests": True},
    }


def _columns(texts: Texts, facts: Facts) -> list[list[dict[str, Any]]]:
    """Return what stands below the score in two columns of sections, each with rows or lines."""
    proposal = facts.proposal
    conflict = {
        "title": texts.say("conflict"),
        "rows": conflict_rows(texts, proposal, facts.conflict, facts.may),
    }
    mandate = {
        "title": texts.say("mandate"),
        "lines": mandate_lines(texts, proposal.offer, facts.may.offer),
    }
    by_hand = preferred_lines(texts, proposal, facts.may) if facts.own_round else []
    decided = {"title": texts.say("decided"), "lines": [*_decided(texts, facts), *by_hand]}
    if not facts.own_round or not proposal.explanation:
        return [[conflict], [mandate, decided]]
    standing = {"title": texts.say("next"), "lines": _standing(texts, facts)}
    price = {"title": texts.say("price"), "lines": _price(texts, proposal)}
    return [[conflict, mandate], [decided, standing, price]]


def _status(texts: Texts, proposal: Proposal) -> str:
    return texts.label(gettext(ProposalStatus(proposal.status).label))


def _warnings(texts: Texts, facts: Facts) -> list[str]:
    """Say for whom the paper is, and what keeps it from being handed out."""
    proposal, audience = facts.proposal, facts.audience
    lines = [texts.say(f"for_{audience}")]
    has_heard = {
        Audience.HELPER: proposal.offered_at is not None,
        Audience.REQUESTER: proposal.helper_accepted_at is not None,
    }
    if audience in has_heard:
        if not has_heard[audience]:
            lines.append(texts.say("not_yet"))
        if proposal.status != ProposalStatus.ENGAGED:
            lines.append(texts.say("other_unnamed"))
    return lines


def _hundred(value: float) -> str:
    return str(round(100 * value))


def _points(value: float) -> str:
    return showing.show_number(100 * value, 1)


def _score(texts: Texts, proposal: Proposal) -> str:
    score, low, high = map(_hundred, (proposal.score, proposal.score_low, proposal.score_high))
    if low == high:
        return texts.say("score", score=score)
    return texts.say("score_between", score=score, low=low, high=high)


def _criteria(texts: Texts, facts: Facts) -> list[dict[str, Any]]:
    """Return the three criteria, each with its parts and what stands behind them."""
    stored = facts.proposal.explanation
    found = []
    for one in stored.get("criteria", ()):
        parts = [part for part in stored["parts"] if part["criterion"] == one["criterion"]]
        adds = sum(part["contribution"] for part in parts)
        told_of = [part for part in parts if facts.may.is_board or part["part"] in OPEN_PARTS]
        weight = showing.show_percent(one["weight"])
        value = texts.say("unknown")
        if one["value"] is not None:
            value = texts.say("value", value=_hundred(one["value"]))
        told = texts.say("weight", weight=weight, points=_points(adds))
        found.append(
            {
                "name": texts.label(about(one["criterion"])),
                "figures": f"{value}; {told}",
                "parts": [_part(texts, facts, part) for part in told_of],
            }
        )
    return found


def _part(texts: Texts, facts: Facts, part: dict[str, Any]) -> dict[str, Any]:
    value = "" if part["value"] is None else _hundred(part["value"])
    told = {
        "not_asked": texts.say("not_wanted"),
        "unknown": texts.say("assumed", value=value) if value else texts.say("unknown"),
    }
    shown = told.get(part["state"]) or value or texts.say("unknown")
    if value and part["state"] != "not_asked":
        shown = f"{shown} (+{_points(part['contribution'])})"
    return {
        "name": texts.label(about(part["part"])),
        "value": shown,
        "evidence": "; ".join(figures_of_facts(texts, facts.evidence.get(part["part"], ()))),
    }


def _open(texts: Texts, proposal: Proposal) -> str:
    asked = [one["about"] for one in proposal.explanation.get("questions", ())]
    names = [texts.label(about(code)) for code in dict.fromkeys(asked)]
    if not names:
        return ""
    more = len(names) - MOST_OPEN
    listed = names[:MOST_OPEN] + ([texts.say("more", n=more)] if more > 0 else [])
    return texts.say("open", list="; ".join(listed))


def _standing(texts: Texts, facts: Facts) -> list[str]:
    """Say who stands next, without naming anybody: a rival is no affair of these two councils."""
    stored = facts.proposal.explanation
    offer, need = stored["runner_up_offer"], stored["runner_up_need"]
    lines = [texts.say("offer_rank", rank=stored["offer_rank"], n=stored["offers_allowed"])]
    if offer is None:
        lines.append(texts.say("offer_none"))
    elif not facts.may.is_board:
        lines.append(texts.say("offer_next_bare", score=_hundred(offer["score"])))
    else:
        country = showing.country_name(facts.runner_up_country) or texts.say("not_stated")
        lines.append(texts.say("offer_next", score=_hundred(offer["score"]), country=country))
    lines.append(texts.say("need_rank", rank=stored["need_rank"], n=stored["needs_allowed"]))
    if need is None:
        lines.append(texts.say("need_none"))
    else:
        lines.append(texts.say("need_next", score=_hundred(need["score"])))
    return lines


def _price(texts: Texts, proposal: Proposal) -> list[str]:
    """Say in numbers what taking the match away would cost; others are counted, not named."""
    price = proposal.explanation.get("price")
    if price is None:
        return [texts.say("price_missing")]
    if price["total"] is None:
        return [texts.say("price_never")]
    lines = [texts.say("price_total", points=_points(price["total"]))]
    if price.get("changes", True):
        own = [proposal.need.public_id, proposal.offer.public_id]
        others = [pair for pair in price["lost"] if list(pair) != own]
        lines.append(texts.say("price_served", n=max(price["served"], 0)))
        lines.append(texts.say("price_changed", n=len(others)))
    return lines


def _decided(texts: Texts, facts: Facts) -> list[str]:
    """Say who decided what by role and association, persons by number only."""
    proposal, persons = facts.proposal, {one.user_id: 0 for one in facts.decisions}
    for number, user_id in enumerate(persons, start=1):
        persons[user_id] = number
    signed = sum(one.kind == DecisionKind.SIGN for one in facts.decisions)
    lines = [texts.say("signatures", given=signed, required=proposal.required_signatures)]
    if not facts.decisions:
        return [*lines, texts.say("nobody")]
    for one in facts.decisions[-MOST_DECISIONS:]:
        what = texts.label(gettext(DecisionKind(one.kind).label))
        who = _who(texts, one, persons[one.user_id])
        day = showing.show_date(one.created_at.date())
        lines.append(texts.say("decision", what=what, who=who, day=day))
    return lines


def _who(texts: Texts, decision: Decision, number: int) -> str:
    if decision.kind not in BY_COORDINATORS:
        return texts.say("helper" if decision.kind.startswith("helper") else "asker")
    association = decision.membership.association
    name = isolated(showing.own_name(association)) if association else "–"
    return texts.say("coordinator", association=name, n=number)


def _check(texts: Texts, facts: Facts) -> list[tuple[str, list[str]]]:
    round_ = facts.proposal.round
    if round_ is None or not facts.own_round:
        return [(texts.say("input"), [texts.say("other_round")])]
    return digest_rows(texts, round_)


def digest_rows(texts: Texts, round_: Any) -> list[tuple[str, list[str]]]:
    """Return the digests by which anybody finds that nothing was changed."""
    return [
        (texts.say("input"), [round_.snapshot_digest or "–"]),
        (texts.say("settings"), [round_.settings_digest or "–"]),
        (texts.say("result"), [round_.result_digest or "–"]),
        (texts.say("model"), [round_.matching_version or "–"]),
    ]


def _country_of(session: Session, offer_key: str) -> str | None:
    """Return the country of an offer that is no side of the match, unless it is hidden now."""
    return session.scalar(
        select(Municipality.country)
        .join(Offer, Offer.municipality_id == Municipality.id)
        .where(Offer.public_id == offer_key, Municipality.hidden.is_(False))
    )


def _evidence(proposal: Proposal) -> dict[str, tuple[Fact, ...]]:
    """Return the facts behind each part, where both sides are the reader's to see."""
    sides = (proposal.need, proposal.offer)
    if any(showing.is_elsewhere(side.municipality) for side in sides):
        return {}
    round_ = proposal.round
    if round_ is None or not round_.result_digest:
        return {}
    if round_.summary.get("n_needs", 0) * round_.summary.get("n_offers", 0) > LARGEST:
        return {}
    try:
        problem = problem_of(round_, settings_of(round_))
        rows = evidence_of(problem, proposal.need.public_id, proposal.offer.public_id)
    except (KeyError, ValueError):  # the pair, or the whole input, is not in what was stored
        return {}
    return {row.part: row.facts for row in rows}
