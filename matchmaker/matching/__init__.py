"""Matching: from a snapshot to proposed pairs, proven and explained; pure numpy and scipy."""

# loaded first: whoever loads it later would put the module in the place of the function `ties`
import matchmaker.matching.ties  # noqa: F401
from matchmaker.matching.assignment import Assignment, assign
from matchmaker.matching.engine.alternatives import Ties, ties
from matchmaker.matching.engine.forced import (
    forbidden_prices,
    forced_prices,
    forced_prices_of_need,
)
from matchmaker.matching.engine.infeasible import Infeasible, TimeUp
from matchmaker.matching.engine.overrides import Override, price_of_forbidding, price_of_forcing
from matchmaker.matching.engine.price_vector import PriceVector, PriceVectors
from matchmaker.matching.engine.prices import PlacePrice, price_of_place, prices_of_places
from matchmaker.matching.engine.rules import BalanceRule, GroupRule
from matchmaker.matching.engine.shortage import Shortage, over_demanded

__all__ = [
    "Assignment",
    "BalanceRule",
    "GroupRule",
    "Infeasible",
    "Override",
    "PlacePrice",
    "PriceVector",
    "PriceVectors",
    "Shortage",
    "Ties",
    "TimeUp",
    "assign",
    "forbidden_prices",
    "forced_prices",
    "forced_prices_of_need",
    "over_demanded",
    "price_of_forbidding",
    "price_of_forcing",
    "price_of_place",
    "prices_of_places",
    "ties",
]
