"""What imports what, beyond the contracts in pyproject.toml."""

import ast
import re
import subprocess
import sys

from tests.architecture import tree

LOADED = "import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"


def modules_after_import(module: str) -> set[str]:
    """Return the top-level names that are loaded once a module is imported in a new process."""
    command = [sys.executable, "-c", LOADED.format(module=module)]
    ended = subprocess.run(command, cwd=tree.ROOT, check=True, capture_output=True, text=True)
    return set(ended.stdout.split())


def test_matching_loads_neither_web_nor_database():
    loaded = modules_after_import("matchmaker.matching")
    assert not loaded & {"flask", "sqlalchemy", "wtforms", "jinja2", "werkzeug", "flask_babel"}


def test_pure_modules_load_neither_web_nor_database():
    loaded = modules_after_import("matchmaker.vocabulary, matchmaker.lifecycle, matchmaker.errors")
    assert not loaded & {"flask", "sqlalchemy", "wtforms", "numpy", "scipy"}


def test_package_itself_imports_nothing():
    body = ast.parse((tree.ROOT / "matchmaker/__init__.py").read_text(encoding="utf-8")).body
    assert [type(node) for node in body] == [ast.Expr]


def test_nobody_imports_the_migrations():
    code = [path for path in tree.ours(".py") if tree.name_of(path).startswith("matchmaker/")]
    imports = re.compile(r"^\s*(from|import)\s+matchmaker\.migrations")
    assert tree.hits(code, imports) == []
