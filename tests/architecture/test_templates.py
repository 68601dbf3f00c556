"""What every template keeps to."""

import re

import jinja2
import pytest

from tests.architecture import tree

TEMPLATES = [
    path for path in tree.ours(".html", ".txt") if tree.name_of(path).startswith("templates/")
]
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", re.I)
LOADED_FROM_ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|form|source|video|audio|object|embed)\b[^>]*[\"'](?:https?:)?//",
    re.I,
)
# An unescaped output: the filter, or the escaping switched off.
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(")


@pytest.mark.parametrize("path", TEMPLATES, ids=tree.name_of)
def test_template_parses(path):
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    assert environment.parse(path.read_text(encoding="utf-8"))


def test_no_template_has_inline_script_or_style():
    assert tree.hits(PAGES, INLINE) == []


def test_no_template_loads_from_another_host():
    assert tree.hits(PAGES, LOADED_FROM_ELSEWHERE) == []


def test_nothing_is_put_out_unescaped():
    code = [path for path in tree.ours(".py") if tree.name_of(path).startswith("matchmaker/")]
    assert tree.hits(TEMPLATES + code, UNESCAPED) == []
