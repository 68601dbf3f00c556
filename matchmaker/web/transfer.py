"""What goes over the line: static files under a version and kept for good, texts compressed."""

import functools
import gzip
import hashlib
from pathlib import Path

from flask import Flask, Response, request
from flask_security import current_user

STATIC_LIFETIME_S = 365 * 24 * 3600
SHORTEST_WORTH_IT = 500
"""Bytes below which a compressed text is hardly shorter."""
TEXTS = ("text/", "application/json", "image/svg+xml")
OWN_PAGES = ("same-origin", "none")
"""Values of Sec-Fetch-Site for what our own page asked for or the reader typed."""


@functools.cache
def static_version(folder: Path) -> str:
    """Return a mark that changes with any static file; as a folder of the URL it versions all."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def init_transfer(app: Flask) -> None:
    """Compress answers and let browsers keep static files; call before other after_requests."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_LIFETIME_S
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress a text where the browser takes it and nobody can learn from its length."""
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.cache_control.immutable = True
    if not (response.mimetype or "").startswith(TEXTS):
        return response
    response.vary.add("Accept-Encoding")
    if _is_final(response) or not _wanted() or not _safe():
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SHORTEST_WORTH_IT:
        return response
    response.set_data(gzip.compress(body, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _is_final(response: Response) -> bool:
    """Tell whether an answer goes as it is: without a body, a part of one, streamed, or coded."""
    if response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return True
    return response.is_streamed and not response.direct_passthrough


def _wanted() -> bool:
    return request.accept_encodings["gzip"] > 0


def _safe() -> bool:
    """Tell whether another site cannot have caused this page (BREACH, docs/decisions/0007).

    The length of a compressed page tells whether a guess repeats a secret in it. Guessing takes
    thousands of pages that a foreign site makes the reader's browser ask for.
    """
    if request.endpoint == "static" or not (current_user and current_user.is_authenticated):
        return True
    return request.headers.get("Sec-Fetch-Site") in OWN_PAGES
