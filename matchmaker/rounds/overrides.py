"""What a round was solved with by hand: which pairs and needs, why, and what each cost; pure.

It is kept with the settings when a scenario is used: scenarios can be worked out anew or deleted
later, and who signs, or defends the match, asks for it then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import AdjustmentKind

PRICE = ("total", "served", "moved")
"""What is kept of a price: points, needs that lose, pairs that move."""


@dataclass(frozen=True)
class Override:
    """A pair that was fixed or preferred by hand, or a need that gets someone."""

    kind: str
    need: str
    offer: str
    """Empty where it is about a need alone."""
    reason: str
    told: int
    """The event of the audit trail whose text says why in words."""
    price: Mapping[str, float] = field(default_factory=dict)
    """What it cost when it was made."""

    @property
    def about(self) -> tuple[str, str, str]:
        """What was changed, whoever did it and why."""
        return self.kind, self.need, self.offer

    def holds(self, settings: Settings) -> bool:
        """Tell whether the settings still ask for it."""
        pair = (self.need, self.offer)
        return {
            AdjustmentKind.LOCK: pair in settings.locked,
            AdjustmentKind.TIE: pair in settings.tied,
            AdjustmentKind.SERVE: self.need in settings.must_serve,
        }.get(AdjustmentKind(self.kind), False)


def merged(
    before: Iterable[Override], made: Iterable[Override], settings: Settings
) -> tuple[Override, ...]:
    """Return what holds of the changes of before and of now.

    What the round had already costs nothing when it is worked out anew: then the price of before
    says what it cost.
    """
    found = {one.about: one for one in before}
    for one in made:
        if one.price.get("moved") or one.about not in found:
            found[one.about] = one
    return tuple(one for _, one in sorted(found.items()) if one.holds(settings))


def stored(overrides: Iterable[Override]) -> list[dict[str, Any]]:
    """Return them as the settings keep them."""
    return [asdict(one) for one in overrides]


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Override, ...]:
    """Return them as they were kept."""
    return tuple(Override(**row) for row in rows)
