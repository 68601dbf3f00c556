"""The words of verification: applications, evidence, cautions, red flags."""

from matchmaker.vocabulary.code import N_, Code


class ApplicationStatus(Code):
    """Where the application of a municipality to take part stands."""

    SUBMITTED = "submitted", N_("Waiting for a first check")
    DOUBTED = "doubted", N_("Question to the applicant")
    ANSWERED = "answered", N_("Question answered")
    CHECKED = "checked", N_("Waiting for a second coordinator")
    ACCEPTED = "accepted", N_("Accepted")
    REJECTED = "rejected", N_("Rejected")
    APPEALED = "appealed", N_("Appealed")
    REFUSED = "refused", N_("Appeal refused")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    EXPIRED = "expired", N_("Ended because nothing happened")


class ChangeStatus(Code):
    """Where a proposed change of a verified municipality's identity stands."""

    SUBMITTED = "submitted", N_("Waiting for a first check")
    CHECKED = "checked", N_("Waiting for a second coordinator")
    ACCEPTED = "accepted", N_("Accepted")
    REFUSED = "refused", N_("Not accepted")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class EvidenceKind(Code):
    """What a coordinator recorded of an application."""

    REGISTER = "register", N_("Entry in an official register")
    CALL_BACK = "call_back", N_("Call back to the office")
    VOUCHING = "vouching", N_("Word of an association")
    RIGHTS = "rights", N_("Question about its own citizens")


class CallResult(Code):
    """What a call back gave."""

    CONFIRMED = "confirmed", N_("The office confirmed the application")
    DENIED = "denied", N_("The office knows nothing of it, or denies it")
    NOT_REACHED = "not_reached", N_("Nobody was reached")


class RightsAnswer(Code):
    """What a coordinator knows of a local government that may oppress part of its citizens."""

    NONE_KNOWN = "none_known", N_("I looked, and know of no credible report")
    REPORTS = "reports", N_("There are credible reports")
    CANNOT_TELL = "cannot_tell", N_("I could not find out")


class RejectionReason(Code):
    """Why an application is rejected; one without a reason is not taken."""

    NOT_CONFIRMED = "not_confirmed", N_("We could not confirm that the municipality applied")
    DENIED = "denied", N_("The office of the municipality says that it did not apply")
    NO_LOCAL_GOVERNMENT = (
        "no_local_government",
        N_("It is not a local government, or not the one that is elected or stands in for it"),
    )
    DUPLICATE = "duplicate", N_("The municipality takes part already")
    OTHER = "other", N_("Another reason")


class Caution(Code):
    """What catches the eye in an application; a person decides what it means."""

    LOOKS_LIKE_REGISTERED = (
        "looks_like_registered",
        N_("The name can be taken for that of another municipality that is registered"),
    )
    LOOKS_LIKE_LISTED = (
        "looks_like_listed",
        N_("The name can be taken for that of another place on our list"),
    )
    MIXED_ALPHABETS = "mixed_alphabets", N_("One word is written in letters of two alphabets")
    SAME_PLACE = "same_place", N_("The same place is registered more than once")
    CODE_TAKEN = "code_taken", N_("Another municipality has this official code")
    LOOK_ALIKE_DOMAIN = (
        "look_alike_domain",
        N_("The mail address can be taken for that of another office"),
    )
    CODED_DOMAIN = (
        "coded_domain",
        N_("The mail address uses letters of another alphabet (punycode)"),
    )
    FREE_MAIL = "free_mail", N_("The mail address is of a provider that anybody can use")
    NO_OFFICE_ADDRESS = "no_office_address", N_("No mail address of the office is given")
    NOT_ON_LIST = "not_on_list", N_("The place was not chosen from our list")
    MANY_OPEN = "many_open", N_("The same person has other applications open")
    REJECTED_BEFORE = (
        "rejected_before",
        N_("An application of this person or for this place was rejected before"),
    )


GRAVE_CAUTIONS = frozenset(
    {
        Caution.LOOKS_LIKE_REGISTERED,
        Caution.LOOKS_LIKE_LISTED,
        Caution.MIXED_ALPHABETS,
        Caution.SAME_PLACE,
        Caution.CODE_TAKEN,
        Caution.LOOK_ALIKE_DOMAIN,
        Caution.CODED_DOMAIN,
        Caution.REJECTED_BEFORE,
    }
)
"""Cautions that a coordinator has to answer in words before confirming an application."""
