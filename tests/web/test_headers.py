"""Every answer keeps the page to itself and out of caches."""

import pytest

from tests.web.world import make_world, routes

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")


def missing_from(answer):
    """Return the headers that an answer lacks."""
    missing = [name for name, value in EXPECTED.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    missing += [part for part in POLICY if part not in policy]
    if "unsafe" in policy or "data:" in policy or "*" in policy:
        missing.append("strict policy")
    return missing


@pytest.mark.control(14)
@pytest.mark.asvs("3.4.1", "3.4.3", "3.4.4", "3.4.5", "3.4.6")
def test_every_page_carries_the_headers(app, client_for, session):
    world = make_world(session)
    browser = client_for(world.owners["coordinator"])
    for rule in routes(app, "GET", library=True):
        answer = browser.get(world.address(rule))
        assert missing_from(answer) == [], rule


@pytest.mark.asvs("3.4.1")
@pytest.mark.parametrize("address", ["/", "/nowhere", "/home", "/login", "/logout"])
def test_strangers_and_errors_carry_the_headers(client, address):
    assert missing_from(client.get(address)) == []


def test_static_files_carry_the_headers(client):
    page = client.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert missing_from(answer) == []


@pytest.mark.asvs("16.5.1", "16.5.4")
def test_failure_carries_the_headers_and_no_detail(app, client):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["pages.start"] = lambda: 1 / 0
    answer = client.get("/")
    assert answer.status_code == 500
    assert missing_from(answer) == []
    assert "ZeroDivision" not in answer.text


@pytest.mark.control(23)
@pytest.mark.asvs("14.2.2", "14.3.2")
def test_no_page_of_a_signed_in_person_is_kept(app, client_for, session):
    world = make_world(session)
    for who in ("asker", "coordinator"):
        browser = client_for(world.owners[who])
        for rule in routes(app, "GET", library=True):
            answer = browser.get(world.address(rule))
            assert answer.status_code != 200 or answer.headers["Cache-Control"] == "no-store", rule
        assert browser.get("/account").status_code == 200


@pytest.mark.asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")
def test_cookie_outside_the_demonstration_is_tied_to_the_host(sqlite_url, tmp_path):
    from matchmaker.app import create_app
    from matchmaker.config import settings
    from tests.harness.apps import KEYS, Client

    app = create_app(settings(KEYS, tmp_path, sqlite_url, demonstration=False))
    answer = Client(app).get("/login", base_url="https://localhost")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-tandem=")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie
