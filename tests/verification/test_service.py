"""The steps of an application: who may take them, and what must be there first."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.errors import AlreadyChanged, BadInput, WrongStep
from matchmaker.models import Application, AuditEvent, RightsFlag, User, now
from matchmaker.municipalities import service as towns
from matchmaker.verification import evidence, queries, rights, service
from matchmaker.vocabulary import (
    ApplicationStatus,
    CallResult,
    RejectionReason,
    RightsAnswer,
)
from tests.factories import (
    accept_application,
    actor_of,
    answer_rights,
    give_evidence,
    make_application,
    make_association,
    make_coordinator,
    make_municipality,
    make_requester,
    make_user,
)


@pytest.fixture
def first(session):
    return make_coordinator(session)


@pytest.fixture
def second(session):
    return make_coordinator(session)


@pytest.fixture
def application(session):
    return make_application(session)


def confirm(session, application, coordinator, note="Looked at everything."):
    service.confirm_application(session, actor_of(coordinator), application, note)


def ready(session, application, *coordinators):
    give_evidence(session, application, coordinators[0])
    answer_rights(session, application, *coordinators)


# --- Two coordinators -----------------------------------------------------------------------


@pytest.mark.control(5)
@pytest.mark.asvs("2.3.5")
def test_first_confirmation_leaves_the_municipality_unverified(session, application, first):
    ready(session, application, first)
    confirm(session, application, first)
    assert application.status == "checked"
    assert application.municipality.status == "registered"


@pytest.mark.control(5)
def test_second_coordinator_verifies_the_municipality(session, application, first, second):
    ready(session, application, first, second)
    confirm(session, application, first)
    confirm(session, application, second)
    assert application.status == "accepted"
    assert application.municipality.status == "verified"
    assert application.municipality.verified_at is not None


@pytest.mark.control(5)
def test_one_person_never_confirms_twice(session, application, first):
    ready(session, application, first)
    confirm(session, application, first)
    with pytest.raises(BadInput, match="second coordinator"):
        confirm(session, application, first)
    assert application.municipality.status == "registered"


@pytest.mark.control(5)
def test_database_refuses_one_person_as_both(each_app):
    from matchmaker.extensions import db

    with each_app.app_context():
        session = db.session()
        application, first = make_application(session), make_coordinator(session)
        application.checked_by_id = application.accepted_by_id = first.user_id
        application.moved_to = application.status = "accepted"
        with pytest.raises(IntegrityError):
            session.flush()


@pytest.mark.control(5)
def test_nobody_confirms_their_own_application(session, application, first):
    ready(session, application, first)
    application.applicant_id = first.user_id
    session.flush()
    with pytest.raises(BadInput, match="their own"):
        confirm(session, application, first)


@pytest.mark.control(5)
def test_municipality_cannot_be_verified_beside_its_application(session, application, first):
    with pytest.raises(BadInput, match="Two coordinators"):
        towns.verify_municipality(session, actor_of(first), application.municipality, "Called.")


@pytest.mark.control(24)
def test_first_check_of_a_suspended_coordinator_does_not_count(session, application, first, second):
    ready(session, application, first, second)
    confirm(session, application, first)
    audit.move(session, PLATFORM, first, "suspended")
    confirm(session, application, second)
    assert (application.status, application.checked_by_id) == ("checked", second.user_id)
    assert application.municipality.status == "registered"


@pytest.mark.control(24)
def test_first_check_of_a_coordinator_whose_scope_has_left_the_town_does_not_count(
    session, application, first, second
):
    ready(session, application, first, second)
    confirm(session, application, first)
    first.association.scope = ["NL"]
    session.flush()
    confirm(session, application, second)
    assert (application.status, application.checked_by_id) == ("checked", second.user_id)
    assert application.municipality.status == "registered"


@pytest.mark.control(24)
def test_first_check_of_who_has_come_to_act_for_the_town_does_not_count(
    session, application, first, second
):
    ready(session, application, first, second)
    confirm(session, application, first)
    make_requester(session, application.municipality, user=first.user)
    confirm(session, application, second)
    assert (application.status, application.checked_by_id) == ("checked", second.user_id)


@pytest.mark.control(5)
def test_name_changed_after_the_first_check_has_to_be_checked_anew(
    session, application, first, second
):
    ready(session, application, first, second)
    confirm(session, application, first)
    applicant = (
        session.scalars(select(Application).where(Application.id == application.id))
        .one()
        .municipality
    )
    member = make_requester(session, applicant)
    towns.change_municipality(
        session, actor_of(member), applicant, {"name": "Another town", "region": "Kharkiv"}
    )
    assert application.status == "submitted"
    with pytest.raises(BadInput, match="Two kinds of evidence"):
        confirm(session, application, second)


@pytest.mark.control(5)
@pytest.mark.parametrize("field", ["contact_email", "contact_phone"])
def test_contact_changed_after_the_first_check_has_to_be_checked_anew(
    session, application, first, second, field
):
    ready(session, application, first, second)
    confirm(session, application, first)
    town = application.municipality
    member = make_requester(session, town)
    new = {"contact_email": "other@office.example", "contact_phone": "+380 44 7654321"}
    towns.change_municipality(session, actor_of(member), town, {field: new[field]})
    assert (application.status, application.checked_by_id) == ("submitted", None)
    confirm(session, application, second)
    assert town.status == "registered"


# --- Evidence -------------------------------------------------------------------------------


def test_one_kind_of_evidence_is_not_enough(session, application, first):
    answer_rights(session, application, first)
    evidence.record_vouching(session, actor_of(first), application, "We know them.")
    with pytest.raises(BadInput, match="Two kinds of evidence"):
        confirm(session, application, first)


def test_register_that_says_otherwise_does_not_count(session, application, first):
    actor = actor_of(first)
    evidence.record_register_entry(
        session, actor, application, source="List", code="", matches=False
    )
    assert queries.supporting_kinds(application) == set()


def test_each_coordinator_answers_the_question_about_citizens(session, application, first, second):
    ready(session, application, first)
    confirm(session, application, first)
    with pytest.raises(BadInput, match="own citizens"):
        confirm(session, application, second)


def call(**more):
    values = {
        "number": "+380 44 123 45 67",
        "source": "National list of councils",
        "on": now().date(),
        "answered_by": "Secretary",
        "result": CallResult.CONFIRMED,
    }
    return evidence.Call(**values | more)


def test_call_to_an_independent_number_counts(session, application, first):
    evidence.record_call(session, actor_of(first), application, call())
    assert queries.supporting_kinds(application) == {"call_back"}


@pytest.mark.control(5)
@pytest.mark.parametrize("given", ["+380441234567", "044 123-45-67", "00380 (44) 1234567"])
def test_number_of_the_applicant_is_refused_however_it_is_written(
    session, application, first, given
):
    application.municipality.contact_phone = given
    with pytest.raises(BadInput, match="the number that the application gives"):
        evidence.record_call(session, actor_of(first), application, call())


def test_number_of_the_applicant_counts_where_the_source_lists_it(session, application, first):
    application.municipality.contact_phone = "+380441234567"
    evidence.record_call(session, actor_of(first), application, call(source_lists_it=True))
    noted = session.scalars(
        select(AuditEvent.details).where(AuditEvent.event == "application.call_back_recorded")
    ).one()
    assert noted["number_as_given"] is True


def test_call_in_the_future_is_refused(session, application, first):
    tomorrow = now().date() + timedelta(days=1)
    with pytest.raises(BadInput, match="not in the future"):
        evidence.record_call(session, actor_of(first), application, call(on=tomorrow))


def test_denied_call_stops_the_application_until_another_confirms(session, application, first):
    ready(session, application, first)
    evidence.record_call(session, actor_of(first), application, call(result=CallResult.DENIED))
    with pytest.raises(BadInput, match="denied"):
        confirm(session, application, first)
    evidence.record_call(session, actor_of(first), application, call(result=CallResult.NOT_REACHED))
    with pytest.raises(BadInput, match="denied"):
        confirm(session, application, first)
    evidence.record_call(session, actor_of(first), application, call())
    confirm(session, application, first)
    assert application.status == "checked"


def test_an_association_vouches_once(session, application, first):
    evidence.record_vouching(session, actor_of(first), application, "We know them.")
    with pytest.raises(BadInput, match="already"):
        evidence.record_vouching(session, actor_of(first), application, "Once more.")


def test_grave_caution_asks_for_a_word(session, first):
    make_municipality(session, name="Kharkiv", country="UA")
    town = make_municipality(session, name="Khаrkiv", country="UA", status="registered")
    application = make_application(session, town)
    ready(session, application, first)
    with pytest.raises(BadInput, match="warnings"):
        confirm(session, application, first, note="")


@pytest.mark.control(4)
def test_no_word_is_asked_for_a_warning_that_the_coordinator_may_not_read(session):
    make_municipality(session, name="Qworthrad", country="PL")
    near = make_coordinator(session, make_association(session, scope=["UA"]))
    wide = make_coordinator(session)
    town = make_municipality(session, name="Qworthrad", country="UA", status="registered")
    application = make_application(session, town)
    ready(session, application, near, wide)
    confirm(session, application, near, note="")
    with pytest.raises(BadInput, match="warnings"):
        confirm(session, application, wide, note="")


def test_evidence_is_not_taken_for_an_application_that_is_over(session, application, first):
    service.withdraw_application(session, actor_of(first), application)
    with pytest.raises(WrongStep):
        evidence.record_vouching(session, actor_of(first), application, "We know them.")


# --- Doubts, rejection, appeal --------------------------------------------------------------


def test_question_voids_the_first_check_until_answered_and_checked(
    session, application, first, second
):
    ready(session, application, first, second)
    confirm(session, application, first)
    service.ask_applicant(session, actor_of(second), application, "Which register?")
    assert (application.status, application.checked_by_id) == ("doubted", None)
    service.answer_question(session, actor_of(first), application, "The national one.")
    confirm(session, application, first)
    confirm(session, application, second)
    assert application.status == "accepted"


def reject(session, application, coordinator):
    service.reject_application(
        session, actor_of(coordinator), application, RejectionReason.NOT_CONFIRMED, "No answer."
    )


def test_rejection_without_words_is_not_taken(session, application, first):
    with pytest.raises(BadInput, match="Write a sentence"):
        service.reject_application(
            session, actor_of(first), application, RejectionReason.OTHER, " "
        )


def test_appeal_is_decided_by_another_coordinator(session, application, first, second):
    reject(session, application, first)
    service.appeal_rejection(session, actor_of(first), application, "We are real.")
    with pytest.raises(BadInput, match="Another coordinator"):
        service.decide_appeal(session, actor_of(first), application, grant=True, text="Yes.")
    service.decide_appeal(session, actor_of(second), application, grant=False, text="No.")
    assert application.status == "refused"


@pytest.mark.control(5)
def test_appeal_waits_while_three_applications_of_the_applicant_do(session, application, first):
    reject(session, application, first)
    user = session.get(User, application.applicant_id)
    for _ in range(towns.MOST_UNDECIDED):
        town = make_municipality(session, status="registered")
        make_application(session, town, make_requester(session, town, user=user))
    with pytest.raises(BadInput, match="wait for verification"):
        service.appeal_rejection(session, actor_of(first), application, "We are real.")
    assert application.status == "rejected"


def test_database_refuses_an_appeal_decided_by_who_rejected(each_app):
    from matchmaker.extensions import db

    with each_app.app_context():
        session = db.session()
        application, first = make_application(session), make_coordinator(session)
        application.rejected_by_id = application.appeal_decided_by_id = first.user_id
        with pytest.raises(IntegrityError):
            session.flush()


@pytest.mark.control(5)
def test_granted_appeal_needs_two_coordinators_again(session, application, first, second):
    ready(session, application, first, second)
    confirm(session, application, first)
    reject(session, application, second)
    service.appeal_rejection(session, actor_of(first), application, "We are real.")
    service.decide_appeal(session, actor_of(first), application, grant=True, text="Look again.")
    assert (application.status, application.checked_by_id) == ("submitted", None)
    confirm(session, application, first)
    assert application.municipality.status == "registered"
    confirm(session, application, second)
    assert application.municipality.status == "verified"


# --- Beginning and ending -------------------------------------------------------------------


def test_application_is_begun_once_for_a_municipality_without_one(session, first):
    member = make_requester(session, make_municipality(session, status="registered"))
    begun = service.begin_application(session, actor_of(first), member.municipality)
    assert begun.applicant_id == member.user_id
    assert service.begin_application(session, actor_of(first), member.municipality) is begun


def test_verified_municipality_has_nothing_to_begin(session, first):
    with pytest.raises(BadInput, match="does not wait"):
        service.begin_application(session, actor_of(first), make_municipality(session))


@pytest.mark.parametrize(
    ("status", "days", "over"),
    [
        ("doubted", 61, True),
        ("doubted", 59, False),
        ("submitted", 61, False),
        ("submitted", 366, True),
        ("checked", 366, True),
        ("accepted", 900, False),
    ],
)
def test_application_expires_when_nothing_happens(session, status, days, over):
    people = {}
    if status == "accepted":
        one, other = make_user(session), make_user(session)
        people = {"checked_by_id": one.id, "accepted_by_id": other.id}
    waiting = make_application(
        session, status=status, changed_at=now() - timedelta(days=days), **people
    )
    assert queries.expired_applications(session) == ([waiting.public_id] if over else [])


def test_rejection_that_nobody_appeals_against_is_final(session, application, first):
    reject(session, application, first)
    later = now() + timedelta(days=61)
    assert queries.expired_applications(session, later) == [application.public_id]
    service.expire_application(session, actor_of(first), application)
    assert not application.is_open


# --- Red flags ------------------------------------------------------------------------------


def test_reports_need_a_source(session, application, first):
    with pytest.raises(BadInput, match="reports are to be found"):
        evidence.answer_rights_question(
            session, actor_of(first), application, RightsAnswer.REPORTS, " "
        )


def test_reports_raise_a_flag_that_only_another_coordinator_lifts(
    session, application, first, second
):
    evidence.answer_rights_question(
        session, actor_of(first), application, RightsAnswer.REPORTS, "Report of 2026, page 4"
    )
    flag = session.scalars(select(RightsFlag)).one()
    town = application.municipality
    assert queries.flagged_among(session, [town.id]) == {town.id}
    with pytest.raises(BadInput, match="Another coordinator"):
        rights.lift_flag(session, actor_of(first), flag, "Not true.")
    rights.lift_flag(session, actor_of(second), flag, "The council was replaced.")
    assert queries.flagged_among(session, [town.id]) == set()
    with pytest.raises(AlreadyChanged):
        rights.lift_flag(session, actor_of(second), flag, "Again.")


def test_second_flag_still_stands_when_the_first_is_lifted(session, application, first, second):
    town = application.municipality
    flag = rights.raise_flag(session, actor_of(first), town, "One report")
    rights.raise_flag(session, actor_of(second), town, "Another report")
    rights.lift_flag(session, actor_of(second), flag, "Withdrawn by its author.")
    assert queries.flagged_among(session, [town.id]) == {town.id}


def test_words_on_a_flag_are_not_in_the_audit_trail(session, application, first):
    flag = rights.raise_flag(session, actor_of(first), application.municipality, "Secret source")
    event = session.scalars(select(AuditEvent).where(AuditEvent.subject_id == flag.public_id)).one()
    assert event.text_digest is None


def test_accepted_application_has_its_audit_trail(session, application):
    accept_application(session, application)
    events = session.scalars(
        select(AuditEvent.event).where(AuditEvent.subject_id == application.public_id)
    ).all()
    assert events[-1] == "application.accepted"
    assert ApplicationStatus.CHECKED in {event.split(".")[1] for event in events}
