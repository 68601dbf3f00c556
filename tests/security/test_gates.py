"""What our own code does not do, read from its syntax."""

import ast
import re

import pytest

from tests.architecture import tree

CODE = [p for p in tree.ours(".py") if tree.name_of(p).startswith("matchmaker/")]
WORDS = re.compile(r"(?:^|_)(?:token|secret|digest|password|signature|api_key|field_key)(?:$|_)")
# Looked up by digest, which tells nothing of the token; or no secret at all: digests of content.
COMPARED = {
    "matchmaker/accounts/links.py": "look-up of a link by its digest, then compare_digest",
    "matchmaker/memberships/invitations.py": "look-up by the digest, then compare_digest",
    "matchmaker/receipts/queries.py": "look-up of a receipt by the digest of its code",
    "matchmaker/web/known_devices.py": "look-up of a browser by the keyed digest of its mark",
    "matchmaker/web/held_post.py": "look-up of a held form by its digest",
    "matchmaker/admin/invariants.py": "digest of a snapshot: content, no secret",
    "matchmaker/audit/anchor.py": "digest of the chain's head: shown to whoever keeps an anchor",
    "matchmaker/audit/chain.py": "digests of the chain: shown to whoever may read it",
    "matchmaker/rounds/record.py": "digest of a result: content, no secret",
    "matchmaker/rounds/wanted.py": "digest of a result: content, no secret",
    "matchmaker/workbench/hint_routes.py": "digest of a call that was read: content, no secret",
    "matchmaker/workbench/repeat.py": "digest of a result: content, no secret",
    "matchmaker/workbench/scenario_service.py": "digest of what stands: content, no secret",
}
RUN_TEXT = {"eval", "exec", "compile", "__import__"}
SHELL = {"system", "popen", "getoutput", "getstatusoutput"}
WEAK = {"md5", "sha1", "ECB", "DES", "ARC4", "TripleDES"}
FROM_TEXT = {"render_template_string", "from_string", "Markup"}


def nodes(kind):
    """Yield file name and node of each node of a kind in our code."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield tree.name_of(path), node


def name_of(node) -> str:
    """Return the last name of an expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ""


def calls(names) -> list[str]:
    """Return the places where one of these names is called or read."""
    return [
        f"{file}:{node.lineno} {name_of(node)}"
        for file, node in nodes(ast.Attribute | ast.Name)
        if name_of(node) in names
    ]


@pytest.mark.control(18)
@pytest.mark.asvs("9.1.1")
def test_no_secret_is_compared_with_an_equals_sign():
    found = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Compare)
        if any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        and any(WORDS.search(name_of(side).lower()) for side in (node.left, *node.comparators))
        and file not in COMPARED
    ]
    assert found == []


@pytest.mark.asvs("1.3.2")
def test_no_text_is_run_as_code():
    plain = [
        f"{file}:{node.lineno} {node.func.id}"
        for file, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in RUN_TEXT
    ]
    assert plain == []


@pytest.mark.asvs("1.2.5")
def test_no_command_goes_through_a_shell():
    through = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.keyword)
        if node.arg == "shell" and getattr(node.value, "value", True)
    ]
    assert (
        through
        + [
            f"{file}:{node.lineno}"
            for file, node in nodes(ast.Attribute)
            if node.attr in SHELL and isinstance(node.value, ast.Name) and node.value.id == "os"
        ]
        == []
    )


@pytest.mark.asvs("11.3.1", "11.3.2", "11.4.1")
def test_no_weak_cipher_or_hash_is_named():
    """The breach list is sorted by SHA-1: there the digest is an index and protects nothing."""
    found = calls(WEAK)
    listed = [place for place in found if place.startswith("matchmaker/accounts/breached.py:")]
    assert [place for place in found if place not in listed] == []
    indexes = [
        node
        for file, node in nodes(ast.Call)
        if file == "matchmaker/accounts/breached.py" and name_of(node) == "sha1"
    ]
    assert len(listed) == len(indexes) == 1
    (marked,) = [one for one in indexes[0].keywords if one.arg == "usedforsecurity"]
    assert marked.value.value is False


@pytest.mark.asvs("1.3.2", "1.3.7")
def test_no_template_is_made_from_a_text():
    assert calls(FROM_TEXT) == []


@pytest.mark.asvs("1.2.4")
def test_no_statement_is_built_from_pieces():
    """A text given to the database is a constant: no f-string, no %, no +."""
    takers = {"text", "exec_driver_sql", "execute", "literal_column"}
    built = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Call)
        if name_of(node.func) in takers
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        and not _is_safe_pragma(file)
    ]
    assert built == []


def _is_safe_pragma(file) -> bool:
    """Tell whether a file is one whose pieces are constants of our own."""
    return file == "matchmaker/extensions.py" or "/migrations/" in file


OPERATORS_COMMANDS = (
    "matchmaker/admin/",
    "matchmaker/cli",
    "matchmaker/demonstration/",
    "matchmaker/places/store",
)
"""Where files of this machine and of ours are read; no route leads there."""


@pytest.mark.asvs("1.5.1")
def test_no_xml_is_read():
    imported = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        if name.split(".")[0] in {"xml", "lxml", "pickle", "marshal", "shelve", "yaml"}
    ]
    assert imported == []


@pytest.mark.asvs("3.2.2", "3.2.1")
def test_script_writes_text_as_text():
    scripts = [p for p in tree.ours(".js") if tree.name_of(p).startswith("static/")]
    risky = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\("
    )
    assert scripts
    assert tree.hits(scripts, risky) == []


@pytest.mark.control(15)
@pytest.mark.asvs("1.3.6")
def test_no_code_fetches_an_address():
    """Nothing here asks another host for anything, so no text can make it."""
    clients = {"requests", "httpx", "urllib3", "aiohttp"}
    imported = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        if name.split(".")[0] in clients or name in ("urllib.request", "http.client")
    ]
    assert imported == []


@pytest.mark.control(16)
@pytest.mark.asvs("5.2.3", "5.2.4", "5.3.3", "14.2.8")
def test_nothing_that_came_in_is_unpacked_or_drawn():
    """Nobody hands in files: an archive is read by the operator's commands, an image by nobody."""
    imported = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Import | ast.ImportFrom)
        if not file.startswith(OPERATORS_COMMANDS)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        if name.split(".")[0] in {"zipfile", "tarfile", "PIL", "bz2", "lzma", "shutil"}
    ]
    assert imported == []


@pytest.mark.control(18)
@pytest.mark.asvs("7.2.3")
def test_no_guessable_random_number_is_used():
    assert [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Import | ast.ImportFrom)
        if not file.startswith(("matchmaker/matching/", "matchmaker/demonstration/"))
        if "random" in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    ] == []


@pytest.mark.asvs("5.4.1", "5.4.2", "3.2.1")
def test_downloads_bear_names_of_ours():
    """The name of a file we hand out is written in the code: nothing a person typed is in it."""
    names = [
        (f"{file}:{node.lineno}", node.value)
        for file, node in nodes(ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value == "Content-Disposition"
    ]
    plain = re.compile(r'attachment; filename="?[a-z-]+\.[a-z]+"?')
    assert names
    assert [
        place
        for place, value in names
        if not (isinstance(value, ast.Constant) and plain.fullmatch(str(value.value)))
    ] == []


@pytest.mark.asvs("5.4.1")
def test_no_file_of_the_machine_is_sent():
    senders = {"send_file", "send_from_directory"}
    assert [
        f"{file}:{node.lineno}" for file, node in nodes(ast.Call) if name_of(node.func) in senders
    ] == []
