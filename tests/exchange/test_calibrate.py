"""Fitting the context score to a file, as it is told and stored."""

import re
import subprocess
import sys

from matchmaker.exchange.calibrate import LEAST_PAIRS, calibrate
from matchmaker.exchange.context import context
from matchmaker.matching.learned.parts import TERMS
from matchmaker.matching.learned.weights import Weights
from tests.exchange.files import rows_of, write
from tests.exchange.test_backtest import past


def run(folder, rows, out=None):
    """Run it; returns exit code, complaints and lines."""
    said, lines = [], []
    path = write(folder / "pairs.csv", rows)
    return calibrate(path, out, 1, said.append, lines.append), said, lines


def test_weights_are_told_with_errors_and_the_number_of_partnerships(tmp_path):
    code, said, lines = run(tmp_path, past(300))
    assert (code, said) == (0, [])
    assert lines[0].endswith("weights per standard deviation of the term.")
    counts = re.match(r"(\d+) partnerships of (\d+) asking towns", lines[0])
    n_pairs, n_towns = map(int, counts.groups())
    assert LEAST_PAIRS <= n_pairs <= 300 and n_towns == 20
    assert len(lines) == 2 + len(TERMS)
    for line in lines[2:]:
        assert float(line.split()[-1]) > 0


def test_written_weights_can_be_scored_with(tmp_path):
    fitted, out = tmp_path / "weights.json", tmp_path / "scores.csv"
    assert run(tmp_path, past(300), fitted)[0] == 0
    weights = Weights.from_json(fitted.read_text(encoding="utf-8"))
    assert weights.provenance["command"] == "matchmaker calibrate --pairs FILE --out weights.json"
    assert context(tmp_path / "pairs.csv", tmp_path / "pairs.csv", out, fitted, print) == 0
    assert len(rows_of(out)) == 300


def test_too_few_partnerships_say_so_and_nothing_is_written(tmp_path):
    fitted = tmp_path / "weights.json"
    code, said, lines = run(tmp_path, past(60), fitted)
    assert (code, lines) == (2, [])
    assert "too few to say anything; at least 100 are needed" in said[0]
    assert not fitted.exists()


def test_file_without_the_needed_column_is_bad_input(tmp_path):
    rows = [{k: v for k, v in row.items() if k != "n_conflict_sides"} for row in past(200)]
    code, said, lines = run(tmp_path, rows)
    assert (code, lines) == (2, [])
    assert "n_conflict_sides" in said[0]


def test_command_needs_no_web_and_no_database(tmp_path):
    path = write(tmp_path / "pairs.csv", past(200))
    code = (
        "import sys; from matchmaker.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "calibrate", "--pairs", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("[]\n")
