"""The ``matchmaker`` command; imports wait until a command needs them (the file job: no web)."""

import os
import signal
import sys
from typing import Any

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matchmaker")
def main() -> None:
    """Tandem: matches municipalities in conflict areas with local governments that can help."""


# --- Running the platform -------------------------------------------------------------------


@main.command()
def keys() -> None:
    """Print a fresh set of secrets as environment lines."""
    from matchmaker.config import new_keys

    for name, value in new_keys().items():
        click.echo(f"MATCHMAKER_{name}={value}")


@main.command()
def upgrade() -> None:
    """Bring the database to the present schema and taxonomy (safe to run again)."""
    with _app().app_context():
        _upgrade_database()
    click.echo("The database is up to date.")


@main.command("run-job", hidden=True)
@click.argument("job_id")
def run_job(job_id: str) -> None:
    """Do one piece of long work; started by the platform as a child process."""
    from matchmaker.rounds.solving import run_solve_job

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with _app().app_context():
        run_solve_job(job_id)


@main.command()
@click.option("--email", required=True, help="Address of the first administrator.")
@click.option("--association", required=True, help="Name of the first association.")
@click.option("--base-url", default="http://127.0.0.1:8080", show_default=True)
def create_admin(email: str, association: str, base_url: str) -> None:
    """Make the first administrator and association; prints a one-time link."""
    from matchmaker.accounts.service import invite_administrator
    from matchmaker.unit_of_work import transaction

    app = _app()
    with app.test_request_context(base_url=base_url):
        with transaction() as work:
            link = invite_administrator(work.session, email, association)
        click.echo("Open this link once, within 10 minutes, to set the password:")
        click.echo(f"{base_url.rstrip('/')}{link}")


@main.command()
def verify() -> None:
    """Check the invariants and the audit chain; exit 0 clean, 1 broken with each break named."""
    from matchmaker.admin.invariants import breaks
    from matchmaker.extensions import db

    with _app().app_context():
        found = list(breaks(db.session()))
    for line in found:
        click.echo(line)
    click.echo("clean" if not found else f"{len(found)} broken")
    sys.exit(1 if found else 0)


@main.command()
@click.option("--port", default=8080, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--reset", is_flag=True, help="Throw the demonstration data away and make it anew.")
def demo(port: int, host: str, reset: bool) -> None:
    """Serve the demonstration with realistic, invented data; keeps its data between runs."""
    from matchmaker.demonstration.serve import serve_demonstration

    os.environ["MATCHMAKER_DEMONSTRATION"] = "1"
    serve_demonstration(_app(), host=host, port=port, reset=reset)


def _app() -> Any:
    """Make the app from the environment, or say plainly what is missing."""
    from matchmaker.app import create_app
    from matchmaker.config import MissingKeys

    try:
        return create_app()
    except MissingKeys as missing:
        raise click.ClickException(str(missing)) from None


def _upgrade_database() -> None:
    from matchmaker.admin.database import upgrade_database

    upgrade_database()
