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
