"""How many municipalities could help, by the engine itself: counts, never who.

Left out on purpose: whom one side rules out (a count that moved with a name typed there would tell
who offers), and what coordinators judge of a town or its area, which is not the town's to read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.cases.queries import open_offers
from matchmaker.disclosure import LEAST, rounded
from matchmaker.matching.arrays import Arrays, arrays_of
from matchmaker.matching.candidates import RULES, barred_by, candidates_of
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import NeedRecord, Snapshot
from matchmaker.models import Municipality, Need, now
from matchmaker.rounds.snapshot import need_record, take_snapshot
from matchmaker.vocabulary import Bar

TOLD = (
    Bar.CATEGORY,
    Bar.ACTIVITY,
    Bar.SETTING,
    Bar.LANGUAGE,
    Bar.WINDOW,
    Bar.MANDATE,
    Bar.CONSENT,
    Bar.CONTEXT_MINIMUM,
    Bar.LOW_PROFILE,
    Bar.TIE_REQUIRED,
    Bar.TEMPORARY_ADMINISTRATION,
)
"""Conditions that a town may hear of. Any other, such as a veto, a red flag or what coordinators
judge of an area, stays with the coordinators."""
SECRETS: dict[str, Any] = {"veto_towns": (), "veto_countries": (), "wish_towns": ()}


@dataclass(frozen=True)
class Ground:
    """A need among the open offers of today."""

    need: NeedRecord
    snapshot: Snapshot

    @classmethod
    def of(cls, session: Session, need: Need) -> "Ground":
        """Read what could help a need now; the number of queries does not depend on how much."""
        offers = open_offers(session, besides=need.municipality_id)
        snapshot = take_snapshot(session, [need], offers, now().date())
        asked = replace(need_record(need, snapshot.needs[0].presence), **SECRETS)
        asked = replace(asked, places=1, minimum=0)
        return cls(asked, replace(snapshot, offers=tuple(_bare(one) for one in snapshot.offers)))

    def reached(self, variants: Mapping[str, NeedRecord]) -> dict[str, int]:
        """Return, for each way to ask, how many municipalities have an offer that would do.

        It meets every condition and scores enough, under the settings a round begins with.
        """
        if not variants:
            return {}
        arrays, settings = self._arrays(list(variants.values())), Settings()
        rows = np.arange(len(variants))
        local, columns = np.nonzero(candidates_of(arrays, settings, rows).bar == 0)
        enough = scores_of(arrays, settings, local, columns) >= settings.minimum_score
        towns = arrays.offers.town[columns]
        return {
            code: len(np.unique(towns[enough & (local == row)]))
            for row, code in enumerate(variants)
        }

    def costliest_rule(self) -> tuple[Bar, int] | None:
        """Return the condition that alone keeps most municipalities away, and how many."""
        arrays, rows = self._arrays([self.need]), np.array([0])
        bars = {rule: barred_by(rule, arrays, Settings(), rows)[0] for rule in RULES}
        alone = np.sum(list(bars.values()), axis=0) == 1
        counts = {rule: len(np.unique(arrays.offers.town[bars[rule] & alone])) for rule in TOLD}
        rule = max(counts, key=lambda one: counts[one])
        return (rule, counts[rule]) if counts[rule] else None

    def _arrays(self, needs: Sequence[NeedRecord]) -> Arrays:
        named = tuple(replace(one, key=f"{k}") for k, one in enumerate(needs))
        return arrays_of(replace(self.snapshot, needs=named))


def offers_of_today(session: Session, town: Municipality) -> Snapshot:
    """Return the open offers of today for a town, without what anybody rules out."""
    offers = open_offers(session, besides=town.id)
    snapshot = take_snapshot(session, [], offers, now().date(), besides=[town])
    return replace(snapshot, offers=tuple(_bare(one) for one in snapshot.offers))


def _bare(offer: Any) -> Any:
    return replace(offer, **SECRETS)


def band(n: int) -> int:
    """Return what is told of a number: 0 for fewer than five, else the nearest step of five."""
    return rounded(n) if n >= LEAST else 0


def band_text(n: int) -> str:
    """Say a number of municipalities without telling of single ones."""
    return gettext("about %(number)s", number=band(n)) if band(n) else gettext("fewer than 5")
