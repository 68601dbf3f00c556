"""The demonstration starts, answers, keeps to its own data, and stops when told."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

from matchmaker.demonstration import people, serve
from matchmaker.demonstration.people import SIGN_INS
from tests.harness.apps import make_app

ROOT = Path(__file__).resolve().parents[2]


def started(folder, port, *more):
    """Start the command as a person would."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MATCHMAKER_")}
    return subprocess.Popen(
        [sys.executable, "-m", "matchmaker", "demo", "--port", str(port), *more],
        cwd=ROOT,
        env=kept | {"MATCHMAKER_INSTANCE": str(folder), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Give a demonstration in its first start: its port and what it printed."""
    folder = tmp_path_factory.mktemp("served") / "instance"
    process = started(folder, 0)
    printed = []
    for line in process.stdout:
        printed.append(line)
        if line.startswith("Stop with"):
            break
    text = "".join(printed)
    port = int(re.search(r"READY http://127\.0\.0\.1:(\d+)/", text).group(1))
    yield {"process": process, "port": port, "text": text, "folder": folder}
    if process.poll() is None:
        process.kill()
    process.communicate()


def first_page(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_the_sign_ins_are_printed_with_the_password(running):
    assert people.password_of(running["folder"]) in running["text"]
    assert all(row.email in running["text"] for row in people.sign_ins())


def test_the_first_page_is_english_and_says_demonstration(running):
    status, text = first_page(running["port"])
    assert status == 200
    assert '<html lang="en"' in text
    assert "demonstration" in text


def test_a_taken_port_is_named_and_nothing_is_started(running, tmp_path):
    second = started(tmp_path / "other", running["port"])
    _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{running['port']}" in said
    assert not (tmp_path / "other" / SIGN_INS).exists()


def test_it_stops_on_sigterm_and_leaves_the_port(running):
    running["process"].send_signal(signal.SIGTERM)
    assert running["process"].wait(timeout=30) == 0
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", running["port"])):
        pass


def test_what_is_due_is_done_at_the_start_already(app):
    stop, done = threading.Event(), []

    def due(called_with):
        done.append(called_with)
        stop.set()

    serve._keep_time(app, stop, due)
    assert done == [app]


def test_a_bad_minute_does_not_end_the_clock(app, monkeypatch):
    stop, tries = threading.Event(), []
    monkeypatch.setattr(serve, "TICK_SECONDS", 0)

    def due(_):
        tries.append(1)
        if len(tries) == 2:
            stop.set()
        raise OSError

    serve._keep_time(app, stop, due)
    assert len(tries) == 2


def test_reset_deletes_the_database_and_the_password(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'tandem.sqlite'}", tmp_path)
    (tmp_path / "tandem.sqlite").write_bytes(b"")
    (tmp_path / SIGN_INS).write_text("{}")
    serve.wipe(app, tmp_path)
    assert not (tmp_path / "tandem.sqlite").exists()
    assert not (tmp_path / SIGN_INS).exists()


def test_reset_leaves_a_database_outside_the_folder_alone(tmp_path):
    elsewhere = tmp_path / "elsewhere.sqlite"
    elsewhere.write_bytes(b"")
    app = make_app(f"sqlite:///{elsewhere}", tmp_path / "instance")
    with pytest.raises(click.ClickException, match="Nothing was deleted"):
        serve.wipe(app, tmp_path / "instance")
    assert elsewhere.exists()


def test_a_database_with_other_data_is_refused(app, session):
    from tests.factories import make_municipality

    make_municipality(session)
    session.commit()
    with pytest.raises(click.ClickException, match="other data"):
        serve.prepare(app, Path(app.instance_path))
