"""The case of a need: what a stranger reads first, and whether somebody checked its English."""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Need, now
from matchmaker.needs.drafts import CaseDraft
from matchmaker.vocabulary import CASE, LESSONS, N_, CaseQuestion
from matchmaker.vocabulary.case import PARTNER

Words = tuple[str, str, str, str]


def words_of(need: Need) -> Words:
    """Return the words that a check of the line was given for."""
    return need.title, need.description, need.text_language, need.line_en or ""


def heed_words(need: Need, before: Words) -> None:
    """Undo the check of the line where the words it was given for have changed."""
    if words_of(need) != before:
        need.line_checked_at = need.line_checked_by_id = None


def heed_low_profile(need: Need) -> None:
    """Name no partner organisation where local governments only may take part."""
    if need.low_profile:
        need.brings = [code for code in need.brings or () if code != PARTNER]


def write_case(need: Need, draft: CaseDraft) -> None:
    """Write the answers of the case file.

    Raises
    ------
    BadInput
        If an answer is none of its question's.
    """
    for question in CaseQuestion:
        answers = getattr(draft, question.value)
        if any(code not in CASE or CASE[code].asks != question for code in answers):
            raise BadInput(question.value, N_("Choose from the answers shown."))
        setattr(need, question.value, list(dict.fromkeys(answers)))
    if not set(draft.teaches) <= set(LESSONS):
        raise BadInput("teaches", N_("Choose from the answers shown."))
    need.teaches = list(dict.fromkeys(draft.teaches))
    need.line_en = draft.line_en.strip()
    heed_low_profile(need)


def check_line(session: Session, actor: Actor, need: Need, line: str, seen: int) -> None:
    """Take a coordinator's word that the line says what the town wrote.

    Raises
    ------
    AlreadyChanged
        If the need was changed since the coordinator read it.
    BadInput
        If there is no line.
    """
    session.refresh(need, with_for_update={"of": Need})
    if need.version != seen:
        raise AlreadyChanged(need.public_id)
    if not line.strip():
        raise BadInput("line_en", N_("Write the line."))
    need.line_en = line.strip()
    need.line_checked_at, need.line_checked_by_id = now(), actor.user_id
    session.flush()
    audit.record(session, actor, "need.line_checked", "need", need.public_id)
