"""The link of a mail: it asks, tells of nobody, opens nothing else, and works once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.models import Notice, OneTimeLink, PulseAnswer, now
from matchmaker.pulses.due import run_pulses
from tests.factories import make_helper, signed_in
from tests.web.world import digest_of

GOOD = {"alive": "yes", "useful": "partly", "safe": "yes", "in_touch": "yes"}
COOKIE = "Set-Cookie"


@pytest.fixture
def link(session, work, links):
    """Give the link of the asking side."""
    run_pulses(session)
    return links()[work.asker.user.email]


def n_answers(session):
    return session.scalar(select(func.count()).select_from(PulseAnswer))


@pytest.mark.control(20)
def test_opening_the_link_changes_nothing(session, client, link):
    before = digest_of(session)
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.http.head(link).status_code == 200
    assert digest_of(session) == before


@pytest.mark.control(20)
def test_answer_by_link_is_that_of_the_person_and_works_once(session, client, work, link):
    assert client.http.post(link, data=GOOD).status_code == 200
    (answer,) = session.scalars(select(PulseAnswer))
    assert (answer.user_id, answer.side, answer.by_link) == (
        work.asker.user_id,
        "requester",
        True,
    )
    assert (answer.alive, answer.useful, answer.safe) == ("yes", "partly", "yes")
    assert client.http.post(link, data=GOOD | {"safe": "no"}).status_code == 404
    session.refresh(answer)
    assert answer.safe == "yes"


@pytest.mark.control(20)
def test_used_unknown_and_late_links_are_answered_alike(session, client, link, monkeypatch):
    client.http.post(link, data=GOOD)
    used, unknown = client.get(link), client.get("/q/no-such-token")
    assert (used.status_code, used.text) == (unknown.status_code, unknown.text)
    assert unknown.status_code == 404


def test_link_runs_out_after_twenty_one_days(session, client, link):
    for row in session.scalars(select(OneTimeLink)):
        assert timedelta(days=20) < row.expires_at - now() <= timedelta(days=21)
        row.expires_at = now() - timedelta(seconds=1)
    session.commit()
    assert client.get(link).status_code == 404
    assert client.http.post(link, data=GOOD).status_code == 404
    assert n_answers(session) == 0


def test_page_names_no_place_no_partner_and_no_cause(session, client, work, link):
    page = client.get(link).text
    proposal = work.engagement.proposal
    words = {work.engagement.public_id, proposal.need.title, proposal.offer.title}
    for town in (proposal.need.municipality, proposal.offer.municipality):
        words |= {town.name, town.region, "Ukraine", "Netherlands"}
    words |= {"water", "project", "municipality", work.asker.user.email}
    seen = re.sub(r"<(link|script)[^>]*>", "", page)
    assert [word for word in words if word.lower() in seen.lower()] == []


def test_page_opens_nothing_else(client, link):
    page = client.get(link).text
    hrefs = re.findall(r'<a [^>]*href="([^"]*)"', page)
    assert all(href.startswith("?language=") for href in hrefs)
    assert "<script" not in page
    # Without a referrer a browser names no origin, and the answer would be refused as foreign.
    assert 'name="referrer" content="same-origin"' in page
    assert re.findall(r"<form[^>]*>", page) == ['<form method="post" novalidate>']


def test_page_begins_no_session_and_is_kept_nowhere(client, link):
    for answer in (client.get(link), client.http.post(link, data=GOOD)):
        assert COOKIE not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/home").status_code == 303


@pytest.mark.parametrize(("asked", "lang"), [("", "en"), ("uk", "uk"), ("ar", "ar")])
def test_language_is_the_browsers_and_never_that_of_the_account(
    session, client, work, link, asked, lang
):
    work.asker.user.locale = "ar" if lang == "uk" else "uk"
    session.commit()
    page = client.get(link, headers={"Accept-Language": asked} if asked else {}).text
    assert f'<html lang="{lang}"' in page


def test_language_can_be_chosen_on_the_page(client, link):
    assert '<html lang="uk" dir="ltr"' in client.get(f"{link}?language=uk").text


def test_missing_answer_is_named_and_the_link_still_works(session, client, link):
    answer = client.http.post(link, data=GOOD | {"safe": ""})
    assert answer.status_code == 422
    assert "Say whether the people who take part are safe." in answer.text
    assert re.search(r'value="partly"[^>]* checked', answer.text)
    assert n_answers(session) == 0
    assert client.http.post(link, data=GOOD).status_code == 200


def test_link_ends_with_the_membership(session, client, work, link):
    work.asker.status = "ended"
    work.asker.moved_to = "ended"
    session.commit()
    assert client.get(link).status_code == 404


def test_link_is_void_once_the_person_has_answered_signed_in(
    session, client_for, client, work, link
):
    client_for(work.asker).post(f"{work.address}/pulse", GOOD)
    assert n_answers(session) == 1
    assert client.get(link).status_code == 404


def test_link_of_one_person_does_not_answer_for_a_reader_who_is_signed_in(
    session, client_for, work, link
):
    stranger = signed_in(session, client_for, make_helper(session))
    stranger.http.post(link, data=GOOD)
    assert session.scalars(select(PulseAnswer.user_id)).all() == [work.asker.user_id]


def test_database_holds_the_token_as_a_digest_and_forgets_the_sealed_one_when_it_is_sent(
    session, link
):
    token = link.rpartition("/")[2]
    assert session.scalars(select(Notice.link)).all() == [None, None]
    assert token not in session.scalars(select(OneTimeLink.token_digest)).all()


def test_mail_says_no_more_than_that_there_are_questions(app, work, link):
    bodies = {mail.to[0]: mail.body for mail in app.extensions["mailman"].outbox}
    own = bodies[work.asker.user.email]
    assert "answered without signing in" in own
    assert work.helper.municipality.name not in own
    assert work.asker.municipality.name not in own
