"""Candidates and scores of large rounds: the same as pair by pair, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.large import loops, scan
from matchmaker.matching.large.scan import best_pairs, missing_pairs
from matchmaker.matching.large.tables import tables_of
from matchmaker.matching.large.widening import with_marks
from matchmaker.matching.pipeline import score_candidates
from matchmaker.vocabulary.precondition import PRECONDITIONS
from tests.matching.random_rounds import random_round, random_settings


def silent(*_):
    """Take a report of progress."""


def prepared(seed, n=24, m=26):
    round_ = with_unmet(seed, random_round(seed, n, m)).sorted().validate()
    settings = random_settings(seed, round_, demands=False)
    arrays = arrays_of(round_)
    found = candidates(arrays, settings)
    scores = score_candidates(arrays, settings, found)
    return tables_of(arrays, settings), found, scores


def with_unmet(seed, round_):
    """Let preconditions be unmet for some needs of every other round."""
    if seed % 2 == 0:
        return round_
    codes = [(), *((code,) for code in PRECONDITIONS), ("knowledge", "violence")]
    needs = [replace(need, unmet=codes[k % len(codes)]) for k, need in enumerate(round_.needs)]
    return replace(round_, needs=tuple(needs))


def best_of(found, scores, most, most_of_offer):
    """Return the best pairs of both sides by brute force."""
    table, pairs = scores.toarray(), set()
    for row in range(len(table)):
        columns = np.flatnonzero(found.allowed[row])
        order = np.lexsort((columns, -table[row, columns]))[:most]
        pairs |= {(row, int(column)) for column in columns[order]}
    for column in range(table.shape[1]):
        rows = np.flatnonzero(found.allowed[:, column])
        order = np.lexsort((rows, -table[rows, column]))[:most_of_offer]
        pairs |= {(int(row), column) for row in rows[order]}
    return sorted(pairs)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("most", [(1, 0), (3, 2), (26, 1)])
def test_best_pairs_are_those_of_brute_force(seed, most):
    tables, found, scores = prepared(seed)
    best = best_pairs(tables, *most, silent)
    pairs = list(zip(best.rows.tolist(), best.columns.tolist(), strict=True))
    assert pairs == best_of(found, scores, *most)


@pytest.mark.parametrize("seed", range(12))
def test_every_rule_bars_as_many_offers_as_pair_by_pair(seed):
    tables, found, _ = prepared(seed)
    best = best_pairs(tables, 3, 1, silent)
    assert (tables.offers.column.size - np.cumsum(best.lost, axis=1) == found.funnel).all()
    assert (best.needs_allowed == found.needs_allowed).all()


@pytest.mark.parametrize("seed", range(12))
def test_nothing_left_out_scores_above_the_floor(seed):
    tables, found, scores = prepared(seed)
    best = best_pairs(tables, 2, 1, silent)
    left = found.allowed.copy()
    left[best.rows, best.columns] = False
    highest = np.where(left, scores.toarray(), -1).max(axis=1)
    assert (highest <= best.floor).all()
    assert (best.floor[found.offers_allowed <= 2] == -1).all()


@pytest.mark.parametrize("seed", range(12))
def test_pairs_worth_more_than_their_prices_are_all_found(seed):
    tables, found, scores = prepared(seed)
    draw = np.random.default_rng(seed)
    need_prices, offer_prices = draw.random(24) / 2, draw.random(26) / 2
    held = with_marks(type(scores)(scores.shape), {(0, 0), (3, 4)})
    rows = np.arange(1, 24)
    got = missing_pairs(tables, (need_prices, offer_prices), 0.3, held, rows, 26, silent)
    table = scores.toarray()
    above = table - offer_prices > need_prices[:, None]
    wanted = above & found.allowed & (table >= 0.3)
    wanted[0], wanted[3, 4] = False, False
    pairs = list(zip(got.rows.tolist(), got.columns.tolist(), strict=True))
    assert pairs == [tuple(pair) for pair in np.argwhere(wanted).tolist()]
    assert (got.keys == (table - offer_prices)[got.rows, got.columns]).all()


def test_few_missing_pairs_are_the_ones_furthest_above_their_prices():
    tables, found, scores = prepared(2)
    nothing = type(scores)(scores.shape)
    prices = np.zeros(24), np.zeros(26)
    got = missing_pairs(tables, prices, 0.0, nothing, np.arange(24), 1, silent)
    table = np.where(found.allowed, scores.toarray(), 0)
    has = table.max(axis=1) > 0
    assert got.rows.tolist() == np.flatnonzero(has).tolist()
    assert got.columns.tolist() == table[has].argmax(axis=1).tolist()


def test_compiled_loops_find_the_same_as_plain_ones(monkeypatch):
    plain = [best_pairs(prepared(seed)[0], 3, 2, silent) for seed in range(6)]
    monkeypatch.setattr(scan, "COMPILED_FROM", 0)
    for seed, one in enumerate(plain):
        other = best_pairs(prepared(seed)[0], 3, 2, silent)
        for name in ("rows", "columns", "floor", "lost", "needs_allowed"):
            assert (getattr(one, name) == getattr(other, name)).all()


def test_number_of_threads_changes_nothing(monkeypatch):
    monkeypatch.setattr(scan, "_PIECE", 3)
    found = []
    for threads in (1, 4):
        monkeypatch.setattr(scan, "_processors", lambda threads=threads: threads)
        found.append(best_pairs(prepared(5)[0], 3, 2, silent))
    assert (found[0].rows == found[1].rows).all() and (found[0].columns == found[1].columns).all()


def test_progress_is_told_until_the_last_need(monkeypatch):
    monkeypatch.setattr(scan, "_PIECE", 10)
    told = []
    best_pairs(prepared(1)[0], 3, 1, lambda *at: told.append(at))
    assert told == [(10, 24), (20, 24), (24, 24)]


def test_marks_of_the_last_need_are_gone():
    tables, _, _ = prepared(4)
    work = scan._work(tables, 1)
    wanted = scan._wanted(np.zeros(26), np.full(24, -1.0), 0.0, None, tables)
    found = loops.Found(
        np.zeros((24, 2)),
        np.zeros((24, 2), dtype=np.int32),
        np.zeros(24, dtype=np.int32),
        np.zeros((24, 14), dtype=np.int64),
    )
    loops.scan(tables, work, wanted, found, np.arange(24))
    assert not work.mark.any() and not work.direct.any() and not work.shared.any()


def test_round_without_offers_or_needs_has_no_pairs():
    round_ = random_round(1, 3, 3).sorted()
    for empty in (replace(round_, needs=()), replace(round_, offers=())):
        settings = random_settings(1, empty, demands=False)
        best = best_pairs(tables_of(arrays_of(empty.validate()), settings), 5, 2, silent)
        assert len(best.rows) == 0
