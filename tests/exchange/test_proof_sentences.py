"""How sure a result is, in one sentence."""

import pytest

from matchmaker.exchange.proof_sentences import proof_sentence
from matchmaker.exchange.words import Words
from matchmaker.matching.certificate import Certificate


@pytest.mark.parametrize(
    ("certificate", "sentence"),
    [
        (Certificate("proven", 0.0, False), "No better result exists: proven."),
        (Certificate("proven", 0.0, True), "No better result exists: proven."),
        (
            Certificate("total", 0.8, True),
            "Stopped by time: at most 0.8 points (2 %) better could exist.",
        ),
        (
            Certificate("total", 0.8, False),
            "Not proven: at most 0.8 points (2 %) better could exist.",
        ),
        (
            Certificate("served", 3.0, True),
            "Stopped by time: at most 3 needs more could be served.",
        ),
        (
            Certificate("worst_off", 0.25, True),
            "Stopped by time: the need served worst could score at most 0.25 points better.",
        ),
    ],
)
def test_certificate_is_one_plain_sentence(certificate, sentence):
    assert proof_sentence(certificate, 40.0, Words({}, {})) == sentence


def test_bound_is_rounded_up():
    assert "at most 0.001 points (0.1 %)" in proof_sentence(
        Certificate("total", 0.00001, True), 40.0, Words({}, {})
    )


def test_share_of_nothing_is_left_out():
    sentence = proof_sentence(Certificate("total", 0.5, True), 0.0, Words({}, {}))
    assert sentence == "Stopped by time: at most 0.5 points better could exist."
