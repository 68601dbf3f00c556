"""The words of following up: visits, what a pulse asks and is told, tasks of coordinators."""

from matchmaker.vocabulary.code import N_, Code


class VisitPlace(Code):
    """Where people of both sides meet."""

    IN_AREA = "in_area", N_("In the conflict area")
    ELSEWHERE = "elsewhere", N_("Elsewhere")


class Alive(Code):
    """Whether the work goes on, as one side sees it."""

    YES = "yes", N_("Yes, it goes on")
    STANDSTILL = "standstill", N_("It has come to a standstill")
    OVER = "over", N_("It is over")


class Useful(Code):
    """Whether the work is worth its while, as one side sees it."""

    YES = "yes", N_("Yes")
    PARTLY = "partly", N_("In part")
    NO = "no", N_("No")
    TOO_EARLY = "too_early", N_("It is too early to say")


class Safe(Code):
    """Whether the people who take part are safe, as one side sees it."""

    YES = "yes", N_("Yes")
    UNSURE = "unsure", N_("I am not sure")
    NO = "no", N_("No")


class InTouch(Code):
    """Whether the political contact still stands behind the work."""

    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    NOT_KNOWN = "not_known", N_("I do not know")


class TaskKind(Code):
    """Why coordinators have to look after an engagement."""

    NOT_SAFE = "not_safe", N_("A side says that its people are not safe")
    SILENT = "silent", N_("A side has left two pulses in a row without an answer")
    OUT_OF_TOUCH = (
        "out_of_touch",
        N_("The political contact is out of touch: the result is at risk"),
    )


PULSE_DAYS = (30, 90, 365)
"""After so many days of work both sides are asked."""
