"""Links by mail: a server that is gone or slow shows neither in the answer nor in its time."""

import time

import pytest

from matchmaker.accounts import letters
from matchmaker.extensions import db
from tests.factories import make_user
from tests.harness.mail_server import talks_to

PATHS = ("/reset", "/confirm", "/register")


@pytest.fixture
def known(app):
    """Give the address of an account that waits for confirmation."""
    with app.app_context():
        person = make_user(db.session(), confirmed_at=None)
        db.session.commit()
        return str(person.email)


def answer_to(browser, path, address):
    fields = {"email": address}
    if path == "/register":
        fields |= {"password": "seven green kettles", "password_confirm": "seven green kettles"}
    answer = browser.post(path, fields)
    return answer.status_code, answer.location


@pytest.mark.control(17)
@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize("path", PATHS)
def test_answer_is_the_same_while_the_mail_server_is_gone(app, client_for, known, dead_port, path):
    talks_to(app, dead_port)
    answers = {answer_to(client_for(), path, address) for address in (known, "nobody@example.test")}
    assert len(answers) == 1
    assert next(iter(answers))[0] in (200, 302, 303)


@pytest.mark.control(17)
def test_answer_does_not_wait_for_a_server_that_hangs(app, client_for, known, mail_server):
    app.config["MAIL_IN_BACKGROUND"] = True
    mail_server.hangs = True
    talks_to(app, mail_server.port, timeout_s=20)
    started = time.monotonic()
    answer_to(client_for(), "/reset", known)
    assert time.monotonic() - started < 10


def test_mail_that_was_not_taken_is_tried_again(app, client_for, known, mail_server, monkeypatch):
    monkeypatch.setattr(letters, "PAUSES_S", (0.01,) * 500)
    app.config["MAIL_IN_BACKGROUND"] = True
    mail_server.answers = {"DATA": "451 later"}
    talks_to(app, mail_server.port)
    answer_to(client_for(), "/confirm", known)
    assert mail_server.taken == []
    mail_server.answers = {}
    end = time.monotonic() + 20
    while not mail_server.taken and time.monotonic() < end:
        mail_server.stopped.wait(0.02)
    assert len(mail_server.taken) == 1
