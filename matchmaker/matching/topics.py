"""Topics asked and offered as whole-number arrays, so that their products are exact."""

from collections.abc import Sequence
from typing import Any

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


GROUP = np.array([GROUPS.index(topic.group) for topic in TOPICS.values()], dtype=np.int8)
"""(n_topics,) the group of each topic."""
EXACT_UNIT = np.array([0, *(UNIT // level for level in range(1, LEVELS + 1))], dtype=np.int32)
SIBLING_UNIT = EXACT_UNIT * SIBLING_PERCENT // 100
"""What one level offered is worth by the level asked, for the topic and for one of its group."""


def wanted_entries(needs: Sequence[NeedRecord]) -> dict[str, NDArray[np.int8]]:
    """Return the topics asked as arrays of (n_needs, most): topic, importance, level."""
    most = max((len(need.topics) for need in needs), default=0)
    shape = (len(needs), most)
    entries = {
        "topic": np.full(shape, -1, dtype=np.int8),
        "importance": np.zeros(shape, dtype=np.int8),
        "level": np.ones(shape, dtype=np.int8),
    }
    for row, need in enumerate(needs):
        for k, wanted in enumerate(need.topics):
            entries["topic"][row, k] = POSITION[wanted.topic]
            entries["importance"][row, k] = wanted.importance
            entries["level"][row, k] = wanted.level
    return entries


def offered_levels(offers: Sequence[OfferRecord]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return the lowest and the highest level of each topic, shape (n_offers, n_topics) each.

    0 where the topic is not offered. They differ where an offer does not state its level.
    """
    lowest = np.zeros((len(offers), len(TOPICS)), dtype=np.int8)
    highest = np.zeros_like(lowest)
    for row, offer in enumerate(offers):
        for brought in offer.topics:
            lowest[row, POSITION[brought.topic]] = brought.level or 1
            highest[row, POSITION[brought.topic]] = brought.level or LEVELS
    return lowest, highest


def best_of_groups(levels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the best level within each group of topics, shape (n_offers, n_groups)."""
    best = np.zeros((len(levels), len(GROUPS)), dtype=np.int8)
    for group, members in enumerate(MEMBER):
        best[:, group] = levels[:, members].max(axis=1, initial=0)
    return best


def credit_sums(
    wanted: dict[str, NDArray[np.int8]],
    levels: NDArray[np.int8],
    group_levels: NDArray[np.int8],
    rows: NDArray[Any],
    columns: NDArray[Any],
) -> NDArray[np.int32]:
    """Return the sum of importance x credit over the topics asked, for each pair, in 1/600.

    Notes
    -----
    Credit is min(1, level offered / level asked) for the topic itself and 40 % of that for the best
    topic of the same group. Whole numbers throughout: exact in any order.
    """
    sums = np.zeros(len(rows), dtype=np.int32)
    for k in range(wanted["topic"].shape[1]):
        topic = wanted["topic"][rows, k]
        pairs = np.flatnonzero(topic >= 0)
        topic, row, column = topic[pairs], rows[pairs], columns[pairs]
        asked = wanted["level"][row, k]
        exact = np.minimum(levels[column, topic], asked) * EXACT_UNIT[asked]
        sibling = np.minimum(group_levels[column, GROUP[topic]], asked) * SIBLING_UNIT[asked]
        sums[pairs] += np.maximum(exact, sibling) * wanted["importance"][row, k]
    return sums
