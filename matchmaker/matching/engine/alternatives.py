"""Other results that are as good: which pairs are in all of them, in some, in none."""

from dataclasses import dataclass
from time import monotonic

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matchmaker.matching.engine.alternatives_program import Optima
from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.solved import HasSolved, Pairs, Solved, in_caller_positions


@dataclass(frozen=True, eq=False)
class Ties:
    """Where equally good results differ; pairs are the caller's positions, sorted.

    Attributes
    ----------
    always : ndarray of int, shape (n, 2)
        Chosen pairs that every equally good result has.
    exchangeable : ndarray of int, shape (n, 2)
        Chosen pairs that some equally good result does without.
    others : ndarray of int, shape (n, 2)
        Pairs not chosen that some equally good result has.
    undecided : ndarray of int, shape (n, 2)
        Pairs of which time did not tell; empty where the answer is whole.
    again : bool
        The problem was solved again; otherwise the answer was read from the residual graph.
    seconds : float
        Time it took.
    """

    always: Pairs
    exchangeable: Pairs
    others: Pairs
    undecided: Pairs
    again: bool
    seconds: float

    @property
    def exist(self) -> bool:
        """Tell whether another equally good result is known."""
        return bool(len(self.exchangeable) or len(self.others))


def ties(result: HasSolved, time_limit: float | None = None) -> Ties | None:
    """Return which pairs are in all, some and none of the equally good results.

    Parameters
    ----------
    result : Assignment
    time_limit : float, optional
        Seconds, where the problem has to be solved again; what is not known by then is
        `undecided`.

    Returns
    -------
    Ties or None
        None where the result is not proven: what is as good is not known then.

    Notes
    -----
    Two optima differ by cycles of length 0 in the residual graph, and such a cycle goes through an
    arc exactly if the arc is tight and both its ends lie in the same strongly connected component
    of the tight arcs [1]_: one pass over the pairs, O(n_pairs). With rules, minima or fairest the
    objective is held and the number of pairs that differ in a way not seen before is maximised,
    until there is none; each program settles at least one pair.

    The one that `assign` returns is decided by the keys: needs and offers are put into the order
    of their keys before anything is solved, and every route is deterministic.

    References
    ----------
    .. [1] R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972.
       doi:10.1137/0201010

    Examples
    --------
    >>> from matchmaker.matching import assign
    >>> ties(assign([[0.5, 0.5], [0.75, 0.75]])).exist
    True
    """
    started, solved = monotonic(), result.solved
    if not solved.proven:
        return None
    graph = solved.graph
    if graph is not None:
        differ, undecided = _on_cycles(graph), np.zeros_like(graph.chosen)
    else:
        differ, undecided = _by_programs(solved, Deadline.after(time_limit))
    chosen = solved.outcome.chosen
    return Ties(
        always=_pairs(solved, chosen & ~differ & ~undecided),
        exchangeable=_pairs(solved, chosen & differ),
        others=_pairs(solved, ~chosen & differ),
        undecided=_pairs(solved, undecided),
        again=graph is None,
        seconds=monotonic() - started,
    )


def _on_cycles(graph: Graph) -> Bools:
    """Mark the pairs on cycles of length 0, shape (n_pairs,)."""
    tail, head, pair = graph.tight()
    size = graph.root + 1
    tight = sp.coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    label = connected_components(tight, directed=True, connection="strong")[1]
    differ = np.zeros(len(graph.chosen), dtype=bool)
    differ[pair[(label[tail] == label[head]) & (pair >= 0)]] = True
    return differ


def _by_programs(solved: Solved, deadline: Deadline) -> tuple[Bools, Bools]:
    """Mark the pairs in which optima differ, and those of which time did not tell."""
    chosen = solved.outcome.chosen
    differ = np.zeros_like(chosen)
    settled = solved.instance.locked.copy()
    optima = Optima.of(solved.instance, solved.value)
    while not settled.all():
        try:
            other = optima.farthest(chosen, ~settled, deadline)
        except (TimeUp, ArithmeticError):
            return differ, ~settled
        if other is None:
            break
        new = (other != chosen) & ~settled
        differ |= other != chosen
        settled |= new
    return differ, np.zeros_like(chosen)


def _pairs(solved: Solved, marked: Bools) -> Pairs:
    """Return marked pairs in the caller's positions, sorted."""
    instance = solved.instance
    ranks = np.column_stack([instance.need[marked], instance.offer[marked]]).astype(np.int64)
    pairs = in_caller_positions(instance, ranks)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
