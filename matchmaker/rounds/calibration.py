"""Weights that the decisions of past rounds suggest, for coordinators to look at and to take."""

import json
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from matchmaker.matching.learned.decisions import Decision, decisions_of
from matchmaker.matching.learned.suggested import (
    LEAST_DECISIONS,
    LEAST_TOWNS,
    Outcome,
    Suggestion,
    suggest,
)
from matchmaker.matching.snapshot import Snapshot
from matchmaker.rounds import queries
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import Category, Criterion

MOST_TEXT = 3_000_000
"""Characters of stored rounds that a page reads, the newest first: about 2,000 needs and as many
offers, and a second of work. The command reads all."""
_WHY_NOT = {
    Outcome.ALIKE: "the offers to choose from did not differ enough",
    Outcome.UNCLEAR: "the decisions do not follow the criteria clearly enough",
}
Weights = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Suggestions:
    """What the decisions of past rounds suggest."""

    of: dict[str, Suggestion]
    """Category -> suggestion."""
    n_left_out: int
    """Rounds that were not read, for they are too large or of another form."""

    @property
    def weights(self) -> Weights:
        """Category -> criterion -> weight, where there is a suggestion."""
        return {
            category: {kind: value / 100 for kind, value in found.percent.items()}
            for category, found in self.of.items()
            if found.percent is not None
        }

    @property
    def fingerprint(self) -> str:
        """Stands for the weights; a button sends it back: nobody takes others than were shown."""
        return sha256(json.dumps(self.weights, sort_keys=True).encode()).hexdigest()


def suggestions(
    session: Session, present: Weights, association_id: int | None, most_text: int | None
) -> Suggestions:
    """Return what decisions suggest, those of one association or (None) of all.

    `present` are the weights to compare with; `most_text` bounds what is read.
    """
    rounds, n_left_out, length = [], 0, 0
    for round_, n in queries.rounds_with_decisions(session, association_id):
        if most_text is not None and length + n > most_text:
            n_left_out += 1
        else:
            rounds.append(round_)
            length += n
    taken = queries.decided_pairs(session, rounds, queries.TAKEN)
    refused = queries.decided_pairs(session, rounds, queries.TURNED_DOWN)
    turned_down = {pair for pairs in refused.values() for pair in pairs}
    by_category: dict[str, list[Decision]] = defaultdict(list)
    for round_ in rounds:
        try:
            snapshot = Snapshot.from_json(round_.snapshot or "")
        except ValueError:
            n_left_out += 1
            continue
        settings = settings_of(round_).matching
        for decision in decisions_of(snapshot, settings, taken[round_.id], turned_down):
            by_category[decision.category].append(decision)
    found = {
        category.value: suggest(by_category[category.value], present[category.value])
        for category in Category
    }
    return Suggestions(found, n_left_out)


def suggestion_lines(found: Suggestions, present: Weights) -> list[str]:
    """Tell suggestions as plain text."""
    lines = []
    for category, one in found.of.items():
        lines.append(f"{category}: {one.n_decisions} decisions for {one.n_towns} towns")
        if one.outcome == Outcome.TOO_FEW:
            least = f"{LEAST_DECISIONS} decisions for {LEAST_TOWNS} towns"
            lines.append(f"  too few to say anything; at least {least} are needed")
        elif one.percent is None or one.errors is None:
            lines.append(f"  no weights are suggested: {_WHY_NOT[one.outcome]}")
        else:
            lines.append("  criterion     suggested  standard error  default")
            for kind in Criterion:
                code = kind.value
                error = "kept" if code in one.kept else f"{one.errors[code]:.3f}"
                suggested, default = one.percent[code] / 100, present[category][code]
                lines.append(f"  {code:14}{suggested:9.2f}  {error:>14}  {default:7.2f}")
            lines.append(f"  by the default weights, so far apart by luck: p = {one.chance:.3f}")
    if found.n_left_out:
        lines.append(f"{found.n_left_out} round(s) could not be read.")
    return lines
