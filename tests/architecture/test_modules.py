"""What every module keeps to."""

import ast
import re

import pytest

from tests.architecture import tree

CODE = [
    path
    for path in tree.ours(".py")
    if tree.name_of(path).startswith(("matchmaker/", "tools/", "benchmarks/"))
]
WRITTEN_BY_HAND = [path for path in CODE if "migrations" not in path.parts]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 90
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Spelled in two parts, so that this file does not find itself.
OPEN_END = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
SKIPPED = re.compile(r"pytest\.(?:skip|mark\.(?:skip|xfail))|unittest\.skip")


def parsed(path):
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CODE, ids=tree.name_of)
def test_module_says_what_it_is(path):
    assert ast.get_docstring(parsed(path))


def test_no_module_is_too_long():
    lengths = {tree.name_of(path): len(path.read_text().splitlines()) for path in WRITTEN_BY_HAND}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_too_long():
    long = [
        f"{tree.name_of(path)}:{node.lineno} {node.name}"
        for path in WRITTEN_BY_HAND
        for node in ast.walk(parsed(path))
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_open_end_is_left():
    files = tree.ours(".py", ".html", ".js", ".css", ".sh", ".toml", ".md")
    assert tree.hits(files, OPEN_END) == []


def test_no_test_is_skipped():
    tests = [path for path in tree.ours(".py") if tree.name_of(path).startswith("tests/")]
    here = tree.ROOT / "tests/architecture/test_modules.py"
    assert tree.hits([path for path in tests if path != here], SKIPPED) == []
