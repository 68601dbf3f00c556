"""An odd character is named by its field, never stored, never a crash."""

import pytest

from tests.factories import make_requester, signed_in


@pytest.fixture
def reader(session, client_for):
    return signed_in(session, client_for, make_requester(session))


def test_unreadable_character_comes_back_in_the_form_with_what_was_typed(reader):
    fields = {"form_owner": "x", "category": "pro\0ject", "text_language": "en"}
    answer = reader.post("/needs/new", fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("owner", [{}, {"form_owner": "x"}])
def test_resend_key_with_an_unreadable_character_is_refused(reader, owner):
    answer = reader.post("/needs/new", {"category": "project"} | owner, key="a\0b")
    assert answer.status_code == 400


def test_button_with_an_unreadable_character_is_refused(reader):
    assert reader.post("/needs/new", {"category": "\0"}).status_code == 400


@pytest.mark.asvs("2.2.1", "16.5.3")
@pytest.mark.parametrize("broken", ["http://[", "//[example.test", "/\\[example.test"])
@pytest.mark.parametrize("page", ["/login", "/verify", "/language"])
def test_broken_address_to_go_on_to_is_refused(reader, page, broken):
    assert reader.post(page, {"next": broken, "password": "x"}).status_code == 400
    assert reader.get(f"{page}?next={broken}").status_code == 400


@pytest.mark.asvs("16.5.3")
def test_broken_origin_is_refused_as_one_of_another_site(reader):
    answer = reader.post("/language", {"next": "/"}, headers={"Origin": "http://["})
    assert answer.status_code == 403
