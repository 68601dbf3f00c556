"""What a request may bring in, looked at before anything else reads it."""

from flask import Flask, abort, current_app, request
from werkzeug.datastructures import MultiDict

FORM = "application/x-www-form-urlencoded"
READ_KINDS = {"", FORM, "multipart/form-data"}
"""Kinds of body that pages send; there is no interface that takes another."""


def init_intake(app: Flask) -> None:
    """Have every request looked at; call before other before_requests."""
    app.before_request(refuse_what_no_page_sends)


def refuse_what_no_page_sends() -> None:
    """Refuse bodies that are no forms or too long, and characters no database takes."""
    if request.mimetype == FORM:
        # The form parser limits forms in parts only; one that is one text is read at a go.
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    texts = [request.path, *_texts(request.args)]
    if request.method == "POST":
        length = request.content_length or 0
        if length > current_app.config["MAX_CONTENT_LENGTH"]:
            abort(413)
        if request.mimetype not in READ_KINDS:
            abort(400)
        texts += _texts(request.form)
    if any("\0" in text for text in texts):
        abort(400)


def _texts(values: MultiDict[str, str]) -> list[str]:
    return [text for pair in values.items(multi=True) for text in pair]
