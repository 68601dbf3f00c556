"""What a form makes of odd text."""

import pytest

from matchmaker.web.base_form import clean_text, forbidden_character


@pytest.mark.parametrize("text", ["\ufeff", " \u200f ", "\u200b\u2060", "\u00a0\u200d"])
def test_text_that_shows_nothing_is_empty(text):
    assert clean_text(text) == ""


@pytest.mark.parametrize("text", ["می\u200cخواهم", "Kharkiv\u200f"])
def test_marks_between_letters_stay(text):
    assert clean_text(text) == text
    assert forbidden_character(text) is None


@pytest.mark.parametrize("character", ["\x00", "\u202e", "\ud800", "\ufffd", "\ue000"])
def test_unreadable_character_is_found(character):
    assert forbidden_character(f"a{character}b") == character
