"""The settings of a round as they are stored: those of matching, and who has to sign."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from matchmaker.matching.settings import Settings
from matchmaker.models import Round


@dataclass(frozen=True)
class RoundSettings:
    """What a coordinator sets for a round."""

    matching: Settings = field(default_factory=Settings)
    always_two: bool = False
    """Every proposal asks for two signatures."""
    low_score: float = 0.4
    """A proposal scored below it asks for two signatures."""
    offers_from_elsewhere: bool = False
    """Offers of towns that another association works for enter too; such a pair needs both."""

    def stored(self) -> dict[str, Any]:
        """Return the settings as the row keeps them."""
        return {
            "matching": json.loads(self.matching.to_json()),
            "always_two": self.always_two,
            "low_score": self.low_score,
            "offers_from_elsewhere": self.offers_from_elsewhere,
        }


def settings_of(round_: Round) -> RoundSettings:
    """Return the settings of a round; what was never set keeps its default."""
    stored = round_.settings or {}
    return RoundSettings(
        matching=Settings.from_data(stored.get("matching", {})),
        always_two=bool(stored.get("always_two", False)),
        low_score=float(stored.get("low_score", 0.4)),
        offers_from_elsewhere=bool(stored.get("offers_from_elsewhere", False)),
    )


def without_pairs(settings: RoundSettings, pairs: set[tuple[str, str]]) -> RoundSettings:
    """Return the settings with exactly these (need, offer) pairs ruled out by hand."""
    barred = tuple(sorted(pairs - set(settings.matching.locked)))
    return replace(settings, matching=replace(settings.matching, barred=barred))
