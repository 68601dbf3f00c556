"""A database that another key has sealed is refused before anything is read."""

import runpy

import pytest
from click.testing import CliRunner

from matchmaker import cli
from matchmaker.admin.database import refuse_wrong_key
from matchmaker.config import TOP
from matchmaker.models.encrypted import WrongKey, use_keys
from tests.harness.apps import KEYS, make_app

pytestmark = [pytest.mark.control(2), pytest.mark.asvs("11.3.1")]
OTHER = "another-key-of-the-tests-" + "y" * 32


@pytest.fixture(autouse=True)
def own_keys_again():
    """Put the keys of the tests back."""
    yield
    use_keys([KEYS["FIELD_KEY"]])


@pytest.fixture
def environment(each_database, tmp_path, monkeypatch):
    """Set what an operator sets; give a way to change it."""
    values = {name: value for name, value in KEYS.items()}
    values |= {
        "HOSTS": "tandem.example",
        "DATABASE_URL": each_database,
        "INSTANCE": str(tmp_path),
        "FIELD_KEYS_OLD": "",
    }

    def set_(**more):
        for name, value in (values | more).items():
            monkeypatch.setenv(f"MATCHMAKER_{name}", value)

    monkeypatch.delenv("MATCHMAKER_DEMONSTRATION", raising=False)
    set_()
    return set_


def test_right_key_is_let_pass(each_app):
    assert refuse_wrong_key(each_app) is None


def test_wrong_key_is_named_with_what_to_do(each_database, tmp_path):
    app = make_app(each_database, tmp_path, FIELD_KEY=OTHER)
    with pytest.raises(WrongKey, match="MATCHMAKER_FIELD_KEYS_OLD"):
        refuse_wrong_key(app)


def test_old_key_beside_the_new_one_is_enough(each_database, tmp_path):
    app = make_app(each_database, tmp_path, FIELD_KEY=OTHER, FIELD_KEYS_OLD=[KEYS["FIELD_KEY"]])
    assert refuse_wrong_key(app) is None


def test_database_out_of_reach_is_no_wrong_key(tmp_path):
    app = make_app("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path)
    assert refuse_wrong_key(app) is None


@pytest.mark.parametrize("command", ["verify", "tick", "upgrade", "anchor"])
def test_commands_refuse_a_wrong_key(environment, command):
    environment(FIELD_KEY=OTHER)
    result = CliRunner().invoke(cli.main, [command])
    assert result.exit_code == 1
    assert "sealed with another key" in result.output
    assert "Traceback" not in result.output


def test_server_does_not_start_with_a_wrong_key(environment):
    assert runpy.run_path(str(TOP / "wsgi.py"))["app"].name == "matchmaker"
    environment(FIELD_KEY=OTHER)
    with pytest.raises(WrongKey):
        runpy.run_path(str(TOP / "wsgi.py"))


def test_server_does_not_start_without_a_key(environment):
    environment(FIELD_KEY="")
    with pytest.raises(RuntimeError, match="MATCHMAKER_FIELD_KEY"):
        runpy.run_path(str(TOP / "wsgi.py"))
