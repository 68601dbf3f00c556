"""The backtest of a file, as it is told."""

import re

import numpy as np
import pytest

from matchmaker.exchange.backtest import PART_LABELS, backtest
from matchmaker.exchange.context import context
from matchmaker.matching.learned.parts import PARTS
from tests.exchange.files import rows_of, write

SHARE = r"[01]\.\d{3} \([01]\.\d{3}-[01]\.\d{3}\)"


def past(n=90, seed=1):
    """Return made-up ties: towns of UA with PL, towns of HR with HU, and some far from both."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        asking, helping = int(rng.integers(0, 20)), int(rng.integers(0, 30))
        a, b = ("UA", "PL") if asking % 2 else ("HR", "HU")
        sides = {"a": (asking, a, 49.0, 24.0 + asking / 10), "b": (helping, b, 51.0, 20 + helping)}
        row = {"n_conflict_sides": "1"}
        for side, (number, country, latitude, longitude) in sides.items():
            row |= {
                f"{side}_geonameid": f"{country}{number}",
                f"{side}_name": f"{country} {number}",
                f"{side}_country": country,
                f"{side}_lat": latitude,
                f"{side}_lon": longitude,
                f"{side}_pop": 10_000 + 1_000 * number,
            }
        rows.append(row)
    return rows


@pytest.fixture
def pairs(tmp_path):
    """Return the path of a file of made-up ties."""
    return write(tmp_path / "pairs.csv", past())


def run(pairs, fit=None, ablation=False, seed=1):
    """Run it; returns exit code, complaints and lines."""
    said, lines = [], []
    code = backtest(pairs, seed, fit, ablation, None, said.append, lines.append)
    return code, said, lines


def test_last_two_lines_are_the_results(pairs):
    code, said, lines = run(pairs)
    assert (code, said) == (0, [])
    assert re.fullmatch(f"cold hit@10 {SHARE}", lines[-2])
    assert re.fullmatch(f"known hit@10 {SHARE}", lines[-1])


def test_each_part_is_told_with_what_it_is(pairs):
    lines = run(pairs, ablation=True)[2]
    for part in PARTS:
        assert any(line.startswith(part) and PART_LABELS[part] in line for line in lines)


def test_same_seed_tells_the_same(pairs):
    assert run(pairs)[2] == run(pairs)[2]


def test_fitted_weights_may_be_used_for_scores(pairs, tmp_path):
    fitted = tmp_path / "weights.json"
    assert run(pairs, fit=fitted)[0] == 0
    out = tmp_path / "scores.csv"
    assert context(pairs, pairs, out, fitted, print) == 0
    assert len(rows_of(out)) == 90


def test_file_without_the_needed_column_is_bad_input(tmp_path):
    rows = [{k: v for k, v in row.items() if k != "n_conflict_sides"} for row in past()]
    code, said, lines = run(write(tmp_path / "pairs.csv", rows))
    assert (code, lines) == (2, [])
    assert "n_conflict_sides" in said[0]


def test_too_few_towns_are_bad_input(tmp_path):
    code, said, lines = run(write(tmp_path / "pairs.csv", past(3)))
    assert (code, lines) == (2, [])
    assert "at least five towns" in said[0]


def test_weights_are_not_written_where_the_judging_fails(pairs, tmp_path, monkeypatch):
    def fail(*_):
        raise ValueError("no judgement")

    monkeypatch.setattr("matchmaker.exchange.backtest.run", fail)
    fitted = tmp_path / "weights.json"
    code, said, _ = run(pairs, fit=fitted)
    assert (code, said) == (2, ["no judgement"])
    assert not fitted.exists()


def test_file_learned_from_is_not_written_over(pairs):
    before = pairs.read_bytes()
    assert run(pairs, fit=pairs)[0] == 2
    assert pairs.read_bytes() == before
