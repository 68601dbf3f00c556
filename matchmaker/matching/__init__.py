"""Matching: from a snapshot to proposed pairs, proven and explained; pure numpy and scipy."""

from matchmaker.matching.assignment import Assignment, assign
from matchmaker.matching.forced import forced_prices
from matchmaker.matching.infeasible import Infeasible, TimeUp
from matchmaker.matching.rules import BalanceRule, GroupRule

__all__ = [
    "Assignment",
    "BalanceRule",
    "GroupRule",
    "Infeasible",
    "TimeUp",
    "assign",
    "forced_prices",
]
