"""A mail server on this machine that takes, refuses, hangs or breaks off, as told."""

import contextlib
import socket
import socketserver
import threading
import time

import pytest


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as is needed, notes what it took, fails where it is told to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken = []
        self.breaks_at = ()
        """Commands at which it hangs up without a word; "." is the end of the text."""
        self.answers = {}
        """Command -> what it says instead of yes."""
        self.slow_s = 0.0
        self.stopped = threading.Event()
        """Set at the end, so that a talk that hangs ends too."""
        self.hangs = False

    @property
    def port(self):
        return self.server_address[1]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        if self.server.hangs:
            self.server.stopped.wait(30)
            return
        with contextlib.suppress(OSError):
            self._say("220 here")
            while self._one_command():
                pass

    def _one_command(self):
        line = self.rfile.readline().decode().strip()
        word = line.split(" ")[0].split(":")[0].upper()
        if not line or word in self.server.breaks_at:
            return False
        if word in self.server.answers:
            self._say(self.server.answers[word])
        elif word == "DATA":
            return self._text()
        else:
            self._say("221 bye" if word == "QUIT" else "250 yes")
        return word != "QUIT"

    def _text(self):
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if "." in self.server.breaks_at:
            return False
        time.sleep(self.server.slow_s)
        self.server.taken.append(b"".join(lines).decode())
        self._say("250 taken")
        return True

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


@pytest.fixture
def mail_server():
    """Give a mail server that runs."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.stopped.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def dead_port():
    """Give a port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def talks_to(app, port, timeout_s=5.0):
    """Have an app hand its mail to this port."""
    state = app.extensions["mailman"]
    state.backend, state.server, state.port, state.timeout = "smtp", "127.0.0.1", port, timeout_s
