"""What the pages of scenarios show, gathered from rows and results."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.matching.figures import Figures
from matchmaker.matching.whatif import Difference
from matchmaker.models import Adjustment, Round, Scenario, now
from matchmaker.rounds.clashes import Clash
from matchmaker.rounds.clashes import clash_of as stored_clash_of
from matchmaker.rounds.queries import chosen_pairs
from matchmaker.vocabulary import (
    N_,
    OF_A_NEED,
    OF_A_PAIR,
    WITH_PLACES,
    AdjustmentKind,
    RoundStatus,
)
from matchmaker.web.paging import PER_PAGE, Page
from matchmaker.workbench import scenario_queries as queries
from matchmaker.workbench import scenario_service as service
from matchmaker.workbench import scenario_wording as wording
from matchmaker.workbench.choosing import is_still_choosing
from matchmaker.workbench.repeat import is_too_large
from matchmaker.workbench.scenario_forms import ROUND, CompareForm
from matchmaker.workbench.scenario_work import (
    Asked,
    Clashing,
    figures_stored,
    most_places,
    price_stored,
)
from matchmaker.workbench.solved import solved_round
from matchmaker.workbench.standing import standing_of
from matchmaker.workbench.why_not import ruled_out
from matchmaker.workbench.why_not_wording import against

MOST_NAMED = 25
MOST_KNOWN = 20
NO_USE = N_("It cannot be matched in this round, so preferring it would change nothing.")
CHANGED_SINCE = N_(
    "Somebody changed this scenario in the meantime. Look at it again before you go on."
)
Pairs = list[tuple[str, str]]


def clash_of(session: Session, error: Clashing) -> Clash | None:
    """Return demands that clash, ready to be shown."""
    return stored_clash_of(session, error.told)


def changed_since() -> str:
    """Say that somebody else was quicker."""
    return str(
        gettext(
            "Somebody changed this scenario in the meantime. Look at it again before you go on."
        )
    )


def list_page(session: Session, actor: Actor, round_: Round) -> dict[str, Any]:
    """Return what the list of scenarios shows."""
    scenarios = queries.scenarios_of(session, round_)
    standing = standing_of(session, round_)
    form = CompareForm(data={"a": ROUND, "b": scenarios[-1].public_id if scenarios else ROUND})
    form.offer_choices(scenarios)
    return {
        "scenarios": scenarios,
        "stale": {one.public_id for one in scenarios if service.is_stale(one, standing)},
        "compare_form": form,
        "round_figures": round_figures(round_),
        "n_kept": len(standing.kept),
        "open": round_.status == RoundStatus.IN_REVIEW,
        "known": _known(session, actor, round_),
    }


def _known(session: Session, actor: Actor, round_: Round) -> list[dict[str, Any]]:
    """Return the pairs that know each other, and whether the round has them anyway."""
    chosen = set(chosen_pairs(session, round_))
    pairs = queries.pairs_that_know_each_other(session, actor, round_, now().year, MOST_KNOWN)
    asked = pairs and round_.status == RoundStatus.IN_REVIEW and not is_too_large(round_)
    problem = solved_round(session, round_).problem if asked else None
    found = []
    for need, offer in pairs:
        pair = need.public_id, offer.public_id
        is_chosen = pair in chosen
        told = [] if problem is None or is_chosen else against(ruled_out(problem, *pair))
        sentence = wording.known_sentence(need, offer)
        found.append(
            {"need": need, "offer": offer, "sentence": sentence, "chosen": is_chosen, "told": told}
        )
    return found


def round_figures(round_: Round) -> dict[str, Any]:
    """Return the figures of the round itself, in the form that scenarios keep theirs."""
    summary = round_.summary
    overview = (round_.overview or {}).get("figures", {})
    return {
        "served": summary["served"],
        "worst": overview.get("worst"),
        "total": summary["total"],
        "pairs": summary["n_proposals"],
    }


def asked_of(args: Mapping[str, str], kind: str) -> tuple[Asked | None, list[str]]:
    """Return what the address asks for; None with what is wrong, where it does not say all."""
    need = args.get("need", "") if kind in OF_A_PAIR | OF_A_NEED else ""
    offer = args.get("offer", "") if kind not in OF_A_NEED else ""
    places = args.get("places", "").strip() if kind in WITH_PLACES else ""
    errors: list[str] = []
    if is_still_choosing(args):
        return None, errors
    if kind in OF_A_PAIR | OF_A_NEED and not need:
        errors.append(gettext("Choose a need"))
    if kind not in OF_A_NEED and not offer:
        errors.append(gettext("Choose an offer"))
    if kind in WITH_PLACES and not (places.isascii() and places.isdigit() and len(places) < 6):
        errors.append(gettext("Enter a whole number"))
    if errors:
        return None, errors if "sent" in args else []
    return Asked(kind, need or None, offer or None, int(places) if places else None), []


def price_page(
    session: Session, actor: Actor, round_: Round, scenario: Scenario | None, asked: Asked
) -> dict[str, Any] | None:
    """Return what the page shows on which a price is read; None where nothing may be named."""
    standing = standing_of(session, round_)
    if asked.need not in (None, *standing.need_places):
        return None
    if asked.offer not in (None, *standing.offer_places):
        return None
    page: dict[str, Any] = {
        "base": standing.digest,
        "stale": scenario is not None and service.is_stale(scenario, standing),
        "most_places": most_places(asked, standing),
        "changes": [change_told(row) for row in (scenario.adjustments if scenario else ())],
        "refused": "",
        "clash": None,
        "found": None,
    }
    moved: Pairs = []
    try:
        found = service.looked_at(session, round_, scenario, asked, standing)
        page["found"] = found
        page["tie"] = wording.tie_lines(found, asked.kind, asked.need, asked.offer)
        moved = [(one.need, one.offer) for one in (*found.left, *found.came)]
    except BadInput as error:
        page["refused"] = gettext(error.message, **error.values)
    except Clashing as error:
        page["clash"] = clash_of(session, error)
    # Of thousands of needs and offers, only those that are named are read.
    needs = queries.needs_in(session, actor, round_, _both(asked.need, (one for one, _ in moved)))
    offers = queries.offers_in(session, round_, _both(asked.offer, (one for _, one in moved)))
    if asked.need not in (None, *needs) or asked.offer not in (None, *offers):
        return None
    need, offer = needs.get(asked.need or ""), offers.get(asked.offer or "")
    page["sentence"] = wording.asked_sentence(asked.kind, need, offer, asked.places)
    page["ruled_out"] = _ruled_out(session, round_, asked)
    if page["ruled_out"] and asked.kind == AdjustmentKind.TIE:
        return page | {"refused": gettext(NO_USE), "found": None}
    return page | (_difference(page["found"], needs, offers) if page["found"] else {})


def _ruled_out(session: Session, round_: Round, asked: Asked) -> list[str]:
    """Say which conditions rule a pair out that is to be fixed or preferred."""
    if asked.kind not in (AdjustmentKind.LOCK, AdjustmentKind.TIE) or is_too_large(round_):
        return []
    problem = solved_round(session, round_).problem
    found = ruled_out(problem, asked.need or "", asked.offer or "")
    return against(replace(found, by_hand=False))


def _both(asked: str | None, moved: Iterable[str]) -> set[str]:
    return {*moved, *([asked] if asked else [])}


def _difference(found: Difference, needs: wording.Needs, offers: wording.Offers) -> dict[str, Any]:
    """Return figures before and after, the price in words, and who moves."""
    price = price_stored(found)
    before: Pairs = [(one.need, one.offer) for one in found.left]
    after: Pairs = [(one.need, one.offer) for one in found.came]
    solution = found.solution
    figures = [
        (name, _figures(one, solution))
        for name, one in (("before", found.before), ("after", found.after))
        if one is not None
    ]
    return {
        "price": wording.price_sentence(price),
        "served": wording.served_sentence(price),
        "figures": wording.figure_rows(figures),
        **_named(found, before, after, needs, offers),
    }


def _named(
    found: Difference, before: Pairs, after: Pairs, needs: wording.Needs, offers: wording.Offers
) -> dict[str, Any]:
    keys = found.problem.arrays.offers.keys
    used = set() if found.solution is None else set(found.solution.pairs[:, 1].tolist())
    unused = {offer for _, offer in before} - {keys[column] for column in used}
    rows = wording.moved_rows(wording.moved_between(before, after), needs, offers)
    return {
        "losers": wording.losers_of(found.left_without, unused, needs, offers),
        "moved": rows[:MOST_NAMED],
        "more": max(0, len(rows) - MOST_NAMED),
    }


def scenario_page(
    session: Session, actor: Actor, round_: Round, scenario: Scenario
) -> dict[str, Any]:
    """Return what the page of a scenario shows."""
    standing = standing_of(session, round_)
    words = queries.words_of(session, scenario.adjustments)
    pairs = chosen_pairs(session, round_)
    results = [("round", round_figures(round_)), ("scenario", scenario.figures)]
    return {
        "stale": service.is_stale(scenario, standing),
        "open": round_.status == RoundStatus.IN_REVIEW,
        "n_kept": len(standing.kept),
        "figures": wording.figure_rows(results),
        "changes": [
            change_told(row) | {"words": words.get(row.id)} for row in scenario.adjustments
        ],
        "same": {tuple(one) for one in scenario.pairs} == set(pairs),
        "page": _moved_page(session, actor, round_, pairs, _pairs(scenario)),
    }


def comparison(
    session: Session, actor: Actor, round_: Round, a: Scenario | None, b: Scenario | None
) -> dict[str, Any]:
    """Return two results side by side; None stands for the round as it is."""
    figures = [
        (name, round_figures(round_) if one is None else one.figures)
        for name, one in (("a", a), ("b", b))
    ]
    pairs = [chosen_pairs(session, round_) if one is None else _pairs(one) for one in (a, b)]
    names = [gettext("The round as it is") if one is None else one.name for one in (a, b)]
    return {
        "names": names,
        "figures": wording.figure_rows(figures),
        "both": len(set(pairs[0]) & set(pairs[1])),
        "page": _moved_page(session, actor, round_, *pairs),
    }


def change_told(row: Adjustment) -> dict[str, Any]:
    """Return a stored change by hand, ready to be shown."""
    return {
        "row": row,
        "sentence": wording.asked_sentence(row.kind, row.need, row.offer, row.places),
        "price": wording.price_sentence(row.price),
        "served": wording.served_sentence(row.price),
    }


def _moved_page(session: Session, actor: Actor, round_: Round, before: Pairs, after: Pairs) -> Page:
    """Return the needs whose offers differ, in pages."""
    every = wording.moved_between(before, after)
    needs = queries.needs_in(session, actor, round_, (one[0] for one in every))
    moved = [one for one in every if one[0] in needs]
    n_pages = max(1, -(-len(moved) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), n_pages)
    shown = moved[(number - 1) * PER_PAGE : number * PER_PAGE]
    named = (offer for _, *both in shown for some in both for offer in some)
    offers = queries.offers_in(session, round_, named)
    return Page(wording.moved_rows(shown, needs, offers), number, n_pages, len(moved))


def _pairs(scenario: Scenario) -> Pairs:
    return [(need, offer) for need, offer in scenario.pairs]


def _figures(figures: Figures, solution: Any) -> dict[str, Any]:
    return figures_stored(figures, solution)
