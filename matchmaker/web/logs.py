"""Logs that operators can read and thieves cannot use: event, endpoint and code place, no data."""

import json
import logging
import secrets
import time
import traceback
from datetime import UTC, datetime
from types import TracebackType

from flask import Flask, Response, g, request
from flask.logging import default_handler

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

OURS = "matchmaker"
UNTOLD = {"static", "health.alive", "health.ready"}
"""Endpoints asked so often that a line for each would hide the others."""
REFUSALS = {401, 403, 429}
log = logging.getLogger("matchmaker.request")


class CodePlacesOnly(logging.Formatter):
    """Format an exception as its type and where it passed; never its message or any value.

    Messages of errors carry what people typed (a constraint names the value it refused).
    """

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name logging calls
        """Return one line per frame, and the type."""
        kind, _, trace = ei
        frames = traceback.extract_tb(trace)
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        return "\n".join([*lines, f"  {kind.__module__}.{kind.__name__}" if kind else ""])


class JsonLines(CodePlacesOnly):
    """One JSON object per line.

    Of our own loggers the message and the fields given as ``extra={"fields": ...}``; of a
    library's only who spoke and where, as its messages may hold an address or a value.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.split(".")[0] == OURS:
            line["event"] = record.getMessage()
            line |= getattr(record, "fields", {})
        else:
            line["event"] = f"{record.module}:{record.lineno}"
        if record.exc_info:
            line["places"] = self.formatException(record.exc_info).strip()
        return json.dumps(line, ensure_ascii=True)


def init_logs(app: Flask) -> None:
    """Write every record as one line without data; one line per request where that is asked."""
    default_handler.setFormatter(JsonLines())
    root = logging.getLogger()
    if default_handler not in root.handlers:
        root.addHandler(default_handler)
    app.logger.removeHandler(default_handler)
    logging.getLogger(OURS).setLevel(logging.INFO)

    def log_exception(exc_info: ExcInfo) -> None:
        fields = {"endpoint": request.endpoint, "request": g.get("request_id")}
        app.logger.error("request_failed", exc_info=exc_info, extra={"fields": fields})

    app.log_exception = log_exception  # type: ignore[method-assign]
    app.before_request(begin_request)
    if app.config.get("LOG_REQUESTS", True):
        app.after_request(tell_request)


def begin_request() -> None:
    """Give the request an id of its own, so that lines about it can be found together."""
    g.request_id, g.request_began = secrets.token_hex(8), time.perf_counter()


def tell_request(response: Response) -> Response:
    """Write the line of an answered request: the endpoint, never the address that was asked."""
    if request.endpoint in UNTOLD:
        return response
    began = g.get("request_began")
    fields = {
        "method": request.method if request.method in METHODS else "other",
        "endpoint": request.endpoint or "none",
        "status": response.status_code,
        "ms": round((time.perf_counter() - began) * 1000) if began is not None else None,
        "request": g.get("request_id"),
    }
    level = _level_of(response.status_code)
    if "denied" in g:
        fields["denied"], level = g.denied, logging.WARNING
    log.log(level, "request", extra={"fields": fields})
    return response


METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def _level_of(status: int) -> int:
    """Return how weighty an answer is: our failure, a refusal that may be an attack, the rest."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if status in REFUSALS else logging.INFO
