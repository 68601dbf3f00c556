"""Everything that is written down has a sentence, in each language, and names no town."""

import ast
import csv
import io
import re

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import select

from matchmaker.access import PLATFORM
from matchmaker.admin.audit_words import STATUSES, kind_label, sentence_of
from matchmaker.audit import record
from matchmaker.audit.steps import KINDS
from matchmaker.config import PACKAGE
from matchmaker.lifecycle import STEPS
from matchmaker.models import AuditEvent
from matchmaker.vocabulary import EvidenceKind
from matchmaker.vocabulary.events import EVENTS, SUBJECTS, UNKNOWN
from matchmaker.web.language import LANGUAGES
from tests.factories import actor_of, make_administrator, make_need, make_requester, make_user

WRITTEN_WITH_A_PLACE = {
    "f'{kind}.{status}'": {f"{kind}.{step}" for kind in STEPS for step in STEPS[kind]},
    "f'{kind}.created'": {f"{kind}.created" for kind in KINDS.values()},
    "f'{kind}.opened'": {f"{kind}.opened" for kind in KINDS.values()},
    "f'{kind}.{event}'": {
        f"{kind}.champion_{step}" for kind in ("need", "offer") for step in ("named", "confirmed")
    },
    "f'{kind}.mandate_step'": {"offer.mandate_step", "proposal.mandate_step"},
    "f'{kind}.message'": {"proposal.message", "engagement.message"},
    "f'application.{kind.value}_recorded'": {
        f"application.{k.value}_recorded" for k in EvidenceKind
    },
    "f'{ALERT}planted'": {"alert.planted"},
    "f'{ALERT}{what}'": {"alert.contacts", "alert.need"},
}
"""How the code puts events together -> all that come of it."""
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def calls_of_record():
    """Yield the event of each call of `record` in the code, with the module it stands in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            name = (
                getattr(node.func, "attr", getattr(node.func, "id", ""))
                if (isinstance(node, ast.Call))
                else ""
            )
            if name in ("record", "_note") and len(node.args) > 2:
                yield tree, node.args[2]


def codes_of(tree, event):
    """Return the codes that one call writes."""
    if isinstance(event, ast.JoinedStr):
        return WRITTEN_WITH_A_PLACE[ast.unparse(event)]
    if isinstance(event, ast.Constant):
        return {event.value}
    # A name: all that the module gives it.
    found = set()
    for node in ast.walk(tree):
        named = isinstance(node, ast.Assign) and event.id in names_in(node.targets[0])
        for part in ast.walk(node.value) if named else ():
            if isinstance(part, ast.JoinedStr):
                found |= WRITTEN_WITH_A_PLACE[ast.unparse(part)]
            elif isinstance(part, ast.Constant) and CODE.fullmatch(str(part.value)):
                found.add(part.value)
    return found


def names_in(target):
    return {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}


def written():
    """Return every event that the code can write."""
    found = {"contact.shown", "municipality.planted"}  # constants of other modules
    for tree, event in calls_of_record():
        if isinstance(event, ast.Constant) and not CODE.fullmatch(str(event.value)):
            continue
        found |= codes_of(tree, event)
    return sorted(found)


def test_the_search_finds_the_events_of_the_code():
    assert {"user.suspended", "need.in_round", "proposal.signed", "topic.closed"} <= set(written())
    assert len(written()) > 90


@pytest.mark.parametrize("locale", LANGUAGES)
def test_everything_that_is_written_down_has_a_sentence(app, locale):
    with app.test_request_context(), force_locale(locale):
        unknown = gettext(UNKNOWN, thing="").strip(": ")
        for event in written():
            sentence = sentence_of(event, event.partition(".")[0])
            assert unknown not in sentence, event
            assert event not in sentence, event


@pytest.mark.parametrize("locale", [code for code in LANGUAGES if code != "en"])
def test_sentences_and_kinds_are_translated(app, locale):
    with app.test_request_context(), force_locale(locale):
        same = [text for text in (*EVENTS.values(), *SUBJECTS.values()) if gettext(text) == text]
    assert same == []


def test_no_sentence_is_kept_for_what_is_written_nowhere():
    assert set(EVENTS) - set(written()) == set()


def test_kinds_with_a_lifecycle_know_its_statuses():
    assert set(STATUSES) == set(STEPS)


def test_event_without_words_is_told_without_its_code(app):
    with app.test_request_context():
        assert "teleported" not in sentence_of("need.teleported", "need")
        assert kind_label("spaceship") == "Something"


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def member(session):
    return make_administrator(session)


@pytest.fixture
def admin(session, client_for, member):
    session.commit()
    return client_for(member)


def table(admin):
    return admin.get("/admin/audit").text.partition("<tbody")[2].partition("</tbody")[0]


def test_trail_names_the_account_and_who_closed_it(admin, session, member):
    other = make_user(session)
    record(session, actor_of(member), "user.suspended", "user", other.public_id)
    session.commit()
    shown = table(admin)
    assert "The account was closed" in shown
    assert other.email in shown and member.user.email in shown
    assert "user.suspended" not in shown


def test_trail_names_no_town_and_nobody_who_asks(admin, session):
    person = make_requester(session)
    need = make_need(session, person)
    record(session, actor_of(person), "need.edited", "need", need.public_id)
    session.commit()
    shown = table(admin)
    assert "The need was changed" in shown and person.user.public_id[:8] in shown
    for word in (person.user.email, person.municipality.name, need.title):
        assert word not in shown


@pytest.mark.parametrize("kind", ["annex_consent", "carrier", "hint", "other_actor"])
def test_who_asks_is_not_told_by_what_belongs_to_a_need_either(admin, session, kind):
    person = make_requester(session)
    record(session, actor_of(person), f"{kind}.opened", kind, "0" * 32)
    session.commit()
    shown = table(admin)
    assert person.user.public_id[:8] in shown
    assert person.user.email not in shown


def test_codes_stand_in_the_file_only_and_its_download_is_written_down(admin, session):
    record(session, PLATFORM, "need.edited", "need", "0" * 32)
    session.commit()
    answer = admin.post("/admin/audit/download?kind=need")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["event"] for row in rows] == ["need.edited"]
    assert len(rows[0]["digest"]) == 64
    session.rollback()
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (last.event, last.details) == ("audit.exported", {"count": 1})
