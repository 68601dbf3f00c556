"""The way to a decision in words: its stages as rows, and what the country expects."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from matchmaker.models import MandateStep
from matchmaker.offers.mandate_rule import next_stage
from matchmaker.offers.mandate_steps import answers_of
from matchmaker.vocabulary import N_, Mandate, Stage
from matchmaker.vocabulary.mandate import FOLLOWS, FRAMEWORKS, NOT_KNOWN
from matchmaker.web import showing

KINDS = {
    Mandate.ADOPTED: "good",
    Mandate.CONDITIONAL: "waiting",
    Mandate.REFUSED: "bad",
    Mandate.LAPSED: "bad",
}
"""The kind of the tag that shows a mandate."""
MEANS = {
    Mandate.ADOPTED: N_("Your municipality has decided. The offer counts in full."),
    Mandate.CONDITIONAL: N_(
        "A decision is still to come. The offer takes part, and counts less the less likely a yes"
        " is."
    ),
    Mandate.REFUSED: N_("Your municipality has said no. The offer takes part in no round."),
    Mandate.LAPSED: N_(
        "The last day for the decision has passed. The offer takes part in no round until you"
        " give a new day and submit it again."
    ),
}


def stage_rows(
    rows: dict[str, MandateStep],
    stages: tuple[Stage, ...],
    change: Callable[[Stage], str] | None,
) -> list[dict[str, Any]]:
    """Return a row for each stage; `change` gives the address at which it is changed."""
    following = next_stage(answers_of(rows), stages)
    found = []
    for stage in stages:
        row: dict[str, Any] = {
            "key": gettext(stage.label),
            "value": _lines(rows.get(stage), is_next=stage == following),
        }
        if change is not None:
            row["href"] = change(stage)
        found.append(row)
    return found


def _lines(row: MandateStep | None, *, is_next: bool) -> list[str]:
    lines = []
    if row is not None and row.agreed is not None:
        word = gettext("Yes") if row.agreed else gettext("No")
        if row.decided_on is not None:
            word = gettext("%(answer)s, on %(day)s", answer=word, day=_day(row.decided_on))
        lines.append(word)
    elif is_next:
        lines.append(gettext("This comes next"))
    else:
        lines.append(gettext("Still to come"))
    if row is not None and row.planned_on is not None:
        lines.append(gettext("Planned for %(day)s", day=_day(row.planned_on)))
    return lines


def _day(day: Any) -> str:
    return showing.show_date(day)


def framework_lines(country: str) -> list[str]:
    """Say what the country expects of local governments that work abroad, and who says so."""
    known = FRAMEWORKS.get(country)
    if known is None:
        return [gettext(NOT_KNOWN)]
    return [
        gettext(
            "%(country)s: %(practice)s.",
            country=showing.country_name(country),
            practice=gettext(known.practice.label),
        ),
        gettext(FOLLOWS[known.practice]),
        gettext(
            "Source: %(source)s. Practices change: ask your association whether it is still so.",
            source=known.source,
        ),
    ]
