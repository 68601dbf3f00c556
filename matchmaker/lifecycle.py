"""For each kind of thing and each status, the statuses allowed next; pure, the only such table."""

from matchmaker.errors import WrongStep
from matchmaker.vocabulary import (
    AnnexStatus as X,
)
from matchmaker.vocabulary import (
    ApplicationStatus as A,
)
from matchmaker.vocabulary import (
    CarrierStatus as K,
)
from matchmaker.vocabulary import (
    ChangeStatus as C,
)
from matchmaker.vocabulary import (
    EngagementStatus as E,
)
from matchmaker.vocabulary import (
    HandOverStatus as H,
)
from matchmaker.vocabulary import (
    InvitationStatus as I,
)
from matchmaker.vocabulary import (
    MembershipStatus as B,
)
from matchmaker.vocabulary import (
    MunicipalityStatus as M,
)
from matchmaker.vocabulary import (
    NeedStatus as N,
)
from matchmaker.vocabulary import (
    OfferStatus as O,
)
from matchmaker.vocabulary import (
    ProposalStatus as P,
)
from matchmaker.vocabulary import (
    RoundStatus as R,
)

STEPS: dict[str, dict[str, frozenset[str]]] = {
    "municipality": {
        M.REGISTERED: frozenset({M.VERIFIED}),
        M.VERIFIED: frozenset({M.SUSPENDED}),
        M.SUSPENDED: frozenset({M.VERIFIED}),
    },
    # accepted only from checked: never by one coordinator alone
    "application": {
        A.SUBMITTED: frozenset({A.CHECKED, A.DOUBTED, A.REJECTED, A.WITHDRAWN, A.EXPIRED}),
        A.DOUBTED: frozenset({A.ANSWERED, A.REJECTED, A.WITHDRAWN, A.EXPIRED}),
        A.ANSWERED: frozenset({A.CHECKED, A.DOUBTED, A.REJECTED, A.WITHDRAWN, A.EXPIRED}),
        # back to submitted when the municipality is renamed after the first check
        A.CHECKED: frozenset(
            {A.ACCEPTED, A.SUBMITTED, A.DOUBTED, A.REJECTED, A.WITHDRAWN, A.EXPIRED}
        ),
        A.ACCEPTED: frozenset(),
        A.REJECTED: frozenset({A.APPEALED, A.EXPIRED}),
        A.APPEALED: frozenset({A.SUBMITTED, A.REFUSED, A.WITHDRAWN}),
        A.REFUSED: frozenset(),
        A.WITHDRAWN: frozenset(),
        A.EXPIRED: frozenset(),
    },
    # as with an application: never accepted by one coordinator alone
    "identity_change": {
        C.SUBMITTED: frozenset({C.CHECKED, C.REFUSED, C.WITHDRAWN}),
        C.CHECKED: frozenset({C.ACCEPTED, C.REFUSED, C.WITHDRAWN}),
        C.ACCEPTED: frozenset(),
        C.REFUSED: frozenset(),
        C.WITHDRAWN: frozenset(),
    },
    "need": {
        N.DRAFT: frozenset({N.SUBMITTED, N.WITHDRAWN}),
        N.SUBMITTED: frozenset({N.RETURNED, N.VERIFIED, N.CLOSED, N.WITHDRAWN}),
        N.RETURNED: frozenset({N.SUBMITTED, N.CLOSED, N.WITHDRAWN}),
        # verified -> matched without a round only for an urgent lobby need
        N.VERIFIED: frozenset({N.SUBMITTED, N.IN_ROUND, N.MATCHED, N.CLOSED, N.WITHDRAWN}),
        N.IN_ROUND: frozenset(
            {N.MATCHED, N.UNMATCHED, N.VERIFIED, N.SUBMITTED, N.CLOSED, N.WITHDRAWN}
        ),
        N.MATCHED: frozenset({N.VERIFIED, N.CLOSED, N.WITHDRAWN}),
        N.UNMATCHED: frozenset({N.VERIFIED, N.SUBMITTED, N.CLOSED, N.WITHDRAWN}),
        N.CLOSED: frozenset(),
        N.WITHDRAWN: frozenset(),
    },
    "offer": {
        O.DRAFT: frozenset({O.SUBMITTED, O.WITHDRAWN}),
        O.SUBMITTED: frozenset({O.RETURNED, O.VERIFIED, O.LAPSED, O.CLOSED, O.WITHDRAWN}),
        O.RETURNED: frozenset({O.SUBMITTED, O.LAPSED, O.CLOSED, O.WITHDRAWN}),
        O.VERIFIED: frozenset({O.OPEN, O.SUBMITTED, O.LAPSED, O.CLOSED, O.WITHDRAWN}),
        O.OPEN: frozenset({O.FULL, O.PAUSED, O.SUBMITTED, O.LAPSED, O.CLOSED, O.WITHDRAWN}),
        O.FULL: frozenset({O.OPEN, O.PAUSED, O.LAPSED, O.CLOSED, O.WITHDRAWN}),
        O.PAUSED: frozenset({O.OPEN, O.FULL, O.SUBMITTED, O.LAPSED, O.CLOSED, O.WITHDRAWN}),
        O.LAPSED: frozenset({O.SUBMITTED, O.CLOSED, O.WITHDRAWN}),
        O.CLOSED: frozenset(),
        O.WITHDRAWN: frozenset(),
    },
    "round": {
        R.OPEN: frozenset({R.FROZEN, R.CANCELLED}),
        R.FROZEN: frozenset({R.SOLVING, R.OPEN, R.CANCELLED}),
        # back to review with the result it had, where solving it anew did not end well
        R.SOLVING: frozenset({R.SOLVED, R.FROZEN, R.IN_REVIEW}),
        R.SOLVED: frozenset({R.IN_REVIEW, R.FROZEN, R.CANCELLED}),
        # in_review -> solving: a scenario is made the round's own
        R.IN_REVIEW: frozenset({R.SOLVING, R.PUBLISHED, R.CANCELLED}),
        R.PUBLISHED: frozenset({R.IN_REVIEW, R.CLOSED}),
        R.CLOSED: frozenset(),
        R.CANCELLED: frozenset(),
    },
    "proposal": {
        P.PROPOSED: frozenset({P.APPROVED, P.REJECTED, P.UNDONE}),
        P.APPROVED: frozenset({P.OFFERED, P.REJECTED, P.UNDONE}),
        P.OFFERED: frozenset(
            {P.HELPER_ACCEPTED, P.SUBJECT_TO_COUNCIL, P.DECLINED, P.LAPSED, P.UNDONE}
        ),
        P.SUBJECT_TO_COUNCIL: frozenset({P.HELPER_ACCEPTED, P.DECLINED, P.LAPSED, P.UNDONE}),
        P.HELPER_ACCEPTED: frozenset({P.ENGAGED, P.DECLINED, P.LAPSED, P.UNDONE}),
        P.ENGAGED: frozenset(),
        P.REJECTED: frozenset(),
        P.DECLINED: frozenset(),
        P.LAPSED: frozenset(),
        P.UNDONE: frozenset(),
    },
    # once the annex has been opened, the name is out: nothing can be taken back
    "annex_consent": {
        X.ASKED: frozenset({X.GIVEN, X.REFUSED}),
        X.REFUSED: frozenset({X.GIVEN}),
        X.GIVEN: frozenset({X.REVOKED, X.PRINTED}),
        X.REVOKED: frozenset({X.GIVEN}),
        X.PRINTED: frozenset(),
    },
    "engagement": {
        E.PLANNED: frozenset({E.ACTIVE, E.ENDED}),
        E.ACTIVE: frozenset({E.PAUSED, E.COMPLETED, E.ENDED}),
        E.PAUSED: frozenset({E.ACTIVE, E.ENDED}),
        E.COMPLETED: frozenset(),
        E.ENDED: frozenset(),
    },
    "carrier": {
        K.ASKED: frozenset({K.JOINED, K.DECLINED}),
        # whoever said no may be asked again, and whoever left too
        K.JOINED: frozenset({K.LEFT}),
        K.DECLINED: frozenset({K.ASKED}),
        K.LEFT: frozenset({K.ASKED}),
    },
    "membership": {
        B.ACTIVE: frozenset({B.SUSPENDED, B.ENDED}),
        B.SUSPENDED: frozenset({B.ACTIVE, B.ENDED}),
        B.ENDED: frozenset(),
    },
    "invitation": {
        I.OPEN: frozenset({I.ACCEPTED, I.WITHDRAWN}),
        I.ACCEPTED: frozenset(),
        I.WITHDRAWN: frozenset(),
    },
    "hand_over": {
        H.OPEN: frozenset({H.CONFIRMED, H.DECLINED, H.WITHDRAWN}),
        H.CONFIRMED: frozenset(),
        H.DECLINED: frozenset(),
        H.WITHDRAWN: frozenset(),
    },
}


def may_become(kind: str, present: str, asked: str) -> bool:
    """Tell whether a thing of this kind may go from the present status to the asked one."""
    return asked in STEPS[kind][present]


def check_step(kind: str, present: str, asked: str) -> None:
    """Refuse a change that the lifecycle does not have.

    Raises
    ------
    WrongStep
        If `asked` is not among the statuses allowed after `present`.
    """
    if not may_become(kind, present, asked):
        raise WrongStep(kind, present, asked)
