"""Administrators switch topics off, publish texts, close accounts, and search the audit trail."""

import pytest
from sqlalchemy import select

from matchmaker.models import AuditEvent, LegalText, Topic, User
from matchmaker.models.legal import legal_text, paragraphs
from matchmaker.vocabulary import Role
from tests.factories import (
    make_administrator,
    make_coordinator,
    make_helper,
    make_need,
    make_requester,
)

ABOUT = "/needs/{}/edit/about"


@pytest.fixture
def member(session):
    return make_administrator(session)


@pytest.fixture
def admin(session, client_for, member):
    session.commit()
    return client_for(member)


def events(session):
    return session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)).all()


@pytest.mark.parametrize("path", ["/admin/users", "/admin/taxonomy", "/admin/texts"])
@pytest.mark.parametrize("make", [make_requester, make_helper, make_coordinator])
def test_pages_do_not_exist_for_others(session, client_for, make, path):
    person = make(session)
    session.commit()
    assert client_for(person).get(path).status_code == 404


# --- accounts ---------------------------------------------------------------------------------


@pytest.mark.control(24)
@pytest.mark.asvs("7.4.2")
def test_closed_account_is_out_with_the_next_request_until_it_is_reopened(
    admin, session, client_for
):
    coordinator = make_coordinator(session)
    session.commit()
    desk, path = client_for(coordinator), f"/admin/users/{coordinator.user.public_id}"
    assert desk.get("/municipalities").status_code == 200
    assert admin.post(f"{path}/close", {"reason": "Device was stolen."}).location == "/admin/users"
    assert desk.get("/municipalities").status_code == 303
    assert admin.post(f"{path}/close", {"reason": "Again."}).status_code == 409
    admin.post(f"{path}/reopen", {"reason": "Found."})
    session.expire_all()
    assert coordinator.user.active
    assert events(session)[-2:] == ["user.suspended", "user.restored"]


def test_reason_is_asked_and_ones_own_account_stays(admin, session, member):
    path = f"/admin/users/{member.user.public_id}/close"
    assert "Enter the reason." in admin.post(path, {"reason": ""}).text
    answer = admin.post(path, {"reason": "Mistake."})
    assert answer.status_code == 422
    assert "You cannot close your own account here." in answer.text
    assert session.get(User, member.user_id).active


def test_list_names_roles_and_leads_to_the_audit_trail(admin, session):
    make_helper(session)
    session.commit()
    page = admin.get("/admin/users").text
    assert Role.HELPER.label in page
    assert "/admin/audit?person=" in page


# --- topics -----------------------------------------------------------------------------------


def test_topic_that_is_switched_off_is_not_offered_to_new_needs(admin, session, client_for):
    asker = make_requester(session)
    old = make_need(session, asker, topics=(("env.water", 3, 3),), status="draft")
    new = make_need(session, asker, topics=(("env.waste", 3, 3),), status="draft")
    session.commit()
    answer = admin.post("/admin/taxonomy/switch", {"topic": "env.water", "closed": "yes"})
    assert answer.location == "/admin/taxonomy"
    assert session.get(Topic, "env.water").closed
    desk = client_for(asker)
    assert 'value="env.water"' in desk.get(ABOUT.format(old.public_id)).text
    assert 'value="env.water"' not in desk.get(ABOUT.format(new.public_id)).text
    admin.post("/admin/taxonomy/switch", {"topic": "env.water", "closed": "no"})
    assert 'value="env.water"' in desk.get(ABOUT.format(new.public_id)).text
    assert events(session)[-2:] == ["topic.closed", "topic.opened"]


def test_switch_survives_an_upgrade(admin, session):
    from matchmaker.models.reference import sync_topics

    admin.post("/admin/taxonomy/switch", {"topic": "env.water", "closed": "yes"})
    sync_topics(session)
    assert session.get(Topic, "env.water").closed


@pytest.mark.parametrize(
    "fields", [{}, {"topic": "no.such", "closed": "yes"}, {"topic": "env.water"}]
)
def test_switch_of_nothing_is_refused(admin, fields):
    assert admin.post("/admin/taxonomy/switch", fields).status_code == 400


def test_labels_stand_in_every_language(admin):
    page = admin.get("/admin/taxonomy").text
    assert 'lang="uk"' in page
    assert 'lang="ar"' in page


# --- texts ------------------------------------------------------------------------------------


FORCE = {"then": "put_in_force"}


def publish(browser, session, text, step="privacy-en"):
    seen = session.scalars(
        select(LegalText.version).where(LegalText.locale == "en").order_by(LegalText.version.desc())
    ).first()
    return browser.post(f"/admin/texts/{step}", FORCE | {"text": text, "seen": str(seen or 0)})


def test_published_text_is_the_newest_version_and_older_ones_stay(admin, session):
    assert publish(admin, session, "One.\n\nTwo.").location == "/admin/texts"
    publish(admin, session, "Three.")
    assert legal_text(session, "privacy", "en").text == "Three."
    assert legal_text(session, "privacy", "uk") is None
    assert [row.version for row in session.scalars(select(LegalText))] == [1, 2]
    page = admin.get("/admin/texts/privacy-en").text
    assert "One." in page
    assert events(session)[-1] == "legal_text.published"


def test_empty_text_lets_the_built_in_one_hold_again(admin, session):
    publish(admin, session, "Ours.")
    publish(admin, session, "")
    assert legal_text(session, "privacy", "en") is None


def test_second_of_two_editors_is_told(admin, session):
    publish(admin, session, "First.")
    late = admin.post("/admin/texts/privacy-en", FORCE | {"text": "Second.", "seen": "0"})
    assert late.status_code == 409
    assert legal_text(session, "privacy", "en").text == "First."


@pytest.mark.parametrize(("locale", "word"), [("en", "Who takes part"), ("uk", "Хто бере участь")])
def test_editor_begins_with_the_text_that_holds(admin, locale, word):
    area = admin.get(f"/admin/texts/terms-{locale}").text.partition("<textarea")[2]
    assert word in area.partition("</textarea")[0]


def test_editor_begins_with_the_newest_version(admin, session):
    publish(admin, session, "Ours.")
    area = admin.get("/admin/texts/privacy-en").text.partition("<textarea")[2]
    assert "Ours." in area.partition("</textarea")[0]


def test_text_is_shown_before_it_is_put_in_force(admin, session):
    answer = admin.post("/admin/texts/privacy-en", {"text": "First.\n\nSecond.", "seen": "0"})
    assert answer.status_code == 200
    assert answer.text.count("tandem-lines") == 2
    assert session.scalars(select(LegalText)).all() == []


def test_nothing_is_lost_on_the_way_back_from_the_preview(admin):
    fields = {"text": "Half\n\nwritten", "seen": "0", "then": "go_on"}
    answer = admin.post("/admin/texts/privacy-en", fields)
    assert "Half\n\nwritten" in answer.text.replace("\r\n", "\n")
    assert "<textarea" in answer.text


def test_unknown_text_does_not_exist(admin):
    for step in ("privacy", "privacy-xx", "cookies-en", "-"):
        assert admin.get(f"/admin/texts/{step}").status_code == 404


def test_paragraphs_are_parted_by_empty_lines():
    assert paragraphs("One\r\nline.\r\n\r\n\r\nTwo.") == ["One\nline.", "Two."]


# --- audit search -----------------------------------------------------------------------------


def test_search_by_person_day_and_thing(admin, session, member):
    publish(admin, session, "Ours.")
    number = member.user.public_id
    found = {
        f"person={number}": True,
        f"person={number[:8]}": True,
        "person=nobody": False,
        "person=%25": False,
        "since=1&since=1&since=2020": True,
        "since=1&since=1&since=2999": False,
        "until=1&until=1&until=2020": False,
        "until=31&until=12&until=9999": True,
    }
    for query, shown in found.items():
        table = admin.get(f"/admin/audit?{query}").text.partition("<tbody")[2]
        assert ("A version of the text was put in force" in table) == shown, query


def test_date_that_is_none_is_named_and_narrows_nothing(admin):
    answer = admin.get("/admin/audit?since=32&since=1&since=2026")
    assert answer.status_code == 200
    assert "This day does not exist" in answer.text
