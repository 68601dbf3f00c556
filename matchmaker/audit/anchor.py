"""Anchors: signed notes of how far the audit chain had come, kept outside the database.

Whoever can write the database can rewrite the tail of the chain together with its head. An anchor
taken before, kept elsewhere, tells: the chain must still hold that link.
"""

import hashlib
import hmac
import json

from sqlalchemy.orm import Session

from matchmaker.audit.chain import Break
from matchmaker.models import AuditEvent, AuditHead, now


def anchor(session: Session, key: str) -> str:
    """Return one line that notes the last link of the chain, signed with the key."""
    head = session.get_one(AuditHead, 1)
    note = {"seq": head.seq, "digest": head.digest, "at": now().isoformat()}
    return json.dumps(note | {"signature": _signature(note, key)}, sort_keys=True)


def broken_anchors(session: Session, lines: list[str], key: str) -> list[Break]:
    """Return a break for each line that was forged or whose link the chain no longer holds."""
    found = []
    for number, line in enumerate(lines, start=1):
        note = _read(line, key)
        if note is None:
            found.append(Break("forged_anchor_line", number))
        elif note["seq"]:
            link = session.get(AuditEvent, note["seq"])
            if link is None or link.digest != note["digest"]:
                found.append(Break("chain_rewritten_before_anchor", int(note["seq"])))
    return found


def _read(line: str, key: str) -> dict[str, str] | None:
    """Return the note of a line, or None where it is not signed with the key."""
    try:
        note = json.loads(line)
        signature = note.pop("signature")
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    genuine = hmac.compare_digest(str(signature), _signature(note, key))
    return note if genuine else None


def _signature(note: dict[str, object], key: str) -> str:
    text = json.dumps(note, sort_keys=True)
    return hmac.new(f"audit-anchor:{key}".encode(), text.encode(), hashlib.sha256).hexdigest()
