"""What a page weighs on the line, as the server sends it to a browser."""

import urllib.request

import pytest

from tests.journeys.pages import PAGES

pytestmark = pytest.mark.browser
FIRST_PAGE = 60 * 1024
LATER_PAGE = 15 * 1024


@pytest.mark.parametrize("language", ["en", "ar"])
def test_first_page_weighs_60_kb_with_everything(browser, surveyed, language):
    context = browser.new_context(locale=language)
    requests = []
    context.on("requestfinished", lambda one: requests.append(one))
    context.new_page().goto(surveyed.address, wait_until="networkidle")
    sizes = [request.sizes() for request in requests]
    weights = [one["responseHeadersSize"] + one["responseBodySize"] for one in sizes]
    context.close()
    assert len(weights) >= 5
    assert sum(weights) <= FIRST_PAGE, weights


@pytest.mark.parametrize("spec", PAGES, ids=str)
def test_later_page_weighs_15_kb(readers, surveyed, spec):
    page, _ = readers.fresh_window(spec.reader, spec.language)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    # As a browser asks that goes from one page of ours to the next.
    sent = {"Cookie": cookies, "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    request = urllib.request.Request(surveyed.address + readers.path_of(spec), headers=sent)
    with urllib.request.urlopen(request) as answer:
        assert answer.url == request.full_url
        assert len(str(answer.headers)) + len(answer.read()) <= LATER_PAGE


def test_second_page_loads_nothing_but_itself(browser, surveyed):
    context = browser.new_context()
    page = context.new_page()
    page.goto(surveyed.address, wait_until="networkidle")
    loaded = []
    context.on("requestfinished", lambda one: loaded.append(one))
    page.goto(surveyed.address + "/login", wait_until="networkidle")
    fetched = [one.url for one in loaded if one.sizes()["responseBodySize"] > 0]
    context.close()
    assert len(fetched) == 1


def test_page_that_takes_no_compression_is_still_answered(surveyed):
    with urllib.request.urlopen(surveyed.address) as answer:
        assert answer.headers["Content-Encoding"] is None
