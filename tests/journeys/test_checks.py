"""The checks of this folder find the faults they are there for, on a page made of faults."""

import pytest

from tests.journeys.checks import axe, keyboard, language, layout

pytestmark = pytest.mark.browser


@pytest.fixture
def show(page):
    def show(body, style=""):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.set_content(f"<style>{style}</style><main>{body}</main>")
        return page

    return show


def test_field_without_a_label_is_found(show):
    assert any("label" in fault for fault in axe.violations(show("<input>")))


def test_focus_that_cannot_be_seen_is_found(show):
    page = show("<a href='/'>A link</a>", "a:focus { outline: none }")
    assert "focus is not visible" in keyboard.focus_faults(page)[0]


def test_covered_focus_is_found(show):
    bar = "<div style='position: fixed; inset: 0; background: red'></div>"
    assert "covered by" in keyboard.focus_faults(show(f"<a href='/'>A link</a>{bar}"))[0]


def test_small_target_is_found_outside_a_sentence_only(show):
    page = show("<p>Read <a href='/a'>this</a> first.</p><p><a href='/b'>that</a></p>")
    assert ["/b" in fault for fault in keyboard.small_targets(page)] == [True]


def test_page_wider_than_the_window_is_found(show):
    assert layout.sideways(show("<div style='width: 500px'>wide</div>"))


def test_wide_table_in_its_own_frame_is_fine(show):
    frame = "<div style='overflow-x: auto'><div style='width: 500px'>wide</div></div>"
    assert layout.sideways(show(frame)) == []


def test_text_cut_off_at_twice_the_size_is_found(show):
    box = "<div style='height: 20px; width: 9rem; overflow: hidden'>Some words in a box</div>"
    assert "cut off" in layout.lost_at_twice_the_size(show(box))[0]


def test_overlapping_texts_are_found(show):
    page = show("<p style='position: absolute; top: 0'>one</p><p style='margin: 16px 0'>two</p>")
    assert any("overlap" in fault for fault in layout.lost_at_twice_the_size(page))


def test_foreign_text_without_its_language_is_found(show):
    page = show("<p lang='uk'>добре</p><p lang='en'>погано</p>")
    assert ["погано" in fault for fault in language.foreign_texts(page)] == [True]


def test_text_in_the_wrong_direction_is_found(show):
    page = show("<p lang='ar' dir='rtl'>هذا نص</p><p lang='ar'>هذا نص</p>")
    assert language.foreign_texts(page) == ["text runs the wrong way: هذا نص"]
