"""Codes of the vocabulary as bits, so that sets of codes can be compared a million at a time."""

from collections.abc import Iterable
from enum import Enum

from matchmaker.vocabulary import ACTIVITIES, LESSONS, TOPICS, Category, Depth, Setting


def bit_table(codes: Iterable[str | Enum]) -> dict[str, int]:
    """Give each code a bit of its own."""
    return {str(code): 1 << i for i, code in enumerate(codes)}


ACTIVITY = bit_table(ACTIVITIES)
CATEGORY = bit_table(Category)
SETTING = bit_table(Setting)
DEPTH = bit_table(Depth)
TOPIC = bit_table(TOPICS)
LESSON = bit_table(LESSONS)
ALL_SETTINGS = sum(SETTING.values())


def bits_of(codes: Iterable[str], table: dict[str, int]) -> int:
    """Return the bits of some codes."""
    bits = 0
    for code in codes:
        bits |= table[code]
    return bits
