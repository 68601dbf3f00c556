"""Changes in words: each kind has a sentence of its own, with every value in it."""

import pytest

from matchmaker.exchange.sentences import CHANGES, change_of
from matchmaker.matching.result import Change


def change(rule, side, field, present="now", wanted="then", certain=True):
    return Change(rule, side, field, "o1", 0.5, 1, certain, present, wanted)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (change("activity", "offer", "depths", "atmosphere", "heart"), "of this depth: heart"),
        (change("activity", "offer", "activities"), "offer the activity then"),
        (change("setting", "offer", "settings"), "offer o1 would have to accept another setting"),
        (change("setting", "need", "settings"), "accept another setting (then), for offer o1"),
        (change("window", "need", "overlap_days"), "an overlap of then days instead of now"),
        (change("window", "need", "window_start"), "begin on then instead of now"),
        (change("window", "need", "window_end"), "end on then instead of now"),
    ],
)
def test_change_has_the_sentence_of_its_field(made, sentence):
    assert sentence in change_of(made)


def test_only_a_certain_change_promises_a_place():
    assert "has a free place" in change_of(change("mandate", "offer", "mandate"))
    unsure = change_of(change("mandate", "offer", "mandate", certain=False))
    assert "others may want it too" in unsure and "has a free place" not in unsure


def test_every_sentence_names_the_offer():
    assert all("%(offer)s" in sentence for sentence in CHANGES.values())
