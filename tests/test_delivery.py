"""Mail goes out once, batched, and later where the server is gone; nothing else suffers."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.delivery import BACKOFF, KEPT, LEASE, _claim, deliver_due
from matchmaker.extensions import db
from matchmaker.models import Mailbox, Notice, now
from matchmaker.outbox import cancel_pending, queue_notice
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MailEvery, NoticeKind
from tests.factories import make_user
from tests.harness.mail_server import talks_to

N_THREADS = 8


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.at = now() + timedelta(minutes=1)  # later than what is queued at the start

    def __call__(self):
        return self.at

    def forward(self, **step):
        self.at += timedelta(**step)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def post(each_app):
    """Give an app whose mails are kept in a list."""
    with each_app.app_context():
        yield each_app
        db.session.remove()


def a_person(*kinds, **more):
    person = make_user(db.session(), **more)
    for kind in kinds:
        queue_notice(db.session(), person, kind)
    db.session.commit()
    return person.id


def add(person, kind=NoticeKind.MESSAGE):
    with transaction() as work:
        queue_notice(work.session, person, kind)


def mails(app):
    return getattr(app.extensions["mailman"], "outbox", [])


def notices():
    db.session.rollback()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def statuses():
    return [notice.status for notice in notices()]


def test_several_notices_go_out_as_one_mail(post):
    a_person(NoticeKind.MESSAGE, NoticeKind.NEED_RETURNED, NoticeKind.PROPOSAL_OFFERED)
    assert deliver_due()["mailed"] == 1
    assert len(mails(post)) == 1
    assert statuses() == ["sent"] * 3


def test_second_mail_waits_until_the_hour_is_over(post, clock):
    person = a_person(NoticeKind.MESSAGE)
    deliver_due(clock)
    add(person)
    clock.forward(minutes=59)
    assert deliver_due(clock)["mailed"] == 0
    clock.forward(minutes=2)
    assert deliver_due(clock)["mailed"] == 1


@pytest.mark.parametrize(
    ("every", "too_early", "in_time"),
    [(MailEvery.DAILY, 23, 25), (MailEvery.WEEKLY, 7 * 24 - 1, 7 * 24 + 1)],
)
def test_digest_waits_for_its_day(post, clock, every, too_early, in_time):
    person = a_person(NoticeKind.MESSAGE)
    db.session.add(Mailbox(user_id=person, every=every.value, mailed_at=clock()))
    db.session.commit()
    start = clock()
    clock.at = start + timedelta(hours=too_early)
    assert deliver_due(clock)["mailed"] == 0
    clock.at = start + timedelta(hours=in_time)
    assert deliver_due(clock)["mailed"] == 1


def test_nothing_goes_to_who_wants_no_mail_but_word_of_the_own_account(post):
    person = a_person(NoticeKind.MESSAGE, NoticeKind.SECURITY)
    db.session.add(Mailbox(user_id=person, every=MailEvery.NEVER.value))
    db.session.commit()
    deliver_due()
    assert len(mails(post)) == 1
    assert "account was used or changed" in mails(post)[0].body
    assert statuses() == ["cancelled", "sent"]


@pytest.mark.parametrize("state", [{"active": False}, {"confirmed_at": None}])
def test_nothing_goes_to_a_closed_or_unconfirmed_account(post, state):
    a_person(NoticeKind.MESSAGE, **state)
    assert deliver_due()["mailed"] == 0
    assert statuses() == ["cancelled"]


def test_word_of_the_own_account_does_not_wait_for_the_hour(post, clock):
    person = a_person(NoticeKind.MESSAGE)
    deliver_due(clock)
    add(person, NoticeKind.SECURITY)
    assert deliver_due(clock)["mailed"] == 1


def test_transaction_that_fails_tells_nobody(post):
    person = a_person()
    with pytest.raises(ZeroDivisionError), transaction() as work:
        queue_notice(work.session, person, NoticeKind.MESSAGE)
        raise ZeroDivisionError
    assert notices() == []


def test_what_is_cancelled_is_not_sent(post):
    hidden, other = a_person(NoticeKind.MESSAGE, NoticeKind.SECURITY), a_person("message")
    with transaction() as work:
        assert cancel_pending(work.session, [hidden]) == 1
    deliver_due()
    assert statuses() == ["cancelled", "sent", "sent"]
    assert other != hidden


def test_what_is_cancelled_while_it_is_being_taken_is_not_sent(post, monkeypatch):
    person = a_person(NoticeKind.MESSAGE)

    def claim_and_hide(*arguments, **keywords):
        taken = _claim(*arguments, **keywords)
        with transaction() as work:
            cancel_pending(work.session, [person])
        return taken

    monkeypatch.setattr("matchmaker.delivery._claim", claim_and_hide)
    deliver_due()
    assert mails(post) == []
    assert db.session.get(Mailbox, person).lease is None


def test_mail_is_written_in_the_language_at_the_moment_of_sending(post):
    person = a_person(NoticeKind.MESSAGE, locale="en")
    with transaction() as work:
        work.session.get(Notice, 1).user.locale = "uk"
    deliver_due()
    assert mails(post)[0].extra_headers["Content-Language"] == "uk"
    assert notices()[0].locale == "uk"
    assert notices()[0].user_id == person


def test_settled_notices_are_forgotten_after_a_month(post, clock):
    a_person(NoticeKind.MESSAGE)
    deliver_due(clock)
    clock.at += KEPT + timedelta(days=1)
    deliver_due(clock)
    assert notices() == []


# --- the mail server is gone -----------------------------------------------------------------


def test_mail_that_no_server_took_is_tried_again_later(post, dead_port, mail_server, clock):
    a_person(NoticeKind.MESSAGE)
    talks_to(post, dead_port)
    assert deliver_due(clock) == {"mailed": 0, "mails_failed": 1}
    assert (notices()[0].status, notices()[0].last_error) == ("waiting", "no_server")
    assert deliver_due(clock) == {"mailed": 0, "mails_failed": 0}
    talks_to(post, mail_server.port)
    clock.at += BACKOFF[0]
    assert deliver_due(clock)["mailed"] == 1
    assert len(mail_server.taken) == 1
    assert statuses() == ["sent"]


def test_server_that_hangs_does_not_hold_the_run_up(post, mail_server, clock):
    a_person(NoticeKind.MESSAGE)
    mail_server.hangs = True
    talks_to(post, mail_server.port, timeout_s=0.2)
    assert deliver_due(clock)["mails_failed"] == 1
    assert notices()[0].last_error in ("timed_out", "disconnected")


@pytest.mark.parametrize("place", ["MAIL", "RCPT", "DATA", "."])
def test_server_that_breaks_off_half_way_gets_the_same_mail_again(post, mail_server, clock, place):
    a_person(NoticeKind.MESSAGE)
    talks_to(post, mail_server.port)
    mail_server.breaks_at = (place,)
    assert deliver_due(clock)["mails_failed"] == 1
    first = notices()[0].mail_id
    mail_server.breaks_at = ()
    clock.at += BACKOFF[0]
    assert deliver_due(clock)["mailed"] == 1
    assert f"Message-ID: <{first}@" in mail_server.taken[0]


def test_address_that_is_refused_keeps_no_word_of_the_server(post, mail_server, clock):
    a_person(NoticeKind.MESSAGE, email="gone@example.test")
    talks_to(post, mail_server.port)
    mail_server.answers = {"RCPT": "550 gone@example.test is unknown"}
    deliver_due(clock)
    assert notices()[0].last_error == "recipient_refused"


def test_farewell_that_fails_sends_no_second_mail(post, mail_server, clock):
    a_person(NoticeKind.MESSAGE)
    talks_to(post, mail_server.port)
    mail_server.answers = {"QUIT": "500 what"}
    assert deliver_due(clock)["mailed"] == 1
    clock.forward(days=1)
    deliver_due(clock)
    assert len(mail_server.taken) == 1


def test_notice_is_given_up_after_the_last_attempt(post, dead_port, clock):
    a_person(NoticeKind.MESSAGE)
    talks_to(post, dead_port)
    for _ in range(len(BACKOFF) + 1):
        deliver_due(clock)
        clock.forward(days=2)
    assert statuses() == ["given_up"]


def test_run_stops_where_the_server_is_gone(post, dead_port, clock):
    for _ in range(5):
        a_person(NoticeKind.MESSAGE)
    talks_to(post, dead_port)
    assert deliver_due(clock)["mails_failed"] == 3


def test_trouble_with_one_person_keeps_mail_from_nobody_else(post, monkeypatch):
    troubled, other = a_person(NoticeKind.MESSAGE), a_person(NoticeKind.MESSAGE)

    def fail_for_one(user_id, *arguments, **keywords):
        if user_id == troubled:
            raise ZeroDivisionError
        return _claim(user_id, *arguments, **keywords)

    monkeypatch.setattr("matchmaker.delivery._claim", fail_for_one)
    assert deliver_due()["mailed"] == 1
    assert [notice.status for notice in notices()] == ["waiting", "sent"]
    assert notices()[1].user_id == other


def test_mail_to_an_address_that_cannot_be_read_keeps_mail_from_nobody_else(
    post, mail_server, clock
):
    for n in range(3):
        a_person(NoticeKind.MESSAGE, email=f"person{n}@[example")
    a_person(NoticeKind.MESSAGE)
    talks_to(post, mail_server.port)
    assert deliver_due(clock) == {"mailed": 1, "mails_failed": 3}
    assert statuses() == ["waiting"] * 3 + ["sent"]
    assert {notice.last_error for notice in notices()} == {"unsendable", None}
    assert db.session.get(Mailbox, notices()[0].user_id).lease is None


def test_mail_that_cannot_be_written_is_put_off_and_given_free(post, monkeypatch, clock):
    person = a_person(NoticeKind.MESSAGE)
    monkeypatch.setattr("matchmaker.delivery.compose", lambda *_, **__: 1 / 0)
    assert deliver_due(clock)["mails_failed"] == 1
    assert (notices()[0].status, notices()[0].last_error) == ("waiting", "unsendable")
    assert db.session.get(Mailbox, person).lease is None


def test_addresses_that_are_refused_do_not_end_the_run(post, mail_server, clock):
    for n in range(4):
        a_person(NoticeKind.MESSAGE, email=f"gone{n}@example.test")
    talks_to(post, mail_server.port)
    mail_server.answers = {"RCPT": "550 unknown"}
    assert deliver_due(clock)["mails_failed"] == 4


def test_write_succeeds_while_the_mail_server_is_gone(post, dead_port):
    talks_to(post, dead_port)
    person = a_person()
    add(person)
    assert statuses() == ["waiting"]


# --- never twice -----------------------------------------------------------------------------


def tick_at_once(app):
    """Run several ticks at the same moment; return how many mails each says it sent."""
    start, ends = threading.Barrier(N_THREADS), []

    def tick():
        with app.app_context():
            start.wait(30)
            try:
                ends.append(deliver_due()["mailed"])
            finally:
                db.session.remove()

    threads = [threading.Thread(target=tick) for _ in range(N_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def test_ticks_at_the_same_moment_send_one_mail_to_each(post, mail_server):
    persons = [a_person(NoticeKind.MESSAGE, NoticeKind.HELPER_ACCEPTED) for _ in range(3)]
    talks_to(post, mail_server.port)
    mail_server.slow_s = 0.05
    assert sum(tick_at_once(post)) == len(persons)
    assert len(mail_server.taken) == len(persons)
    assert statuses() == ["sent"] * 6


def test_without_the_lease_the_same_ticks_would_send_more(post, mail_server, monkeypatch):
    """Proves that the test above bites."""
    person = a_person(NoticeKind.MESSAGE)
    db.session.add(Mailbox(user_id=person, every=MailEvery.AT_ONCE.value))
    db.session.commit()
    monkeypatch.setattr("matchmaker.delivery._take_lease", lambda *_: True)
    talks_to(post, mail_server.port)
    mail_server.slow_s = 0.2
    tick_at_once(post)
    assert len(mail_server.taken) > 1


def test_lease_of_a_process_that_died_runs_out(post, clock):
    person = a_person(NoticeKind.MESSAGE)
    mailbox = Mailbox(user_id=person, every="at_once", lease="x", leased_until=clock() + LEASE)
    db.session.add(mailbox)
    db.session.commit()
    assert deliver_due(clock)["mailed"] == 0
    clock.at += LEASE
    assert deliver_due(clock)["mailed"] == 1
