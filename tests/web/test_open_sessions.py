"""Sessions end: unused, too old, from another device, and when password or factor change."""

import time
from datetime import timedelta

import pytest
from flask_security import hash_password
from sqlalchemy import select, update

from matchmaker.models import KnownDevice, Notice, SignInSession, now, this_hour
from matchmaker.web.device import device_code
from tests.factories import PASSWORD, make_administrator, make_coordinator, make_requester
from tests.journeys.people import password_hash

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 8) Chrome/139.0 Mobile Safari/537.36"
WORDS = "four unrelated words here"


@pytest.fixture
def official(session):
    """Give an official with a password."""
    member = make_requester(session)
    member.user.password = password_hash()
    session.commit()
    return member


def sign_in(client, member, agent=FIREFOX):
    """Sign in through the page."""
    fields = {"email": member.user.email, "password": PASSWORD}
    return client.post("/login", fields, headers={"User-Agent": agent})


def pass_time(monkeypatch, **span):
    """Let the clock of the server stand so much later."""
    later = time.time() + timedelta(**span).total_seconds()
    monkeypatch.setattr("matchmaker.web.open_sessions.time.time", lambda: later)


def is_out(client):
    return (client.get("/home").location or "").startswith("/login")


@pytest.mark.asvs("7.3.1")
@pytest.mark.parametrize("make", [make_coordinator, make_administrator])
def test_coordinators_session_ends_after_30_minutes_without_use(
    client_for, session, monkeypatch, make
):
    member = make(session)
    session.commit()
    client = client_for(member)
    pass_time(monkeypatch, minutes=29, seconds=50)
    assert client.get("/home").status_code == 200
    pass_time(monkeypatch, minutes=31)
    assert is_out(client)
    assert "was not used for a while" in client.get("/login").text


@pytest.mark.asvs("7.3.1")
def test_officials_session_lasts_two_hours_without_use(client_for, official, monkeypatch):
    client = client_for(official)
    pass_time(monkeypatch, minutes=119)
    assert client.get("/home").status_code == 200
    pass_time(monkeypatch, minutes=121)
    assert is_out(client)


@pytest.mark.asvs("7.3.1")
def test_what_a_script_fetches_does_not_keep_a_session_open(client_for, official, monkeypatch):
    client = client_for(official)
    pass_time(monkeypatch, minutes=119)
    client.get("/home", headers={"Sec-Fetch-Mode": "cors"})
    pass_time(monkeypatch, minutes=2)
    assert is_out(client)


@pytest.mark.asvs("7.3.2")
def test_session_ends_after_twelve_hours_however_much_it_is_used(client_for, official, monkeypatch):
    client = client_for(official)
    for hours in range(1, 12):
        pass_time(monkeypatch, hours=1)
        assert client.get("/home").status_code == 200, hours
        monkeypatch.undo()
        with client.http.session_transaction() as stored:
            stored["signed_in_at"] -= 3600
    pass_time(monkeypatch, hours=1)
    assert is_out(client)
    assert "12 hours at most" in client.get("/login").text


@pytest.mark.control(23)
def test_nothing_of_a_session_outlives_it_but_the_language(client_for, official, monkeypatch):
    client = client_for(official)
    client.post("/language", {"switch_language": "uk"})
    before = client.http.get_cookie("tandem").value
    pass_time(monkeypatch, hours=3)
    client.get("/home")
    with client.http.session_transaction() as stored:
        assert set(stored) <= {"locale", "_flashes", "_permanent", "csrf_token"}
    assert client.http.get_cookie("tandem").value != before
    assert 'lang="uk"' in client.get("/login").text


def test_form_sent_too_late_comes_back_after_signing_in(client_for, official, monkeypatch):
    from tests.web.test_held_post import FORM, owner_mark, send_late

    client = client_for(official)
    mark = owner_mark(client)
    pass_time(monkeypatch, hours=3)
    assert send_late(client, mark).location.startswith("/login")
    monkeypatch.undo()
    sign_in(client, official)
    assert "Старе місто" in client.get(FORM).text


@pytest.mark.asvs("7.2.2")
def test_session_without_its_row_is_over(client_for, session, official):
    client = client_for(official)
    session.execute(SignInSession.__table__.delete())
    session.commit()
    assert is_out(client)


@pytest.mark.control(13)
def test_row_of_somebody_else_opens_nothing(client_for, session, official):
    other = make_requester(session)
    session.commit()
    client, theirs = client_for(official), client_for(other)
    with theirs.http.session_transaction() as stored:
        row = stored["sign_in_row"]
    with client.http.session_transaction() as stored:
        stored["sign_in_row"] = row
    assert is_out(client)


@pytest.mark.control(13)
@pytest.mark.asvs("7.4.1")
def test_session_written_back_by_a_slow_request_is_over_all_the_same(
    app, client_for, session, official
):
    client, thief = client_for(), client_for()
    sign_in(client, official)
    cookie = client.http.get_cookie("tandem").value
    store = app.config["SESSION_CACHELIB"]
    stored = store.get(f"session:{cookie}")
    assert stored
    client.post("/logout")
    store.set(f"session:{cookie}", stored)
    thief.http.set_cookie("tandem", cookie)
    assert is_out(thief)


@pytest.mark.asvs("7.5.2")
def test_open_sessions_are_listed_with_device_and_hour(client_for, official):
    here, phone = client_for(), client_for()
    sign_in(here, official)
    sign_in(phone, official, PHONE)
    page = here.get("/account/sessions").text
    assert "Firefox on Linux – this device" in page
    assert "Chrome on Android" in page
    assert ":00" in page
    assert "End all other sessions" in page


@pytest.mark.asvs("7.5.2")
def test_one_session_is_ended_from_another_device(client_for, session, official):
    here, phone, tablet = client_for(), client_for(), client_for()
    for client in (here, phone, tablet):
        sign_in(client, official)
    rows = session.scalars(select(SignInSession.public_id).order_by(SignInSession.id)).all()
    here.post("/account/sessions/end", {"which": rows[1]})
    assert is_out(phone)
    assert not is_out(tablet)
    assert not is_out(here)


@pytest.mark.asvs("7.4.3", "7.5.2")
def test_all_other_sessions_are_ended_at_once(client_for, official):
    clients = [client_for() for _ in range(3)]
    for client in clients:
        sign_in(client, official)
    clients[0].post("/account/sessions/end", {"which": "others"})
    assert [is_out(client) for client in clients] == [False, True, True]


@pytest.mark.control(11)
def test_sessions_of_others_cannot_be_ended(client_for, session, official):
    other = make_requester(session)
    session.commit()
    mine, theirs = client_for(official), client_for(other)
    with theirs.http.session_transaction() as stored:
        mine.post("/account/sessions/end", {"which": stored["sign_in_row"]})
    assert not is_out(theirs)


@pytest.mark.control(6)
@pytest.mark.asvs("7.4.3")
def test_other_sessions_end_when_the_second_factor_changes(client_for, official):
    from tests.accounts.test_codes import set_up_app

    here, there = client_for(), client_for()
    sign_in(here, official)
    sign_in(there, official)
    set_up_app(here)
    assert not is_out(here)
    assert is_out(there)


@pytest.mark.asvs("7.4.3")
def test_change_of_the_password_leaves_one_row(client_for, session, official):
    here, there = client_for(), client_for()
    sign_in(here, official)
    sign_in(there, official)
    fields = {"password": PASSWORD, "new_password": WORDS, "new_password_confirm": WORDS}
    here.post("/change", fields)
    assert not is_out(here)
    assert is_out(there)
    assert len(session.scalars(select(SignInSession)).all()) == 1


def test_sign_out_takes_the_row_away(client_for, session, official):
    client = client_for()
    sign_in(client, official)
    client.post("/logout")
    assert session.scalars(select(SignInSession)).all() == []


def test_rows_of_sessions_that_ran_out_go_with_the_next_sign_in(client_for, session, official):
    sign_in(client_for(), official)
    session.execute(update(SignInSession).values(created_at=now() - timedelta(hours=13)))
    session.commit()
    sign_in(client_for(), official)
    assert len(session.scalars(select(SignInSession)).all()) == 1


def test_hour_of_use_is_noted_and_nothing_finer(client_for, session, official):
    client = client_for(official)
    session.execute(update(SignInSession).values(last_used_at=this_hour() - timedelta(hours=5)))
    session.commit()
    client.get("/home")
    moment = session.scalars(select(SignInSession.last_used_at)).one()
    assert moment == this_hour()
    assert (moment.minute, moment.second, moment.microsecond) == (0, 0, 0)


@pytest.mark.control(2)
def test_rows_hold_no_session_id_no_address_and_no_words_of_the_browser(
    client_for, session, official
):
    client = client_for()
    sign_in(client, official)
    cookies = [client.http.get_cookie(name).value for name in ("tandem", "tandem-device")]
    rows = repr(
        [tuple(row) for row in session.execute(SignInSession.__table__.select())]
        + [tuple(row) for row in session.execute(KnownDevice.__table__.select())]
    )
    for secret in [*cookies, "127.0.0.1", "Gecko", "140"]:
        assert secret not in rows


@pytest.mark.parametrize(
    ("agent", "code"),
    [
        (FIREFOX, "Firefox/Linux"),
        (PHONE, "Chrome/Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/139 Safari/537 Edg/139", "Edge/Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari/iPhone"),
        ("curl/8", "/"),
        ("", "/"),
        ("<b>" * 400, "/"),
    ],
)
def test_device_is_told_in_two_words(agent, code):
    assert device_code(agent) == code


def notices(session):
    return session.scalars(select(Notice.kind)).all()


@pytest.mark.control(6)
@pytest.mark.asvs("6.3.7")
def test_new_device_is_told_by_mail_and_a_known_one_is_not(client_for, session, official):
    here, other = client_for(), client_for()
    sign_in(here, official)
    here.post("/logout")
    sign_in(here, official)
    assert notices(session) == []
    sign_in(other, official)
    assert notices(session) == ["security"]
    other.post("/logout")
    sign_in(other, official)
    assert notices(session) == ["security"]


def test_device_shared_by_two_people_does_not_show_in_the_rows(client_for, session, official):
    second = make_requester(session)
    second.user.password = hash_password(PASSWORD)
    session.commit()
    client = client_for()
    for member in (official, second):
        sign_in(client, member)
        client.post("/logout")
    digests = session.scalars(select(KnownDevice.digest)).all()
    assert len(set(digests)) == 2


@pytest.mark.asvs("3.3.1", "3.3.4")
def test_mark_of_a_device_is_out_of_reach_of_scripts(client_for, official):
    client = client_for()
    answer = sign_in(client, official)
    line = next(one for one in answer.headers.getlist("Set-Cookie") if "tandem-device" in one)
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
