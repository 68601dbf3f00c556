"""A dignified exit: each side says its part, and what is private stays with coordinators."""

import pytest

from matchmaker.engagements import closing as service
from matchmaker.engagements.closing import Said
from tests.engagements.at_work import make_work


@pytest.fixture
def work(session):
    return make_work(session)


def page_for(client_for, work, name):
    return client_for(getattr(work, name)).get(f"{work.address}/exit").text


WORDS = {"handed_over": "The pump plans", "last_word": "We were too slow", "thanks": "Thank you"}


@pytest.mark.parametrize(("share", "reads"), [("no", False), ("yes", True)])
def test_last_word_is_read_by_the_other_side_only_where_it_is_shared(
    client_for, work, share, reads
):
    client_for(work.helper).post(
        f"{work.address}/exit/say", WORDS | {"share": share, "again": "no"}
    )
    theirs = page_for(client_for, work, "asker")
    assert "The pump plans" in theirs
    assert ("We were too slow" in theirs) is reads
    assert "We were too slow" in page_for(client_for, work, "coordinator")
    assert "We were too slow" in page_for(client_for, work, "helper")


def test_other_side_does_not_learn_who_wants_to_go_on_with_whom(client_for, work):
    client_for(work.helper).post(f"{work.address}/exit/say", WORDS | {"share": "no", "again": "no"})
    assert "The same two again" in page_for(client_for, work, "coordinator")
    assert "The same two again" not in page_for(client_for, work, "asker")


def test_words_can_be_said_after_the_end(client_for, work):
    browser = client_for(work.asker)
    browser.post(f"{work.address}/end", {"reason": "safety"})
    answer = browser.post(f"{work.address}/exit/say", WORDS | {"share": "yes", "again": "no"})
    assert answer.status_code == 303
    assert "The pump plans" in page_for(client_for, work, "helper")


def test_nothing_typed_is_lost_where_a_choice_is_missing(client_for, work):
    answer = client_for(work.asker).post(
        f"{work.address}/exit/say", WORDS | {"share": "neither", "again": "no"}
    )
    assert answer.status_code == 422
    assert "The pump plans" in answer.text


@pytest.mark.parametrize(("wishes", "again"), [((True, True), True), ((True, False), False)])
def test_pair_comes_again_only_if_both_ask_for_it(session, work, wishes, again):
    for name, wish in zip(("helper", "asker"), wishes, strict=True):
        service.say_at_the_end(session, work.actor(name), work.engagement, Said(again=wish))
    said = service.closings_of(session, work.engagement)
    assert service.may_be_proposed_again(said) is again


def test_reference_is_allowed_and_taken_back_by_the_side_itself(session, client_for, work):
    browser = client_for(work.asker)
    browser.post(f"{work.address}/reference", {"allow": "yes"})
    session.refresh(work.engagement)
    assert work.engagement.requester_consents_at is not None
    assert work.engagement.helper_consents_at is None
    browser.post(f"{work.address}/reference", {"allow": "no"})
    session.refresh(work.engagement)
    assert work.engagement.requester_consents_at is None
