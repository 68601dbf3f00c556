"""Write one link of the audit chain, in the transaction of the change it tells of."""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.models import AuditEvent, AuditHead, AuditText, now

GENESIS = "0" * 64


def link_digest(
    *,
    seq: int,
    at: datetime,
    user_id: str | None,
    membership_id: str | None,
    event: str,
    subject_kind: str,
    subject_id: str,
    details: dict[str, Any],
    text_digest: str | None,
    previous: str,
) -> str:
    """Return the SHA-256 of a link: every field of the event and the digest before it."""
    fields = [
        seq,
        at.isoformat(),
        user_id,
        membership_id,
        event,
        subject_kind,
        subject_id,
        details,
        text_digest,
        previous,
    ]
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def text_digest(salt: str, text: str) -> str:
    """Return the salted digest of a personal text, the only thing of it that is chained."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def record(
    session: Session,
    actor: Actor,
    event: str,
    subject_kind: str,
    subject_id: str,
    details: dict[str, Any] | None = None,
    text: str | None = None,
) -> AuditEvent:
    """Append an event; `details` holds codes and ids only, personal text goes into `text`."""
    head = session.scalars(
        select(AuditHead)
        .where(AuditHead.id == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    values: dict[str, Any] = {
        "seq": head.seq + 1,
        "at": now(),
        "user_id": actor.user_public_id,
        "membership_id": actor.membership_public_id,
        "event": event,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "details": details or {},
        "text_digest": None,
        "previous": head.digest,
    }
    salt = secrets.token_hex(16)
    if text:
        values["text_digest"] = text_digest(salt, text)
    link = AuditEvent(**values, digest=link_digest(**values))
    session.add(link)
    head.seq, head.digest = link.seq, link.digest
    session.flush()
    if text:
        session.add(AuditText(seq=link.seq, salt=salt, text=text))
        session.flush()
    return link
