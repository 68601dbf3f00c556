"""Cells: nothing runs as a formula, everything reads back."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.exchange.cells import csv_text, is_formula, restore_cell, safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r", " =1", "＝1", "＋1", "\u00a0=1", "\0"]
)
def test_text_that_could_be_a_formula_is_guarded(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["Utrecht", "a=b", "1-2", "", "‘s", "Харків"])
def test_other_text_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_numbers_stay_numbers_and_absent_values_empty():
    assert (safe_cell(-1.5), safe_cell(0), safe_cell(None)) == (-1.5, 0, "")


@given(st.text())
def test_any_text_reads_back(text):
    assert restore_cell(safe_cell(text)) == text


@given(st.text())
def test_no_written_text_is_a_formula(text):
    assert not is_formula(str(safe_cell(text)))


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\0")), min_size=1))
def test_written_rows_read_back(cells):
    text = csv_text([f"c{k}" for k in range(len(cells))], [cells])
    rows = list(csv.reader(StringIO(text, newline="")))
    assert [restore_cell(cell) for cell in rows[1]] == cells


def test_every_text_is_quoted():
    assert csv_text(["a", "b"], [["x", 1]]) == '"a","b"\r\n"x",1\r\n'
