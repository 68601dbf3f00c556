import re
from pathlib import Path

import pytest

FIELD = '{% from "components/field.html" import field %}{{ field(form[name]) }}'
BAR = '{% from "components/bar.html" import bar %}'


@pytest.mark.parametrize("name", ["title", "story", "country", "secret", "agreed", "people"])
def test_field_has_a_label_that_points_at_its_input(show, make_form, name):
    html = show(FIELD, form=make_form(), name=name)
    assert f'for="{name}"' in html
    assert f'id="{name}"' in html


@pytest.mark.parametrize("name", ["setting", "topics", "starts_on"])
def test_group_of_inputs_has_one_legend(show, make_form, name):
    html = show(FIELD, form=make_form(), name=name)
    assert html.count("<legend") == 1
    assert 'class="govuk-hint"' not in html


def test_hidden_field_shows_no_label(show, make_form):
    assert "label" not in show(FIELD, form=make_form(), name="step")


def test_error_stands_by_its_field_and_keeps_what_was_typed(show, make_form):
    form = make_form({"title": "", "starts_on": ["31", "2", "2027"]})
    assert "Enter a title" in show(FIELD, form=form, name="title")
    html = show(FIELD, form=form, name="starts_on")
    assert 'value="31"' in html and "govuk-error-message" in html


def test_date_without_any_part_posted_still_renders(show, make_form):
    assert 'id="starts_on-day"' in show(FIELD, form=make_form({"title": "x"}), name="starts_on")


def test_typed_text_runs_in_its_own_direction(show, make_form):
    assert 'dir="auto"' in show(FIELD, form=make_form(), name="title")


def test_character_count_takes_its_limit_from_the_validator(show, make_form):
    assert 'data-maxlength="200"' in show(FIELD, form=make_form(), name="story")


def test_character_count_names_its_limit_without_script(show, make_form):
    assert "At most 200 characters" in show(FIELD, form=make_form(), name="story")


def test_error_summary_links_each_error_to_its_field(show, make_form):
    html = show(
        '{% from "components/error_summary.html" import error_summary %}{{ error_summary(form) }}',
        form=make_form({"title": ""}),
    )
    assert 'href="#title"' in html and 'href="#setting"' in html and 'href="#starts_on-day"' in html


def test_error_summary_of_a_good_form_is_empty(show, make_form):
    source = (
        '{% from "components/error_summary.html" import error_summary %}{{ error_summary(form) }}'
    )
    assert show(source, form=make_form()).strip() == ""


def test_bar_width_is_a_share_of_the_drawing(show):
    html = show(BAR + '{{ bar("Expertise", 0.25) }}')
    assert 'width="50.0"' in html and "25 of 100" in html


def test_bar_says_its_interval(show):
    assert "40 of 100 (between 30 and 60)" in show(BAR + '{{ bar("x", 0.4, 0.3, 0.6) }}')


def test_bar_of_an_unknown_value_says_so(show):
    html = show(BAR + '{{ bar("x") }}')
    assert "Not known" in html and "tandem-bar__value" not in html


def test_components_escape_what_people_wrote(show):
    html = show(
        '{% from "components/summary_list.html" import summary_list %}'
        '{% from "components/data_table.html" import data_table %}'
        '{{ summary_list([{"key": "k", "value": text}]) }}'
        '{{ data_table([{"key": "a", "label": text}], rows, text) }}',
        rows=[{"a": {"text": "<script>", "href": "/"}}],
        text="<script>alert(1)</script>",
    )
    assert "<script" not in html and html.count("&lt;script&gt;") == 5


def test_confirm_form_posts_token_and_key(show):
    html = show(
        '{% from "components/confirm_form.html" import confirm_form %}'
        '{{ confirm_form("/go", "Approve", csrf_token="t", idempotency_key="k") }}'
    )
    assert (
        'method="post"' in html
        and 'value="t"' in html
        and 'name="idempotency_key" value="k"' in html
    )


def test_pagination_of_a_single_page_shows_no_links(show):
    html = show(
        '{% from "components/pagination.html" import pagination %}'
        '{{ pagination([{"number": 1, "href": "/", "current": true}], first=1, last=3, total=3) }}'
    )
    assert "<nav" not in html and "Showing 1 to 3 of 3" in html


def test_no_component_needs_the_request():
    folder = Path(__file__).resolve().parents[2] / "templates" / "components"
    reach = re.compile(r"url_for|current_user|\brequest\b|\|\s*safe|style=")
    for path in folder.glob("*.html"):
        source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
        assert not reach.search(source), path.name
        assert f"macro {path.stem}(" in source, path.name


def test_enter_sends_the_form_and_does_not_switch_the_language(show):
    html = show(
        '{% from "components/language_switch.html" import language_switch %}'
        '{{ language_switch([("en", "English"), ("uk", "Ukrainian")], "en", main_form_id="f") }}'
    )
    first = re.search(r"<button[^>]*>", html).group(0)
    assert 'form="f"' in first and "switch_language" not in first


TABLE = (
    '{% from "components/data_table.html" import data_table %}'
    '{{ data_table([{"key": "a", "label": "Need"}, {"key": "b", "label": "Status"}],'
    ' [{"a": "Water", "b": "Open"}], "Needs") }}'
)


def test_cells_of_a_table_carry_their_headings_for_a_phone(show):
    html = show(TABLE)
    assert 'data-label="Status">Open' in html and "tandem-stack" in html


def test_table_that_is_shown_as_blocks_stays_one_for_screen_readers(show):
    html = show(TABLE)
    for role in ("table", "rowgroup", "row", "columnheader", "rowheader", "cell"):
        assert f'role="{role}"' in html
