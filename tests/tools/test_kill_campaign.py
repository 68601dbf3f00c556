"""A few kills of each kind of work on each database; the whole campaign is a command."""

import os
import random

import pytest

from tools.kill_campaign import Copies, PostgresqlCopies, SqliteCopies, run_phase, table_of
from tools.kill_phases import PHASES, Phase

FEW = {"import": 1}
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


def copies_of(kind) -> Copies:
    if kind == "sqlite":
        return SqliteCopies()
    return PostgresqlCopies(os.environ["TEST_POSTGRES_URL"])


@pytest.mark.asvs("2.3.3")
@pytest.mark.parametrize("kind", ["sqlite", POSTGRESQL])
@pytest.mark.parametrize("name", PHASES)
def test_nothing_acknowledged_is_lost_by_a_kill(name, kind):
    tally = run_phase(name, copies_of(kind), FEW.get(name, 2), random.Random(7))
    assert (tally.lost, tally.broken) == (0, 0), tally.found
    assert tally.kills == FEW.get(name, 2)


def test_lost_answer_would_be_counted():
    """The check bites: an answer that was told and is not in the database counts as lost."""
    phase, copies = PHASES["approve"], SqliteCopies()

    def lie(app, folder, tell):
        tell("ready")
        for number in range(3):
            tell(f"signed-{number}")

    liar = Phase(phase.prepare, lie, phase.check)
    PHASES["liar"] = liar
    try:
        tally = run_phase("liar", copies, 1, random.Random(1))
    finally:
        del PHASES["liar"]
    assert tally.lost == 3
    assert "| liar | sqlite | 1 | 3 | 3 |" in table_of([tally])
