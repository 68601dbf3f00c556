"""What goes over the line: compressed where nobody can learn from it, static files kept."""

import gzip
import random
import zlib

import pytest
from flask import Response, url_for

from matchmaker.web.transfer import padded, static_version
from tests.factories import make_requester

TAKES_GZIP = {"Accept-Encoding": "gzip, br"}
STYLE = "css/tandem.css"


@pytest.fixture
def style_path(app):
    with app.test_request_context():
        return url_for("static", filename=STYLE)


@pytest.fixture
def signed_in(session, client_for):
    member = make_requester(session)
    session.commit()
    return client_for(member)


def encoding(client, path, **headers):
    return client.get(path, headers=TAKES_GZIP | headers).headers.get("Content-Encoding")


def test_first_page_is_compressed_and_reads_the_same(client):
    plain = client.get("/").text
    answer = client.get("/", headers=TAKES_GZIP)
    # The request token differs from page to page, so the lines that hold it are left out.
    read = gzip.decompress(answer.data).decode().splitlines()
    differing = set(read) ^ set(plain.splitlines())
    assert all("csrf_token" in line for line in differing)


def test_browser_that_takes_no_gzip_gets_the_plain_page(client):
    assert "Content-Encoding" not in client.get("/").headers


def test_caches_keep_both_forms_apart(client):
    assert "Accept-Encoding" in client.get("/").headers["Vary"]


def test_own_page_of_a_signed_in_reader_is_compressed(signed_in):
    assert encoding(signed_in, "/home", **{"Sec-Fetch-Site": "same-origin"}) == "gzip"


@pytest.mark.control(3)
@pytest.mark.parametrize("path", ["/home", "/needs", "/account", "/no-such-page"])
@pytest.mark.parametrize("taken", [False, True])
def test_page_of_a_signed_in_reader_is_filled_to_whole_kilobytes(signed_in, path, taken):
    headers = TAKES_GZIP | {"Sec-Fetch-Site": "same-origin"} if taken else {}
    answer = signed_in.get(path, headers=headers)
    assert len(answer.data) % 1024 == 0
    body = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") else answer.data
    assert body.decode().rstrip().endswith("</html>")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("length", [*range(0, 3000, 97), 1023, 1024, 1025])
def test_filled_text_reads_the_same(length):
    text = random.Random(length).randbytes(length)
    filled = padded(gzip.compress(text, 6, mtime=0))
    assert len(filled) % 1024 == 0
    assert gzip.decompress(filled) == zlib.decompress(filled, wbits=31) == text


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_page_that_another_site_causes_is_not_compressed(signed_in, site):
    assert encoding(signed_in, "/home", **{"Sec-Fetch-Site": site}) is None


def test_page_of_an_unknown_cause_is_not_compressed(signed_in):
    assert encoding(signed_in, "/home") is None


def test_static_file_is_compressed_and_kept_for_good(client, style_path):
    with client.get(style_path, headers=TAKES_GZIP) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.cache_control.max_age >= 31536000
        assert answer.cache_control.immutable


def test_static_file_asked_for_again_is_not_sent_again(client, style_path):
    with client.get(style_path, headers=TAKES_GZIP) as first:
        known = {"If-None-Match": first.headers["ETag"]}
    with client.get(style_path, headers=TAKES_GZIP | known) as second:
        assert second.status_code == 304


def test_static_file_reads_the_same_compressed(client, style_path):
    with client.get(style_path, headers=TAKES_GZIP) as packed, client.get(style_path) as plain:
        assert gzip.decompress(packed.data) == plain.data


def test_changed_file_gives_a_new_address(tmp_path):
    addresses = set()
    for n, text in enumerate(("one", "two")):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "a.css").write_text(text)
        addresses.add(static_version(folder))
    assert len(addresses) == 2


def test_streamed_answer_passes_as_it_comes(app, client):
    app.add_url_rule("/stream", "stream", lambda: Response("x" * 600 for _ in range(3)))
    assert encoding(client, "/stream") is None
