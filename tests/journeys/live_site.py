"""The product behind a real server on a free loopback port, as the demonstration runs it."""

import contextlib
import threading
from collections.abc import Iterator

import waitress
from waitress import wasyncore

N_THREADS = 4


@contextlib.contextmanager
def served(app) -> Iterator[str]:
    """Serve an app while the block runs; give its address without a final slash."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=N_THREADS)
    thread = threading.Thread(target=server.run, name="live-site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # The loop ends in its own thread once nothing is left to listen to.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()
