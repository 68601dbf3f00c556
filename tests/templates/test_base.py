import ast
import re
from pathlib import Path

import pytest

PAGE = (
    '{% extends "base.html" %}{% block title %}Home{% endblock %}'
    "{% block content %}<h1>Home</h1>{% endblock %}"
)
LANGUAGES = [("en", "English"), ("uk", "Українська")]


def test_right_to_left_page_takes_the_mirrored_style_sheet(show):
    html = show(PAGE, lang="ar", dir="rtl")
    assert '<html lang="ar" dir="rtl"' in html and "tandem-govuk.rtl.css" in html


def test_page_names_the_product_and_carries_no_inline_script(show):
    html = show(PAGE)
    assert "<title>Home – Tandem</title>" in html
    assert html.count("<script") == html.count('<script type="module" src=')


def test_demonstration_is_said_on_the_page(show):
    assert "demonstration" in show(PAGE, demonstration=True)
    assert "demonstration" not in show(PAGE)


def test_language_switch_submits_the_form_of_the_page(show):
    html = show('{% set main_form_id = "need" %}' + PAGE, languages=LANGUAGES, lang="en")
    assert 'name="switch_language" value="uk" lang="uk" formnovalidate form="need"' in html


def test_language_switch_of_a_page_without_form_posts_by_itself(show):
    html = show(PAGE, languages=LANGUAGES, lang="en", language_url="/language", language_next="/x")
    assert 'action="/language" method="post"' in html and 'name="next" value="/x"' in html


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500, 503])
def test_error_page_says_what_to_do_next(show, code):
    html = show(f'{{% include "errors/{code}.html" %}}')
    assert "<h1" in html and "Go to the home page" in html


def test_back_link_stands_in_a_landmark_of_its_own(show):
    page = PAGE + '{% block before_content %}<a href="/">Back</a>{% endblock %}'
    assert re.search(r'<nav aria-label="[^"]+"><a href="/">Back</a></nav>', show(page))
    assert "<nav" not in show(PAGE)


def test_frame_sets_no_name_that_a_view_gives_to_its_page():
    """A name the frame sets hides the one of the view: a link was built with the wrong token."""
    frame = Path("templates/base.html").read_text(encoding="utf-8")
    set_by_frame = set(re.findall(r"{%-? set (\w+)", frame))
    given = {
        keyword.arg
        for path in Path("matchmaker").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "render_template"
        for keyword in call.keywords
    }
    assert {"direction", "frame_token"} <= set_by_frame
    assert set_by_frame & given == set()
