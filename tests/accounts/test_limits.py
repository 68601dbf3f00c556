"""Guessing is limited by network, account and site; nobody is locked out by it."""

from collections import Counter
from typing import ClassVar

import pytest
from limits import parse, parse_many
from limits.storage import MemoryStorage
from sqlalchemy import func, select

from matchmaker.accounts import limits
from matchmaker.extensions import limiter, network_of
from matchmaker.models import User
from tests.factories import PASSWORD, make_user
from tests.harness.apps import Client, make_app
from tests.journeys.people import password_hash

pytestmark = [pytest.mark.control(6), pytest.mark.asvs("6.3.1")]
WRONG = "wrong words entirely"


class BrokenStore(MemoryStorage):
    """A store of limits that is gone."""

    STORAGE_SCHEME: ClassVar = ["brokenstore"]

    def _gone(self, *arguments, **keywords):
        raise ConnectionError("the store is gone")

    incr = get = get_expiry = acquire_entry = _gone

    def check(self):
        return False


@pytest.fixture
def person(app, session):
    """Give a person with a password."""
    user = make_user(session, password=password_hash())
    session.commit()
    return user


@pytest.fixture
def limited(app, sqlite_url, tmp_path):
    """Give an app that counts attempts, on the same database."""
    counting = make_app(sqlite_url, tmp_path, RATELIMIT_ENABLED=True)  # last: one limiter for all
    limiter.reset()
    yield counting
    limiter._storage_dead = False
    limiter.enabled = False


@pytest.fixture
def without_store(app, sqlite_url, tmp_path):
    """Give an app whose store of limits is gone."""
    limiter.initialized = False
    counting = make_app(
        sqlite_url, tmp_path, RATELIMIT_ENABLED=True, RATELIMIT_STORAGE_URI="brokenstore://"
    )
    yield counting
    limiter._storage_dead = False
    limiter.enabled = False


def attempt(client, email, password=WRONG, network="198.51.100.1"):
    """Try to sign in from a network address; give the status."""
    fields = {"email": email, "password": password}
    return client.post("/login", fields, environ_base={"REMOTE_ADDR": network})


def attempts(app, number, email, **more):
    """Try so often, each time from another browser; give the statuses."""
    return [attempt(Client(app), email, **more).status_code for _ in range(number)]


def networks(number):
    """Return so many network addresses."""
    return [f"203.0.113.{n}" for n in range(1, number + 1)]


def test_eleventh_attempt_in_a_minute_from_one_network_is_refused(limited):
    codes = [attempts(limited, 1, f"nobody{n}@example.test")[0] for n in range(11)]
    assert codes == [200] * 10 + [429]


def test_refusal_says_when_to_come_back(limited):
    attempts(limited, 10, "nobody@example.test")
    answer = attempt(Client(limited), "nobody@example.test")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_right_passwords_are_not_counted_as_attempts(limited, person):
    codes = attempts(limited, 12, person.email, password=PASSWORD)
    assert set(codes) <= {302, 303}


@pytest.mark.control(17)
@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("known", [True, False], ids=["account", "no account"])
def test_account_is_closed_to_strangers_after_twenty_attempts_from_anywhere(limited, person, known):
    email = person.email if known else "nobody@example.test"
    codes = [attempts(limited, 1, email, network=one)[0] for one in networks(21)]
    assert codes == [200] * 20 + [429]


def test_other_ways_of_writing_an_address_count_as_the_same(limited, person):
    shapes = [person.email, person.email.upper(), f" {person.email} ", person.email.title()]
    codes = [
        attempts(limited, 1, shapes[n % 4], network=one)[0] for n, one in enumerate(networks(21))
    ]
    assert codes[-1] == 429


def test_guessing_does_not_lock_out_who_signed_in_here_before(limited, person):
    own = Client(limited)
    attempt(own, person.email, PASSWORD)
    own.post("/logout")
    for one in networks(21):
        attempts(limited, 1, person.email, network=one)
    assert attempts(limited, 1, person.email, password=PASSWORD, network="192.0.2.9") == [429]
    assert attempt(own, person.email, PASSWORD, network="192.0.2.9").location == "/home"


def test_known_browser_is_limited_by_itself(limited, person):
    own = Client(limited)
    attempt(own, person.email, PASSWORD)
    own.post("/logout")
    codes = [attempt(own, person.email, network=one).status_code for one in networks(21)]
    assert codes == [200] * 20 + [429]


def test_mark_of_a_browser_counts_for_its_own_account_only(limited, person, session):
    other = make_user(session, password=password_hash())
    session.commit()
    own = Client(limited)
    attempt(own, person.email, PASSWORD)
    own.post("/logout")
    for one in networks(21):
        attempts(limited, 1, other.email, network=one)
    assert attempt(own, other.email, PASSWORD, network="192.0.2.9").status_code == 429


def test_whole_site_is_limited_but_not_for_browsers_it_knows(limited, person):
    own = Client(limited)
    attempt(own, person.email, PASSWORD)
    own.post("/logout")
    with limited.test_request_context():
        for _ in range(300):  # wrong answers, counted without 300 requests
            limiter.limiter.hit(parse("300/minute"), "site", "security.login")
    assert attempts(limited, 1, person.email, password=PASSWORD) == [429]
    assert attempt(own, person.email, PASSWORD).location == "/home"


@pytest.mark.asvs("6.6.3")
def test_codes_of_the_app_are_limited_too(limited, person, session):
    from tests.accounts.test_codes import set_up_app

    set_up_app(Client(limited).sign_in(person.id))
    client = Client(limited)
    attempt(client, person.email, PASSWORD)
    codes = [client.post("/tf-validate", {"code": "000000"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


@pytest.mark.asvs("6.6.3")
def test_recovery_codes_and_the_question_before_a_step_are_limited_too(limited, person):
    from tests.accounts.test_codes import set_up_app

    client = Client(limited).sign_in(person.id)
    codes = [client.post("/account/again", {"password": WRONG}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
    set_up_app(client)
    half = Client(limited)
    attempt(half, person.email, PASSWORD)
    codes = [half.post("/mf-recovery", {"code": "aaaa"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


@pytest.mark.control(8)
@pytest.mark.parametrize("page", ["/register", "/reset", "/confirm"])
@pytest.mark.parametrize("known", [True, False], ids=["account", "no account"])
def test_three_mails_an_hour_go_to_one_address_at_most(limited, person, page, known):
    email = person.email if known else "nobody@example.test"
    fields = {"email": email, "password": PASSWORD, "password_confirm": PASSWORD}
    codes = [
        Client(limited).post(page, fields, environ_base={"REMOTE_ADDR": one}).status_code
        for one in networks(4)
    ]
    assert 429 not in codes[:3]
    assert codes[3] == 429
    assert len(getattr(limited.extensions["mailman"], "outbox", [])) <= 3


@pytest.mark.control(2)
def test_keys_of_the_counters_name_nobody(limited, person):
    attempts(limited, 2, person.email)
    kept = " ".join(limiter._storage.storage)
    assert kept
    for secret in (person.email, person.email.split("@")[0], "198.51.100.1"):
        assert secret not in kept


@pytest.mark.asvs("16.5.3")
def test_lost_store_of_limits_closes_sooner_and_not_never(without_store, person):
    codes = attempts(without_store, 6, "nobody@example.test")
    assert codes == [200] * 5 + [429]


@pytest.mark.asvs("16.5.2", "16.5.3")
def test_people_still_sign_in_while_the_store_of_limits_is_gone(without_store, person):
    answer = attempt(Client(without_store), person.email, PASSWORD)
    assert answer.location == "/home"


def test_every_limit_is_one_that_the_library_reads():
    for name in ("NETWORK", "ACCOUNT", "DEVICE", "SITE", "MAILS", "WITHOUT_STORE"):
        assert parse_many(getattr(limits, name))


@pytest.mark.control(8)
def test_flood_of_10000_registrations_makes_600_accounts_an_hour_at_most(limited, session):
    victim, most = "victim@example.test", int(limits.MAILS.split(";")[1].split("/")[0])
    client = Client(limited)
    token, before = client.token(), session.scalar(select(func.count()).select_from(User))
    codes = Counter()
    for number in range(10_000):
        email = victim if number % 3 == 0 else f"person-{number}@example.test"
        fields = {"email": email, "password": PASSWORD, "password_confirm": PASSWORD}
        network = {"REMOTE_ADDR": f"198.{number % 250}.{number // 250}.1"}
        answer = client.http.post(
            "/register", data=fields | {"csrf_token": token}, environ_base=network
        )
        codes[answer.status_code] += 1
    made = session.scalar(select(func.count()).select_from(User)) - before
    mails = [one.to for one in limited.extensions["mailman"].outbox]
    assert set(codes) == {200, 429} or set(codes) == {302, 429}
    assert 0 < made <= most
    assert 0 < mails.count([victim]) <= 3


# --- What counts as one network -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:eeee:dddd:cccc"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
    ids=["one IPv6 network", "IPv4 in IPv6", "with a zone"],
)
def test_addresses_of_one_network_count_together(one, other):
    assert network_of(one) == network_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("203.0.113.9", "203.0.113.10"),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.10"),
    ],
    ids=["two IPv6 networks", "two IPv4 addresses", "two IPv4 in IPv6"],
)
def test_addresses_of_two_networks_count_apart(one, other):
    assert network_of(one) != network_of(other)


def test_sender_that_changes_its_ipv6_address_is_limited(limited):
    statuses = [
        attempt(Client(limited), f"nobody{n}@example.test", network=f"2001:db8::{n}")
        for n in range(1, 12)
    ]
    assert [answer.status_code for answer in statuses].count(429) == 1
