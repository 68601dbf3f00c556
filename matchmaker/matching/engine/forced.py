"""The price of an override: what the best total loses when a pair is forced or forbidden."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.closure import NOWHERE
from matchmaker.matching.engine.full_graph import FullGraph
from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.instance import Ints
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.price_vector import PriceVectors
from matchmaker.matching.engine.routes import solve
from matchmaker.matching.engine.solved import HasSolved, in_caller_positions
from matchmaker.matching.engine.validate import read_instance
from matchmaker.matching.engine.ways import CHOSEN, FAR

THIN = 16
"""With fewer pairs than the square of the smaller side over this, each need is searched alone."""


def forced_prices(
    scores: Any, allowed: Any = None, need_places: Any = 1, offer_places: Any = 1
) -> NDArray[np.float64]:
    """Return what the best total loses when each pair is forced.

    Parameters
    ----------
    scores : array_like of float, or sparse array, shape (n_needs, n_offers)
        As in `assign`, policy total without rules.
    allowed : array_like of bool, shape (n_needs, n_offers), optional
        False where a pair may not be forced.
    need_places, offer_places : int or array_like of int, shape (n_needs,) or (n_offers,)
        Greatest number of pairs of each need and of each offer.

    Returns
    -------
    ndarray of float, shape (n_needs, n_offers)
        Best total less the best total with the pair, in score units, at least 0: 0 for a pair
        of an optimum, inf where the pair is not allowed or a side has no place. Forcing takes
        one place of each side; a pair scored 0 or less may be forced.

    Raises
    ------
    ValueError
        If an argument is wrong by itself. If scores are so large that sums along a way might not
        fit into 64 bits: the largest score above 0, in grid units of 1e-9, times 2 s + 4 must be
        below 2**56, for s the smaller side. At 50 x 50 these are scores up to 692,861; `assign`
        takes larger ones. Divided by one number they are priced, in units of that number.

    Notes
    -----
    Forcing a pair that is not chosen adds its score and the greatest gain of a way from its
    offer back to its need in the residual graph of one optimum. All these ways are found
    together, in whole numbers, so the prices are exact: O(s^3 + n m) for s the smaller side, and
    about 32 n m + 24 s^2 bytes beside the result. Where candidates are few, one search per need
    takes O(pairs log n) each, mostly far less, and no memory beside the result and the pairs.

    Examples
    --------
    >>> forced_prices([[0.75, 0.5], [0.5, 0.0]])
    array([[0.25, 0.  ],
           [0.  , 0.25]])
    """
    instance = read_instance(scores, allowed, need_places, offer_places, drop_useless=False)
    useful = instance.keep(instance.useful)
    graph = Graph.of(useful, solve(useful, Deadline(), None))
    if graph is None:
        raise ValueError("scores are too large for the grid: prices would overflow 64 bits")
    prices = np.full((instance.n_needs, instance.n_offers), np.inf)
    losses = forced_losses(graph, instance.need, instance.offer, instance.weight)
    prices[instance.need, instance.offer] = losses.total
    return prices


def forced_prices_of_need(result: HasSolved, need: int) -> PriceVectors | None:
    """Return what forcing each offer on a need costs.

    Parameters
    ----------
    result : Assignment
        A result under the policy total or coverage.
    need : int
        Position of the need, as the caller counts.

    Returns
    -------
    PriceVectors
        One per offer, in the caller's order; inf where the pair is not allowed or barred, or
        nothing meets the demands with it. None where there is no residual graph: rules, minima,
        fairest, or a result that is not proven (`price_of_forcing` solves those again).

    Raises
    ------
    ValueError
        If there is no such need.

    Notes
    -----
    One search in the sparse residual graph, O(n_pairs log n) at most.
    """
    asked, graph = result.solved.asked, result.solved.graph
    rank = asked.need_rank(need)
    if graph is None:
        return None
    parts = [asked] if asked.left_out is None else [asked, asked.left_out]
    slices = [slice(*part.span_of(rank)) for part in parts]
    offer, weight, barred = (
        np.concatenate([getattr(part, name)[at] for part, at in zip(parts, slices, strict=True)])
        for name in ("offer", "weight", "barred")
    )
    offer, weight = offer[~barred], weight[~barred]
    found = forced_losses(graph, np.full(len(offer), rank), offer, weight)
    total = np.full(asked.n_offers, np.inf)
    served = None if found.served is None else np.zeros(asked.n_offers, dtype=np.int64)
    at = offer if asked.offer_order is None else asked.offer_order[offer]
    total[at] = found.total
    if served is not None and found.served is not None:
        served[at] = found.served
    return PriceVectors(total, served)


def forbidden_prices(result: HasSolved) -> PriceVectors | None:
    """Return what forbidding each chosen pair costs, all at once.

    Parameters
    ----------
    result : Assignment
        A result under the policy total or coverage.

    Returns
    -------
    PriceVectors
        One per pair of `result.pairs`, in their order; inf for a locked pair and where nothing
        meets the demands without it. None where there is no residual graph.
    """
    solved, graph = result.solved, result.solved.graph
    if graph is None:
        return None
    found = forbidden_losses(graph, np.flatnonzero(graph.chosen))
    pairs = in_caller_positions(solved.asked, solved.pairs)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return PriceVectors(found.total[order], None if found.served is None else found.served[order])


def forced_losses(graph: Graph, need: Ints, offer: Ints, weight: Ints) -> PriceVectors:
    """Return what forcing each of some pairs loses.

    Parameters
    ----------
    graph : Graph
        Residual graph of an optimum.
    need, offer : ndarray of int, shape (n_asked,)
        The pairs in ranks, sorted by need.
    weight : ndarray of int, shape (n_asked,)
        Score of each, in grid units.

    Returns
    -------
    PriceVectors
        One per asked pair; 0 for chosen pairs, inf where no result would remain.
    """
    smaller = min(graph.instance.n_needs, graph.instance.n_offers)
    thin = len(graph.state) * THIN < smaller**2 or len(need) < smaller
    way = _each_need(graph, need, offer) if thin else _all_together(graph, need, offer)
    possible = way > -FAR
    served, total = graph.stages.parts(np.where(possible, way, 0))
    chosen = np.isin(_codes(graph, need, offer), _chosen_codes(graph))
    total, served = -(total + weight), -served
    total[chosen], served[chosen], possible[chosen] = 0, 0, True
    return PriceVectors.of_parts(
        total, served if graph.stages.served else None, possible, graph.instance.units
    )


def forbidden_losses(graph: Graph, pairs: Ints) -> PriceVectors:
    """Return what forbidding each of some chosen pairs loses.

    `pairs` are positions in the instance; inf where no result would remain, as for a locked one.
    """
    loss = np.full(len(pairs), FAR)
    free = graph.state[pairs] == CHOSEN
    asked = pairs[free]
    smaller = min(graph.instance.n_needs, graph.instance.n_offers)
    thin = len(graph.state) * THIN < smaller**2 or len(pairs) * 4 < smaller
    way = _around_each(graph, asked) if thin else _around_all(graph, asked)
    loss[free] = np.where(way == -FAR, FAR, graph.gain[asked] - way)
    return PriceVectors.of_codes(loss, graph.stages, graph.instance.units)


def _codes(graph: Graph, need: Ints, offer: Ints) -> NDArray[np.int64]:
    """Return one number for each pair."""
    return need.astype(np.int64) * graph.instance.n_offers + offer


def _chosen_codes(graph: Graph) -> NDArray[np.int64]:
    """Return the numbers of the chosen pairs."""
    chosen = graph.chosen
    return _codes(graph, graph.instance.need[chosen], graph.instance.offer[chosen])


def _all_together(graph: Graph, need: Ints, offer: Ints) -> Ints:
    """Return the gain of the best way from offer to need of each pair, from all distances."""
    back = FullGraph.of(graph).back()
    if graph.instance.n_offers < graph.instance.n_needs:
        return _in_codes(back[need, offer])
    return _in_codes(back[offer, need])


def _in_codes(gain: NDArray[Any]) -> Ints:
    """Turn gains in the type of the matrices into codes."""
    nowhere = gain <= NOWHERE / 2
    return np.where(nowhere, -FAR, np.where(nowhere, 0, gain).astype(np.int64))


def _each_need(graph: Graph, need: Ints, offer: Ints) -> Ints:
    """Return the gain of the best way from offer to need of each pair, by a search per need."""
    ways, to_root, from_root = graph.ways(), graph.to_root, graph.from_root
    nodes = graph.instance.n_needs + offer.astype(np.int64)
    gain = np.empty(len(need), dtype=np.int64)
    starts = np.flatnonzero(np.diff(need, prepend=-1))
    for start, end in pairwise([*starts.tolist(), len(need)]):
        head, tails = int(need[start]), nodes[start:end]
        direct = ways.between(head, False, from_root[head], to_root, tails)
        length = np.minimum(direct, to_root[tails] + from_root[head])
        gain[start:end] = graph.gain_of(length, tails, head)
    return gain


def _around_all(graph: Graph, pairs: Ints) -> Ints:
    """Return the gain of the best way from need to offer of each chosen pair, all together."""
    full = FullGraph.of(graph)
    gain = np.zeros(len(graph.state), dtype=np.int64)
    gain[graph.state == CHOSEN] = _in_codes(full.around())
    return gain[pairs]


def _around_each(graph: Graph, pairs: Ints) -> Ints:
    """Return the gain of the best way from need to offer of each chosen pair, one by one."""
    ways, to_root, from_root = graph.ways(), graph.to_root, graph.from_root
    gain = np.empty(len(pairs), dtype=np.int64)
    for at, pair in enumerate(pairs):
        tail = int(graph.instance.need[pair])
        head = graph.instance.n_needs + int(graph.instance.offer[pair])
        direct = ways.between(tail, True, to_root[tail], from_root, np.array([head]))
        length = np.minimum(direct, to_root[tail] + from_root[head])
        gain[at] = graph.gain_of(length, tail, head)[0]
    return gain
