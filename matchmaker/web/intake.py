"""What a request may bring in, looked at before anything else reads it."""

from contextlib import suppress
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from werkzeug.datastructures import MultiDict

FORM = "application/x-www-form-urlencoded"
WRITTEN_BY_PAGES = {"csrf_token", "form_owner", "idempotency_key", "next", "switch_language"}
"""Fields that nobody types into."""
READ_KINDS = {"", FORM, "multipart/form-data"}
"""Kinds of body that pages send; there is no interface that takes another."""


def init_intake(app: Flask) -> None:
    """Have every request looked at; call before other before_requests."""
    app.before_request(refuse_what_no_page_sends)


def refuse_what_no_page_sends() -> None:
    """Refuse bodies that are no forms or too long, characters no database takes, broken addresses.

    Nobody types where to go on (`next`), and libraries that read it expect an address.
    """
    if request.mimetype == FORM:
        # The form parser limits forms in parts only; one that is one text is read at a go.
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    texts = [request.path, *_texts(request.args)]
    ways_on = request.args.getlist("next")
    if request.method == "POST":
        length = request.content_length or 0
        if length > current_app.config["MAX_CONTENT_LENGTH"]:
            abort(413)
        if request.mimetype not in READ_KINDS:
            abort(400)
        texts += _texts(_unchecked(request.form))
        ways_on += request.form.getlist("next")
    if any("\0" in text for text in texts) or None in map(host_of, ways_on):
        abort(400)


def host_of(address: str) -> str | None:
    """Return the host that an address names, "" where it names none, None where it is broken."""
    with suppress(ValueError):
        # browsers read a backslash as a slash, and so do libraries
        return [urlsplit(text).netloc for text in (address.replace("\\", "/"), address)][-1]
    return None


def _texts(values: MultiDict[str, str]) -> list[str]:
    return [text for pair in values.items(multi=True) for text in pair]


def _unchecked(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the fields that no form checks: our own forms name an odd character by its field."""
    if "form_owner" not in form:
        return form
    return MultiDict(
        [(name, text) for name, text in form.items(multi=True) if name in WRITTEN_BY_PAGES]
    )
