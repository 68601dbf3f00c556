"""The start page and the home page."""

from matchmaker.access import PLATFORM
from matchmaker.accounts.service import move_membership
from matchmaker.vocabulary import MembershipStatus
from tests.factories import make_coordinator, make_requester


def test_start_page_is_english_and_says_demonstration(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert 'lang="en"' in answer.text
    assert "demonstration" in answer.text


def test_start_page_says_which_languages_there_are_and_that_any_may_be_written(client):
    page = client.get("/").text
    for code, name in (("en", "English"), ("uk", "Українська"), ("ar", "العربية")):
        assert f'<bdi lang="{code}">{name}</bdi>' in page
    assert "may be written in any language" in page


def test_home_sends_a_stranger_to_sign_in(client):
    answer = client.get("/home")
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")


def test_home_greets_each_role(client_for, session):
    for make in (make_requester, make_coordinator):
        member = make(session)
        session.commit()
        assert client_for(member).get("/home").status_code == 200


def test_language_switch_changes_direction(client):
    client.post("/language", {"switch_language": "ar", "next": "/"})
    assert 'dir="rtl"' in client.get("/").text


def test_language_switch_never_leads_to_another_site(client):
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "evil"):
        assert client.post("/language", {"switch_language": "en", "next": target}).location == "/"


SUSPENDED = "Your access for this organisation is suspended"
ENDED = "You no longer act for this organisation"


def changed(session, member, status):
    """Take a membership to another status, as the service does."""
    move_membership(session, PLATFORM, member, status)
    session.commit()


def test_suspended_person_is_told_so_and_whom_to_ask(client_for, session):
    member = make_requester(session)
    changed(session, member, MembershipStatus.SUSPENDED)
    page = client_for(member).get("/home").text
    assert SUSPENDED in page and member.municipality.name in page
    assert "Ask who is in charge there" in page
    assert "/municipalities/register" not in page


def test_person_whose_access_ended_is_told_so_and_may_begin_anew(client_for, session):
    member = make_coordinator(session)
    changed(session, member, MembershipStatus.ENDED)
    page = client_for(member.user).get("/home").text
    assert ENDED in page and "Ask the administrator" in page
    assert "/municipalities/register" in page


def test_ended_access_is_not_told_for_ever_to_who_acts_for_another(client_for, session):
    member = make_requester(session)
    other = make_requester(session, user=member.user)
    changed(session, member, MembershipStatus.ENDED)
    assert ENDED not in client_for(other).get("/home").text


def test_stranger_sees_no_word_of_it(client, session):
    changed(session, make_requester(session), MembershipStatus.SUSPENDED)
    assert SUSPENDED not in client.get("/login").text
