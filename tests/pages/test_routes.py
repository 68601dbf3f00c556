"""The start page and the home page."""

from tests.factories import make_coordinator, make_requester


def test_start_page_is_english_and_says_demonstration(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert 'lang="en"' in answer.text
    assert "demonstration" in answer.text


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
