"""What would raise the chances of a need: what misses, and what the engine says of each change."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from matchmaker.cases.reach import TOLD, Ground, band, band_text
from matchmaker.cases.variants import AS_IT_IS, changes_of
from matchmaker.exchange.sentences import REASONS
from matchmaker.models import Need, RoundNeed
from matchmaker.vocabulary import N_, Bar, Category, Setting
from matchmaker.web import showing

ADVICE: dict[str, tuple[str, str]] = {
    "interpretation": ("setting", N_("Arrange interpretation")),
    "overlap": ("time", N_("Be content with half as many days in common")),
    "period": ("time", N_("Let the period end half a year later")),
    "low_profile": ("visibility", N_("Let helpers take part who bring a partner organisation")),
    "tie_waiver": ("visibility", N_("Accept helpers without a recorded partnership")),
}
"""Change -> page of the form, and its words; settings are put together below."""
OWN_ADVICE: dict[str, tuple[str, str]] = {
    Bar.SETTING.value: ("setting", N_("accept another setting")),
    Bar.LANGUAGE.value: ("setting", N_("arrange interpretation")),
    Bar.WINDOW.value: ("time", N_("ask for fewer days in common, or a longer period")),
    Bar.CONSENT.value: ("visibility", N_("have the consent of all parties")),
    Bar.LOW_PROFILE.value: ("visibility", N_("let partner organisations take part")),
    Bar.TIE_REQUIRED.value: ("visibility", N_("accept helpers without a recorded partnership")),
}
"""Rule -> page of the form, and what the asking town itself could change."""
NOT_TOLD = {
    "barred_by_hand": N_("Offers fit, but none could be proposed to you in this round."),
    "held_by_rule": N_("Offers fit, but none could be proposed to you in this round."),
}
"""Reasons that would tell what coordinators decided, in words that do not."""
POINTS = 100


@dataclass(frozen=True)
class Answer:
    """One thing a case should say, whether it does, and why it matters."""

    done: bool
    what: str
    why: str
    href: str


def answers_of(need: Need) -> list[Answer]:
    """Return what a stranger abroad asks first, what misses before what is there."""
    case = url_for("cases.present", public_id=need.public_id)
    time = _page(need, "time")
    line = bool(need.line_en and need.line_checked_at) or need.text_language == "en"
    rows = [
        (bool(need.for_whom), N_("For whom it is"), N_("A council asks this first."), case),
        (
            bool(need.why_outside),
            N_("Why you ask abroad"),
            N_("Without it, help from your own country seems the better way."),
            case,
        ),
        (
            bool(need.brings),
            N_("What you bring yourselves"),
            N_("It shows that you stand behind it."),
            case,
        ),
        (
            line,
            N_("One line of English that a coordinator has checked"),
            N_("Without it, helpers read your words only once they can read your language."),
            case,
        ),
        (
            bool(need.topics) or need.category == Category.LOBBY,
            N_("Topics, each with the level you need"),
            N_("Up to three eighths of the score of a project come from them."),
            _page(need, "about"),
        ),
        (
            need.effort_days is not None,
            N_("Working days of experts"),
            N_("Not stated it counts neither way, but a helper has to ask."),
            time,
        ),
        (
            need.commitment_months is not None,
            N_("Months of co-operation"),
            N_("Not stated it counts neither way, but a helper has to ask."),
            time,
        ),
        (
            bool(need.teaches),
            N_("What others could learn from you"),
            N_("It counts for you where a helper wants to learn it."),
            case,
        ),
    ]
    found = [Answer(done, gettext(what), gettext(why), href) for done, what, why, href in rows]
    return sorted(found, key=lambda one: one.done)


def chances_of(need: Need, ground: Ground) -> dict[str, Any]:
    """Return what the engine says of a need among the open offers of today."""
    changes = changes_of(ground.need)
    n = ground.reached({AS_IT_IS: ground.need, **changes})
    present, rule = n[AS_IT_IS], ground.costliest_rule()
    better = sorted(
        (code for code in changes if band(n[code]) > band(present)), key=lambda code: -n[code]
    )
    return {
        "reached": gettext(
            "Municipalities with an open offer that would do: %(number)s.",
            number=band_text(present),
        ),
        "rule": gettext(Bar(rule[0]).label) if rule and band(rule[1]) else "",
        "kept_away": band_text(rule[1]) if rule else "",
        "changes": [
            {
                "text": change_text(code),
                "effect": gettext(
                    "Then: %(after)s. Now: %(before)s.",
                    after=band_text(n[code]),
                    before=band_text(present),
                ),
                "href": _page(need, page_of(code)),
            }
            for code in better
        ],
        "learners": _learners(ground),
    }


def _learners(ground: Ground) -> str:
    """Say how many municipalities with open offers want to learn something in return."""
    learning = {offer.town for offer in ground.snapshot.offers if offer.learns}
    if not band(len(learning)):
        return ""
    return gettext(
        "Municipalities with an open offer that want to learn something in return: %(number)s.",
        number=band_text(len(learning)),
    )


def change_text(code: str) -> str:
    """Say what a change is."""
    kind, _, setting = code.partition(":")
    if kind == "setting":
        name = showing.code_label(setting, Setting)
        return gettext("Accept help in one more setting: %(setting)s", setting=name)
    return gettext(ADVICE[kind][1])


def page_of(code: str) -> str:
    """Return the page of the form on which a change is made."""
    return "setting" if code.startswith("setting:") else ADVICE[code][0]


def last_round_of(need: Need, row: RoundNeed | None) -> list[dict[str, str]]:
    """Return what the last round says of a need that it left without, for the town itself.

    No offer is named, no number of a single one is told, and no veto is: of the conditions only
    those that tell nothing of who ruled out whom.
    """
    if row is None or row.matched or not row.reason:
        return []
    reason = row.reason
    found = [{"text": gettext(NOT_TOLD.get(reason["reason"]) or REASONS[reason["reason"]])}]
    rule = _costliest(reason)
    if rule is not None:
        name = gettext(Bar(rule).label)
        text = gettext("The condition that ruled out most offers: %(rule)s.", rule=name)
        found.append({"text": text})
    own = [one for one in reason["changes"] if one["side"] == "need" and one["rule"] in OWN_ADVICE]
    if own:
        page, words = OWN_ADVICE[own[0]["rule"]]
        sentence = (
            N_("The smallest change by which it would have been served: %(change)s.")
            if own[0]["certain"]
            else N_("The smallest change by which it could have been served: %(change)s.")
        )
        text = gettext(sentence) % {"change": gettext(words)}
        found.append({"text": text, "href": _page(need, page)})
    return found + _prices(reason)


def _costliest(reason: dict[str, Any]) -> str | None:
    """Return the rule after which most offers fewer were left."""
    left, most, found = reason["offers"], 0, None
    for entry in reason["funnel"]:
        lost, left = left - entry["left"], entry["left"]
        if lost > most and entry["rule"] in TOLD:
            most, found = lost, entry["rule"]
    return found


def _prices(reason: dict[str, Any]) -> list[dict[str, str]]:
    """Say how close it was, in points of a hundred, where offers went to other needs."""
    found = []
    behind = [loss["behind"] for loss in reason["losses"] if loss["behind"] is not None]
    prices = [loss["price"] for loss in reason["losses"] if loss["price"] is not None]
    if behind:
        n = round(POINTS * max(min(behind), 0))
        text = ngettext(
            "The need that got the offer fitted it better by %(num)d point of 100.",
            "The need that got the offer fitted it better by %(num)d points of 100.",
            n,
        )
        found.append({"text": text})
    if prices:
        n = round(POINTS * max(min(prices), 0))
        text = ngettext(
            "To give it to you would have cost all matches together %(num)d point of 100.",
            "To give it to you would have cost all matches together %(num)d points of 100.",
            n,
        )
        found.append({"text": text})
    return found


def is_complete_enough(need: Need) -> bool:
    """Tell whether the engine can look at a need at all."""
    return bool(need.activity and need.window_start and need.window_end)


def _page(need: Need, step: str) -> str:
    return url_for("needs.edit", public_id=need.public_id, step=step)
