"""What is too large is refused with our page, and nothing of it is written."""

import ast

import pytest

from matchmaker.extensions import db
from matchmaker.models import AuditEvent, HeldPost, IdempotencyKey
from tests.architecture import tree

pytestmark = [pytest.mark.control(16), pytest.mark.asvs("5.2.1", "2.3.2")]
MEGABYTE = 1024 * 1024
BOUNDARY = "xboundaryx"
PAGES = ("/login", "/language", "/account")


def multipart(parts):
    """Return the body of a form in parts."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    body = "".join(f'{head}{name}"\r\n\r\n{value}\r\n' for name, value in parts)
    return (body + f"--{BOUNDARY}--\r\n").encode()


def send(client, path, body, kind):
    """Send a body that carries the token in a header, as the form cannot be read."""
    headers = {"X-CSRFToken": client.token()}
    return client.http.post(path, data=body, content_type=kind, headers=headers)


def n_written(app):
    """Count the rows that a write would leave."""
    with app.app_context():
        return [db.session.query(model).count() for model in (AuditEvent, HeldPost, IdempotencyKey)]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"title=" + b"a" * 600_000, "application/x-www-form-urlencoded"),
        (b"a" * (10 * MEGABYTE + 1), "application/x-www-form-urlencoded"),
        (b"a" * (10 * MEGABYTE + 1), "application/octet-stream"),
        (
            multipart([("title", "a" * 600_000)]),
            f"multipart/form-data; boundary={BOUNDARY}",
        ),
        (
            multipart((f"field{n}", "a") for n in range(1_001)),
            f"multipart/form-data; boundary={BOUNDARY}",
        ),
        (
            multipart((f"f{n}", "") for n in range(100_000)),
            f"multipart/form-data; boundary={BOUNDARY}",
        ),
    ],
    ids=["form", "10 MB form", "10 MB body", "one part", "1,001 parts", "100,000 parts"],
)
def test_too_large_a_request_is_refused_with_our_page(app, scene, client_for, path, body, kind):
    client = client_for(scene.people["helper"])
    before = n_written(app)
    answer = send(client, path, body, kind)
    assert answer.status_code == 413
    assert "Nothing was saved" in answer.text
    assert n_written(app) == before


@pytest.mark.asvs("5.2.2", "5.3.1", "5.3.2")
def test_no_route_takes_a_file():
    """The site has no upload: nothing reads request.files, and no form has a file field."""
    names = {"files", "FileField", "MultipleFileField", "FileRequired", "FileAllowed"}
    used = [
        f"{tree.name_of(path)}:{node.lineno}"
        for path in tree.ours(".py")
        if tree.name_of(path).startswith("matchmaker/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in names
            and isinstance(node.value, ast.Name)
            and node.value.id in ("request", "wtforms", "flask_wtf")
        )
        or (isinstance(node, ast.Name) and node.id in names - {"files"})
    ]
    assert used == []


@pytest.mark.asvs("5.2.2")
def test_no_template_has_a_file_field():
    templates = [p for p in tree.ours(".html") if tree.name_of(p).startswith("templates/")]
    assert [p for p in templates if 'type="file"' in p.read_text(encoding="utf-8")] == []
