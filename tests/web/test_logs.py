"""Logs hold no data: whatever a request carries, its values stay out of them."""

import io
import json
import logging

import pytest

CANARY = "canary-7f3a9c"


@pytest.fixture
def log(app):
    """Give what the app's own handler would have written."""
    from matchmaker.web.logs import JsonLines

    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers.insert(0, handler)  # first: the text of an exception is formatted once
    level = root.level
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.asvs("16.2.5", "16.5.1")
@pytest.mark.control(19)
def test_failing_request_logs_no_value_of_it(app, log):
    @app.get("/break/<word>")
    def broken(word):
        raise RuntimeError(f"refused the value {word}")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get(
        f"/break/{CANARY}?q={CANARY}", headers={"X-Test": CANARY, "User-Agent": CANARY}
    )
    assert answer.status_code == 500
    assert "refused the value" not in answer.text
    assert "request_failed" in log.getvalue()
    assert CANARY not in log.getvalue()


@pytest.mark.asvs("16.2.5")
@pytest.mark.control(19)
def test_wrong_password_is_not_logged(client, log):
    client.post("/login", {"email": f"{CANARY}@example.test", "password": CANARY})
    assert CANARY not in log.getvalue()


@pytest.mark.asvs("16.2.5")
@pytest.mark.control(19)
def test_token_in_a_path_is_not_logged(client, log):
    client.get(f"/reset/{CANARY}")
    client.get(f"/account/confirm/{CANARY}")
    assert CANARY not in log.getvalue()


@pytest.mark.control(19)
def test_error_of_the_database_shows_no_parameters(app, log):
    from sqlalchemy.exc import IntegrityError

    from matchmaker.extensions import db
    from matchmaker.models import Association

    with app.app_context():
        db.session.add_all([Association(name=CANARY), Association(name=CANARY)])
        with pytest.raises(IntegrityError) as refused:
            db.session.flush()
        db.session.rollback()
        assert CANARY not in str(refused.value)


@pytest.mark.asvs("16.2.5")
@pytest.mark.control(19)
def test_each_request_is_one_line_without_address_or_sender(client, log):
    client.get(f"/no/such/{CANARY}?q={CANARY}", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    client.get("/login")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = [line for line in lines if line["event"] == "request"]
    assert [(line["endpoint"], line["status"]) for line in told] == [
        ("none", 404),
        ("security.login", 200),
    ]
    keys = {"time", "level", "logger", "event", "method", "endpoint", "status", "ms", "request"}
    assert set(told[0]) == keys
    assert told[0]["request"] != told[1]["request"]
    assert "203.0.113.77" not in log.getvalue()


def test_failures_and_refusals_weigh_more(app, client, log):
    @app.get("/break")
    def broken():
        raise RuntimeError

    app.config["PROPAGATE_EXCEPTIONS"] = False
    client.get("/break")
    client.post("/login", headers={"Origin": "https://evil.example"})
    client.get("/healthz")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = [(line["status"], line["level"]) for line in lines if line["event"] == "request"]
    assert told == [(500, "error"), (403, "warning")]
    failed = next(line for line in lines if line["event"] == "request_failed")
    assert failed["places"].endswith("builtins.RuntimeError")
    assert failed["request"] == next(line["request"] for line in lines if "status" in line)


@pytest.mark.control(19)
def test_word_of_a_library_is_not_repeated(app, log):
    logging.getLogger("some.library").warning("cannot reach %s", CANARY)
    logging.getLogger("some.library").error(f"refused {CANARY}")
    assert CANARY not in log.getvalue()
    assert log.getvalue().count("some.library") == 2


def test_method_that_nobody_sends_is_not_repeated(app, log):
    app.test_client().open("/login", method="CANARY")
    assert "CANARY" not in log.getvalue()
