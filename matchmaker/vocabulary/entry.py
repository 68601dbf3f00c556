"""How a need came in that a coordinator wrote down for a municipality."""

from matchmaker.vocabulary.code import N_, Code


class Channel(Code):
    """By what way the municipality said what it needs."""

    PHONE = "phone", N_("By telephone")
    PAPER = "paper", N_("On a printed form")


class ConfirmedBy(Code):
    """How the municipality confirmed what a coordinator had written down."""

    MEMBER = "member", N_("By one of its people, signed in")
    READ_BACK = "read_back", N_("By reading the code back")


class Standing(Code):
    """Where a need or an offer stands, for who has only the code of the receipt."""

    RECEIVED = "received", N_("Received")
    QUESTION = "question", N_("There is a question for you")
    CONSIDERED = "considered", N_("Being considered")
    NEWS = "news", N_("There is news for you")
    CLOSED = "closed", N_("Closed")
