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
PAD_TO = 1024
"""Pages of signed-in people are filled to a multiple of so many bytes."""
FEXTRA, EXTRA_HEADER = 4, 6
"""The flag of a gzip header with an extra field, and what the field takes beside its filling."""
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
    if _is_final(response):
        return response
    is_padded = response.mimetype == "text/html" and _is_signed_in()
    if not _wanted() or not _safe():
        return pad(response) if is_padded else response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SHORTEST_WORTH_IT:
        return pad(response) if is_padded else response
    packed = gzip.compress(body, 6, mtime=0)
    response.set_data(padded(packed) if is_padded else packed)
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def pad(response: Response) -> Response:
    """Fill a page that goes uncompressed with blanks to the next step."""
    body = response.get_data()
    response.set_data(body + b" " * (-len(body) % PAD_TO))
    return response


def padded(packed: bytes) -> bytes:
    """Fill a compressed page to the next step, in the extra field of its header (RFC 1952, 2.3.1).

    Whoever reads the line then learns from the length of a page hardly how much stands on it.
    """
    n = -(len(packed) + EXTRA_HEADER) % PAD_TO
    extra = b"Pd" + n.to_bytes(2, "little") + bytes(n)
    head = packed[:3] + bytes([packed[3] | FEXTRA]) + packed[4:10]
    return head + len(extra).to_bytes(2, "little") + extra + packed[10:]


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
    if request.endpoint == "static" or not _is_signed_in():
        return True
    return request.headers.get("Sec-Fetch-Site") in OWN_PAGES


def _is_signed_in() -> bool:
    return bool(current_user and current_user.is_authenticated)
