"""A message that was to be translated late does not take the session with it."""

from flask import flash
from flask_babel import lazy_gettext

from tests.factories import make_requester


def test_late_translation_is_kept_as_text_and_shown(app, client_for, session):
    app.add_url_rule("/late", "late", lambda: flash(lazy_gettext("Saved."), "success") or "done")
    member = make_requester(session)
    session.commit()
    browser = client_for(member)
    assert browser.get("/late").status_code == 200
    assert "Saved." in browser.get("/home").text


def test_refused_removal_of_a_security_key_leaves_the_person_signed_in(client_for, session):
    member = make_requester(session)
    session.commit()
    browser = client_for(member)
    browser.post("/wan-delete", {"name": "none of mine"})
    assert browser.get("/home").status_code == 200
