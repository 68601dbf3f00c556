"""Codes of a round in words: why a need was left, what would help, why solving failed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from matchmaker.exchange.sentences import (
    REASONS,
    SIDES,
    UNSTATED,
    message_of_change,
)
from matchmaker.matching.learned.suggested import Suggestion
from matchmaker.models import Need, Offer
from matchmaker.proposals.wording import FIELDS, name_of_need, name_of_offer
from matchmaker.proposals.wording import rule as rule_label
from matchmaker.vocabulary import N_, Category, Criterion, Depth, Mandate, Setting
from matchmaker.web import showing

STATUS_KINDS = {
    "open": "neutral",
    "frozen": "info",
    "solving": "waiting",
    "solved": "info",
    "in_review": "waiting",
    "published": "good",
    "closed": "neutral",
    "cancelled": "neutral",
}
SOLVE_STEPS = {
    "": N_("Waiting to start"),
    "check": N_("Checking the input"),
    "candidates": N_("Looking for pairs that fit"),
    "scores": N_("Scoring the pairs"),
    "assign": N_("Choosing the best pairs"),
    "prices": N_("Working out what each pair is worth"),
    "explain": N_("Writing down the reasons"),
    "relax": N_("Working out which change would help"),
}
FAILURES = {
    "cancelled": N_("Somebody stopped the solver. You can start it again."),
    "infeasible": N_("These demands cannot be met together. Let go of one of them."),
    "time_up": N_(
        "The time limit passed before any result was found. Start it again, or change the settings."
    ),
    "silent": N_(
        "The solver stopped without a word; perhaps the server was restarted. Start it again."
    ),
    "unexpected": N_(
        "Something went wrong on our side. Start it again; if it fails twice, tell us."
    ),
}
UNSTATED_RULES = ("activity", "setting", "language", "window")
Needs = Mapping[str, Need]
Offers = Mapping[str, Offer]


def reason_text(reason: dict[str, Any] | None) -> str:
    """Say in one or two sentences why a need was left without a proposal."""
    if not reason:
        return ""
    sentence = gettext(REASONS[reason["reason"]])
    if not reason.get("rule"):
        return sentence
    last = gettext("The last offers were ruled out by this condition: %(rule)s.")
    return f"{sentence} {last % {'rule': rule_label(reason['rule'])}}"


def failure_text(failure: dict[str, Any] | None) -> str:
    """Say why the last solve did not end well."""
    return gettext(FAILURES[failure["code"]]) if failure else ""


def change_text(change: dict[str, Any], offers: Offers) -> str:
    """Say which single change would bring an offer within reach."""
    offer = name_of_offer(offers.get(change["offer"]))
    if change["present"] == "unknown" and change["rule"] in UNSTATED_RULES:
        field = change["field"]
        stated = {
            "side": gettext(SIDES[change["side"]]),
            "field": gettext(FIELDS[field]) if field in FIELDS else field,
            "offer": offer,
        }
        sentence = gettext(UNSTATED) % stated
    else:
        values = {
            "offer": offer,
            "present": _codes(change["rule"], change["field"], change["present"]),
            "wanted": _codes(change["rule"], change["field"], change["wanted"]),
        }
        message = message_of_change(change["rule"], change["side"], change["field"])
        sentence = gettext(message) % values
    certain = (
        gettext("Then it would be served: this offer has a free place.")
        if change["certain"]
        else gettext("Others may want this offer as well.")
    )
    return f"{sentence[:1].upper()}{sentence[1:]}. {certain}"


def _codes(rule: str, field: str, value: str) -> str:
    """Show the codes that a rule compares in the reader's words."""
    if field in ("window_start", "window_end"):
        return showing.show_date(date.fromisoformat(value))
    if rule in ("window",):
        return value
    if field == "depths":
        return ", ".join(showing.code_label(code, Depth) for code in value.split("|") if code)
    if rule in ("minimum_score", "context_minimum"):
        return showing.show_percent(float(value))
    return ", ".join(_code(rule, code) for code in value.split("|") if code)


def _code(rule: str, code: str) -> str:
    if rule == "category":
        return showing.code_label(code, Category)
    if rule == "activity":
        return showing.activity_label(code)
    if rule == "setting":
        return showing.code_label(code, Setting)
    if rule == "language":
        return showing.language_name(code)
    if rule == "mandate":
        return showing.code_label(code, Mandate)
    answers = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("not stated")}
    return gettext(answers[code]) if code in answers else code


def reason_keys(reason: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the keys of the needs and offers that a reason names."""
    needs = {rival["key"] for loss in reason["losses"] for rival in loss["winners"]}
    named = (*reason["losses"], *reason["changes"], *reason["nearest"])
    return needs, {one["offer"] for one in named}


def loss_lines(reason: dict[str, Any], needs: Needs, offers: Offers) -> list[str]:
    """Say which good offers went to which other needs, and how close it was."""
    return [
        gettext(
            "%(offer)s (%(score)s of 100 here) went to %(winners)s",
            offer=name_of_offer(offers.get(loss["offer"])),
            score=round(100 * loss["score"]),
            winners="; ".join(
                gettext(
                    "%(need)s (%(score)s of 100)",
                    need=name_of_need(needs.get(rival["key"])),
                    score=round(100 * rival["score"]),
                )
                for rival in loss["winners"]
            ),
        )
        for loss in reason["losses"]
    ]


def near_lines(reason: dict[str, Any], offers: Offers) -> list[dict[str, Any]]:
    """Return the nearest offers, each with what stands between."""
    return [
        {
            "name": name_of_offer(offers.get(near["offer"])),
            "key": near["offer"],
            "score": near["score"],
            "bars": [rule_label(rule) for rule in near["bars"]],
        }
        for near in reason["nearest"]
    ]


def suggested_rows(suggestion: Suggestion, present: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the weights of one kind of help as they are, as suggested, and how sure that is."""
    if suggestion.percent is None:
        return []
    return [
        {
            "criterion": gettext(kind.label),
            "present": showing.show_percent(present[kind.value]),
            "suggested": {"text": _suggested(suggestion, kind.value)},
        }
        for kind in Criterion
    ]


def _suggested(suggestion: Suggestion, criterion: str) -> str:
    weight = showing.show_percent((suggestion.percent or {})[criterion] / 100)
    if criterion in suggestion.kept:
        return gettext("%(weight)s (not fitted)", weight=weight)
    error = showing.show_number(100 * (suggestion.errors or {})[criterion], 1)
    return f"{weight} ± {error}"


def funnel_rows(reason: dict[str, Any]) -> list[dict[str, str]]:
    """Return how many offers were left after each condition, up to the one that left none."""
    rows = [{"rule": gettext("All offers of the round"), "left": str(reason["offers"])}]
    for step in reason["funnel"]:
        rows.append({"rule": rule_label(step["rule"]), "left": str(step["left"])})
        if step["left"] == 0:
            break
    return rows
