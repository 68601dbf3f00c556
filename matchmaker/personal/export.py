"""Everything that is held of a person, and of the municipality acted for, as plain values.

Rows are found through the columns that lead to a person or a municipality; a test fails where a
table has such a column and is named neither here nor in `NOT_HANDED_OUT`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.models import AuditEvent, AuditText, Base, Need, Offer
from matchmaker.offers.told import status_told
from matchmaker.vocabulary import Role

Rows = list[dict[str, Any]]

OF_THE_PERSON = {
    "user_account": "id",
    "membership": "user_id",
    "decision": "user_id",
    "deletion_request": "user_id",
    "held_post": "user_id",
    "idempotency_key": "user_id",
    "job": "created_by_id",
    "known_device": "user_id",
    "mailbox": "user_id",
    "message": "author_id",
    "one_time_link": "user_id",
    "outbox": "user_id",
    "pulse_answer": "user_id",
    "sign_in_session": "user_id",
    "webauthn": "user_id",
}
"""Table -> the column that says whose row it is."""
OF_THE_MUNICIPALITY = {
    "municipality": "id",
    "application": "municipality_id",
    "need": "municipality_id",
    "offer": "municipality_id",
}
UNDER_A_NEED = {
    "need_topic": "need_id",
    "need_entry": "need_id",
    "other_actor": "need_id",
    "need_impact": "need_id",
    "receipt": "need_id",
}
UNDER_AN_OFFER = {
    "mandate_step": "offer_id",
    "offer_topic": "offer_id",
    "offer_activity": "offer_id",
    "offer_area": "offer_id",
    "offer_delivery": "offer_id",
    "receipt": "offer_id",
}
NOT_HANDED_OUT = {
    "adjustment": "what coordinators changed by hand, and whom it concerns",
    "annex_consent": "stands on its own page; it leads to the other side",
    "alert": "stands on its own page; it leads to the other side",
    "carrier": "stands on its own page, with a need of somebody else",
    "conflict_area": "entered by a coordinator; about a place",
    "engagement": "stands on its own page, with the other side's part",
    "evidence": "what coordinators found; it would tell an impostor what gave them away",
    "follow_up_task": "seen by coordinators alone",
    "hand_over": "stands on the page of the people of the organisation",
    "hint": "stands on its own page; it leads to the other side",
    "impact_reason": "what coordinators judge; it tells of both sides",
    "identity_change": "stands on the page of the municipality, with what coordinators wrote",
    "invitation": "holds the address of somebody else",
    "legal_text": "published",
    "match_impact": "what coordinators judge; it tells of both sides",
    "partnership": "stands on the page of the municipality, with the other side",
    "proposal": "scores and reasons tell of the other side; one's own decisions are handed out",
    "precondition_answer": "judged and seen by coordinators alone",
    "precondition_review": "judged and seen by coordinators alone",
    "risk_answer": "stands on the page of the engagement",
    "risk_question": "stands on the page of the engagement",
    "rights_flag": "seen by coordinators alone",
    "roles_users": "left empty",
    "round": "made for an association",
    "round_need": "which round a need was in tells of others in it",
    "thread_reading": "how far one has read, as the number of a row",
    "scenario": "made for an association",
    "round_offer": "which round an offer was in tells of others in it",
}
"""Tables that lead to a person or a municipality and are left out, with the reason."""
SECRETS = {
    "ciphertext",
    "credential_id",
    "digest",
    "fs_uniquifier",
    "fs_webauthn_user_handle",
    "key",
    "lease",
    "link",
    "mf_recovery_codes",
    "password",
    "public_key",
    "tf_totp_secret",
    "transports",
    "token_digest",
    "us_totp_secrets",
}
"""Columns that would let somebody in: whoever finds the file must not be able to use it."""
OF_THE_TOWN_BY_A_COORDINATOR = {"sides", "red_flag", "code", "code_doubted", "cautions"}
"""What coordinators entered of a municipality; the code of a read-back goes by another way."""

NOT_TOLD = {"places_taken", "version"}
"""What the platform made of a need or an offer: places taken and the number of changes would tell
of an approval that nobody has heard of yet."""


def held_of(session: Session, actor: Actor) -> dict[str, Rows]:
    """Return table -> rows: the person's own, and those of the municipality acted for."""
    tables = Base.metadata.tables
    found = {
        name: _rows(session, tables[name], tables[name].c[column] == actor.user_id)
        for name, column in OF_THE_PERSON.items()
    }
    if actor.municipality_id is not None:
        for name, column in OF_THE_MUNICIPALITY.items():
            if name in _hidden_from(actor):
                continue
            where = tables[name].c[column] == actor.municipality_id
            found[name] = _rows(session, tables[name], where)
        found |= _under(session, actor, Need, UNDER_A_NEED)
        found |= _under(session, actor, Offer, UNDER_AN_OFFER)
    found["audit_event"] = _events(session, actor)
    return {name: rows for name, rows in found.items() if rows}


def _hidden_from(actor: Actor) -> set[str]:
    """Return what somebody of this role does not see on the pages either."""
    return {"offer"} if actor.role == Role.REQUESTER else {"need"}


def _under(
    session: Session, actor: Actor, model: type[Need] | type[Offer], children: dict[str, str]
) -> dict[str, Rows]:
    if model.__tablename__ in _hidden_from(actor):
        return {}
    own = select(model.id).where(model.municipality_id == actor.municipality_id)
    tables = Base.metadata.tables
    return {
        name: _rows(session, tables[name], tables[name].c[column].in_(own))
        for name, column in children.items()
    }


def _rows(session: Session, table: Table, where: ColumnElement[bool]) -> Rows:
    """Return rows without keys of the database, secrets and ids of other people."""
    left_out = {column.name for column in table.columns if column.foreign_keys}
    left_out |= SECRETS | {"id"}
    if table.name in ("municipality", "need", "need_entry", "application"):
        left_out |= OF_THE_TOWN_BY_A_COORDINATOR
    if table.name in ("need", "offer"):
        left_out |= NOT_TOLD
    if table.name.endswith("_topic"):
        left_out.discard("topic_code")
    shown: list[ColumnElement[Any]] = [
        status_told().label("status") if column is Offer.__table__.c.status else column
        for column in table.columns
        if column.name not in left_out
    ]
    query = select(*shown).where(where).order_by(*table.primary_key.columns)
    return [
        {name: _plain(value) for name, value in row.items() if value is not None}
        for row in session.execute(query).mappings()
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


def _events(session: Session, actor: Actor) -> Rows:
    """Return what the person did, with the words that go with it as long as they are kept."""
    query = (
        select(AuditEvent, AuditText.text)
        .outerjoin(AuditText, AuditText.seq == AuditEvent.seq)
        .where(AuditEvent.user_id == actor.user_public_id)
        .order_by(AuditEvent.seq)
    )
    return [
        {
            "at": event.at.isoformat(),
            "event": event.event,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            **({"text": text} if text else {}),
        }
        for event, text in session.execute(query)
    ]
