"""The words of mail: why one goes out, how often, and where it stands."""

from matchmaker.vocabulary.code import N_, Code


class NoticeKind(Code):
    """Why a mail goes out; the mail itself never says it (except that an account was touched)."""

    NEED_RETURNED = "need_returned"
    NEED_VERIFIED = "need_verified"
    OFFER_RETURNED = "offer_returned"
    OFFER_VERIFIED = "offer_verified"
    PROPOSAL_OFFERED = "proposal_offered"
    HELPER_ACCEPTED = "helper_accepted"
    PROPOSAL_DECLINED = "proposal_declined"
    PROPOSAL_UNDONE = "proposal_undone"
    PROPOSAL_LAPSED = "proposal_lapsed"
    ANSWER_DUE = "answer_due"
    ANSWER_MOVED = "answer_moved"
    VOTE_NEAR = "vote_near"
    NAMING_ASKED = "naming_asked"
    NAMING_ANSWERED = "naming_answered"
    ENGAGEMENT_OPENED = "engagement_opened"
    ENGAGEMENT_ENDED = "engagement_ended"
    PULSE = "pulse"
    TASK_WAITS = "task_waits"
    MESSAGE = "message"
    APPLICATION_DECIDED = "application_decided"
    MEMBERSHIP_CHANGED = "membership_changed"
    SIGNATURE_WAITS = "signature_waits"
    RISK_DUE = "risk_due"
    RISK_WORSE = "risk_worse"
    OTHER = "other"
    SECURITY = "security"


class MailEvery(Code):
    """How often at most a person is told by mail that something waits."""

    AT_ONCE = "at_once", N_("At once, at most one mail an hour")
    DAILY = "daily", N_("At most once a day")
    WEEKLY = "weekly", N_("At most once a week")
    NEVER = "never", N_("Never")


class MailStatus(Code):
    """Where a notice in the outbox stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
