"""Outside the demonstration nothing starts without its keys; nothing has a default secret."""

import stat

import pytest
from click import ClickException

from matchmaker.config import (
    KEYS,
    TOP,
    MissingHosts,
    MissingKeys,
    from_environment,
    new_keys,
    settings,
)
from matchmaker.jobs import child_environment
from matchmaker.operating import open_app
from tests.harness.apps import make_app

FULL = {f"MATCHMAKER_{name}": value for name, value in new_keys().items()}
FULL["MATCHMAKER_HOSTS"] = "tandem.example"


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("value", [None, "", "short"])
def test_start_without_a_key_is_refused_by_name(name, value, tmp_path):
    environ = dict(FULL, MATCHMAKER_INSTANCE=str(tmp_path))
    if value is None:
        del environ[f"MATCHMAKER_{name}"]
    else:
        environ[f"MATCHMAKER_{name}"] = value
    with pytest.raises(MissingKeys, match=f"MATCHMAKER_{name}"):
        from_environment(environ)


def test_demonstration_makes_its_own_keys_and_keeps_them(tmp_path):
    environ = {"MATCHMAKER_DEMONSTRATION": "1", "MATCHMAKER_INSTANCE": str(tmp_path)}
    first, second = from_environment(environ), from_environment(environ)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 32


def test_keys_of_the_demonstration_are_for_their_owner_only(tmp_path):
    from_environment({"MATCHMAKER_DEMONSTRATION": "1", "MATCHMAKER_INSTANCE": str(tmp_path)})
    mode = (tmp_path / "demonstration-keys.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_cookies_are_secure_and_bound_to_the_host_outside_the_demonstration(tmp_path):
    values = from_environment(dict(FULL, MATCHMAKER_INSTANCE=str(tmp_path)))
    assert values["SESSION_COOKIE_SECURE"]
    assert values["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_hosts_and_proxies_come_from_the_environment(tmp_path):
    named = {"MATCHMAKER_HOSTS": "tandem.example, www.tandem.example,"}
    more = named | {"MATCHMAKER_TRUSTED_PROXIES": "1", "MATCHMAKER_INSTANCE": str(tmp_path)}
    values = from_environment(FULL | more)
    assert values["TRUSTED_HOSTS"] == ["tandem.example", "www.tandem.example"]
    assert values["TRUSTED_PROXIES"] == 1


@pytest.mark.parametrize("named", [None, "", " , "])
def test_start_without_the_own_host_names_is_refused(tmp_path, named):
    """Else a stranger could have a link to choose a new password lead to a site of their own."""
    environ = dict(FULL, MATCHMAKER_INSTANCE=str(tmp_path), MATCHMAKER_HOSTS=named)
    if named is None:
        del environ["MATCHMAKER_HOSTS"]
    with pytest.raises(MissingHosts, match="MATCHMAKER_HOSTS"):
        from_environment(environ)


def test_mails_lead_to_a_name_that_the_site_answers_to(tmp_path):
    environ = dict(FULL, MATCHMAKER_INSTANCE=str(tmp_path))
    assert from_environment(environ)["SITE_URL"] == "https://tandem.example"
    with pytest.raises(MissingHosts, match="MATCHMAKER_SITE_URL"):
        from_environment(environ | {"MATCHMAKER_SITE_URL": "https://other.example"})


def test_command_says_plainly_that_the_host_names_are_missing(tmp_path, monkeypatch):
    for name, value in (FULL | {"MATCHMAKER_INSTANCE": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MATCHMAKER_HOSTS")
    monkeypatch.delenv("MATCHMAKER_DEMONSTRATION", raising=False)
    with pytest.raises(ClickException, match="MATCHMAKER_HOSTS is missing"):
        open_app()


def test_example_of_the_settings_names_its_hosts():
    text = (TOP / "deploy" / "environment.example").read_text(encoding="utf-8")
    pairs = dict(line.split("=", 1) for line in text.splitlines() if line[:1].isupper())
    assert from_environment(pairs | FULL)["TRUSTED_HOSTS"] == [pairs["MATCHMAKER_HOSTS"]]


def test_demonstration_answers_under_any_name(tmp_path):
    environ = {"MATCHMAKER_DEMONSTRATION": "1", "MATCHMAKER_HOSTS": "tandem.example"}
    assert (
        from_environment(environ | {"MATCHMAKER_INSTANCE": str(tmp_path)})["TRUSTED_HOSTS"] is None
    )


@pytest.mark.parametrize(
    ("header", "n_proxies", "code"),
    [
        ({"Host": "tandem.example"}, 0, 200),
        ({"Host": "attacker.example"}, 0, 400),
        ({"Host": "tandem.example", "X-Forwarded-Host": "attacker.example"}, 0, 200),
        ({"Host": "127.0.0.1:8000", "X-Forwarded-Host": "tandem.example"}, 1, 200),
        ({"Host": "tandem.example", "X-Forwarded-Host": "attacker.example"}, 1, 400),
    ],
)
def test_only_the_own_host_name_is_answered(sqlite_url, tmp_path, header, n_proxies, code):
    app = make_app(
        sqlite_url, tmp_path, TRUSTED_HOSTS=["tandem.example"], TRUSTED_PROXIES=n_proxies
    )
    answer = app.test_client().get("/login", headers=header)
    assert answer.status_code == code
    assert "attacker.example" not in answer.text


@pytest.mark.parametrize("demonstration", [True, False])
def test_child_process_gets_the_keys_of_its_parent(tmp_path, demonstration):
    keys = {name: f"{name.lower()}-{'k' * 40}" for name in KEYS}
    parent = settings(keys, tmp_path, "sqlite://", demonstration=demonstration)
    child = from_environment(child_environment(parent))
    for name in ("SECRET_KEY", "FIELD_KEY", "SECURITY_PASSWORD_SALT", "SECURITY_TOTP_SECRETS"):
        assert child[name] == parent[name]
