"""Codes that are read aloud: every single slip shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.codes import grouped, new_code, typed_code


def test_code_is_read_in_groups_of_four():
    assert grouped("1234567890123456") == "1234 5678 9012 3456"


@pytest.mark.parametrize("length", [8, 16])
def test_code_is_taken_as_it_was_made(length):
    code = new_code(length)
    assert len(code) == length
    assert typed_code(grouped(code), length) == code


@given(st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_shows(place, more):
    code = new_code(8)
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    assert typed_code(wrong, 8) is None


@given(st.integers(0, 6))
def test_two_neighbours_swapped_show(place):
    code = new_code(8)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or typed_code(swapped, 8) is None


@pytest.mark.parametrize("zero", ["٠", "۰", "०"])
def test_digits_of_other_scripts_are_taken(zero):
    code = new_code(8)
    written = "".join(chr(ord(zero) + int(digit)) for digit in code)
    assert typed_code(f" {written[:4]}-{written[4:]} ", 8) == code


@pytest.mark.parametrize("text", ["", "1234", "abcd efgh", "1" * 40, "１２a"])
def test_what_cannot_be_a_code_is_none(text):
    assert typed_code(text, 8) is None


def test_codes_differ():
    assert len({new_code(16) for _ in range(200)}) == 200
