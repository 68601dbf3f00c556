"""The ``matchmaker`` command; imports wait until a command needs them (the file job: no web)."""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from matchmaker import operating
from matchmaker.operating import open_app as _app


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matchmaker")
def main() -> None:
    """Tandem: matches municipalities in conflict areas with local governments that can help."""


# --- The file job: no web, no database ---------------------------------------------------------


@main.command()
@click.option("--needs", type=click.Path(path_type=Path), help="CSV file of needs.")
@click.option("--offers", type=click.Path(path_type=Path), help="CSV file of offers.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
@click.option("--settings", type=click.Path(path_type=Path), help="Weights and limits (TOML).")
@click.option("--report", type=click.Path(path_type=Path), help="HTML report to write.")
@click.option("--snapshot", type=click.Path(path_type=Path), help="Run a stored round again.")
@click.option("--wanted", type=click.Path(path_type=Path), help="CSV file: offers to call for.")
@click.option("--save-snapshot", type=click.Path(path_type=Path), help="Store this round.")
@click.option(
    "--date",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day the round is taken on; today where left out.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
def propose(
    needs: Path | None,
    offers: Path | None,
    out: Path,
    settings: Path | None,
    report: Path | None,
    snapshot: Path | None,
    wanted: Path | None,
    save_snapshot: Path | None,
    today: datetime | None,
    quiet: bool,
) -> None:
    """Propose pairs for two CSV files, with reasons for every need without one.

    Exit codes: 0 done, 1 unexpected, 2 bad input, 3 demands that cannot be met together.
    """
    from matchmaker.exchange.progress import ProgressLine
    from matchmaker.exchange.propose import propose as run

    progress = None if quiet else ProgressLine(sys.stderr)
    day = today.date() if today else None
    paths = needs, offers, out, settings, report, snapshot, save_snapshot
    sys.exit(run(*paths, day, progress, wanted_path=wanted))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
def template(folder: Path) -> None:
    """Write needs.csv and offers.csv with example rows to write over."""
    from matchmaker.exchange.template import write_templates

    try:
        paths = write_templates(folder)
    except FileExistsError as error:
        click.echo(f"{error} is there already; nothing was written.", err=True)
        sys.exit(2)
    for path in paths:
        click.echo(path)


@main.command()
@click.option("--ties", type=click.Path(path_type=Path), required=True, help="CSV file of ties.")
@click.option("--pairs", type=click.Path(path_type=Path), required=True, help="Pairs to score.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
@click.option("--weights", type=click.Path(path_type=Path), help="Other weights than the shipped.")
def context(ties: Path, pairs: Path, out: Path, weights: Path | None) -> None:
    """Score pairs of towns by how recorded partnerships came about.

    A tie equal to the scored pair is left out. Exit codes: 0 done, 1 unexpected, 2 bad input.
    """
    from matchmaker.exchange.context import context as run

    sys.exit(run(ties, pairs, out, weights, None))


@main.command()
@click.option("--pairs", type=click.Path(path_type=Path), required=True, help="CSV file of ties.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--fit", type=click.Path(path_type=Path), help="File for weights from all pairs.")
@click.option("--ablation/--no-ablation", default=True, help="Judge without each part as well.")
@click.option("--quiet", is_flag=True, help="No progress.")
def backtest(pairs: Path, seed: int, fit: Path | None, ablation: bool, quiet: bool) -> None:
    """Tell whether the context score finds the real partner among 99 others.

    Exit codes: 0 done, 1 unexpected, 2 bad input.
    """
    from matchmaker.exchange.backtest import backtest as run
    from matchmaker.exchange.progress import ProgressLine

    sys.exit(run(pairs, seed, fit, ablation, None if quiet else ProgressLine(sys.stderr)))


@main.command()
@click.option("--pairs", type=click.Path(path_type=Path), help="CSV file of ties to learn from.")
@click.option("--out", type=click.Path(path_type=Path), help="File for the weights of --pairs.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option(
    "--decisions/--no-decisions",
    default=None,
    help="Learn from the platform's own rounds; what happens where --pairs is not given.",
)
def calibrate(pairs: Path | None, out: Path | None, seed: int, decisions: bool | None) -> None:
    """Fit weights to what people chose, with standard errors and the number of choices.

    With --pairs the weights of the context score, from recorded partnerships: no database.
    Without, the weights of the three criteria, from the decisions in the platform's rounds;
    nothing is changed: coordinators see them in the settings of a round and may take them.
    Exit codes: 0 done, 1 unexpected, 2 bad input.
    """
    if pairs is None and (out is not None or decisions is False):
        raise click.UsageError("--pairs FILE is needed.")
    if pairs is not None:
        from matchmaker.exchange.calibrate import calibrate as run

        code = run(pairs, out, seed)
        if code:
            sys.exit(code)
    if decisions or pairs is None:
        _tell_decisions()


def _tell_decisions() -> None:
    from matchmaker.extensions import db
    from matchmaker.matching.settings import Settings
    from matchmaker.rounds.calibration import suggestion_lines, suggestions

    with _app().app_context():
        found = suggestions(db.session(), Settings().weights, None, None)
    for line in suggestion_lines(found, Settings().weights):
        click.echo(line)


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
def tick() -> None:
    """Do what is due now: offers, answers, mandates, figures, mail; delete what has run out.

    Exits 1 where something failed in an unforeseen way; all else was done even so.
    """
    app = _app()
    with app.app_context():
        done = operating.do_what_is_due(app)
    click.echo(" ".join(f"{name}={n}" for name, n in done.items()))
    sys.exit(1 if done["not_done"] else 0)


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
@click.option("--email", required=True, help="Address of the account.")
@click.option("--reason", required=True, help="How you know that it is this person.")
def remove_second_factor(email: str, reason: str) -> None:
    """Take a lost authenticator app, keys and recovery codes of an account away.

    Call the person back first, at a number known from before. The reason goes to the audit trail.
    """
    from matchmaker.accounts.lost_factor import take_away
    from matchmaker.errors import BadInput
    from matchmaker.unit_of_work import transaction

    with _app().app_context():
        try:
            with transaction() as work:
                take_away(work.session, email, reason)
        except BadInput as error:
            raise click.ClickException(error.message) from None
    click.echo("Removed. The person signs in with the password and sets up a new one.")


@main.command()
@click.argument("public_id")
def plant(public_id: str) -> None:
    """Mark a registered municipality as planted: who opens its contact raises an alert.

    Register a place that does not exist, then give the last part of its address here.
    """
    from matchmaker.access import PLATFORM
    from matchmaker.audit import record
    from matchmaker.audit.openings import PLANTED
    from matchmaker.municipalities.queries import municipality_with
    from matchmaker.unit_of_work import transaction

    with _app().app_context(), transaction() as work:
        town = municipality_with(work.session, public_id)
        if town is None:
            raise click.ClickException("No municipality has this id.")
        record(work.session, PLATFORM, PLANTED, "municipality", town.public_id)
    click.echo("Planted.")


@main.command("anchor")
def print_anchor() -> None:
    """Print a signed note of the audit chain's last link; keep it outside this machine."""
    from matchmaker.audit import anchor
    from matchmaker.extensions import db
    from matchmaker.models.key_check import database_secret

    with _app().app_context():
        click.echo(anchor(db.session(), database_secret(db.session())))


@main.command()
@click.option(
    "--anchors",
    type=click.File(encoding="utf-8"),
    help="File of lines printed by 'matchmaker anchor'; the chain must still hold each.",
)
def verify(anchors: Any) -> None:
    """Check the invariants and the audit chain; exit 0 clean, 1 broken with each break named."""
    from flask import current_app

    from matchmaker.admin import stamps
    from matchmaker.admin.invariants import anchor_breaks, breaks
    from matchmaker.extensions import db
    from matchmaker.models.key_check import database_secret

    lines = anchors.read().splitlines() if anchors else []
    with _app().app_context():
        found = list(breaks(db.session()))
        found += anchor_breaks(db.session(), lines, database_secret(db.session()))
        stamps.note(Path(current_app.instance_path), stamps.CHECK, len(found))
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
    app = _app(any_key=reset)
    serve_demonstration(app, host, port, reset=reset, due=operating.do_what_is_due)


def _upgrade_database() -> None:
    from matchmaker.admin.database import upgrade_database

    upgrade_database()


for command in operating.COMMANDS:
    main.add_command(command)
