"""A backup holds everything at one moment, is refused when changed, and comes back whole."""

import json
import sqlite3
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from matchmaker import cli, operating
from matchmaker.access import PLATFORM
from matchmaker.admin import archive, backup, restore
from matchmaker.admin.invariants import breaks
from matchmaker.audit import created, move
from matchmaker.extensions import db
from matchmaker.models import AuditHead, Municipality, User, bury
from matchmaker.models.encrypted import WrongKey, use_keys
from tests.factories import make_user
from tests.harness.apps import KEYS

pytestmark = [pytest.mark.control(2), pytest.mark.asvs("16.4.2")]
OTHER = "another-key-of-the-tests-" + "y" * 32


@pytest.fixture(autouse=True)
def own_keys_again():
    """Put the keys of the tests back."""
    yield
    use_keys([KEYS["FIELD_KEY"]])


@pytest.fixture
def filled(each_app):
    """Give an app whose database holds a town, a person and a chain."""
    with each_app.app_context():
        town = Municipality(name="Town", country="BA", contact_email="office@town.example")
        created(db.session(), PLATFORM, town)
        move(db.session(), PLATFORM, town, "verified")
        make_user(db.session(), email="person@town.example")
        db.session.commit()
        yield each_app
        db.session.remove()


@pytest.fixture
def kept(filled, tmp_path):
    """Give a backup of it."""
    path = tmp_path / "kept.backup"
    backup.back_up(db.engine, path)
    return path


def later_write():
    """Write what the backup does not hold."""
    created(db.session(), PLATFORM, Municipality(name="Later", country="BA"))
    db.session.commit()
    db.session.remove()


def names():
    found = db.session.scalars(select(Municipality.name)).all()
    db.session.remove()
    return found


def run(app, monkeypatch, *arguments):
    monkeypatch.setattr(operating, "open_app", lambda **more: app)
    return CliRunner().invoke(cli.main, [str(part) for part in arguments])


def test_restore_drill_brings_back_the_same_rows_and_chain(filled, kept):
    manifest = archive.read_manifest(kept)
    later_write()
    assert restore.lay_back(db.engine, kept, replace=True) == []
    assert names() == ["Town"]
    head = db.session.get_one(AuditHead, 1)
    assert (head.seq, head.digest) == (manifest["audit"]["seq"], manifest["audit"]["digest"])
    assert (
        db.session.scalar(select(func.count()).select_from(User))
        == manifest["rows"]["user_account"]
    )
    assert db.session.scalars(select(Municipality.contact_email)).one() == "office@town.example"
    assert list(breaks(db.session())) == []
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(text("DELETE FROM audit_event"))
    db.session.rollback()


def test_backup_is_for_its_owner_only_and_holds_no_key_and_no_address(filled, kept):
    assert kept.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(kept) as opened:
        inside = b"".join(opened.read(name) for name in opened.namelist())
    for word in (*KEYS.values(), "office@town.example", "person@town.example"):
        assert word.encode() not in inside
    assert [p.name for p in kept.parent.iterdir() if p.name.startswith(archive.LEFT)] == []


def test_database_with_data_is_not_replaced_unless_asked(filled, kept):
    later_write()
    with pytest.raises(restore.HoldsData):
        restore.lay_back(db.engine, kept, replace=False)
    assert sorted(names()) == ["Later", "Town"]


def test_changed_archive_is_refused_before_anything_is_touched(filled, kept):
    with zipfile.ZipFile(kept) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(parts[archive.MANIFEST])
    for change in ({"audit": {"seq": 0, "digest": "0"}}, {"rows": {}}, {"signature": ""}):
        forged = json.dumps(manifest | change).encode()
        rewrite(kept, parts | {archive.MANIFEST: forged})
        with pytest.raises(archive.BadArchive, match="changed"):
            restore.lay_back(db.engine, kept, replace=True)
    database = parts[archive.DATABASE]
    for damaged in (database[:-1], database + b"x", b"x" + database[1:]):
        rewrite(kept, parts | {archive.DATABASE: damaged})
        with pytest.raises(archive.BadArchive, match="damaged"):
            restore.lay_back(db.engine, kept, replace=True)
    assert names() == ["Town"]


def rewrite(path, parts):
    with zipfile.ZipFile(path, "w") as opened:
        for name in (archive.MANIFEST, archive.DATABASE):
            opened.writestr(name, parts[name])


def test_file_that_is_no_backup_is_refused(filled, tmp_path):
    (tmp_path / "letter").write_text("Dear all")
    for name in ("letter", "nothing"):
        with pytest.raises(archive.BadArchive):
            restore.check_archive(tmp_path / name, "sqlite")


def test_backup_of_another_key_is_refused(filled, kept):
    use_keys([OTHER])
    with pytest.raises(WrongKey):
        restore.lay_back(db.engine, kept, replace=True)


def test_backup_of_the_other_kind_of_database_is_refused(filled, kept):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[db.engine.dialect.name]
    with pytest.raises(archive.BadArchive, match="backup is of"):
        restore.check_archive(kept, other)


def test_who_was_deleted_after_the_backup_is_deleted_again(filled, kept):
    user = db.session.scalars(select(User)).one()
    bury(db.session(), "user_account", user.public_id)
    db.session.commit()
    lines = list(restore.tombstone_lines(db.session()))
    assert user.public_id not in "".join(lines)
    db.session.remove()
    restore.lay_back(db.engine, kept, replace=True)
    gone = []
    erasers = {"user_account": lambda session, row: gone.append(row.email)}
    assert restore.delete_again(db.session(), lines, erasers) == 1
    assert gone == ["person@town.example"]
    with pytest.raises(archive.BadArchive, match="user_account"):
        restore.delete_again(db.session(), lines, {})
    with pytest.raises(archive.BadArchive, match="damaged"):
        restore.delete_again(db.session(), ["{}"], erasers)


def test_commands_back_up_check_and_restore(filled, tmp_path, monkeypatch):
    path = tmp_path / "night.backup"
    made = run(filled, monkeypatch, "backup", path)
    assert (made.exit_code, "audit trail up to 2" in made.output) == (0, True)
    assert run(filled, monkeypatch, "restore", path, "--check-only").exit_code == 0
    later_write()
    refused = run(filled, monkeypatch, "restore", path)
    assert (refused.exit_code, "--replace" in refused.output) == (1, True)
    done = run(filled, monkeypatch, "restore", path, "--replace")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "restored and clean")
    assert names() == ["Town"]


def test_failed_backup_leaves_the_last_one_alone(filled, kept, monkeypatch):
    before = kept.read_bytes()
    monkeypatch.setattr(
        archive.os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "full"))
    )
    answer = run(filled, monkeypatch, "backup", kept)
    assert (answer.exit_code, "Nothing was written" in answer.output) == (1, True)
    assert kept.read_bytes() == before


def test_folders_of_ended_processes_are_cleared_away(tmp_path):
    (tmp_path / f"{archive.LEFT}999999999-aa").mkdir()
    with archive.work_folder(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_sqlite_is_copied_while_somebody_writes(app, tmp_path):
    with app.app_context():
        source = db.engine.url.database
        writer = sqlite3.connect(source, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE audit_head SET seq = 77")
        manifest = backup.back_up(db.engine, tmp_path / "copy.backup")
        writer.execute("ROLLBACK")
        writer.close()
    assert manifest["audit"]["seq"] == 0
