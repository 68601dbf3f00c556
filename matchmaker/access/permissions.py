"""Everything one can be allowed to do here, one name each."""

from enum import Enum, auto


class Permission(Enum):
    """What a route asks for; the policy table says who has it."""

    SEE_PUBLIC_PAGE = auto()
    SIGN_IN = auto()
    SEE_HOME = auto()
    MANAGE_OWN_ACCOUNT = auto()

    REGISTER_MUNICIPALITY = auto()
    SEE_MUNICIPALITY = auto()
    EDIT_MUNICIPALITY = auto()
    LIST_MUNICIPALITIES = auto()
    VERIFY_MUNICIPALITY = auto()
    SUSPEND_MUNICIPALITY = auto()
    SHOW_CONTACT = auto()
    MANAGE_AREAS = auto()
    MANAGE_TIES = auto()

    LIST_NEEDS = auto()
    CREATE_NEED = auto()
    SEE_NEED = auto()
    EDIT_NEED = auto()
    WITHDRAW_NEED = auto()
    VERIFY_NEED = auto()

    LIST_OFFERS = auto()
    CREATE_OFFER = auto()
    SEE_OFFER = auto()
    EDIT_OFFER = auto()
    WITHDRAW_OFFER = auto()
    VERIFY_OFFER = auto()

    LIST_ROUNDS = auto()
    CREATE_ROUND = auto()
    SEE_ROUND = auto()
    RUN_ROUND = auto()
    PUBLISH_ROUND = auto()

    SEE_PROPOSAL = auto()
    SIGN_PROPOSAL = auto()
    REJECT_PROPOSAL = auto()
    UNDO_PROPOSAL = auto()
    SEE_ANSWER_PAGE = auto()
    ANSWER_AS_HELPER = auto()
    ANSWER_AS_REQUESTER = auto()

    LIST_ENGAGEMENTS = auto()
    SEE_ENGAGEMENT = auto()
    MOVE_ENGAGEMENT = auto()
    SHOW_COUNTERPART_CONTACT = auto()

    SEE_AUDIT = auto()
    MANAGE_MEMBERSHIPS = auto()
