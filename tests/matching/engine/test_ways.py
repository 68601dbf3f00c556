"""Searches over a residual graph: the compiled and the plain ones agree with each other."""

import numpy as np
import pytest

from matchmaker.matching import assign
from matchmaker.matching.engine import ways
from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.ways import FAR, PlainWays, Ways, walk


def solved(seed, **case):
    rng = np.random.default_rng(seed)
    n, m = (int(v) for v in rng.integers(3, 30, 2))
    scores = rng.integers(1, 9, (n, m)) / 8 if seed % 2 else rng.random((n, m))
    places = {"need_places": rng.integers(0, 3, n), "offer_places": rng.integers(0, 3, m)}
    return assign(scores, rng.random((n, m)) < 0.4, **places, **case).solved


def by_hand(graph, length, forward):
    """Shorten lengths along the arcs one by one until nothing changes."""
    tail, head, gain, _ = graph.arcs.listed()
    cost = graph.potential[head] - graph.potential[tail] - gain
    assert (cost >= 0).all()
    if not forward:
        tail, head = head, tail
    changed = True
    while changed:
        changed = False
        for a, b, c in zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True):
            if length[a] < FAR and length[a] + c < length[b]:
                length[b] = length[a] + c
                changed = True
    return length


@pytest.mark.parametrize("kind", [Ways, PlainWays])
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_lengths_from_the_root_are_shortest(kind, forward, seed):
    graph = solved(seed).graph
    gain = graph.into if forward else graph.out
    level = graph.potential - graph.potential[graph.root]
    first = np.where(gain == -FAR, FAR, (level if forward else -level) - gain)
    first[graph.root] = FAR
    found = kind(graph.arcs).of_the_root(first, forward)
    assert (found == by_hand(graph, first.copy(), forward)).all()


@pytest.mark.parametrize("kind", [Ways, PlainWays])
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_lengths_between_nodes_are_shortest_one_search_after_the_other(kind, forward, seed):
    graph = solved(seed).graph
    search, limit = kind(graph.arcs), np.full(graph.root + 1, FAR)
    for node in range(graph.root):
        first = np.full(graph.root + 1, FAR)
        first[node] = 0
        wanted = np.arange(graph.root)[:: 1 + node % 3]
        found = search.between(node, forward, 0, limit, wanted)
        assert (found == by_hand(graph, first, forward)[wanted]).all()


@pytest.mark.parametrize("kind", [Ways, PlainWays])
def test_limit_hides_no_shorter_way(kind):
    graph = solved(3).graph
    search, free = kind(graph.arcs), np.full(graph.root + 1, FAR)
    wanted = np.arange(graph.root)
    for need in range(graph.instance.n_needs):
        whole = search.between(need, True, 0, free, wanted).copy()
        base, limit = graph.to_root[need], graph.from_root
        pruned = search.between(need, True, base, limit, wanted)
        over_root = base + limit[wanted]
        assert (np.minimum(pruned, over_root) == np.minimum(whole, over_root)).all()


@pytest.mark.parametrize("kind", [Ways, PlainWays])
def test_pairs_of_a_way_have_its_length(kind):
    graph = solved(5).graph
    search, limit = kind(graph.arcs), np.full(graph.root + 1, FAR)
    seen = 0
    for need in range(graph.instance.n_needs):
        nodes = np.arange(graph.root)
        for node, length in zip(nodes, search.between(need, True, 0, limit, nodes), strict=True):
            pairs = walk(graph.arcs, search.via, int(node))[1]
            if length < FAR and len(pairs):
                gain = np.where(graph.chosen[pairs], -graph.gain[pairs], graph.gain[pairs]).sum()
                assert gain == graph.gain_of(length, need, node)
                seen += 1
    assert seen > 20


@pytest.mark.parametrize("seed", range(8))
def test_potentials_raised_with_and_without_the_compiler_prove_the_choice(seed, monkeypatch):
    result = solved(seed, policy=("total", "coverage")[seed % 2])
    plain = Graph.of(result.instance, result.outcome)
    monkeypatch.setattr(ways, "COMPILED_PAIRS", 0)
    compiled = Graph.of(result.instance, result.outcome)
    for graph in (plain, compiled):
        tail, head, gain, _ = graph.arcs.listed()
        assert (graph.potential[head] >= graph.potential[tail] + gain).all()
        level = graph.potential - graph.potential[graph.root]
        assert (level[graph.into > -FAR] >= graph.into[graph.into > -FAR]).all()
        assert (-level[graph.out > -FAR] >= graph.out[graph.out > -FAR]).all()


@pytest.mark.parametrize("threshold", [0, 10**9])
def test_choice_that_could_be_better_is_refused(threshold, monkeypatch):
    monkeypatch.setattr(ways, "COMPILED_PAIRS", threshold)
    result = assign([[1.0, 0.5], [0.5, 0.5]]).solved
    worse = np.array([False, True, True, False])
    outcome = type(result.outcome)(worse, "dense")
    graph = Graph.of(assign([[1.0, 0.5], [0.25, 0.5]]).solved.instance, outcome)
    with pytest.raises(ArithmeticError, match="no optimum"):
        _ = graph.potential
