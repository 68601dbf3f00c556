"""What a stranger tries first: hidden files, other origins, forged headers, known accounts."""

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import Membership, User
from tests.harness.apps import make_app

PLACES = (
    "/.git/config",
    "/.env",
    "/wsgi.py",
    "/instance/tandem.sqlite",
    "/static/../wsgi.py",
    "/static/..%2fwsgi.py",
    "/static/%2e%2e/wsgi.py",
    "/static/....//wsgi.py",
    "/static//etc/passwd",
    "/static/%00",
    "/console",
    "/debug",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/server-status",
    "/admin",
    "/backup.zip",
)


@pytest.mark.asvs("13.4.1", "13.4.5")
@pytest.mark.parametrize("place", PLACES)
def test_nothing_but_pages_and_static_files_is_served(client, place):
    assert client.get(place).status_code in (303, 308, 400, 404)


@pytest.mark.asvs("13.4.2")
def test_debugging_is_off(sqlite_url, tmp_path):
    for demonstration in (True, False):
        app = make_app(sqlite_url, tmp_path, demonstration=demonstration, TESTING=False)
        assert not app.debug
        assert not app.config["PROPAGATE_EXCEPTIONS"]
        with app.app_context():
            db.engine.dispose()


@pytest.mark.asvs("3.4.2")
@pytest.mark.parametrize("origin", ["https://example.test", "null", "http://localhost.example"])
def test_no_other_origin_may_read(client, origin):
    for path in ("/", "/login", "/static/css/tandem.css"):
        headers = client.get(path, headers={"Origin": origin}).headers
        assert not [name for name, _ in headers if name.startswith("Access-Control-")]


@pytest.mark.asvs("4.1.1")
def test_every_answer_says_what_it_is(client):
    for path in ("/", "/login", "/no-such-page", "/static/css/tandem.css"):
        kind = client.get(path).headers["Content-Type"]
        assert kind in ("text/html; charset=utf-8", "text/css; charset=utf-8")


@pytest.mark.asvs("4.1.3")
def test_headers_that_only_a_proxy_sets_are_not_believed(client):
    forged = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": "example.test",
        "X-Forwarded-Proto": "ftp",
        "X-Forwarded-Prefix": "/example",
        "Forwarded": "host=example.test",
        "X-Original-URL": "/admin/audit",
        "X-Rewrite-URL": "/admin/audit",
        "X-HTTP-Method-Override": "DELETE",
    }
    answer = client.get("/home", headers=forged)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")
    assert "example.test" not in client.get("/login", headers=forged).text


@pytest.mark.asvs("6.3.2")
def test_fresh_installation_has_no_account(app):
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []
        assert db.session.scalars(select(Membership)).all() == []


@pytest.mark.asvs("3.4.2", "14.2.1")
def test_no_address_on_a_page_names_a_host(client):
    for path in ("/", "/login", "/register"):
        assert "http://" not in client.get(path).text.replace("http://www.w3.org", "")


@pytest.mark.asvs("1.2.3")
def test_no_page_holds_data_inside_a_script(client):
    assert "application/json" not in client.get("/").text
