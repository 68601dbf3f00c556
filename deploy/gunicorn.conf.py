"""Gunicorn's settings for production: gunicorn -c deploy/gunicorn.conf.py wsgi:app.

Gunicorn keeps the processes; inside each, Waitress reads and writes. It takes a whole request in
before a thread sees it and keeps the answer until it is fetched, so that clients which send or read
slowly, on purpose or on a bad line, hold a connection and no thread.
"""

import os
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.server import create_server

CONNECTIONS = 1000
"""Connections of one process at a time; the unit allows as many open files (LimitNOFILE)."""


class BufferingWorker(Worker):
    """A process that hands only whole requests to its threads."""

    def run(self) -> None:
        """Serve until the master says to end, then finish what was begun."""
        connections: dict[int, Any] = {}
        server = create_server(
            self._counted,
            map=connections,
            sockets=[one.sock for one in self.sockets],
            threads=self.cfg.threads,
            connection_limit=CONNECTIONS,
            # A line that is silent for so long is closed.
            channel_timeout=60,
            # The application knows how many proxies to trust (MATCHMAKER_TRUSTED_PROXIES).
            clear_untrusted_proxy_headers=False,
            # Above what the application takes (10 MB), so that it can refuse in words.
            max_request_body_size=12 * 1024 * 1024,
            max_request_header_size=64 * 1024,
            ident=None,
        )
        while self.alive and self.ppid == os.getppid():
            self._turn(connections)
        end = time.monotonic() + self.cfg.graceful_timeout
        while _is_answering(connections) and time.monotonic() < end:
            self._turn(connections)
        server.close()

    def _turn(self, connections: dict[int, Any]) -> None:
        """Read and write what is ready, and tell the master that this process lives."""
        wasyncore.loop(timeout=1.0, use_poll=True, map=connections, count=1)
        self.notify()

    def _counted(self, environ: Any, start_response: Any) -> Any:
        """Answer a request; after the last one the process makes room for a new one."""
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        return self.wsgi(environ, start_response)


def _is_answering(connections: dict[int, Any]) -> bool:
    """Tell whether a request that came in whole has not had its whole answer."""
    return any(
        getattr(one, "requests", None) or getattr(one, "total_outbufs_len", 0)
        for one in connections.values()
    )


bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "3"))
threads = 4
worker_class = BufferingWorker
# A round is solved in a process of its own, so no request takes long.
timeout = 60
graceful_timeout = 30
# Old workers make room for new ones, at different times.
max_requests = 2000
max_requests_jitter = 200
# Nobody steers the processes but systemd.
control_socket_disable = True
# No access log here: addresses of people who ask for help are not kept. Errors go to the journal.
accesslog = None
errorlog = "-"
