"""Files that others open in a spreadsheet: no text of theirs runs as a formula."""

import csv
import unicodedata
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.exchange.cells import csv_text, restore_cell
from matchmaker.exchange.table import LONGEST_CELL, MOST_ROWS, read_bytes

pytestmark = [pytest.mark.control(9), pytest.mark.asvs("1.2.10")]
DANGEROUS = set("=+-@\t\r\0")
SIGNS = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " ", "\u00a0", "'"]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.builds(lambda signs, rest: "".join(signs) + rest, st.lists(SIGNS, max_size=4), st.text()),
)


def cell_in_file(text):
    """Return how a text stands in a file that we write."""
    rows = list(csv.reader(StringIO(csv_text(["a"], [[text]]), newline="")))
    return rows[1][0]


@settings(max_examples=2000)
@given(TEXTS)
def test_no_cell_begins_as_a_formula_and_every_cell_reads_back(text):
    cell = cell_in_file(text)
    for shape in (cell, cell.strip(), unicodedata.normalize("NFKC", cell.strip())):
        assert shape[:1] not in DANGEROUS or shape == ""
    assert restore_cell(cell) == text


@pytest.mark.parametrize("phone", ["+380 44 123 45 67", "+380441234567", "-1", "=HYPERLINK(1)"])
def test_telephone_number_comes_back_whole(phone):
    assert restore_cell(cell_in_file(phone)) == phone


@pytest.mark.control(16)
@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfea\x00,\x00",
        b"a,b\n1,\x00\n",
        b"a\n\xff\xff\n",
        b"",
        b"a\n" + b"1\n" * (MOST_ROWS + 1),
        b"a\n" + b"x" * (LONGEST_CELL + 1) + b"\n",
        b'a\n"unclosed\n',
        "a\n\u202ereversed\n".encode(),
        b"a,b\n1,2,3,4\n",
        b"a\n" + b'"' * 200_000 + b"\n",
        b"," * 300_000,
    ],
    ids=range(11),
)
def test_odd_file_is_refused_in_words(data):
    table = read_bytes("needs.csv", data, ("a", "b"), ())
    assert all(problem.sentence() for problem in table.problems)
    assert table.problems or not table.lines
    assert len(table.lines) <= MOST_ROWS


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    table = read_bytes("needs.csv", data, ("a", "b"), ("a",))
    assert all(problem.sentence() for problem in table.problems)
