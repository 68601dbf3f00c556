"""Check the audit chain link by link."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from matchmaker.audit.record import GENESIS, link_digest, text_digest
from matchmaker.models import AuditEvent, AuditHead, AuditText
from matchmaker.models.encrypted import WrongKey, key_ring


@dataclass(frozen=True)
class Break:
    """A place where the trail does not hold, with a code for what is wrong."""

    code: str
    seq: int


def broken_links(session: Session) -> Iterator[Break]:
    """Yield every place where an event was changed, removed, reordered or the tail cut off."""
    previous, expected = GENESIS, 1
    events = session.scalars(
        select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=1000)
    )
    for link in events:
        if link.seq != expected:
            yield Break("missing_event", expected)
        if link.previous != previous:
            yield Break("wrong_previous", link.seq)
        if link.digest != _digest_of(link):
            yield Break("changed_event", link.seq)
        previous, expected = link.digest, link.seq + 1
    head = session.get(AuditHead, 1)
    if head is None or head.seq != expected - 1 or head.digest != previous:
        yield Break("wrong_head", expected - 1)
    yield from _broken_texts(session)


def _digest_of(link: AuditEvent) -> str:
    return link_digest(
        seq=link.seq,
        at=link.at,
        user_id=link.user_id,
        membership_id=link.membership_id,
        event=link.event,
        subject_kind=link.subject_kind,
        subject_id=link.subject_id,
        details=link.details,
        text_digest=link.text_digest,
        previous=link.previous,
    )


def _broken_texts(session: Session) -> Iterator[Break]:
    rows = session.execute(
        select(
            AuditText.seq,
            AuditText.salt,
            type_coerce(AuditText.text, Text()),
            AuditEvent.text_digest,
        ).join(AuditEvent, AuditEvent.seq == AuditText.seq)
    )
    for seq, salt, sealed, digest in rows:
        if sealed is not None and not _is_text_of(sealed, salt, digest):
            yield Break("changed_text", seq)


def _is_text_of(sealed: str, salt: str, digest: str | None) -> bool:
    """Tell whether a sealed text opens and is the one that was chained."""
    try:
        text = key_ring().open(sealed, "audit_text.text")
    except WrongKey:
        return False
    return text_digest(salt, text) == digest
