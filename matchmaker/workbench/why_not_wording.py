"""The answer to "why not this one?" in sentences."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext

from matchmaker.matching.whatif import Difference
from matchmaker.safeguards.precondition_words import reasons as restrictions_told
from matchmaker.vocabulary import N_
from matchmaker.web import showing
from matchmaker.workbench.naming import Names
from matchmaker.workbench.why_not import Against, Answer, Near, Rival

OTHER_CONDITIONS = N_(
    "Other conditions of the two municipalities rule this pair out. They are not told one by one."
)
BY_HAND = N_(
    "The pair was ruled out for this round: it is under way, it was refused before, or a "
    "coordinator barred it."
)
CHOSEN = N_("This pair is in the result.")
NOT_POSSIBLE = N_("It cannot be forced: the other demands of the round do not allow it.")
SERVED = N_("Needs served: %(before)s now, %(after)s with this pair.")
WORST = N_("Lowest score of a served need: %(before)s now, %(after)s with this pair, of 100.")
TOTAL = N_("Sum of all scores: %(before)s now, %(after)s with this pair.")


def reasons(answer: Answer, *, in_scope: bool = False) -> list[str]:
    """Say why the pair is not in the result, as far as a condition or a person decided it.

    What follows from unmet preconditions is told where the need is the reader's to know.
    """
    if answer.chosen:
        return [gettext(CHOSEN)]
    return against(answer, restrictions_told(answer.follows) if in_scope else [])


def against(found: Against, more: Sequence[str] = ()) -> list[str]:
    """Say what rules a pair out, with what is told beside the conditions; nothing where it is
    allowed."""
    lines = [*(gettext(bar.label) for bar in found.bars), *more]
    if found.barred and not lines:
        lines.append(gettext(OTHER_CONDITIONS))
    if found.by_hand:
        lines.append(gettext(BY_HAND))
    return lines


def points(score: float, digits: int = 0) -> str:
    """Show a score in hundredths."""
    return showing.show_number(100 * score, digits)


def rivals(found: tuple[Rival, ...], names: Names, side: str) -> list[str]:
    """Name the offers a need got, or the needs an offer serves, with their scores."""
    return [
        gettext(
            "%(name)s (%(score)s of 100)",
            name=names.offer(one.offer) if side == "offer" else names.need(one.need),
            score=points(one.score),
        )
        for one in found
    ]


def price_lines(forced: Difference) -> list[str]:
    """Say what forcing the pair costs: needs served, the worst-off, the sum."""
    before, after = forced.before, forced.after
    if after is None:
        return [gettext(NOT_POSSIBLE)]
    return [
        gettext(SERVED, before=before.served, after=after.served),
        gettext(WORST, before=points(before.worst or 0, 1), after=points(after.worst or 0, 1)),
        gettext(
            TOTAL,
            before=showing.show_number(before.total, 3),
            after=showing.show_number(after.total, 3),
        ),
    ]


def changed_lines(forced: Difference, names: Names, need: str) -> list[str]:
    """Name whom the pair takes something from, and who gets another offer instead."""
    lines = [
        gettext("%(need)s is left without help.", need=names.need(key))
        for key in forced.left_without
    ]
    went = {pair.need: pair for pair in forced.left}
    for pair in forced.came:
        old = went.get(pair.need)
        if pair.need == need:
            continue
        if old is None:
            lines.append(
                gettext(
                    "%(need)s gets %(offer)s (%(score)s of 100) in addition.",
                    need=names.need(pair.need),
                    offer=names.offer(pair.offer),
                    score=points(pair.score),
                )
            )
            continue
        lines.append(
            gettext(
                "%(need)s gets %(offer)s (%(score)s of 100) instead of %(old)s "
                "(%(before)s of 100).",
                need=names.need(pair.need),
                offer=names.offer(pair.offer),
                score=points(pair.score),
                old=names.offer(old.offer),
                before=points(old.score),
            )
        )
    return lines


def keys_in(answer: Answer) -> tuple[set[str], set[str]]:
    """Return the keys of the needs and offers that the answer names."""
    rivals_ = [*answer.of_need, *answer.of_offer]
    needs = {answer.evidence.need, *(one.need for one in rivals_)}
    offers = {answer.evidence.offer, *(one.offer for one in rivals_)}
    if answer.forced is not None:
        moved = [*answer.forced.came, *answer.forced.left]
        needs |= {*answer.forced.left_without, *(pair.need for pair in moved)}
        offers |= {pair.offer for pair in moved}
    return needs, offers


def near_text(near: Near, chosen: bool) -> str:
    """Say how near an offer or a need is."""
    if chosen:
        return gettext("Proposed, %(score)s of 100", score=points(near.score))
    if not near.n_bars:
        return gettext("Allowed, %(score)s of 100", score=points(near.score))
    return gettext(
        "Ruled out by a condition; would score %(score)s of 100", score=points(near.score)
    )


def kept_text(pair: Any) -> str:
    """Say in how many of the trials a pair was kept."""
    return gettext(
        "%(share)s (with an error of chance: between %(low)s and %(high)s)",
        share=showing.show_percent(pair.kept.share),
        low=showing.show_percent(pair.kept.low),
        high=showing.show_percent(pair.kept.high),
    )


def instead_lines(pair: Any, names: Names) -> list[str]:
    """Say what the need got in the trials that did not keep the pair."""
    return [
        gettext("%(offer)s: in %(share)s", offer=names.offer(one.offer), share=_share(one.share))
        if one.offer
        else gettext("No offer: in %(share)s", share=_share(one.share))
        for one in pair.instead
    ]


def _share(share: float) -> str:
    return showing.show_percent(share)


def trials(n: int) -> str:
    """Say how often the round was solved again."""
    return ngettext(
        "The round was solved %(num)d time with other weights, each drawn around those that are "
        "set, and with other values for what is not known.",
        "The round was solved %(num)d times with other weights, each drawn around those that are "
        "set, and with other values for what is not known.",
        n,
    )
