"""The follow-up on the page of the work: neutral for both sides, whole for coordinators."""

import pytest

from matchmaker.models import (
    Engagement,
    MatchImpact,
    Membership,
    RiskAnswer,
    RiskQuestion,
    now,
)
from tests.factories import (
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    signed_in,
)

RISK = "People may find it unfair who gets what."
JUDGED = "Homes for those who lost none."


@pytest.fixture
def people(session, coordinator):
    """Give a member of each side and a coordinator, by name."""
    return {
        "asker": make_requester(session),
        "helper": make_helper(session),
        "coordinator": coordinator,
    }


@pytest.fixture
def risk(session, people):
    """Give a question that is due today, named by a red answer of coordinators."""
    proposal = make_proposal(
        session,
        make_round(session, people["coordinator"], status="published"),
        make_need(session, people["asker"], status="matched"),
        make_offer(session, people["helper"]),
        status="engaged",
        offered_at=now(),
        helper_accepted_at=now(),
    )
    judged = session.query(MatchImpact).filter_by(question="match.fairness").one()
    judged.light, judged.sentence = "red", JUDGED
    engagement = Engagement(proposal=proposal)
    row = RiskQuestion(
        engagement=engagement,
        question="match.fairness",
        light="red",
        months=3,
        due_on=now().date(),
    )
    session.add_all([engagement, row])
    session.commit()
    return row


@pytest.fixture
def reader(session, people, client_for):
    """Give a function that returns the window of somebody."""
    return lambda name: signed_in(session, client_for, people[name])


def page_of(risk):
    return f"/engagements/{risk.engagement.public_id}"


@pytest.mark.parametrize("name", ["asker", "helper"])
def test_side_reads_the_neutral_risk_and_no_judgement(risk, reader, name):
    client = reader(name)
    for address in (page_of(risk), f"/risks/{risk.public_id}"):
        page = client.get(address).text
        assert RISK in page
        assert JUDGED not in page
        assert "Red: a serious risk" not in page


def test_coordinator_reads_the_first_question_and_its_answer(risk, reader):
    page = reader("coordinator").get(f"/risks/{risk.public_id}").text
    assert "Will people find it fair who gets what?" in page
    assert JUDGED in page


def test_answer_of_one_side_is_not_shown_to_the_other(risk, reader):
    reader("asker").post(f"/risks/{risk.public_id}", {"state": "worse", "text": "Loud protests."})
    seen = {name: "Loud protests." in reader(name).get(page_of(risk)).text for name in PEOPLE}
    assert seen == {"asker": True, "helper": False, "coordinator": True}


PEOPLE = ("asker", "helper", "coordinator")


def test_missing_words_come_back_with_the_form(risk, reader):
    answer = reader("asker").post(f"/risks/{risk.public_id}", {"state": "worse"})
    assert answer.status_code == 422
    assert "Say what has become worse." in answer.text


def test_home_says_what_is_due_and_then_that_it_became_worse(session, risk, reader):
    assert "1 question about peace and conflict is due" in reader("helper").get("/home").text
    assert "1 question about peace and conflict is due" in reader("coordinator").get("/home").text
    reader("asker").post(f"/risks/{risk.public_id}", {"state": "worse", "text": "Protests."})
    assert "is due" not in reader("asker").get("/home").text
    assert "A risk has become worse" in reader("coordinator").get("/home").text


def test_coordinator_of_a_town_that_has_part_in_it_is_asked_nothing(
    session, risk, reader, people, client_for
):
    person = people["coordinator"].user
    session.add(
        Membership(user_id=person.id, role="helper", municipality_id=make_municipality(session).id)
    )
    session.commit()
    assert "peace and conflict is due" in reader("coordinator").get("/home").text
    town = people["helper"].municipality_id
    session.add(Membership(user_id=person.id, role="helper", municipality_id=town))
    session.commit()
    board = reader("coordinator")
    assert "peace and conflict is due" not in board.get("/home").text
    assert risk.public_id not in board.get(f"{page_of(risk)}/pulses").text
    reader("asker").post(f"/risks/{risk.public_id}", {"state": "worse", "text": "Protests."})
    assert "A risk has become worse" not in board.get("/home").text


def test_coordinator_writes_what_is_done_and_no_side_reads_it(session, risk, reader):
    reader("asker").post(f"/risks/{risk.public_id}", {"state": "worse", "text": "Protests."})
    (said,) = session.query(RiskAnswer).all()
    board, address = reader("coordinator"), f"/risks/{said.public_id}/heed"
    assert "Protests." in board.get(address).text
    board.post(address, {"text": "We called both mayors."})
    assert "We called both mayors." in board.get(page_of(risk)).text
    assert "We called both mayors." not in reader("asker").get(page_of(risk)).text
    assert "A risk has become worse" not in board.get("/home").text


@pytest.mark.parametrize("name", ["asker", "helper"])
def test_task_of_coordinators_does_not_exist_for_a_side(session, risk, reader, name):
    reader("asker").post(f"/risks/{risk.public_id}", {"state": "worse", "text": "Protests."})
    (said,) = session.query(RiskAnswer).all()
    assert reader(name).get(f"/risks/{said.public_id}/heed").status_code == 404


def test_page_of_the_need_shows_open_risks_of_its_matches(risk, reader):
    need = risk.engagement.proposal.need.public_id
    for name in ("asker", "coordinator"):
        assert RISK in reader(name).get(f"/needs/{need}").text


def test_question_that_was_answered_leads_back_to_the_work(risk, reader):
    asker = reader("asker")
    asker.post(f"/risks/{risk.public_id}", {"state": "gone"})
    assert asker.get(f"/risks/{risk.public_id}").location.endswith("#risks")
