"""The world of these tests leaves no text out."""

from sqlalchemy import JSON, LargeBinary, String, Text

from matchmaker.models import Base
from tests.security.scene import FREE

# Columns that never hold what a person typed freely: codes, ids, digests, addresses checked.
CODES = {
    "adjustment": None,
    "annex_consent": None,
    "alert": {"answer"},
    "audit_event": None,
    "audit_head": None,
    "audit_text": {"salt"},
    "application": {"status", "cautions", "rejection"},
    "association": {"country", "scope", "sides"},
    "carrier": {"status"},
    "conflict_area": {"level", "country", "place_key", "phase", "presence"},
    "closing": {"side"},
    "decision": None,
    "deletion_request": None,
    "engagement": {"status", "end_reason"},
    "evidence": {"kind", "call_result", "rights_answer"},
    "follow_up_task": {"kind", "side"},
    "held_post": None,
    "hint": None,
    "idempotency_key": None,
    "job": None,
    "known_device": None,
    "mailbox": None,
    "key_check": None,
    "legal_text": None,
    "hand_over": None,
    "identity_change": {"status", "fields", "kind", "sides"},
    "impact_reason": {"reds"},
    "invitation": {"address", "token_digest", "role", "status"},
    "mandate_step": None,
    "membership": {"role", "status", "position"},
    "match_impact": {"question", "light"},
    "message": {"side"},
    "milestone": set(),
    "municipality": {"country", "languages", "kind", "sides", "status"},
    "need": {
        "status",
        "category",
        "second_category",
        "activity",
        "depth",
        "champion",
        "text_language",
        "settings",
        "languages",
        "veto_countries",
        "for_whom",
        "tell_partners",
        "why_outside",
        "brings",
        "teaches",
    },
    "need_entry": None,
    "need_impact": {"question", "light"},
    "need_topic": None,
    "offer": {
        "status",
        "category",
        "second_category",
        "text_language",
        "depths",
        "settings",
        "languages",
        "mandate",
        "motives",
        "publicity",
        "champion",
        "context_languages",
        "veto_countries",
        "learns",
    },
    "offer_activity": None,
    "offer_area": {"country"},
    "offer_delivery": {"country", "topics"},
    "offer_topic": None,
    "one_time_link": None,
    "letter": {"status", "locale", "last_error", "mail_id"},
    "outbox": None,
    "other_actor": {"kind", "country", "topics"},
    "partner_organisation": {"status", "countries"},
    "partnership": {"kind", "topics"},
    "person_days": {"side"},
    "plan_version": {"side"},
    "precondition_answer": {"question", "answer"},
    "precondition_review": {"question", "decided"},
    "proposal": None,
    "publication": None,
    "pulse": None,
    "pulse_answer": {"side", "alive", "useful", "safe", "in_touch"},
    "receipt": None,
    "role": None,
    "risk_answer": {"side", "state"},
    "risk_question": {"question", "light"},
    "rights_flag": set(),
    "roles_users": None,
    "round": {
        "status",
        "settings",
        "snapshot",
        "snapshot_digest",
        "settings_digest",
        "result_digest",
        "matching_version",
        "summary",
        "pairs",
        "overview",
        "settings_asked",
        "failure",
    },
    "round_need": None,
    "round_offer": {"reason_code"},
    "scenario": {"settings", "figures", "pairs", "base_digest"},
    "tombstone": None,
    "thread": None,
    "thread_reading": None,
    "sign_in_session": None,
    "topic": None,
    "user_account": None,
    "visit": {"place"},
    "webauthn": {"transports", "device_type", "extensions", "usage"},
}


def test_every_text_column_is_known():
    unknown = []
    for table in Base.metadata.tables.values():
        codes = CODES.get(table.name, set())
        for column in table.columns:
            if not isinstance(column.type, String | Text | JSON) or codes is None:
                continue
            known = {"public_id", *codes, *FREE.get(table.name, ())}
            if column.name not in known and not isinstance(column.type, LargeBinary):
                unknown.append(f"{table.name}.{column.name}")
    assert unknown == []


def test_every_free_text_exists():
    named = {f"{table}.{column}" for table, columns in FREE.items() for column in columns}
    there = {f"{c.table.name}.{c.name}" for t in Base.metadata.tables.values() for c in t.columns}
    assert named <= there


def test_scene_reaches_every_person_and_status(scene):
    assert len(scene.persons()) > 15
    assert scene.ids["proposal"]
    assert scene.ids["engagement"]
