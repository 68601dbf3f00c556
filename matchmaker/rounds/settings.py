"""The settings of a round as they are stored: those of matching, and who has to sign."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.matching.settings import Settings
from matchmaker.models import Association, Round
from matchmaker.proposals.scopes import national_associations
from matchmaker.rounds import floors as by_group
from matchmaker.rounds import overrides as by_hand
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.overrides import Override

Pair = tuple[str, str]


@dataclass(frozen=True)
class RoundSettings:
    """What a coordinator sets for a round."""

    matching: Settings = field(default_factory=Settings)
    always_two: bool = False
    """Every proposal asks for two signatures."""
    low_score: float = 0.4
    """A proposal scored below it asks for two signatures."""
    both_associations: bool = False
    """A pair is signed for each side by the national association that works for it, where both
    have one."""
    offers_from_elsewhere: bool = False
    """Offers of towns that another association works for enter too; such a pair needs both."""
    complement: bool = False
    """A topic that somebody else covers in the area of a need counts only where it asks for nothing
    else; left out when the round is frozen."""
    floors: tuple[Floor, ...] = ()
    """Floors, caps and evenness by group; over a frozen input they stand in `matching` as rules."""
    copied_from: str = ""
    """Public id of the round that the settings were taken over from."""
    signed: tuple[Pair, ...] = ()
    """Pairs that are locked because somebody had signed them, not by a change by hand."""
    overrides: tuple[Override, ...] = ()
    """What the round was solved with by hand, why, and at what price."""

    @property
    def fixed(self) -> tuple[Pair, ...]:
        """The pairs that a coordinator fixed by hand."""
        return tuple(sorted(set(self.matching.locked) - set(self.signed)))

    def over(self, snapshot: str | None) -> "RoundSettings":
        """Return the settings with the floors as rules over a frozen input."""
        matching = by_group.bound_over(self.matching, self.floors, snapshot)
        return replace(self, matching=matching)

    def stored(self) -> dict[str, Any]:
        """Return the settings as the row keeps them."""
        return {
            "matching": json.loads(self.matching.to_json()),
            "always_two": self.always_two,
            "low_score": self.low_score,
            "both_associations": self.both_associations,
            "offers_from_elsewhere": self.offers_from_elsewhere,
            "complement": self.complement,
            "floors": by_group.stored(self.floors),
            "copied_from": self.copied_from,
            "signed": [list(pair) for pair in self.signed],
            "overrides": by_hand.stored(self.overrides),
        }


def settings_of(round_: Round) -> RoundSettings:
    """Return the settings of a round; what was never set keeps its default."""
    return settings_stored(round_.settings or {})


def settings_to_solve(round_: Round) -> RoundSettings:
    """Return the settings a solve is asked for: the round's own, where no others wait."""
    return settings_stored(round_.settings_asked or round_.settings or {})


def settings_stored(stored: dict[str, Any]) -> RoundSettings:
    """Return the settings that a row keeps; what was never set keeps its default."""
    return RoundSettings(
        matching=Settings.from_data(stored.get("matching", {})),
        always_two=bool(stored.get("always_two", False)),
        low_score=float(stored.get("low_score", 0.4)),
        both_associations=bool(stored.get("both_associations", False)),
        offers_from_elsewhere=bool(stored.get("offers_from_elsewhere", False)),
        complement=bool(stored.get("complement", False)),
        floors=by_group.read(stored.get("floors", ())),
        copied_from=str(stored.get("copied_from", "")),
        signed=tuple((need, offer) for need, offer in stored.get("signed", ())),
        overrides=by_hand.read(stored.get("overrides", ())),
    )


def without_pairs(settings: RoundSettings, pairs: set[tuple[str, str]]) -> RoundSettings:
    """Return the settings with exactly these (need, offer) pairs ruled out by hand."""
    barred = tuple(sorted(pairs - set(settings.matching.locked)))
    return replace(settings, matching=replace(settings.matching, barred=barred))


def signing_associations(
    session: Session, round_: Round, settings: RoundSettings
) -> list[Association]:
    """Return the associations that sign for helping sides too; none where only one is asked."""
    if not settings.both_associations:
        return []
    return national_associations(session, besides=round_.association_id)
