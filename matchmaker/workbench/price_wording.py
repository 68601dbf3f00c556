"""What the demands of a round cost, in words."""

from collections.abc import Mapping
from dataclasses import asdict

from flask_babel import gettext

from matchmaker.matching.demand_prices import Demand, DemandPrice
from matchmaker.rounds.floor_wording import floor_text
from matchmaker.rounds.settings import RoundSettings
from matchmaker.vocabulary import N_
from matchmaker.workbench.naming import Names
from matchmaker.workbench.scenario_wording import points, price_sentence, served_sentence

LOCKED = N_("%(need)s is matched with %(offer)s")
SERVED = N_("%(need)s gets someone")
NOT_PROVEN = N_("The time ended before this was proven; it may cost more.")


def demand_text(demand: Demand, settings: RoundSettings, names: Names) -> str:
    """Say what is demanded."""
    matching = settings.matching
    if demand.kind == "minimum_score":
        return f"{gettext('Least score of a proposal (percent)')}: {points(matching.minimum_score)}"
    if demand.kind == "keep":
        return f"{gettext('Points for a pair of the last round')}: {points(matching.keep_bonus)}"
    if demand.kind == "tie":
        return f"{gettext('Pairs preferred by hand')}: {len(matching.tied)}"
    if demand.kind == "rule":
        floors = {floor.name: floor for floor in settings.floors}
        return floor_text(floors[demand.name]) if demand.name in floors else demand.name
    need, _, offer = demand.name.partition(" ")
    if offer:
        return str(gettext(LOCKED, need=names.need(need), offer=names.offer(offer)))
    return str(gettext(SERVED, need=names.need(need)))


def cost_text(price: DemandPrice) -> str:
    """Say what a demand costs and how many pairs it moves."""
    told = asdict(price)
    parts = [price_sentence(told), served_sentence(told)]
    if not price.proven:
        parts.append(str(gettext(NOT_PROVEN)))
    return " ".join(part for part in parts if part)


def costs_of_rules(prices: Mapping[Demand, DemandPrice]) -> dict[str, str]:
    """Return name of the rule -> what it costs, of the rules whose price is known."""
    return {one.name: cost_text(price) for one, price in prices.items() if one.kind == "rule"}
