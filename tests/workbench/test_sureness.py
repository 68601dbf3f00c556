"""How sure a pair is: worked out once, with fewer trials for large rounds."""

import pytest

from matchmaker.models import Round
from matchmaker.workbench import sureness
from matchmaker.workbench.solved import solved_round
from matchmaker.workbench.sureness import draws_for, sureness_of, takes_long


def test_same_result_is_worked_out_once(session, solved, monkeypatch):
    first = sureness_of(solved, solved_round(session, solved))
    monkeypatch.setattr(sureness, "stability", None)
    assert sureness_of(solved, solved_round(session, solved)) is first


def test_pair_outside_the_result_has_no_share(session, solved):
    found = sureness_of(solved, solved_round(session, solved))
    assert found.of("nobody", "nothing") is None


def test_large_rounds_get_fewer_trials_but_never_too_few():
    assert [draws_for(n) for n in (100, 60_000, 600_000, 10**9)] == [100, 100, 10, 10]


@pytest.mark.parametrize(
    ("solver", "n_candidates", "long"),
    [
        ("paths", 400_000, False),
        ("paths", 400_001, True),
        ("milp", 1000, False),
        ("milp", 1001, True),
    ],
)
def test_nobody_is_kept_waiting_for_minutes(solver, n_candidates, long):
    summary = {"solver": solver, "n_candidates": n_candidates}
    assert takes_long(Round(summary=summary)) is long
