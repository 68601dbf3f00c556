"""Asking, giving and taking back the consent to be named to one council."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import created, move, record
from matchmaker.councils.consent_queries import MAY_ASK, goes_on
from matchmaker.engagements.telling import tell_helper
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import AnnexConsent, Proposal, now
from matchmaker.outbox import tell_municipality
from matchmaker.vocabulary import N_, AnnexStatus, NoticeKind, Role


def ask(session: Session, actor: Actor, proposal: Proposal) -> AnnexConsent:
    """Ask the other side to let itself be named to the own council; once for each match.

    The asking municipality may not have heard of the match yet: it learns of it by this, without
    the helper's name, because nobody else can say whether it may be named.

    Raises
    ------
    BadInput
        If the helper has not accepted the match, at least subject to its council.
    """
    session.refresh(proposal, with_for_update={"of": Proposal})
    if proposal.status not in MAY_ASK:
        raise BadInput("", N_("Accept the match first, at least subject to your council."))
    row = AnnexConsent(proposal=proposal)
    try:
        with session.begin_nested():
            created(session, actor, row)
    except IntegrityError:
        raise BadInput("", N_("You have asked before. The answer stands on this page.")) from None
    town = proposal.need.municipality_id
    if not proposal.need.hidden:
        tell_municipality(session, town, Role.REQUESTER, NoticeKind.NAMING_ASKED)
    return row


def answer(session: Session, actor: Actor, row: AnnexConsent, status: AnnexStatus) -> None:
    """Give the consent, refuse it, or take it back.

    Raises
    ------
    BadInput
        If the annex has been opened.
    AlreadyChanged
        If the match is over.
    WrongStep
        If the consent does not stand so that this can be done.
    """
    session.refresh(row, with_for_update={"of": AnnexConsent})
    if not goes_on(row.proposal):
        raise AlreadyChanged
    if row.status == AnnexStatus.PRINTED:
        raise BadInput(
            "", N_("The annex has been opened. The name is out, and cannot be taken back here.")
        )
    row.answered_at = now()
    move(session, actor, row, status)
    tell_helper(session, actor, row.proposal, NoticeKind.NAMING_ANSWERED)


def open_annex(session: Session, actor: Actor, row: AnnexConsent, form: str) -> None:
    """Hand the name out: from now on the consent cannot be taken back.

    Raises
    ------
    BadInput
        If there is no consent, or not any more.
    AlreadyChanged
        If the match is over, or a side is hidden.
    """
    session.refresh(row, with_for_update={"of": AnnexConsent})
    if not goes_on(row.proposal):
        raise AlreadyChanged
    if row.status == AnnexStatus.GIVEN:
        row.printed_at = now()
        move(session, actor, row, AnnexStatus.PRINTED, {"form": form})
    elif row.status == AnnexStatus.PRINTED:
        record(
            session, actor, "annex_consent.opened", "annex_consent", row.public_id, {"form": form}
        )
    else:
        raise BadInput("", N_("The other municipality has not agreed to be named."))
    session.flush()
