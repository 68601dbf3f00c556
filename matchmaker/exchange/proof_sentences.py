"""How sure it is that a result is the best, in one sentence; from `matching.certificate`."""

from math import ceil

from matchmaker.exchange.words import Words
from matchmaker.matching.certificate import Certificate
from matchmaker.vocabulary import N_, NN_

PROVEN = N_("No better result exists: proven.")
WHY_NOT = {True: N_("Stopped by time"), False: N_("Not proven")}
NOT_PROVEN = N_("%(why)s: %(better)s.")
SERVED = NN_("at most %(n)s need more could be served", "at most %(n)s needs more could be served")
WORST_OFF = N_("the need served worst could score at most %(points)s points better")
TOTAL = N_("at most %(points)s points better could exist")
TOTAL_SHARE = N_("at most %(points)s points (%(share)s) better could exist")
_DIGITS = 3


def proof_sentence(certificate: Certificate, total: float, words: Words) -> str:
    """Say that nothing better exists, or how much better at most; points as in the total."""
    if certificate.code == "proven":
        return words.say(PROVEN)
    better = _better(certificate, total, words)
    return words.say(NOT_PROVEN, why=words.say(WHY_NOT[certificate.stopped]), better=better)


def _better(certificate: Certificate, total: float, words: Words) -> str:
    """Say what could be better; numbers are rounded up, for they are bounds."""
    if certificate.code == "served":
        return words.count(SERVED, ceil(_cleaned(certificate.at_most)))
    points = words.number(_up(certificate.at_most, _DIGITS), _DIGITS)
    if certificate.code == "worst_off":
        return words.say(WORST_OFF, points=points)
    if total <= 0:
        return words.say(TOTAL, points=points)
    share = words.percent(_up(certificate.at_most / total, _DIGITS))
    return words.say(TOTAL_SHARE, points=points, share=share)


def _up(value: float, digits: int) -> float:
    return ceil(_cleaned(value * 10**digits)) / 10**digits


def _cleaned(value: float) -> float:
    """Take off what comes from binary fractions only."""
    return round(value, 6)
