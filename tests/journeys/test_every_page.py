"""Every page, once for each kind of fault that a person using it could meet."""

import pytest

from tests.journeys.checks import axe, keyboard, language, layout
from tests.journeys.pages import NO_PAGE, PAGES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=PAGES, ids=str)
def opened(request, readers):
    """Give a page of the list and its window; both tests look at the same opening of it."""
    return request.param, readers.visit(request.param)


def test_page_is_accessible_and_keeps_to_itself(readers, opened):
    spec, page = opened
    found = axe.violations(page) + language.foreign_texts(page)
    found += language.page_language(page, spec.language, "rtl" if spec.language == "ar" else "ltr")
    found += language.dead_buttons(page)
    assert found + readers.window(spec.reader, spec.language)[1].faults == []


def test_page_can_be_used_by_keyboard_by_thumb_and_with_large_text(opened):
    _, page = opened
    found = keyboard.small_targets(page) + keyboard.focus_faults(page)
    assert found + layout.sideways(page) + layout.lost_at_twice_the_size(page) == []


def test_tab_reaches_the_link_to_the_content_first(readers):
    page = readers.visit(PAGES[0])
    assert 'href="#main-content"' in keyboard.first_stop(page)


def test_no_page_is_left_out(surveyed):
    rules = surveyed.app.url_map.iter_rules()
    shown = {rule.endpoint for rule in rules if "GET" in rule.methods}
    assert shown - {spec.endpoint for spec in PAGES} - set(NO_PAGE) == set()
