"""An engagement whose first pulse is due, and the links that mails carry."""

import re

import pytest

from matchmaker.delivery import deliver_due
from tests.engagements.at_work import make_work

LINK = re.compile(r"https://[^/\s]+(/q/\S+)")


@pytest.fixture
def work(session):
    """Give work that began thirty days ago."""
    return make_work(session, begun_days_ago=30)


@pytest.fixture
def links(app, session):
    """Give a way to send what waits; returns address of a person -> the link in the mail."""

    def send():
        deliver_due()
        session.rollback()
        found = {}
        for mail in app.extensions["mailman"].outbox:
            for link in LINK.findall(mail.body):
                found[mail.to[0]] = link
        return found

    return send
