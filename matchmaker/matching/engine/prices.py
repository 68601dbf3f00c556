"""What a place is worth: exact losses and gains of one place less and one more."""

from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Literal

import numpy as np

from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.instance import Instance, Ints
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.price_vector import PriceVector, PriceVectors, price_between
from matchmaker.matching.engine.solved import HasSolved, solve_again
from matchmaker.matching.engine.ways import FAR

Side = Literal["need", "offer"]
SIDES = ("need", "offer")


@dataclass(frozen=True)
class PlacePrice:
    """What one place of a need or an offer is worth.

    Attributes
    ----------
    loss : PriceVector
        What the result loses if the place leaves; 0 where there is none.
    gain : PriceVector
        What it gains if one more comes: positive numbers are gains here.
    gap : float
        Greatest gap of the results found for it, as `Assignment.gap`; 0.0 where all are proven.
    optimal : bool
        All results compared are proven, so the price is exact.
    seconds : float
        Time it took.
    """

    loss: PriceVector
    gain: PriceVector
    gap: float
    optimal: bool
    seconds: float


def prices_of_places(result: HasSolved, side: Side) -> tuple[PriceVectors, PriceVectors] | None:
    """Return loss if one place leaves and gain if one more comes, for a whole side.

    Parameters
    ----------
    result : Assignment
        A result under the policy total or coverage.
    side : {"need", "offer"}
        Whose places.

    Returns
    -------
    loss, gain : PriceVectors
        In the caller's order; a loss of inf where no result would remain. None where there is
        no residual graph: rules, minima, fairest, or a result that is not proven.

    Raises
    ------
    ValueError
        If there is no such side.

    Notes
    -----
    One more place gains the greatest gain of a way in the residual graph that closes a cycle
    through it; one place less loses the least that a way around costs. Both are exact, for
    flows are integral, where the two marginals of a linear program are only an interval. They
    are the ends of the interval of prices that support the optimum: the least and the greatest
    price of the place over all solutions of the dual program [1]_ [2]_. Two searches give the
    prices of all places, O(n_pairs log n).

    References
    ----------
    .. [1] L. S. Shapley and M. Shubik, "The assignment game I: the core", Int. J. Game Theory 1,
       1971. doi:10.1007/BF01753437
    .. [2] H. B. Leonard, "Elicitation of honest preferences for the assignment of individuals to
       positions", J. Political Economy 91(3), 1983. doi:10.1086/261158
    """
    _check_side(side)
    solved, graph = result.solved, result.solved.graph
    if graph is None:
        return None
    losses, gains = (
        PriceVectors.of_codes(code, graph.stages, graph.instance.units)
        for code in _loss_and_gain(graph, side)
    )
    if side == "need":
        for rank in np.flatnonzero(graph.one_place_only):
            more = solve_again(with_places(solved.asked, side, int(rank), 1), Deadline())
            assert more.value is not None
            at = graph.instance.caller_need(int(rank))
            gains.total[at] = (more.value[-1] - solved.value[-1]) / graph.instance.units
            if gains.served is not None:
                gains.served[at] = more.value[0] - solved.value[0]
    return losses, gains


def _check_side(side: Any) -> None:
    """Raise ValueError where there is no such side."""
    if not isinstance(side, str) or side not in SIDES:
        raise ValueError(f"side must be one of {', '.join(SIDES)}: {side!r}")


def _loss_and_gain(graph: Graph, side: Side) -> tuple[Ints, Ints]:
    """Return what one place less loses and one more gains, coded, in the caller's order."""
    instance, n = graph.instance, graph.instance.n_needs
    nodes = np.arange(n) if side == "need" else np.arange(n, graph.root)
    from_root = graph.gain_of(graph.from_root[nodes], graph.root, nodes)
    to_root = graph.gain_of(graph.to_root[nodes], nodes, graph.root)
    order: Ints | None
    if side == "need":
        places, order = instance.need_places, instance.need_order
        less, more = _plus(from_root, graph.out[nodes]), _plus(to_root, graph.first)
    else:
        places, order = instance.offer_places, instance.offer_order
        less, more = to_root, from_root
    full = graph.full[nodes] & (places > 0)
    loss = np.where(full, np.where(less == -FAR, FAR, -less), 0)
    gain = np.where(graph.full[nodes], np.maximum(more, 0), 0)
    if order is not None:
        loss[order], gain[order] = loss.copy(), gain.copy()
    return loss, gain


def _plus(way: Ints, arc: Ints) -> Ints:
    """Add the gain of an arc to that of a way; -`FAR` where either is missing."""
    return np.where((way == -FAR) | (arc == -FAR), -FAR, way + arc)


def price_of_place(
    result: HasSolved, side: Side, position: int, time_limit: float | None = None
) -> PlacePrice:
    """Return what one place of a need or an offer is worth, under any policy and rules.

    Parameters
    ----------
    result : Assignment
    side : {"need", "offer"}
        Whose place.
    position : int
        Which need or offer, as the caller counts.
    time_limit : float, optional
        Seconds for both results together, where they have to be solved for.

    Returns
    -------
    PlacePrice
        From the residual graph where there is one, else by solving twice again.

    Raises
    ------
    ValueError
        If there is no such side or position.
    TimeUp
        If the time limit passed before a result was found or excluded.
    """
    started = monotonic()
    _check_side(side)
    solved, asked = result.solved, result.solved.asked
    rank = asked.need_rank(position) if side == "need" else asked.offer_rank(position)
    all_prices = prices_of_places(result, side)
    if all_prices is not None:
        losses, gains = all_prices
        return PlacePrice(losses[position], gains[position], 0.0, True, monotonic() - started)
    deadline = Deadline.after(time_limit)
    more = solve_again(with_places(asked, side, rank, 1), deadline)
    results = [more]
    loss = price_between(asked.policy, solved.value, solved.value, asked.units)
    if (asked.need_places if side == "need" else asked.offer_places)[rank] > 0:
        less = solve_again(with_places(asked, side, rank, -1), deadline)
        loss = price_between(asked.policy, solved.value, less.value, asked.units)
        results.append(less)
    # one more place leaves every result as it is: there is one
    assert more.value is not None
    return PlacePrice(
        loss=loss,
        gain=price_between(asked.policy, more.value, solved.value, asked.units),
        gap=max(result.gap(asked.units) for result in results),
        optimal=solved.proven and all(result.proven for result in results),
        seconds=monotonic() - started,
    )


def with_places(asked: Instance, side: Side, rank: int, change: int) -> Instance:
    """Return the problem with so many places more (or less) at one need or offer."""
    name = f"{side}_places"
    places = getattr(asked, name).copy()
    places[rank] += change
    return replace(asked, **{name: places})
