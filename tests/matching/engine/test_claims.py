"""Claims are what must be served, and flows say how far the places go."""

import numpy as np

from matchmaker.matching.engine.claims import Filling, are_met, claims_of, units_of
from matchmaker.matching.engine.validate import read_instance


def claims(scores, **case):
    return claims_of(read_instance(np.asarray(scores, dtype=float), **case))


def test_lock_claims_its_own_offer_only():
    found = claims(np.ones((1, 3)), locked=[(0, 1)])
    assert found.locks.tolist() == [True]
    assert found.offer.tolist() == [1]


def test_need_claims_what_its_locks_leave_of_its_minimum():
    found = claims(np.ones((1, 4)), locked=[(0, 1)], need_minimum=3, need_places=3)
    assert found.asked.tolist() == [1, 2]
    assert sorted(found.offer[found.claim == 1].tolist()) == [0, 2, 3]


def test_need_with_a_minimum_but_no_call_claims_nothing():
    assert claims(np.ones((2, 2)), need_minimum=2, need_places=2).n_claims == 0


def test_barred_pair_serves_no_claim():
    assert claims(np.ones((1, 2)), must_serve=[0], barred=[(0, 0)]).offer.tolist() == [1]


def test_units_are_locks_or_the_minimum_whichever_is_more():
    instance = read_instance(
        np.ones((3, 3)), locked=[(0, 0), (0, 1)], must_serve=[1], need_minimum=[0, 2, 2]
    )
    n_locks, forced = units_of(instance)
    assert n_locks.tolist() == [2, 0, 0]
    assert forced.tolist() == [2, 2, 0]


def test_changes_lead_to_all_who_compete_and_to_nobody_else():
    allowed = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    found = claims(np.ones((4, 3)), allowed=allowed, must_serve=[0, 1, 2, 3])
    filling = Filling(found)
    inside, offers = filling.reached(np.flatnonzero(filling.short))
    assert inside.tolist() == [True, True, True, False]
    assert offers.tolist() == [0, 1]


def test_several_starts_reach_what_each_of_them_reaches():
    allowed = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=bool)
    filling = Filling(claims(np.ones((4, 2)), allowed=allowed, must_serve=[0, 1, 2, 3]))
    short = np.flatnonzero(filling.short)
    alone = [filling.reached(short[[k]]) for k in range(2)]
    inside, offers = filling.reached(short)
    assert (inside == (alone[0][0] | alone[1][0])).all()
    assert offers.tolist() == sorted([*alone[0][1], *alone[1][1]])


def test_offer_with_very_many_places_is_no_overflow():
    assert are_met(claims(np.ones((3, 1)) / 2**40, must_serve=[0, 1, 2], offer_places=2**40))


def test_need_takes_no_two_places_of_one_offer():
    assert not are_met(
        claims(np.ones((1, 1)), must_serve=[0], need_minimum=2, need_places=2, offer_places=2)
    )
