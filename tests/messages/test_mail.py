"""Mails say that something waits and nothing else; whoever wants none gets none."""

import email
import email.policy
import re
from datetime import timedelta

import pytest
from flask_babel import force_locale
from jinja2 import StrictUndefined
from sqlalchemy import select, update

from matchmaker import config as configuration
from matchmaker.delivery import deliver_due
from matchmaker.engagements import service as engagements
from matchmaker.extensions import db
from matchmaker.messages import service as messages
from matchmaker.models import Association, Mailbox, Municipality, Need, Notice, Offer, User, now
from matchmaker.needs import service as needs
from matchmaker.outbox import queue_notice
from matchmaker.places.countries import countries
from matchmaker.proposals import service as proposals
from matchmaker.proposals.answer_dates import give_more_time
from matchmaker.rounds.deadlines import run_due
from matchmaker.vocabulary import (
    ACTIVITIES,
    GROUPS,
    TOPICS,
    Category,
    NoticeKind,
    Side,
)
from matchmaker.web.language import LANGUAGES
from tests.factories import make_need, make_user
from tests.harness.mail_server import talks_to
from tests.messages.conftest import make_match

LATER = timedelta(days=30)


def whole_scenario(session):
    """Let everything happen that somebody is told of, and every kind of notice go to somebody."""
    lapsing, declined, undone, done = (make_match(session) for _ in range(4))
    for match in (lapsing, declined, done):
        messages.write_about_proposal(session, match.actor("helper"), match.proposal, "Hello?")
    messages.write_about_proposal(
        session, done.actor("coordinator"), done.proposal, "Yes.", Side.HELPER
    )
    give_more_time(session, lapsing.actor("coordinator"), lapsing.proposal)
    proposals.decline(session, declined.actor("helper"), declined.proposal, "helper", "capacity")
    proposals.undo_proposal(session, undone.actor("coordinator"), undone.proposal, "safety")
    proposals.accept_as_helper(session, done.actor("helper"), done.proposal)
    engagement = proposals.accept_as_requester(session, done.actor("asker"), done.proposal)
    messages.write_in_engagement(session, done.actor("asker"), engagement, "Good day")
    engagements.end_engagement(session, done.actor("helper"), engagement, "capacity")
    returned = make_need(session, done.asker, status="submitted")
    needs.return_need(session, done.actor("coordinator"), returned, "How many?")
    person = make_user(session)
    for kind in NoticeKind:
        queue_notice(session, person, kind)
    session.commit()
    run_due(session, now() + timedelta(days=40))
    assert session.scalar(select(Notice.id).where(Notice.kind == "proposal_lapsed"))


def secrets(session):
    """Return every name in the data and every word that tells what it is about."""
    found = set()
    for row in session.scalars(select(Municipality)):
        found |= {row.name, row.local_name, row.region, row.contact_email, row.contact_phone}
    for model in (Need, Offer):
        for row in session.scalars(select(model)):
            found |= {row.title, row.description, row.public_id}
    found |= {row.name for row in session.scalars(select(Association))}
    found |= {str(code) for code in NoticeKind} - {"message", "other", "security"}
    return {word for word in found if word}


def vocabulary_of(locale, app):
    """Return what countries, kinds of help, activities and topics are called in a language."""
    from flask_babel import force_locale, get_locale, gettext

    with app.test_request_context(), force_locale(locale):
        labels = [code.label for code in Category] + list(GROUPS.values())
        labels += [row.label for row in (*ACTIVITIES.values(), *TOPICS.values())]
        names = {
            str(get_locale().territories[code])
            for code in countries()
            if code in get_locale().territories
        }
        return {gettext(label) for label in labels} | names


def parsed(raw):
    return email.message_from_string(raw, policy=email.policy.default)


def whole_text(mail):
    """Return what a mail shows and what its headers say, the address it goes to left out."""
    headers = [f"{name}: {value}" for name, value in mail.items() if name != "To"]
    return "\n".join([*headers, mail.get_content()])


@pytest.mark.control(3)
@pytest.mark.parametrize("locale", list(LANGUAGES))
def test_no_mail_holds_a_name_a_place_or_a_cause_in_any_language(
    app, mail_server, locale, monkeypatch
):
    talks_to(app, mail_server.port)
    with app.app_context():
        session = db.session()
        whole_scenario(session)
        session.execute(update(User).values(locale=locale))
        session.commit()
        deliver_due(lambda: now() + LATER)
        session.rollback()
        taken = [parsed(raw) for raw in mail_server.taken]
        words = secrets(session)
        people = {str(address) for address in session.scalars(select(User.email))}
        assert len(taken) > 10
        assert session.scalar(select(Notice.id).where(Notice.status == "waiting")) is None
    words |= {word for word in vocabulary_of(locale, app) if len(word) > 2}
    for mail in taken:
        text = whole_text(mail)
        seen = {w for w in words if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text, re.I)}
        assert seen == set()
        assert {address for address in people if address in text} == set()


TEMPLATES = sorted(path.name for path in (configuration.TOP / "templates" / "mail").iterdir())
"""Every mail there is: a new one is rendered and searched here without being listed."""


def everything(session):
    """Return what a mail could be given: its links, and rows that a template might name."""
    match = make_match(session)
    session.commit()
    links = dict.fromkeys(("site", "stop", "url", "reset_link", "confirmation_link"), "https://x")
    links["links"] = ["https://x"]
    rows = {"proposal": match.proposal, "need": match.proposal.need, "offer": match.proposal.offer}
    person, town = match.asker.user, match.asker.municipality
    rows |= {"user": person, "membership": match.asker, "municipality": town, "town": town}
    rows |= {"engagement": match.engagement, "association": match.coordinator.association}
    codes = {"confirmation_token": "token", "reset_token": "token", "until": now()}
    return links | rows | codes


@pytest.mark.control(3)
@pytest.mark.parametrize("locale", list(LANGUAGES))
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_mail_that_there_is_names_nobody_whatever_it_is_given(app, session, name, locale):
    given = everything(session)
    template = app.jinja_env.overlay(undefined=StrictUndefined).get_template(f"mail/{name}")
    with app.test_request_context(), force_locale(locale):
        text = template.render(given)
    words = secrets(session) | {word for word in vocabulary_of(locale, app) if len(word) > 2}
    words |= {str(address) for address in session.scalars(select(User.email))}
    assert {w for w in words if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text, re.I)} == set()


@pytest.mark.parametrize("said", ["{{ user.email }}", "{{ need.title }}", "{{ town.name }}"])
def test_search_of_the_templates_bites(app, session, said):
    given = everything(session)
    text = app.jinja_env.from_string(said).render(given)
    assert text in secrets(session) | {str(one) for one in session.scalars(select(User.email))}


def test_scan_of_the_mails_bites():
    mail = parsed("Subject: x\n\nHello from Kharkiv")
    assert re.search(r"(?<!\w)kharkiv(?!\w)", whole_text(mail), re.I)


@pytest.mark.control(3)
def test_every_mail_of_a_language_is_one_of_two(app, mail_server):
    talks_to(app, mail_server.port)
    with app.app_context():
        whole_scenario(db.session())
        deliver_due(lambda: now() + LATER)
    found = set()
    for raw in mail_server.taken:
        mail = parsed(raw)
        found.add((mail["Subject"], re.sub(r"/messages/stop/\S+", "", mail.get_content())))
    assert len(found) == 2
    assert {subject for subject, _ in found} == {"A message from Tandem"}


# --- stopping them ---------------------------------------------------------------------------


def the_mail(app, kind=NoticeKind.MESSAGE):
    """Send one mail to somebody new; return their row id and the mail."""
    with app.app_context():
        person = make_user(db.session())
        queue_notice(db.session(), person, kind)
        db.session.commit()
        deliver_due()
        return person.id, app.extensions["mailman"].outbox[-1]


def how_often(app, user_id):
    with app.app_context():
        mailbox = db.session.get(Mailbox, user_id)
        return mailbox.every if mailbox else "at_once"


def path_in(mail):
    return re.search(r"<https://tandem\.example(/\S+)>", mail.extra_headers["List-Unsubscribe"])[1]


def test_mail_program_stops_the_mails_with_one_post_and_without_a_session(app, client):
    person, mail = the_mail(app)
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = {"List-Unsubscribe": "One-Click"}
    assert client.http.post(path_in(mail), data=body).status_code == 200
    assert how_often(app, person) == "never"
    assert client.http.post(path_in(mail), data=body).status_code == 200


def test_opening_the_link_changes_nothing(app, client):
    person, mail = the_mail(app)
    page = client.get(path_in(mail))
    assert page.status_code == 200
    assert "Stop these mails" in page.text
    assert how_often(app, person) == "at_once"


def test_link_tells_nothing_of_the_person(app, client):
    person, mail = the_mail(app)
    with app.app_context():
        user = db.session.get(User, person)
        known = [user.public_id, str(user.email), str(user.email).split("@")[0]]
    shown = path_in(mail) + client.get(path_in(mail)).text
    assert [word for word in known if word in shown] == []


@pytest.mark.parametrize("token", ["x", "a.b", "00000000.AAAA", ".."])
def test_link_that_was_not_made_here_does_not_exist(client, token):
    for answer in (client.get(f"/messages/stop/{token}"), client.post(f"/messages/stop/{token}")):
        assert answer.status_code == 404


def test_changed_link_stops_nobody(app, client):
    person, mail = the_mail(app)
    path = path_in(mail)
    changed = path[:-6] + ("A" if path[-6] != "A" else "B") + path[-5:]
    assert client.post(changed).status_code == 404
    assert how_often(app, person) == "at_once"


def test_word_of_the_own_account_cannot_be_stopped(app):
    _, mail = the_mail(app, NoticeKind.SECURITY)
    assert "List-Unsubscribe" not in mail.extra_headers
    assert "/messages/stop/" not in mail.body


def test_person_chooses_how_often(app, client_for):
    with app.app_context():
        person = make_user(db.session())
        db.session.commit()
        browser = client_for(person)
        person_id = person.id
    assert browser.post("/messages/mail", {"every": "weekly"}).status_code == 303
    assert how_often(app, person_id) == "weekly"
    assert browser.post("/messages/mail", {"every": "hourly"}).status_code == 422
    assert browser.post("/messages/mail", {"every": "at_once"}).status_code == 303
    assert how_often(app, person_id) == "at_once"


def test_choice_counts_for_what_waits_already(app, client_for):
    with app.app_context():
        person = make_user(db.session())
        mailbox = Mailbox(user_id=person.id, every="weekly", mailed_at=now() - timedelta(days=2))
        db.session.add(mailbox)
        queue_notice(db.session(), person, NoticeKind.MESSAGE)
        db.session.commit()
        browser = client_for(person)
        assert deliver_due()["mailed"] == 0
        browser.post("/messages/mail", {"every": "daily"})
        assert deliver_due()["mailed"] == 1
