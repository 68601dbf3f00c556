"""The headers every answer carries, and the refusal of requests that come from other sites."""

from flask import Flask, Response, abort, request
from flask_security import current_user

from matchmaker.web.intake import host_of

CONTENT_POLICY = "; ".join(
    ["default-src 'none'"]
    + [
        f"{kind} 'self'"
        for kind in (
            "script-src",
            "style-src",
            "img-src",
            "font-src",
            "connect-src",
            "worker-src",
            "manifest-src",
            "form-action",
        )
    ]
    + ["base-uri 'none'", "frame-ancestors 'none'"]
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def init_headers(app: Flask) -> None:
    """Have every request checked and every answer carry the headers."""
    app.before_request(refuse_foreign_writes)
    app.after_request(add_headers)


def refuse_foreign_writes() -> None:
    """Answer 403 to a write that a page of another site sent."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and host_of(origin) != request.host:
        abort(403)


def add_headers(response: Response) -> Response:
    """Add what keeps the page to itself and out of caches."""
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint != "static" and current_user and current_user.is_authenticated:
        headers["Cache-Control"] = "no-store"
    elif request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-cache")
    return response
