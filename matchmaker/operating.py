"""Commands of whoever runs the platform: backups, keys, readiness.

As in `cli`, imports wait until a command needs them.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

log = logging.getLogger(__name__)


def open_app(*, any_key: bool = False) -> Any:
    """Make the app from the environment, or say plainly what is missing or does not fit."""
    from matchmaker.admin.database import refuse_wrong_key
    from matchmaker.app import create_app
    from matchmaker.config import MissingHosts, MissingKeys
    from matchmaker.models.encrypted import WrongKey

    try:
        app = create_app()
        if not any_key:
            refuse_wrong_key(app)
    except (MissingKeys, MissingHosts, WrongKey) as refused:
        raise click.ClickException(str(refused)) from None
    return app


def do_what_is_due(app: Any) -> dict[str, int]:
    """Do what time asks for, and return how often; within the app's context.

    The timer of an installation calls it by `matchmaker tick`, the demonstration by itself. Each
    duty is done whatever became of the others; `not_done` counts what failed in an unforeseen way.
    """
    from matchmaker.delivery import deliver_due
    from matchmaker.extensions import db
    from matchmaker.pages.publishing import publish_when_due
    from matchmaker.personal.sweep import sweep, sweep_sessions
    from matchmaker.pulses.due import run_pulses
    from matchmaker.rounds.deadlines import run_due
    from matchmaker.unit_of_work import transaction

    def publish() -> dict[str, int]:
        with transaction() as work:
            return {"published": int(publish_when_due(work.session) is not None)}

    duties: dict[str, Callable[[], dict[str, int]]] = {
        "rounds": lambda: run_due(db.session(), answer_within=app.config["ANSWER_WITHIN"]),
        "pulses": lambda: run_pulses(db.session()),
        "figures": publish,
        "mail": deliver_due,
        "deletion": sweep,
        "sessions": lambda: {
            "sessions_deleted": sweep_sessions(Path(app.instance_path) / "sessions")
        },
    }
    done: dict[str, int] = {}
    not_done = 0
    for name, duty in duties.items():
        try:
            found = duty()
        except Exception:  # no duty may wait for the trouble of another one to be mended
            log.exception("duty_not_done duty=%s", name)
            db.session().rollback()
            not_done += 1
            continue
        not_done += found.pop("not_done", 0)
        done |= found
    return done | {"not_done": not_done}


@click.command()
def ready() -> None:
    """Say of each part whether it works; exit 0 if all do, 1 if not."""
    from matchmaker.admin.health import CHECKS, failing
    from matchmaker.extensions import db

    app = open_app(any_key=True)
    with app.app_context():
        failed = failing(db.session(), Path(app.instance_path))
    for code in CHECKS:
        click.echo(f"{code}: {'not ok' if code in failed else 'ok'}")
        if code in failed and code != "disk":
            break
    sys.exit(1 if failed else 0)


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path) -> None:
    """Write the whole database into one file (mode 0600); no key is in it."""
    from flask import current_app

    from matchmaker.admin import stamps
    from matchmaker.admin.backup import back_up
    from matchmaker.admin.dumping import ToolFailed
    from matchmaker.extensions import db

    with open_app().app_context():
        try:
            manifest = back_up(db.engine, path)
        except (ToolFailed, OSError) as failed:
            raise click.ClickException(f"Nothing was written. {failed}") from None
        stamps.note(Path(current_app.instance_path), stamps.BACKUP)
    n_rows = sum(manifest["rows"].values())
    click.echo(f"{path}: {n_rows} rows, audit trail up to {manifest['audit']['seq']}")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace the data that are in the database now.")
@click.option("--check-only", is_flag=True, help="Read and check the file; change nothing.")
@click.option(
    "--tombstones",
    type=click.File(encoding="utf-8"),
    help="What 'matchmaker tombstones' printed last: deleted again after the restore.",
)
def restore(path: Path, replace: bool, check_only: bool, tombstones: Any) -> None:
    """Lay a backup back, upgrade it and verify it. Stop the site first."""
    from matchmaker.admin.archive import BadArchive
    from matchmaker.admin.dumping import ToolFailed
    from matchmaker.admin.restore import HoldsData, check_archive
    from matchmaker.extensions import db
    from matchmaker.models.encrypted import WrongKey

    lines = tombstones.read().splitlines() if tombstones else []
    with open_app(any_key=replace).app_context():
        try:
            if check_only:
                check_archive(path, db.engine.dialect.name)
                click.echo("The backup is whole, and the key opens it.")
                return
            found = _restore(path, lines, replace=replace)
        except WrongKey:
            raise click.ClickException("The backup was sealed with another key.") from None
        except HoldsData:
            raise click.ClickException(
                "The database holds data; --replace replaces them. Nothing was changed."
            ) from None
        except (BadArchive, ToolFailed) as refused:
            raise click.ClickException(str(refused)) from None
    for line in found:
        click.echo(line)
    click.echo("restored and clean" if not found else f"restored, {len(found)} broken")
    sys.exit(1 if found else 0)


def _restore(path: Path, tombstones: list[str], *, replace: bool) -> list[str]:
    """Lay back, bring up to date, delete again, check; return what does not hold."""
    from matchmaker.admin.database import upgrade_database
    from matchmaker.admin.invariants import breaks
    from matchmaker.admin.restore import delete_again, lay_back
    from matchmaker.extensions import db
    from matchmaker.unit_of_work import transaction

    found = [f"restore: {name} differs" for name in lay_back(db.engine, path, replace=replace)]
    upgrade_database()
    with transaction() as work:
        n_deleted = delete_again(work.session, tombstones, _erasers())
    click.echo(f"{n_deleted} rows that were deleted since are deleted again")
    return found + list(breaks(db.session()))


def _erasers() -> dict[str, Any]:
    """Return how rows of each kind are deleted."""
    from matchmaker.personal.erasing import erase_account
    from matchmaker.personal.service import delete_town_again

    return {"user_account": erase_account, "municipality": delete_town_again}


@click.command()
def tombstones() -> None:
    """Print what was deleted, as digests; keep it outside the backups, for 'restore'."""
    from matchmaker.admin.restore import tombstone_lines
    from matchmaker.extensions import db

    with open_app().app_context():
        for line in tombstone_lines(db.session()):
            click.echo(line)


@click.command("rotate-keys")
def rotate_keys() -> None:
    """Seal everything with the new MATCHMAKER_FIELD_KEY; safe to end and to run again."""
    from matchmaker.admin.keys import rotate
    from matchmaker.extensions import db

    with open_app().app_context():
        n = rotate(db.session(), lambda place, count: click.echo(f"{place}: {count}"))
    click.echo(f"{n} values were sealed with the new key. Empty MATCHMAKER_FIELD_KEYS_OLD now,")
    click.echo("restart, and keep the old key only as long as backups sealed with it are kept.")


@click.command("compile")
def compile_loops() -> None:
    """Compile the loops of the solver now, so that no page waits for it after an update."""
    from matchmaker.matching.warm import warm_up

    click.echo(f"The loops of the solver are compiled ({warm_up():.1f} s).")


COMMANDS = (ready, backup, restore, tombstones, rotate_keys, compile_loops)
