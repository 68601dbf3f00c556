"""Passwords known from breaches are refused, looked up in a local file that is not read whole."""

import hashlib

import pytest

from matchmaker.accounts.breached import check_file, is_breached
from tests.harness.apps import Client, make_app

pytestmark = pytest.mark.asvs("6.2.12")
LEAKED = [f"leaked password number {n}" for n in range(500)]
WORDS = "four unrelated words here"


def mark_of(password):
    """Return the line of a password as the file has it."""
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def written(path, passwords, end="\r\n"):
    """Write a file of these passwords."""
    lines = sorted(f"{mark_of(one)}:{n + 1}" for n, one in enumerate(passwords))
    path.write_bytes("".join(line + end for line in lines).encode())
    return str(path)


@pytest.fixture
def listed(tmp_path):
    """Give a file of 500 passwords."""
    return written(tmp_path / "breached.txt", LEAKED)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("number", [1, 2, 3, 64, 500])
def test_every_password_of_the_file_is_found(tmp_path, end, number):
    path = written(tmp_path / "list.txt", LEAKED[:number], end)
    assert all(is_breached(one, path) for one in LEAKED[:number])


def test_no_other_password_is_found(listed):
    assert not any(is_breached(f"another password {n}", listed) for n in range(500))


def test_last_line_without_an_end_is_found(tmp_path):
    path = tmp_path / "list.txt"
    written(path, LEAKED)
    path.write_bytes(path.read_bytes().rstrip())
    assert all(is_breached(one, str(path)) for one in LEAKED)


def test_lower_case_is_read_too(tmp_path):
    path = tmp_path / "list.txt"
    written(path, LEAKED)
    path.write_bytes(path.read_bytes().lower())
    assert all(is_breached(one, str(path)) for one in LEAKED)


def test_little_of_the_file_is_read(listed, monkeypatch):
    from matchmaker.accounts import breached

    reads = []
    original = breached._line_from
    monkeypatch.setattr(breached, "_line_from", lambda *given: reads.append(1) or original(*given))
    is_breached(LEAKED[7], listed)
    assert len(reads) <= 16  # 20 kB, halved until one line is left


def test_empty_file_holds_nothing(tmp_path):
    path = tmp_path / "list.txt"
    path.touch()
    assert not is_breached(WORDS, str(path))


@pytest.mark.parametrize("content", [None, b"", b"password\n123456\n", b"ABC:1\n", b"\xff\xfe"])
def test_start_with_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="MATCHMAKER_BREACHED_PASSWORDS"):
        check_file(str(path))


def test_file_that_went_away_is_noted_and_stops_nobody(listed, tmp_path, caplog):
    assert not is_breached(WORDS, str(tmp_path / "gone.txt"))
    assert "breached_passwords_not_readable" in caplog.text


def test_breached_password_is_refused_at_registration(sqlite_url, tmp_path, listed):
    client = Client(make_app(sqlite_url, tmp_path, BREACHED_PASSWORDS=listed))
    for password, refused in ((LEAKED[3], True), (WORDS, False)):
        fields = {"email": "a@example.test", "password": password, "password_confirm": password}
        page = client.post("/register", fields).text
        assert ("too easy to guess" in page) == refused
