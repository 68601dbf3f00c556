"""The page of one's own account says in words what is set."""

from matchmaker.outbox import set_mail_every
from matchmaker.vocabulary import MailEvery
from tests.factories import make_helper, make_requester


def test_how_often_mails_come_is_said_in_words(session, client_for):
    member = make_requester(session)
    set_mail_every(session, member.user_id, MailEvery.WEEKLY)
    session.commit()
    assert "At most once a week" in client_for(member).get("/account").text


def test_who_chose_nothing_reads_what_holds_then(session, client_for):
    member = make_requester(session)
    session.commit()
    assert "At once, at most one mail an hour" in client_for(member).get("/account").text


def test_one_membership_is_no_choice(session, client_for):
    member = make_requester(session)
    session.commit()
    page = client_for(member).get("/account").text
    assert member.municipality.name in page
    assert 'type="radio"' not in page


def test_two_memberships_are_a_choice(session, client_for):
    member = make_requester(session)
    make_helper(session, member.municipality, user=member.user)
    session.commit()
    assert client_for(member).get("/account").text.count('type="radio"') == 2
