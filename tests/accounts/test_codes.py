"""Codes of the app and printed ones: each works once, however it is typed."""

import re

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from matchmaker.accounts.codes import digits_of
from matchmaker.models import AuditEvent, Notice, User
from tests.factories import PASSWORD, make_requester, make_user
from tests.journeys.people import password_hash

WORDS = "four unrelated words here"


@pytest.fixture
def person(session):
    """Give a person with a password."""
    user = make_user(session, password=password_hash())
    make_requester(session, user=user)
    session.commit()
    return user


def set_up_app(client):
    """Set up an authenticator app through the pages; return the app."""
    page = client.post("/tf-setup", {"setup": "authenticator"}).text
    key = re.search(r'translate="no">([A-Z2-7 -]+)<', page)[1]
    app = TOTP(re.sub(r"[^A-Z2-7]", "", key))
    action = re.search(r'action="(/tf-setup/[^"]+)"', page)[1]
    answer = client.post(action, {"code": app.generate().token})
    assert answer.location == "/mf-recovery-codes"
    return app


def password_step(client, person):
    """Give the right password; the code is asked for."""
    answer = client.post("/login", {"email": person.email, "password": PASSWORD})
    assert "/tf-validate" in answer.location
    return client


def is_in(client):
    return client.get("/home").status_code == 200


@pytest.fixture
def phone(client_for, session, person):
    """Give the person's app, its last code forgotten as after a while."""
    app = set_up_app(client_for(person))
    forget_last_code(session)
    return app


def forget_last_code(session):
    session.execute(User.__table__.update().values(last_code_counter=None))
    session.commit()


@pytest.mark.asvs("6.3.3")
def test_code_signs_in(client, person, phone):
    client = password_step(client, person)
    assert not is_in(client)
    client.post("/tf-validate", {"code": phone.generate().token})
    assert is_in(client)


ZERO_WIDTH = "\u200b"


@pytest.mark.control(20)
@pytest.mark.asvs("6.5.1")
@pytest.mark.parametrize(
    "disguise",
    [
        lambda code: code,
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: ZERO_WIDTH.join(code),
        lambda code: f"{code}\ufeff",
        lambda code: "".join(chr(0x660 + int(digit)) for digit in code),
        lambda code: "".join(chr(0xFF10 + int(digit)) for digit in code),
        lambda code: f"{code[:3]}-{code[3:]}",
    ],
    ids=["as it was", "spaces", "zero width", "mark", "arabic digits", "full width", "dash"],
)
def test_code_works_once_however_it_is_typed(client_for, person, phone, disguise):
    code = phone.generate().token
    password_step(client := client_for(), person).post("/tf-validate", {"code": code})
    assert is_in(client)
    password_step(thief := client_for(), person).post("/tf-validate", {"code": disguise(code)})
    assert not is_in(thief)


@pytest.mark.parametrize("script", [0x660, 0x6F0, 0xFF10])
def test_digits_of_other_scripts_are_digits(script):
    assert digits_of(" ".join(chr(script + n) for n in range(6))) == "012345"


@pytest.mark.control(20)
@pytest.mark.asvs("6.5.1")
def test_earlier_code_is_used_up_with_a_later_one(client_for, person, phone):
    import time

    earlier = phone.generate(time=time.time() - 30).token
    later = phone.generate().token
    password_step(client := client_for(), person).post("/tf-validate", {"code": later})
    assert is_in(client)
    password_step(thief := client_for(), person).post("/tf-validate", {"code": earlier})
    assert not is_in(thief)


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize("seconds", [-95, 95])
def test_code_of_another_minute_is_refused(client, person, phone, seconds):
    import time

    code = phone.generate(time=time.time() + seconds).token
    password_step(client, person).post("/tf-validate", {"code": code})
    assert not is_in(client)


def test_of_two_who_come_with_one_code_at_once_one_is_refused(app, session, person, phone):
    from flask_security.proxies import _security

    code = phone.generate().token
    with app.test_request_context():
        first = session.get(User, person.id)
        secret = first.tf_totp_secret
        factory = _security.totp_factory
        # the second one had read the row before the first one wrote
        stale = type("Row", (), {"id": first.id, "tf_totp_secret": secret})
        stale.last_code_counter = None
        assert factory.verify_totp(code, secret, first, 30)
        assert not factory.verify_totp(code, secret, stale, 30)


@pytest.mark.control(6)
@pytest.mark.asvs("7.5.3", "6.3.4")
def test_weighty_step_asks_for_the_code_and_not_for_the_password(
    client_for, session, person, phone
):
    client = client_for(person)
    page = client.get("/account/again").text
    assert "Enter your code again" in page
    assert client.post("/account/again", {"password": PASSWORD}).status_code == 422
    assert client.post("/account/again", {"code": "000000"}).status_code == 422
    code = phone.generate().token
    assert client.post("/account/again", {"code": code}).location == "/home"
    assert client.post("/account/again", {"code": code}).status_code == 422


@pytest.mark.control(6)
@pytest.mark.asvs("6.3.4")
def test_change_of_the_password_is_no_second_factor(client_for, person, phone):
    client = client_for(person)
    with client.http.session_transaction() as stored:
        stored["fs_paa"] -= 600
        before = stored["fs_paa"]
    fields = {"password": PASSWORD, "new_password": WORDS, "new_password_confirm": WORDS}
    client.post("/change", fields)
    assert is_in(client)
    with client.http.session_transaction() as stored:
        assert stored["fs_paa"] == before


@pytest.mark.control(6)
@pytest.mark.asvs("6.4.3")
def test_reset_of_the_password_keeps_the_second_factor(app, client_for, person, phone):
    from tests.accounts.test_sign_in import mails, path_in

    browser = client_for()
    browser.post("/reset", {"email": person.email})
    fields = {"password": WORDS, "password_confirm": WORDS}
    assert browser.post(path_in(mails(app)[-1]), fields).location == "/login"
    assert not is_in(browser)
    answer = browser.post("/login", {"email": person.email, "password": WORDS})
    assert "/tf-validate" in answer.location
    assert not is_in(browser)


@pytest.mark.asvs("6.3.4", "6.4.3")
def test_invitation_and_confirmation_are_no_way_around_the_second_factor(
    client_for, session, person, phone
):
    from flask_security.confirmable import generate_confirmation_token

    from matchmaker.accounts.links import FIRST_PASSWORD, issue_link

    token = issue_link(session, session.get(User, person.id), FIRST_PASSWORD)
    session.commit()
    browser = client_for()
    fields = {"password": WORDS, "password_confirm": WORDS}
    assert browser.post(f"/account/invitation/{token}", fields).location == "/login"
    assert not is_in(browser)
    with browser.app.test_request_context():
        confirmation = generate_confirmation_token(session.get(User, person.id))
    browser.post(f"/account/confirm/{confirmation}")
    assert not is_in(browser)
    answer = browser.post("/login", {"email": person.email, "password": WORDS})
    assert "/tf-validate" in answer.location


def new_codes(client):
    """Make recovery codes through the page."""
    page = client.post("/mf-recovery-codes").text
    return re.findall(r"<code>([^<]+)</code>", page)


@pytest.fixture
def printed(client_for, person, phone):
    """Give the person's recovery codes."""
    return new_codes(client_for(person))


def recover(client, person, code):
    password_step(client, person).post("/mf-recovery", {"code": code})
    return is_in(client)


def test_ten_codes_are_shown_once(client_for, person, printed):
    assert len(set(printed)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", code) for code in printed)
    page = client_for(person).get("/mf-recovery-codes?show_codes=1").text
    assert "You have 10 unused codes." in page
    assert printed[0] not in page


@pytest.mark.control(2)
def test_codes_are_not_readable_in_the_database(session, person, printed):
    stored = session.get(User, person.id).mf_recovery_codes
    assert not set(printed) & set(stored)
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in stored)


@pytest.mark.control(20)
@pytest.mark.asvs("6.5.1")
def test_recovery_code_works_once(client_for, session, person, printed):
    assert recover(client_for(), person, printed[0])
    assert not recover(client_for(), person, printed[0])
    assert recover(client_for(), person, printed[1])
    session.refresh(person)
    assert len(person.mf_recovery_codes) == 8
    assert session.scalars(select(Notice.kind)).all().count("security") >= 2
    events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("user.recovery_code_used") == 2


def test_capitals_spaces_and_lost_dashes_do_not_matter(client_for, person, printed):
    typed = " " + printed[0].replace("-", " ").upper()
    assert recover(client_for(), person, typed)


def test_new_codes_replace_the_earlier_ones(client_for, person, printed):
    fresh = new_codes(client_for(person))
    assert not recover(client_for(), person, printed[0])
    assert recover(client_for(), person, fresh[0])


@pytest.mark.parametrize("code", ["", "aaaa-aaaa-aaaa-aaaa", "-", "0"])
def test_wrong_recovery_code_opens_nothing(client_for, person, printed, code):
    assert not recover(client_for(), person, code)


def test_code_of_another_person_opens_nothing(client_for, session, person, printed):
    other = make_user(session, password=password_hash())
    session.commit()
    set_up_app(client_for(other))
    assert not recover(client_for(), other, printed[0])


def test_recovery_page_without_a_password_leads_back(client):
    assert client.get("/mf-recovery").location == "/login"


@pytest.mark.control(6)
@pytest.mark.asvs("7.5.1")
@pytest.mark.parametrize("path", ["/mf-recovery-codes", "/tf-setup"])
def test_codes_and_app_are_changed_only_after_a_fresh_proof(client_for, person, path):
    client = client_for(person)
    with client.http.session_transaction() as stored:
        stored["fs_paa"] -= 600
    assert client.post(path, {"setup": "authenticator"}).location.startswith("/verify")
