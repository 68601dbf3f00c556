"""The context job: one row per pair, always a number, own tie left out."""

import json
import math
import subprocess
import sys

import pytest

from matchmaker.exchange.context import context
from matchmaker.matching.learned.weights import shipped
from tests.exchange.files import rows_of, write

TOWNS = {
    "Lviv": ("702550", "UA", 49.84, 24.02, 717803),
    "Drohobych": ("709611", "UA", 49.35, 23.51, 76686),
    "Osijek": ("3193935", "HR", 45.55, 18.69, 96848),
    "Krakow": ("3094802", "PL", 50.06, 19.94, 755050),
    "Rzeszow": ("759734", "PL", 50.04, 22.0, 158382),
    "Przemysl": ("760924", "PL", 49.78, 22.77, 66756),
    "Pecs": ("3046526", "HU", 46.08, 18.23, 145347),
    "Leiden": ("2751773", "NL", 52.16, 4.49, 119713),
}


def pair(a, b, **others):
    """Return a row of the file for two towns."""
    row = {}
    for side, name in (("a", a), ("b", b)):
        number, country, latitude, longitude, inhabitants = TOWNS[name]
        values = (name, country, latitude, longitude, inhabitants, number)
        columns = ("name", "country", "lat", "lon", "pop", "geonameid")
        row |= {f"{side}_{column}": value for column, value in zip(columns, values, strict=True)}
    return row | others


TIES = [
    pair("Lviv", "Krakow"),
    pair("Lviv", "Rzeszow"),
    pair("Drohobych", "Przemysl"),
    pair("Osijek", "Pecs"),
]
PAIRS = [pair("Lviv", "Przemysl"), pair("Lviv", "Leiden"), pair("Lviv", "Krakow")]


def run(folder, pairs=PAIRS, ties=TIES, **options):
    """Run the job; returns exit code, what was said, and the rows written."""
    said = []
    out = folder / "scores.csv"
    out.unlink(missing_ok=True)
    files = write(folder / "ties.csv", ties), write(folder / "pairs.csv", pairs, **options)
    code = context(*files, out, None, said.append)
    return code, said, rows_of(out) if out.exists() else None


def scores(folder, pairs, ties=TIES):
    """Return the scores of the pairs."""
    code, said, rows = run(folder, pairs, ties)
    assert code == 0, said
    return [float(row["context_score"]) for row in rows]


def test_each_row_is_answered_in_its_order_repeats_included(tmp_path):
    pairs = [*PAIRS, PAIRS[0], PAIRS[2]]
    code, _, rows = run(tmp_path, pairs)
    assert code == 0
    assert list(rows[0]) == ["a_geonameid", "b_geonameid", "context_score"]
    assert [(row["a_geonameid"], row["b_geonameid"]) for row in rows] == [
        (pair["a_geonameid"], pair["b_geonameid"]) for pair in pairs
    ]
    assert rows[3:] == [rows[0], rows[2]]


def test_near_town_of_a_country_with_ties_comes_before_a_far_one(tmp_path):
    near, far, _ = scores(tmp_path, PAIRS)
    assert near > far


@pytest.mark.parametrize("turned", [False, True])
def test_tie_equal_to_the_scored_pair_is_left_out_in_either_direction(tmp_path, turned):
    own = pair("Krakow", "Lviv") if turned else pair("Lviv", "Krakow")
    without = scores(tmp_path, PAIRS[2:], TIES[1:])
    assert scores(tmp_path, PAIRS[2:], [own, *TIES[1:]]) == without
    assert scores(tmp_path, PAIRS[2:], [own, own, *TIES[1:]]) == without


def test_own_tie_is_left_out_where_one_file_lacks_the_number(tmp_path):
    unnumbered = pair("Lviv", "Krakow", b_geonameid="")
    expected = scores(tmp_path, PAIRS[2:], TIES[1:])
    assert scores(tmp_path, PAIRS[2:], [unnumbered, *TIES[1:]]) == expected
    assert scores(tmp_path, PAIRS[2:], [TIES[0], unnumbered, *TIES[1:]]) == expected


def test_other_columns_may_hold_anything(tmp_path):
    odd = [row | {"distance_km": "far", "n_conflict_sides": "", "note": "x"} for row in PAIRS]
    assert scores(tmp_path, odd) == scores(tmp_path, PAIRS)


EMPTY = {f"{side}_{c}": "" for side in "ab" for c in ("name", "country", "lat", "lon", "pop")}
INCOMPLETE = {
    "nothing known": {**EMPTY, "a_geonameid": "", "b_geonameid": ""},
    "no number": {"a_geonameid": "", "b_geonameid": ""},
    "no place": {"b_lat": "", "b_lon": ""},
    "half a place": {"b_lat": ""},
    "no size": {"a_pop": "", "b_pop": ""},
    "nobody there": {"b_pop": "0"},
    "no country": {"a_country": "", "b_country": ""},
    "unknown country": {"b_country": "ZZ"},
    "no name": {"a_name": "", "b_name": ""},
    "letters in a latitude": {"a_lat": "north"},
    "longitude out of range": {"b_lon": "181"},
    "infinite place and size": {"a_lat": "inf", "a_pop": "-inf", "b_lon": "nan"},
    "fewer than nobody": {"b_pop": "-1"},
    "new town": {"b_geonameid": "99999999", "b_name": "Newtown"},
}


@pytest.mark.parametrize("change", INCOMPLETE.values(), ids=INCOMPLETE)
@pytest.mark.parametrize("ties", [TIES, []], ids=["ties", "no ties"])
def test_score_is_a_number_whatever_is_missing(tmp_path, change, ties):
    row = PAIRS[0] | change
    heading = ties or [dict.fromkeys(PAIRS[0], "")]
    found = scores(tmp_path, [row], heading)
    assert math.isfinite(found[0])


@pytest.mark.parametrize("name", ["Lviv", "Krakow"])
def test_town_with_itself_scores_below_every_other(tmp_path, name):
    others = [pair(name, other) for other in TOWNS if other != name]
    own, *rest = scores(tmp_path, [pair(name, name), *others])
    assert own == -1000 and own < min(rest)


def test_town_with_itself_is_known_where_one_side_lacks_the_number(tmp_path):
    assert scores(tmp_path, [pair("Lviv", "Lviv", b_geonameid="")]) == [-1000]


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    for name, value in (("spread", 0), ("weight", math.nan), ("middle", math.inf)):
        said = []
        files = write(tmp_path / "ties.csv", TIES), write(tmp_path / "pairs.csv", PAIRS)
        data = json.loads(shipped().to_json())
        data["terms"][0][name] = value
        (tmp_path / "weights.json").write_text(json.dumps(data))
        assert context(*files, tmp_path / "out.csv", tmp_path / "weights.json", said.append) == 2
        assert "finite numbers with a spread above 0" in said[0]


def test_pair_scores_alone_as_among_others(tmp_path):
    together = scores(tmp_path, PAIRS)
    assert [scores(tmp_path, [row])[0] for row in PAIRS] == together


def test_numbers_written_by_a_spreadsheet_are_the_same_towns(tmp_path):
    spelt = [row | {"a_geonameid": f"{row['a_geonameid']}.0"} for row in PAIRS]
    assert scores(tmp_path, spelt) == scores(tmp_path, PAIRS)
    assert run(tmp_path, spelt)[2][0]["a_geonameid"] == "702550.0"


def test_file_with_semicolons_and_byte_order_mark_reads_the_same(tmp_path):
    expected = run(tmp_path)[2]
    assert run(tmp_path, delimiter=";", encoding="utf-8-sig")[2] == expected


def test_file_without_pairs_gives_the_heading_only(tmp_path):
    (tmp_path / "pairs.csv").write_text(",".join(PAIRS[0]) + "\n")
    ties = write(tmp_path / "ties.csv", TIES)
    assert context(ties, tmp_path / "pairs.csv", tmp_path / "out.csv", None, print) == 0
    assert (tmp_path / "out.csv").read_text() == "a_geonameid,b_geonameid,context_score\n"


def test_cell_without_a_usable_number_counts_as_empty_and_is_told(tmp_path):
    bad = PAIRS[0] | {"a_lat": "north", "b_pop": "1e99"}
    code, said, rows = run(tmp_path, [bad, *PAIRS[1:]])
    assert code == 0
    assert rows == run(tmp_path, [PAIRS[0] | {"a_lat": "", "b_pop": ""}, *PAIRS[1:]])[2]
    assert "pairs.csv, line 2, column a_lat: found “north”" in said[0]
    assert said[-2] == "2 cell(s) without a usable number count as unknown."


def test_row_that_ends_early_has_a_score(tmp_path):
    lines = [",".join(PAIRS[0]), "Lviv,UA"]
    (tmp_path / "pairs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ties, out = write(tmp_path / "ties.csv", TIES), tmp_path / "out.csv"
    assert context(ties, tmp_path / "pairs.csv", out, None, print) == 0
    assert math.isfinite(float(rows_of(out)[0]["context_score"]))


BAD = {
    "column missing": ([{"a_name": "Lviv"}], "column b_geonameid: This column is missing."),
}


@pytest.mark.parametrize(("pairs", "expected"), BAD.values(), ids=BAD)
def test_bad_input_is_named_and_nothing_is_written(tmp_path, pairs, expected):
    code, said, rows = run(tmp_path, pairs)
    assert code == 2
    assert any(expected in line for line in said)
    assert "nothing was written" in said[-1]
    assert rows is None


def test_file_that_is_not_there_is_bad_input(tmp_path):
    said = []
    ties = write(tmp_path / "ties.csv", TIES)
    assert context(ties, tmp_path / "no.csv", tmp_path / "out.csv", None, said.append) == 2
    assert said[0].startswith("no.csv: The file cannot be read")


def test_file_of_other_weights_is_refused(tmp_path):
    said = []
    files = write(tmp_path / "ties.csv", TIES), write(tmp_path / "pairs.csv", PAIRS)
    wrong = tmp_path / "weights.json"
    wrong.write_text("[]")
    assert context(*files, tmp_path / "out.csv", wrong, said.append) == 2
    assert "weights.json" in said[0]
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("text", ["[" * 200_000, '{"terms": ' + "[" * 200_000])
def test_weights_nested_too_deep_are_refused(tmp_path, text):
    said = []
    files = write(tmp_path / "ties.csv", TIES), write(tmp_path / "pairs.csv", PAIRS)
    (tmp_path / "weights.json").write_text(text)
    assert context(*files, tmp_path / "out.csv", tmp_path / "weights.json", said.append) == 2
    assert "weights.json" in said[0] and "too deep" in said[0]


def test_weights_of_too_large_a_number_are_refused(tmp_path):
    said = []
    files = write(tmp_path / "ties.csv", TIES), write(tmp_path / "pairs.csv", PAIRS)
    data = json.loads(shipped().to_json())
    data["terms"][0]["weight"] = 10**400
    (tmp_path / "weights.json").write_text(json.dumps(data))
    assert context(*files, tmp_path / "out.csv", tmp_path / "weights.json", said.append) == 2
    assert "too many digits" in said[0]


def test_command_runs_without_web_and_database(tmp_path):
    files = write(tmp_path / "ties.csv", TIES), write(tmp_path / "pairs.csv", PAIRS)
    code = (
        "import sys; from matchmaker.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    )
    ties, pairs = map(str, files)
    out = tmp_path / "out.csv"
    command = [sys.executable, "-c", code, "context", "--ties", ties, "--pairs", pairs]
    done = subprocess.run(
        [*command, "--out", str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"
    assert done.stderr == "3 pairs scored against 4 ties.\n"
    assert len(rows_of(out)) == 3
