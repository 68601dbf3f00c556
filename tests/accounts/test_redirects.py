"""After signing in one stays on this site, whatever `next` says."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.factories import PASSWORD, make_user

HERE = "http://localhost/login"
ELSEWHERE = [
    "https://evil.example",
    "http://evil.example/",
    "HTTPS://EVIL.EXAMPLE",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    " https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://evil.example",
    "file:///etc/passwd",
    "//evil.example@localhost",
    "//localhost@evil.example",
    "http://localhost@evil.example",
    "http://localhost.evil.example",
    "http://localhost:80@evil.example",
    "//localhost:8080",
    "https://localhost:444",
    "//[::1]",
    "//evil.example#/home",
    "//evil.example?/home",
    "\u2028//evil.example",
    "\u3000//evil.example",
    "http://еvil.example",
]


def stays_here(location):
    """Tell whether a browser that follows this location stays on the site."""
    cleaned = location.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    target = urlsplit(urljoin(HERE, cleaned.strip()))
    return target.scheme == "http" and target.netloc == "localhost"


@pytest.fixture
def email(app, session):
    """Give the address of a person with a password."""
    from flask_security import hash_password

    user = make_user(session, password=hash_password(PASSWORD))
    session.commit()
    return user.email


def test_corpus_is_as_large_as_promised():
    assert len(set(ELSEWHERE)) == 40


@pytest.mark.asvs("3.7.2")
def test_next_never_leads_to_another_site(client_for, email):
    gone = []
    for target in ELSEWHERE:
        for fields, query in (({"next": target}, {}), ({}, {"next": target})):
            browser = client_for()
            answer = browser.post(
                "/login", {"email": email, "password": PASSWORD} | fields, query_string=query
            )
            if answer.location and not stays_here(answer.location):
                gone.append((target, answer.location))
            browser.http.delete_cookie("tandem")
    assert gone == []


@pytest.mark.asvs("3.7.2")
def test_language_switch_never_leads_to_another_site(client):
    for target in ELSEWHERE:
        answer = client.post("/language", {"switch_language": "en", "next": target})
        assert stays_here(answer.location), target


def test_next_on_this_site_is_followed(client, email):
    answer = client.post(
        "/login", {"email": email, "password": PASSWORD}, query_string={"next": "/account"}
    )
    assert stays_here(answer.location)
    assert urlsplit(answer.location).path == "/account"
