"""Logs hold no data: whatever a request carries, its values stay out of them."""

import io
import logging

import pytest

CANARY = "canary-7f3a9c"


@pytest.fixture
def log(app):
    """Give what the app's own handler would have written."""
    from matchmaker.web.logs import CodePlacesOnly

    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(CodePlacesOnly("%(levelname)s %(name)s %(message)s"))
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
