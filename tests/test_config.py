"""Outside the demonstration nothing starts without its keys; nothing has a default secret."""

import stat

import pytest

from matchmaker.config import KEYS, MissingKeys, from_environment, new_keys
from tests.harness.apps import make_app

FULL = {f"MATCHMAKER_{name}": value for name, value in new_keys().items()}


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
