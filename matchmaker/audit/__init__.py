"""The append-only, hash-chained record of who did what, written in the same transaction."""

from matchmaker.audit.anchor import anchor, broken_anchors
from matchmaker.audit.chain import Break, broken_links
from matchmaker.audit.record import GENESIS, record
from matchmaker.audit.steps import KINDS, created, kind_of, move

__all__ = [
    "GENESIS",
    "KINDS",
    "Break",
    "anchor",
    "broken_anchors",
    "broken_links",
    "created",
    "kind_of",
    "move",
    "record",
]
