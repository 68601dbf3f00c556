"""A round in which people took, for each need, the offer they liked best by weights of a test."""

import numpy as np

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import Settings
from matchmaker.rounds.snapshot import take_snapshot
from tests.factories import (
    TODAY,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
)
from tests.rounds.conftest import fill

LIKED = np.array([0.2, 0.5, 0.3])
"""Expertise, context knowledge, availability."""


def decide(session, coordinator, n_needs=45, n_towns=9, status="approved"):
    """Make a round of the coordinator's association with a proposal taken for every need."""
    rng = np.random.default_rng(1)
    fill(session, 0, 0)
    asking = [make_requester(session) for _ in range(n_towns)]
    needs = [
        make_need(session, asking[k % n_towns], status="in_round", public_id=f"need{k:04}")
        for k in range(n_needs)
    ]
    helping = [
        make_helper(
            session,
            make_municipality(session, country="PL", population=int(10 ** rng.uniform(3.5, 6.5))),
        )
        for _ in range(20)
    ]
    offers = [
        make_offer(
            session,
            helping[k % 20],
            public_id=f"offer{k:04}",
            topics=[("env.water", int(rng.integers(1, 6)))],
            activities=[("project.service", int(rng.integers(0, 5)))],
            effort_days=int(rng.integers(5, 60)),
            context_languages=[["uk"], []][int(rng.integers(0, 2))],
        )
        for k in range(n_needs + 30)
    ]
    snapshot = take_snapshot(session, needs, offers, TODAY)
    round_ = make_round(session, coordinator, status="closed", snapshot=snapshot.to_json())
    rows = {row.public_id: row for row in (*needs, *offers)}
    for need, offer in _liked(snapshot, rng):
        make_proposal(session, round_, rows[need], rows[offer], status=status)
    return round_


def _liked(snapshot, rng):
    """Give for each need the offer taken: the best by the weights liked, and some luck."""
    settings, arrays = Settings(), arrays_of(snapshot.sorted())
    able = candidates(arrays, settings).allowed.copy()
    for row, need in enumerate(arrays.needs.keys):
        columns = np.flatnonzero(able[row])
        scores = score_pairs(arrays, settings, np.full(len(columns), row), columns)
        values = np.stack([one.value for one in scores.criteria.values()], axis=1)
        worth = 40 * np.nan_to_num(values, nan=0.5) @ LIKED + rng.gumbel(size=len(columns))
        best = columns[worth.argmax()]
        able[:, best] = False
        yield need, arrays.offers.keys[best]
