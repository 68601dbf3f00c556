import re

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
