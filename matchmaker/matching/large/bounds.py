"""What upper bounds of scores are summed from."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.settings import PARTS
from matchmaker.vocabulary import Part

if TYPE_CHECKING:
    from matchmaker.matching.large.tables import NeedTable, OfferTable, Weights

Array = NDArray[Any]

_TINY = 1e-150
_IN_ORDER = [part for own in PARTS.values() for part in own]
_AVAILABILITY = [
    _IN_ORDER.index(part)
    for part in (
        Part.WINDOW,
        Part.EFFORT,
        Part.DELIVERY,
        Part.MANDATE,
        Part.COMMITMENT,
        Part.LEARNING,
        Part.LEADERSHIP,
    )
]


class Bounds(NamedTuple):
    """What upper bounds are summed from; where something is not stated, it may be 1."""

    criteria: Array
    """(n_needs, 3) weights of the criteria."""
    experience_share: Array
    """(n_needs,) weight of experience within expertise, and what topics add at most, by"""
    topic_share: Array
    """(n_needs, 3) for offers of another group, of the same group, of the same topic."""
    availability: Array
    """(n_needs, 7) weights of the parts of availability, delivery 0 where it does not apply, and
    what is learned in return 0 where the town teaches nothing, leadership 0 where it has none."""
    per_day: Array
    per_effort: Array
    per_commitment: Array
    """(n_needs,) 1 / what is asked; 0 where it is not stated."""
    experience: Array
    """(n_activities, n_offers)."""
    fixed: Array
    """(n_offers, 2) delivery (1 where it may not apply) and mandate."""
    effort: Array
    commitment: Array


def bounds_of(needs: "NeedTable", offers: "OfferTable", weights: "Weights") -> Bounds:
    """Return what the upper bounds of all pairs are summed from."""
    topic, experience = weights.parts[0], weights.parts[1]
    asks = (needs.asked > 0) * topic
    whole = asks + experience
    availability = np.tile(weights.parts[_AVAILABILITY], (len(needs.code), 1))
    availability[~needs.in_area, 2] = 0.0
    # counted in full for each offer of a need that teaches: it never makes a score smaller
    availability[needs.teaches == 0, 5] = 0.0
    availability[~needs.led, 6] = 0.0  # likewise
    total = availability.sum(axis=1, keepdims=True)
    times, stated = offers.experience, offers.n_deliveries >= 0
    return Bounds(
        criteria=weights.criteria[needs.main],
        experience_share=_share(np.full(len(asks), experience), whole, 1.0),
        topic_share=_share(asks, whole, 0.0)[:, None] * np.array([0.0, 0.4, 1.0]),
        availability=_share(availability, np.broadcast_to(total, availability.shape), 0.2),
        per_day=_inverse(needs.days),
        per_effort=_inverse(needs.effort),
        per_commitment=_inverse(needs.commitment),
        experience=np.where(times < 0, 1.0, weights.growth[np.clip(times, 0, 127)]).T.copy(),
        fixed=np.column_stack(
            [
                ~stated | ~offers.in_area | (offers.n_deliveries > 0),
                np.nan_to_num(offers.mandate, nan=1.0),
            ]
        ).astype(np.float64),
        effort=np.nan_to_num(offers.effort, nan=np.inf) + _TINY,
        commitment=np.nan_to_num(offers.commitment, nan=np.inf) + _TINY,
    )


def _share(part: Array, whole: Array, otherwise: float) -> Array:
    return np.divide(part, whole, out=np.full(part.shape, otherwise), where=whole > 0)


def _inverse(asked: Array) -> Array:
    """Return 1 / asked; where nothing is asked or stated so much that anything is enough."""
    return np.divide(1.0, asked, out=np.full(asked.shape, 1 / _TINY**2), where=asked > 0)
