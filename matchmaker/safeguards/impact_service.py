"""Answering the check of a match, and writing why it may go on although something is red."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.invited import MAY_BE_ONE, may_be_one_person
from matchmaker.audit import record
from matchmaker.audit.since import heed
from matchmaker.errors import BadInput
from matchmaker.models import ImpactReason, MatchImpact, Proposal, now
from matchmaker.safeguards.impact_queries import Standing, standing_of, writers_of
from matchmaker.vocabulary import N_, ProposalStatus
from matchmaker.vocabulary.impact import RISKY, AskedAt, Light, asked

LONGEST_SENTENCE = 500
LONGEST_REASON = 2000
WRITERS = 2
"""How many different persons have to write why a red match may go on."""
RED, UNCHECKED = "impact_red", "impact_unchecked"
"""Reason codes: why a check asks for a second signature."""
DECIDED = N_("This match is decided, and its check stays as it was then.")
STOPPED = N_(
    "The check for peace and conflict impact is red. Two persons have to write why the match may "
    "go on nevertheless, or it has to be rejected."
)


@dataclass(frozen=True)
class Line:
    """One answer as it was given; no light takes it back."""

    question: str
    light: str = ""
    sentence: str = ""


def save_answers(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    lines: Iterable[Line],
    seen: int | None = None,
) -> None:
    """Write what coordinators answer; a reason that does not speak of a new red one ends.

    Raises
    ------
    BadInput
        If amber or red comes without its sentence, or the match is decided.
    AlreadyChanged
        If somebody changed the proposal since its page was made.
    """
    _take(session, proposal, seen)
    assert actor.user_id is not None
    known = {
        row.question: row
        for row in session.scalars(
            select(MatchImpact).where(MatchImpact.proposal_id == proposal.id)
        )
    }
    possible = {one.code for one in asked(AskedAt.MATCH, proposal.need.activity)}
    changed = {}
    for line in lines:
        if line.question not in possible or line.light not in {"", *map(str, Light)}:
            raise BadInput(line.question, N_("Choose one of the answers shown."))
        if _write(session, actor, proposal, known.get(line.question), line):
            changed[line.question] = line.light or "none"
    session.flush()
    if changed:
        ended = _end_reasons(session, proposal, standing_of(session, proposal).reds)
        details = {"answers": changed, "reasons_ended": ended}
        record(session, actor, "proposal.impact_answered", "proposal", proposal.public_id, details)


def _write(
    session: Session, actor: Actor, proposal: Proposal, row: MatchImpact | None, line: Line
) -> bool:
    """Write one answer; return whether it is another one than before."""
    sentence = line.sentence.strip() if line.light else ""
    if line.light in RISKY and not sentence:
        raise BadInput(line.question, N_("Say in a sentence what the risk is."))
    if len(sentence) > LONGEST_SENTENCE:
        raise BadInput(
            line.question, N_("Use at most %(count)s characters."), count=LONGEST_SENTENCE
        )
    if row is None and not line.light:
        return False
    if row is None:
        row = MatchImpact(proposal_id=proposal.id, question=line.question)
        session.add(row)
    elif not line.light:
        session.delete(row)
        return True
    elif (row.light, row.sentence) == (line.light, sentence):
        return False
    row.light, row.sentence = line.light, sentence
    row.answered_by_id, row.answered_at = actor.user_id, now()  # type: ignore[assignment]
    return True


def write_reason(
    session: Session, actor: Actor, proposal: Proposal, text: str, seen: int | None = None
) -> ImpactReason:
    """Write why a match may go on although something is red; a second person has to as well.

    Raises
    ------
    BadInput
        If nothing is red, the text is missing, this person wrote one already, or may be the same
        person as the one who did.
    AlreadyChanged
        If somebody changed the proposal since its page was made.
    """
    _take(session, proposal, seen)
    assert actor.user_id is not None and actor.membership_id is not None
    if not text.strip():
        raise BadInput("text", N_("Write why the match may go on."))
    if len(text) > LONGEST_REASON:
        raise BadInput("text", N_("Use at most %(count)s characters."), count=LONGEST_REASON)
    reds = standing_of(session, proposal).reds
    if not reds:
        raise BadInput("", N_("Nothing is red, so that no reason is asked for."))
    _end_reasons(session, proposal, reds)
    others = [one for one in writers_of(session, proposal, reds) if one != actor.user_id]
    if any(may_be_one_person(session, one, actor.user_id) for one in others):
        raise BadInput("", MAY_BE_ONE)
    reason = ImpactReason(
        proposal_id=proposal.id,
        user_id=actor.user_id,
        membership_id=actor.membership_id,
        reds=list(reds),
        text=text.strip(),
    )
    try:
        with session.begin_nested():
            session.add(reason)
            session.flush()
    except IntegrityError:
        raise BadInput(
            "", N_("You have written your reason already. A second person has to write one.")
        ) from None
    details = {"reds": list(reds)}
    record(session, actor, "proposal.red_may_go_on", "proposal", proposal.public_id, details)
    return reason


def heed_check(session: Session, proposal: Proposal) -> Standing:
    """Ask for the second signature where something is red, or harm is likely and not looked at."""
    standing = standing_of(session, proposal)
    codes = [
        code for code, holds in ((RED, standing.reds), (UNCHECKED, standing.unchecked)) if holds
    ]
    more = [code for code in codes if code not in proposal.signature_reasons]
    if more:
        proposal.required_signatures = 2
        proposal.signature_reasons = [*proposal.signature_reasons, *more]
    return standing


def stop_red(session: Session, proposal: Proposal, standing: Standing) -> None:
    """Refuse to approve a red match before two different persons wrote why it may go on.

    Raises
    ------
    BadInput
        If fewer than two have, who are active coordinators and do not count as one person.
    """
    if standing.reds and not may_go_on(session, proposal, standing):
        raise BadInput("", STOPPED)


def may_go_on(session: Session, proposal: Proposal, standing: Standing) -> bool:
    """Tell whether two different persons have written why a red match may go on."""
    writers = writers_of(session, proposal, standing.reds)
    return any(
        not may_be_one_person(session, one, other) for one, other in combinations(writers, WRITERS)
    )


def _take(session: Session, proposal: Proposal, seen: int | None) -> None:
    """Lock the proposal, as who signs it does, and refuse where it is decided or was changed."""
    session.refresh(proposal, with_for_update={"of": Proposal})
    heed(session, proposal, seen)
    if proposal.status != ProposalStatus.PROPOSED:
        raise BadInput("", DECIDED)


def _end_reasons(session: Session, proposal: Proposal, reds: tuple[str, ...]) -> int:
    """End the reasons that do not speak of everything that is red now; return how many."""
    standing = session.scalars(
        select(ImpactReason).where(
            ImpactReason.proposal_id == proposal.id, ImpactReason.stands.is_(True)
        )
    ).all()
    over = [one for one in standing if not set(reds) <= set(one.reds)]
    for one in over:
        one.stands, one.ended_at = False, now()
    session.flush()
    return len(over)


def erase_check_texts(session: Session, proposal_ids: list[int]) -> int:
    """Empty what was written in the checks of matches; lights and who answered stay."""
    n = 0
    answers = select(MatchImpact).where(MatchImpact.proposal_id.in_(proposal_ids))
    for answer in session.scalars(answers).all():
        n += bool(answer.sentence)
        answer.sentence = ""
    reasons = select(ImpactReason).where(ImpactReason.proposal_id.in_(proposal_ids))
    for reason in session.scalars(reasons).all():
        n += bool(reason.text)
        reason.text = ""
    return n
