"""A solved round is read once and found again by its digests."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from matchmaker.models import Proposal
from matchmaker.rounds.settings import settings_of
from matchmaker.workbench import solved as room
from matchmaker.workbench.solved import problem_of, solved_round
from tests.factories import make_round


def keys_of(solution, problem):
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    return {(needs[row], offers[column]) for row, column in solution.pairs.tolist()}


def test_pairs_are_those_of_the_proposals(session, solved):
    found = solved_round(session, solved)
    rows = session.scalars(select(Proposal).where(Proposal.round_id == solved.id))
    assert keys_of(found.solution, found.problem) == {
        (row.need.public_id, row.offer.public_id) for row in rows
    }


def test_pairs_stay_when_a_proposal_is_gone(session, solved):
    before = solved_round(session, solved).solution.pairs.tolist()
    session.execute(delete(Proposal))
    session.commit()
    assert solved_round(session, solved).solution.pairs.tolist() == before


def test_round_from_before_results_were_kept_has_the_pairs_of_its_proposals(session, solved):
    before = solved_round(session, solved).solution.pairs.tolist()
    solved.pairs = None
    session.commit()
    assert solved_round(session, solved).solution.pairs.tolist() == before


def test_figures_agree_with_the_summary(session, solved):
    figures = solved_round(session, solved).figures
    assert (figures.served, figures.pairs) == (solved.summary["served"], 2)
    assert figures.total == pytest.approx(solved.summary["total"])


def test_same_input_and_settings_are_scored_once(solved, monkeypatch):
    first = problem_of(solved, settings_of(solved))
    monkeypatch.setattr(room, "prepare", None)
    assert problem_of(solved, settings_of(solved)) is first


def test_oldest_round_is_let_go(solved, monkeypatch):
    monkeypatch.setattr(room, "MOST_ROUNDS", 1)
    first = problem_of(solved, settings_of(solved))
    other = settings_of(solved)
    problem_of(solved, replace(other, matching=replace(other.matching, minimum_score=0.9)))
    assert problem_of(solved, settings_of(solved)) is not first


def test_round_that_was_never_solved_is_refused(session, coordinator):
    with pytest.raises(ValueError, match="not solved"):
        solved_round(session, make_round(session, coordinator))
