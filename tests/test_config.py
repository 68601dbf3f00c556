"""Outside the demonstration nothing starts without its keys; nothing has a default secret."""

import stat

import pytest

from matchmaker.config import KEYS, MissingKeys, from_environment, new_keys

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
