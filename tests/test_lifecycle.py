"""The lifecycles are closed, reach every status, and refuse what they do not have."""

import pytest

from matchmaker import vocabulary
from matchmaker.errors import WrongStep
from matchmaker.lifecycle import STEPS, check_step, may_become

pytestmark = pytest.mark.asvs("2.3.1")

ENUMS = {
    "annex_consent": vocabulary.AnnexStatus,
    "municipality": vocabulary.MunicipalityStatus,
    "application": vocabulary.ApplicationStatus,
    "identity_change": vocabulary.ChangeStatus,
    "need": vocabulary.NeedStatus,
    "offer": vocabulary.OfferStatus,
    "round": vocabulary.RoundStatus,
    "proposal": vocabulary.ProposalStatus,
    "engagement": vocabulary.EngagementStatus,
    "membership": vocabulary.MembershipStatus,
    "invitation": vocabulary.InvitationStatus,
    "hand_over": vocabulary.HandOverStatus,
    "carrier": vocabulary.CarrierStatus,
}


@pytest.mark.parametrize("kind", STEPS)
def test_table_names_every_status_of_its_kind(kind):
    assert set(STEPS[kind]) == set(ENUMS[kind])


@pytest.mark.parametrize("kind", STEPS)
def test_every_status_is_reached_from_the_first(kind):
    first = next(iter(STEPS[kind]))
    seen, todo = set(), [first]
    while todo:
        status = todo.pop()
        if status not in seen:
            seen.add(status)
            todo.extend(STEPS[kind][status])
    assert seen == set(STEPS[kind])


def test_step_outside_the_table_is_refused_with_both_statuses():
    with pytest.raises(WrongStep, match="need: closed -> verified"):
        check_step("need", "closed", "verified")


@pytest.mark.parametrize("kind", STEPS)
def test_no_status_follows_itself(kind):
    assert not any(may_become(kind, status, status) for status in STEPS[kind])


def test_withdrawn_is_reached_from_every_living_need():
    living = [s for s, nexts in STEPS["need"].items() if nexts]
    assert all(may_become("need", status, "withdrawn") for status in living)
