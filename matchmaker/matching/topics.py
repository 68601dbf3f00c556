"""Topics asked and offered as whole-number arrays, so that their products are exact."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.snapshot import NeedRecord, OfferRecord
from matchmaker.vocabulary import TOPICS

UNIT = 600
"""Credits are counted in 1/600, which carries every level / level and half of it without rest."""
SIBLING_PERCENT = 40
"""Credit of a topic of the same group, in percent of the topic itself."""
LEVELS = 5

POSITION = {code: i for i, code in enumerate(TOPICS)}
GROUPS = sorted({topic.group for topic in TOPICS.values()})
MEMBER = np.array([[t.group == g for t in TOPICS.values()] for g in GROUPS])
"""(n_groups, n_topics) which topic belongs to which group."""


def wanted_weights(needs: Sequence[NeedRecord]) -> NDArray[np.float32]:
    """Return the importance of each topic by the level asked, shape (n_needs, 5 * n_topics)."""
    weights = np.zeros((len(needs), LEVELS, len(TOPICS)), dtype=np.float32)
    for row, need in enumerate(needs):
        for wanted in need.topics:
            weights[row, wanted.level - 1, POSITION[wanted.topic]] = wanted.importance
    return weights.reshape(len(needs), LEVELS * len(TOPICS))


def offered_credits(offers: Sequence[OfferRecord]) -> tuple[NDArray[np.float32], ...]:
    """Return the credit of each offer for each level asked and topic: lowest, likely, highest.

    Returns
    -------
    low, likely, high : ndarray of float32, shape (n_offers, 5 * n_topics)
        Whole numbers of 1/600. They differ where an offer does not state its level.

    Notes
    -----
    Credit is min(1, level offered / level asked) for the topic itself and 40 % of that for the best
    topic of the same group. A level not stated lies between 1 and 5; the middle of the two credits
    is taken as likely.
    """
    lowest = np.zeros((len(offers), len(TOPICS)), dtype=np.int16)
    highest = np.zeros_like(lowest)
    for row, offer in enumerate(offers):
        for brought in offer.topics:
            lowest[row, POSITION[brought.topic]] = brought.level or 1
            highest[row, POSITION[brought.topic]] = brought.level or LEVELS
    low, high = _credits(lowest), _credits(highest)
    return low, (low + high) / np.float32(2), high


def _credits(levels: NDArray[np.int16]) -> NDArray[np.float32]:
    credit = np.zeros((len(levels), LEVELS, levels.shape[1]), dtype=np.float32)
    best = np.zeros_like(levels)
    for members in MEMBER:
        best[:, members] = levels[:, members].max(axis=1, initial=0)[:, None]
    for asked in range(1, LEVELS + 1):
        exact = np.minimum(levels, asked) * (UNIT // asked)
        sibling = np.minimum(best, asked) * (UNIT // asked * SIBLING_PERCENT // 100)
        credit[:, asked - 1] = np.maximum(exact, sibling)
    return credit.reshape(len(levels), LEVELS * levels.shape[1])
