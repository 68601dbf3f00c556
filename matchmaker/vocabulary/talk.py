"""The words of conversations about a match."""

from matchmaker.vocabulary.code import N_, Code


class Side(Code):
    """Where somebody stands in a conversation; the only thing that is shown of an author."""

    HELPER = "helper", N_("The helping municipality")
    REQUESTER = "requester", N_("The asking municipality")
    COORDINATOR = "coordinator", N_("Coordinator")
