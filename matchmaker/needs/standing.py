"""Where a need stands and what happens next, in words for each of its readers."""

from flask_babel import gettext

from matchmaker.models import Need
from matchmaker.vocabulary import N_, Channel, ConfirmedBy, NeedStatus
from matchmaker.web import showing

STATUS_KINDS = {
    NeedStatus.DRAFT: "neutral",
    NeedStatus.SUBMITTED: "waiting",
    NeedStatus.RETURNED: "warning",
    NeedStatus.VERIFIED: "good",
    NeedStatus.IN_ROUND: "info",
    NeedStatus.MATCHED: "good",
    NeedStatus.UNMATCHED: "warning",
    NeedStatus.CLOSED: "neutral",
    NeedStatus.WITHDRAWN: "neutral",
}

NEXT_STEPS = {
    NeedStatus.DRAFT: N_("Only your municipality sees this draft. Continue where you left it."),
    NeedStatus.SUBMITTED: N_("A coordinator reads it next and verifies it or asks a question."),
    NeedStatus.RETURNED: N_("Answer the question by changing the need, then submit it again."),
    NeedStatus.VERIFIED: N_("It takes part in the next matching round. You need not do anything."),
    NeedStatus.IN_ROUND: N_("Coordinators are looking for a match. You hear from us either way."),
    NeedStatus.MATCHED: N_(
        "A helping municipality was found and both sides have agreed. Next, agree with it when and"
        " how the work begins."
    ),
    NeedStatus.UNMATCHED: N_(
        "No match came about in this round. Your coordinator brings the need into the next one or"
        " asks you what could be changed."
    ),
    NeedStatus.CLOSED: N_(
        "This need is closed: no match is looked for any more. If you still need help, use it as"
        " a start for a new one."
    ),
    NeedStatus.WITHDRAWN: N_(
        "You have withdrawn this need: no match is looked for any more. If you need help again,"
        " use it as a start for a new one."
    ),
}

COORDINATOR_STEPS = {
    NeedStatus.VERIFIED: N_("It takes part in the next round of your association."),
    NeedStatus.MATCHED: N_("A helping municipality was found and both sides have agreed."),
    NeedStatus.UNMATCHED: N_(
        "No match came about. Take it into the next round, or ask the municipality what could be"
        " changed."
    ),
    NeedStatus.CLOSED: N_("This need is closed. There is nothing left to do."),
    NeedStatus.WITHDRAWN: N_(
        "The municipality has withdrawn this need. There is nothing left to do."
    ),
}

WITHDRAWN_DRAFT = N_("You have withdrawn this draft. You can post another need at any time.")
CONFIRM_OR_CORRECT = N_(
    "A coordinator wrote this need down for you. Nothing is done with it until you say that it is"
    " right."
)

HOW_CONFIRMED = {
    (Channel.PHONE, ConfirmedBy.MEMBER): N_(
        "The municipality told this by telephone. One of its people confirmed it here."
    ),
    (Channel.PHONE, ConfirmedBy.READ_BACK): N_(
        "The municipality told this by telephone. It confirmed it by reading its code back."
    ),
    (Channel.PAPER, ConfirmedBy.MEMBER): N_(
        "The municipality sent this on a printed form. One of its people confirmed it here."
    ),
    (Channel.PAPER, ConfirmedBy.READ_BACK): N_(
        "The municipality sent this on a printed form. It confirmed it by reading its code back."
    ),
}


def waits_for_town(need: Need) -> bool:
    """Tell whether a need was handed in that its municipality has yet to confirm."""
    open_ = need.status in (NeedStatus.SUBMITTED, NeedStatus.RETURNED)
    return not need.confirmed and need.submitted_at is not None and open_


def status_text(need: Need) -> str:
    """Return the words of the tag that shows where a need stands."""
    if waits_for_town(need) and need.status == NeedStatus.SUBMITTED:
        return gettext("Waits for confirmation")
    return showing.code_label(need.status, NeedStatus)


def status_kind(need: Need) -> str:
    """Return the kind of that tag."""
    return STATUS_KINDS[NeedStatus(need.status)]


def next_step(need: Need, is_owner: bool) -> str:
    """Say what happens next, in the reader's language; empty where other words on the page do."""
    status = NeedStatus(need.status)
    if not is_owner:
        return gettext(COORDINATOR_STEPS[status]) if status in COORDINATOR_STEPS else ""
    if waits_for_town(need):
        return gettext(CONFIRM_OR_CORRECT)
    if status == NeedStatus.WITHDRAWN and need.submitted_at is None:
        return gettext(WITHDRAWN_DRAFT)
    return gettext(NEXT_STEPS[status])


def how_confirmed(need: Need) -> str:
    """Say how a need came in that a coordinator wrote down, and how the town confirmed it."""
    entry = need.entry
    if entry is None or entry.confirmed_how is None:
        return ""
    return gettext(HOW_CONFIRMED[Channel(entry.channel), ConfirmedBy(entry.confirmed_how)])
