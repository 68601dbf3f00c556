"""Applications as people see them: coordinators with everything, applicants where they stand."""

import pytest
from sqlalchemy import select, update

from matchmaker.models import Application, AuditEvent, Evidence, Membership, RightsFlag
from matchmaker.verification.rights import raise_flag
from tests.factories import (
    actor_of,
    answer_rights,
    give_evidence,
    make_application,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_requester,
    make_user,
)

DETAILS = "/municipalities/register/details"
CHOSEN = {"place": "706483", "role": "requester"}
KHARKIV = CHOSEN | {"name": "Kharkiv", "region": "Kharkiv", "kind": "elected", "languages": ["uk"]}

CALL = {
    "number": "+380 44 1234567",
    "source": "List of the ministry",
    "on": ["1", "2", "2026"],
    "result": "confirmed",
    "answered_by": "Secretary",
}


@pytest.fixture
def coordinators(session):
    association = make_association(session)
    return [make_coordinator(session, association) for _ in range(2)]


@pytest.fixture
def application(session, coordinators):
    made = make_application(session, make_municipality(session, name="Zelene", status="registered"))
    session.commit()
    return made


def at(application, view=""):
    return f"/applications/{application.public_id}" + (f"/{view}" if view else "")


def fresh(session, row):
    session.rollback()
    session.refresh(row)
    return row


def test_registration_opens_an_application_that_the_applicant_follows(client_for, session):
    user = make_user(session)
    session.commit()
    browser = client_for(user)
    town = browser.post(DETAILS, KHARKIV).location
    assert "Where our application stands" in browser.get(town).text
    page = browser.get(town.replace("/municipalities/", "/applications/of/"))
    page = browser.get(page.location).text
    assert "Two coordinators check" in page
    assert "The official code of the municipality" in page
    assert session.scalars(select(Application.applicant_id)).one() == user.id


@pytest.mark.control(5)
@pytest.mark.asvs("2.3.1", "2.3.5")
def test_two_coordinators_bring_an_application_to_its_end(
    client_for, session, coordinators, application
):
    first, second = map(client_for, coordinators)
    register = {"source": "KATOTTG", "code": "UA1", "agrees": "yes"}
    for view, fields in (("register", register), ("call", CALL)):
        assert first.post(at(application, view), fields).status_code == 303
    for browser in (first, second):
        assert browser.post(at(application, "rights"), {"answer": "none_known"}).status_code == 303
        page = browser.get(at(application)).text
        assert "Confirm as the" in page
        assert browser.post(at(application, "confirm"), {"note": "Looked."}).status_code == 303
    assert fresh(session, application).status == "accepted"
    assert application.municipality.status == "verified"
    assert "Two coordinators accepted it" in first.get(at(application)).text


@pytest.mark.control(5)
def test_resent_confirmation_is_no_second_one(client_for, session, coordinators, application):
    give_evidence(session, application, coordinators[0])
    answer_rights(session, application, *coordinators)
    session.commit()
    browser = client_for(coordinators[0])
    for key in ("one-key", "one-key"):
        assert browser.post(at(application, "confirm"), {"note": "x"}, key=key).status_code == 303
    again = browser.post(at(application, "confirm"), {"note": "x"})
    assert again.status_code == 422
    assert "A second coordinator has to confirm." in again.text
    assert fresh(session, application).status == "checked"


def test_confirmation_without_evidence_says_what_is_missing(client_for, coordinators, application):
    browser = client_for(coordinators[0])
    page = browser.get(at(application)).text
    assert "Two kinds of evidence are needed" in page
    answer = browser.post(at(application, "confirm"), {"note": "Believe me"})
    assert answer.status_code == 422
    assert "Believe me" in answer.text


@pytest.mark.control(5)
def test_code_of_a_verified_municipality_cannot_be_verified_a_second_time(
    client_for, session, coordinators
):
    make_municipality(session, official_code="UA63")
    town = make_municipality(session, official_code="UA63", status="registered")
    application = make_application(session, town)
    give_evidence(session, application, coordinators[0])
    answer_rights(session, application, *coordinators)
    session.commit()
    assert "has this official code" in client_for(coordinators[0]).get(at(application)).text
    answers = [
        client_for(one).post(at(application, "confirm"), {"note": "Looked."})
        for one in coordinators
    ]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "has this official code" in answers[1].text
    assert fresh(session, application).status == "checked"


@pytest.mark.parametrize(
    ("view", "fields", "message"),
    [
        ("register", {"agrees": "yes"}, "Enter where the entry stands."),
        ("register", {"source": "List"}, "Choose one."),
        ("call", {"number": "ring"}, "Use digits, spaces"),
        ("call", CALL | {"answered_by": ""}, "Enter the role of who answered."),
        ("vouch", {"sentence": ""}, "Write a sentence or two."),
        ("rights", {"answer": "reports"}, "Name where the reports are to be found."),
        ("rights", {}, "Choose one."),
        ("question", {"question": ""}, "Write the question."),
        ("reject", {"text": "No."}, "Choose the reason."),
        ("reject", {"reason": "other"}, "Write a sentence or two."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client_for, session, coordinators, application, view, fields, message
):
    answer = client_for(coordinators[0]).post(at(application, view), fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert session.scalars(select(Evidence.id)).all() == []


def test_call_back_form_names_all_that_is_wrong_at_once(client_for, application, coordinators):
    fields = CALL | {"answered_by": "", "source": "", "on": ["1", "2", "2099"]}
    page = client_for(coordinators[0]).post(at(application, "call"), fields).text
    wrong = [
        "Enter where you found the number.",
        "Enter a date that is not in the future.",
        "Enter the role of who answered.",
    ]
    assert [said for said in wrong if said not in page] == []


@pytest.mark.asvs("8.2.1")
def test_applicant_reaches_nothing_that_coordinators_do(client_for, session, application):
    browser = client_for(make_member(session, application))
    for view in ("register", "call", "vouch", "rights", "question", "reject", "confirm", "decide"):
        assert browser.get(at(application, view)).status_code == 404


@pytest.mark.control(4)
def test_applicant_reads_nothing_of_evidence_warnings_and_flags(
    client_for, session, coordinators, application
):
    give_evidence(session, application, coordinators[0])
    application.cautions = ["free_mail"]
    raise_flag(session, actor_of(coordinators[0]), application.municipality, "Report of 2026")
    page = client_for(make_member(session, application)).get(at(application)).text
    for word in ("National register", "We know the town", "Report of 2026", "flag", "anybody"):
        assert word not in page


def test_doubt_rejection_and_appeal_go_to_and_fro(client_for, session, coordinators, application):
    first, second = map(client_for, coordinators)
    applicant = client_for(make_member(session, application))
    first.post(at(application, "question"), {"question": "Which register?"})
    assert "Which register?" in applicant.get(at(application)).text
    assert applicant.post(at(application, "answer"), {"answer": "That one."}).status_code == 303
    assert "That one." in second.get(at(application)).text
    first.post(at(application, "reject"), {"reason": "duplicate", "text": "You are here."})
    page = applicant.get(at(application)).text
    assert "The municipality takes part already" in page
    assert "You are here." in page
    applicant.post(at(application, "appeal"), {"appeal": "That is not us."})
    assert "Another coordinator has to decide" in first.get(at(application)).text
    decided = {"decision": "grant", "text": "We look again."}
    assert first.post(at(application, "decide"), decided).status_code == 422
    assert second.post(at(application, "decide"), decided).status_code == 303
    assert fresh(session, application).status == "submitted"
    assert "We look again." in applicant.get(at(application)).text


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2")
@pytest.mark.parametrize("status", ["suspended", "ended"])
def test_applicant_whose_membership_is_over_keeps_nothing_of_the_application(
    client_for, session, application, status
):
    member = make_member(session, application)
    application.applicant_id = member.user_id
    session.commit()
    applicant = client_for(member)
    assert applicant.get(at(application)).status_code == 200
    session.execute(update(Membership).where(Membership.id == member.id).values(status=status))
    session.commit()
    assert applicant.get(at(application)).status_code == 404
    assert applicant.post(at(application, "appeal"), {"appeal": "Once more."}).status_code == 404
    assert applicant.post(at(application, "withdraw")).status_code == 404
    assert fresh(session, application).status == "submitted"


def test_application_is_taken_back_and_made_again(client_for, session):
    user = make_user(session)
    session.commit()
    browser = client_for(user)
    browser.post(DETAILS, KHARKIV)
    application = session.scalars(select(Application)).one()
    assert browser.post(at(application, "withdraw")).status_code == 303
    assert "You took the application back" in browser.get(at(application)).text
    browser.post(DETAILS, KHARKIV)
    session.rollback()
    assert session.scalars(select(Application.status).order_by(Application.id)).all() == [
        "withdrawn",
        "submitted",
    ]


def test_queue_shows_what_waits_for_this_coordinator_and_its_warnings(client_for, session):
    coordinator = make_coordinator(session)
    town = make_municipality(session, name="Alpha", status="registered")
    make_application(session, town, cautions=["looks_like_registered", "free_mail"])
    done = make_municipality(session, name="Beta", status="registered")
    make_application(session, done, status="withdrawn")
    session.commit()
    browser = client_for(coordinator)
    page = browser.get("/applications").text
    assert "1 waits for you." in page
    assert "2 warnings" in page
    assert page.index("Alpha") < page.index("Beta")
    assert "Alpha" not in browser.get("/applications?status=withdrawn").text


def test_coordinator_out_of_scope_sees_no_application(client_for, session, application):
    far = make_coordinator(session, make_association(session, scope=["BA"]))
    session.commit()
    browser = client_for(far)
    assert browser.get(at(application)).status_code == 404
    assert "Zelene" not in browser.get("/applications").text


def test_municipality_without_an_application_gets_one(client_for, session, coordinators):
    town = make_municipality(session, status="registered")
    make_requester(session, town)
    session.commit()
    browser, path = client_for(coordinators[0]), f"/applications/of/{town.public_id}"
    assert "Begin the verification" in browser.get(path).text
    for _ in range(2):
        assert browser.post(f"{path}/begin").status_code == 303
    session.rollback()
    assert len(session.scalars(select(Application.id)).all()) == 1


def rejected(client_for, session, coordinators, application):
    """Reject an application; return the applicant's browser and the address of the town."""
    applicant = client_for(make_member(session, application))
    said = {"reason": "not_confirmed", "text": "The office did not answer."}
    assert client_for(coordinators[0]).post(at(application, "reject"), said).status_code == 303
    return applicant, f"/municipalities/{application.municipality.public_id}"


def test_page_of_a_rejected_town_says_why_and_how_to_appeal(
    client_for, session, coordinators, application
):
    applicant, town = rejected(client_for, session, coordinators, application)
    page = applicant.get(town).text
    assert "The registration was not accepted." in page
    assert "The office did not answer." in page
    assert at(application, "appeal") in page
    assert "Waiting for verification" not in page
    assert "A coordinator checks the registration" not in page


def test_page_of_a_town_that_appealed_says_who_looks_at_it(
    client_for, session, coordinators, application
):
    applicant, town = rejected(client_for, session, coordinators, application)
    applicant.post(at(application, "appeal"), {"appeal": "Call us on Monday."})
    page = applicant.get(town).text
    assert "Your appeal has arrived." in page
    assert at(application, "appeal") not in page


def test_applicant_reads_again_what_they_answered_and_appealed_with(
    client_for, session, coordinators, application
):
    applicant = client_for(make_member(session, application))
    first, second = map(client_for, coordinators)
    first.post(at(application, "question"), {"question": "Which register?"})
    applicant.post(at(application, "answer"), {"answer": "The national one."})
    page = applicant.get(at(application)).text
    assert "Which register?" in page
    assert "The national one." in page
    first.post(at(application, "reject"), {"reason": "other", "text": "Not in it."})
    applicant.post(at(application, "appeal"), {"appeal": "Call us on Monday."})
    page = applicant.get(at(application)).text
    for words in ("The national one.", "Not in it.", "Call us on Monday."):
        assert words in page
    second.post(at(application, "decide"), {"decision": "refuse", "text": "Still not in it."})
    page = applicant.get(at(application)).text
    for words in ("Not in it.", "Call us on Monday.", "Still not in it."):
        assert words in page


@pytest.mark.control(22)
def test_number_of_the_applicant_is_shown_to_compare_and_its_opening_is_written_down(
    client_for, session, coordinators, application
):
    application.municipality.contact_phone = "+380 44 7654321"
    session.commit()
    browser = client_for(coordinators[0])
    assert "7654321" not in browser.get(at(application)).text
    assert "+380 44 7654321" in browser.post(at(application, "contact")).text
    session.rollback()
    seen = session.scalars(select(AuditEvent.user_id).where(AuditEvent.event == "contact.shown"))
    assert list(seen) == [coordinators[0].user.public_id]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("+380441234567", "The same number as in the application"),
        ("+380447654321", "Another number than in the application"),
        (None, "The application gives no number"),
    ],
)
def test_number_that_was_called_is_compared_with_the_one_that_was_given(
    client_for, session, coordinators, application, given, line
):
    application.municipality.contact_phone = given
    session.commit()
    browser = client_for(coordinators[0])
    browser.post(at(application, "call"), CALL | {"source_lists_it": "y"})
    assert line in browser.get(at(application)).text


# --- Red flags ------------------------------------------------------------------------------


@pytest.mark.control(4)
def test_red_flag_is_seen_by_coordinators_only(client_for, session, coordinators):
    member = make_requester(session)
    town = member.municipality
    session.commit()
    first, second = map(client_for, coordinators)
    path = f"/applications/flags/of/{town.public_id}"
    assert first.post(path, {"source": ""}).status_code == 422
    assert first.post(path, {"source": "Report of 2026"}).status_code == 303
    assert "Report of 2026" in second.get(path).text
    for other in (member, make_helper(session)):
        session.commit()
        assert client_for(other).get(path).status_code == 404
    for address in ("/home", f"/municipalities/{town.public_id}", "/needs"):
        text = client_for(member).get(address).text.lower()
        assert "red flag" not in text
    flag = session.scalars(select(RightsFlag)).one()
    lift = f"/applications/flags/{flag.public_id}/lift"
    assert first.post(lift, {"reason": "Mine"}).status_code == 422
    assert second.post(lift, {"reason": "The council changed."}).status_code == 303
    assert "The council changed." in first.get(path).text


def make_member(session, application):
    member = make_requester(session, application.municipality)
    session.commit()
    return member
