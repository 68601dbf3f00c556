"""Logs that operators can read and thieves cannot use: event, endpoint and code place, no data."""

import logging
import traceback
from types import TracebackType

from flask import Flask, request
from flask.logging import default_handler

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


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


def init_logs(app: Flask) -> None:
    """Have the app log through the formatter, and name endpoints instead of paths."""
    default_handler.setFormatter(
        CodePlacesOnly("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    )
    logging.getLogger("matchmaker").setLevel(logging.INFO)

    def log_exception(exc_info: ExcInfo) -> None:
        app.logger.error("request_failed endpoint=%s", request.endpoint, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]
