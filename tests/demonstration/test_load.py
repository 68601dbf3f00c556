"""The demonstration is loaded whole, once, and each unmatched need has its own reason."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.access import PLATFORM
from matchmaker.audit import broken_links
from matchmaker.demonstration import content, people
from matchmaker.demonstration.load import load
from matchmaker.memberships.queries import municipalities_without_anybody
from matchmaker.models import (
    Alert,
    Application,
    AuditEvent,
    Carrier,
    Engagement,
    FollowUpTask,
    ImpactReason,
    Membership,
    Municipality,
    Need,
    Offer,
    PlanVersion,
    PreconditionReview,
    Proposal,
    Pulse,
    PulseAnswer,
    RiskQuestion,
    Round,
    RoundNeed,
    User,
    now,
)
from matchmaker.municipalities.cautions import findings
from matchmaker.pages.publishing import latest_publication
from matchmaker.proposals.queries import proposals_due_to_remind
from matchmaker.safeguards.impact_queries import standing_of
from tests.factories import actor_of

NEEDS = content.needs()
EXPECTED = {row["title"]: row["expected"] for row in NEEDS if "expected" in row}
WITHOUT = [row for row in NEEDS if "expected" not in row and row.get("stage") in (None, "first")]


def counted(session, model, *conditions):
    return session.scalar(select(func.count()).select_from(model).where(*conditions))


def in_second_round(session, title):
    second = session.scalars(select(Round).where(Round.status == "in_review")).one()
    return session.scalars(
        select(RoundNeed).join(Need).where(RoundNeed.round_id == second.id, Need.title == title)
    ).one()


def test_all_needs_and_offers_are_there(demonstration):
    assert counted(demonstration, Need) == 63
    assert counted(demonstration, Offer) == 80


def test_every_municipality_is_marked(demonstration):
    assert counted(demonstration, Municipality, Municipality.demonstration.is_(False)) == 0


@pytest.mark.parametrize("title", EXPECTED, ids=EXPECTED.values())
def test_each_unmatched_need_has_its_own_reason(demonstration, title):
    entry = in_second_round(demonstration, title)
    assert entry.matched is False
    assert EXPECTED[title] in (entry.reason["rule"], entry.reason["reason"])


def test_no_other_need_is_left_without(demonstration):
    left = demonstration.scalars(
        select(Need.title).join(RoundNeed).where(RoundNeed.matched.is_(False))
    ).all()
    assert set(left) == set(EXPECTED)


def test_the_first_round_went_as_the_story_says(demonstration):
    found = demonstration.execute(
        select(Need.title, Proposal.status)
        .join(Proposal.need)
        .join(Proposal.round)
        .where(Round.status == "closed")
    ).all()
    titles = {row["key"]: row["title"] for row in NEEDS}
    told = {(titles[row["need"]], row["answer"]) for row in content.table("first_round")}
    assert {tuple(row) for row in found} == told


def test_one_engagement_is_active(demonstration):
    assert demonstration.scalars(select(Engagement.status)).all() == ["active"]


def test_work_has_a_plan_a_pulse_to_answer_and_a_task(demonstration):
    (plan,) = demonstration.scalars(select(Engagement.plan)).all()
    assert "інженери" in plan
    assert demonstration.scalars(select(Pulse.day)).all() == [30]
    assert demonstration.scalars(select(PulseAnswer.side)).all() == ["helper"]
    assert demonstration.scalars(select(FollowUpTask.kind)).all() == ["out_of_touch"]
    assert len(demonstration.scalars(select(PlanVersion)).all()) == 2


def test_running_work_is_asked_about_where_a_precondition_is_not_met(demonstration):
    asked = demonstration.scalars(select(PreconditionReview.question)).all()
    assert set(asked) == {"all", "violence"}


def test_the_coordinators_have_proposals_to_sign(demonstration):
    assert counted(demonstration, Proposal, Proposal.status == "proposed") > 10


def test_an_application_waits_in_each_state_that_one_may_try(demonstration):
    found = demonstration.scalars(select(Application.status)).all()
    assert set(found) == {"submitted", "doubted", "checked", "rejected", "appealed"}


def test_look_alike_of_the_demonstration_is_flagged(demonstration):
    application = demonstration.scalars(
        select(Application)
        .join(Municipality)
        .where(Municipality.name.like("%snohrud%"), Municipality.status == "registered")
    ).one()
    cautions = {one.caution.value for one in findings(demonstration, PLATFORM, application)}
    assert {"looks_like_registered", "mixed_alphabets"} <= cautions


def test_somebody_answers_for_every_town(demonstration):
    first = demonstration.scalars(
        select(Membership).where(Membership.role == "coordinator")
    ).first()
    actor = actor_of(first)
    assert demonstration.scalars(municipalities_without_anybody(actor)).all() == []


def test_nobody_can_sign_in_as_the_desk(demonstration):
    desk = demonstration.scalars(select(User).where(User.email == people.DESK)).one()
    assert desk.password is None


def test_the_audit_chain_holds(demonstration):
    assert list(broken_links(demonstration)) == []


def test_a_second_load_changes_nothing(demonstration, loaded_app):
    from pathlib import Path

    before = counted(demonstration, AuditEvent), counted(demonstration, User)
    assert load(demonstration, Path(loaded_app.instance_path)) is False
    assert (counted(demonstration, AuditEvent), counted(demonstration, User)) == before


def test_the_password_is_kept_for_the_owner_of_the_folder_alone(loaded_app):
    from pathlib import Path

    path = Path(loaded_app.instance_path) / people.SIGN_INS
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["password"] == people.password_of(path.parent)


def test_a_lost_password_file_gets_a_new_password_that_works(demonstration, tmp_path):
    from flask_security import verify_password

    load(demonstration, tmp_path)
    user = demonstration.scalars(select(User).where(User.email == people.sign_ins()[0].email)).one()
    assert verify_password(people.password_of(tmp_path), user.password)


@pytest.mark.parametrize("who", people.sign_ins(), ids=[row.email for row in people.sign_ins()])
def test_everybody_has_a_home_page_that_says_demonstration(loaded_app, who):
    from matchmaker.extensions import db
    from tests.harness.apps import Client

    with loaded_app.app_context():
        user_id = db.session.scalar(select(User.id).where(User.email == who.email))
        db.session.remove()
    answer = Client(loaded_app).sign_in(user_id).get("/home")
    assert answer.status_code == 200
    assert "govuk-phase-banner" in answer.text


# --- Days that a reader believes --------------------------------------------------------------


def test_published_figures_keep_the_delay_and_are_not_empty(demonstration):
    stored = latest_publication(demonstration)
    assert stored.as_of == stored.published_on - timedelta(days=7)
    assert stored.figures["asked"]["all"]["world"] >= 30
    assert stored.figures["offered"]["all"]["world"] >= 30


def test_nothing_was_checked_before_it_was_handed_in_or_in_the_future(demonstration):
    rows = [*demonstration.scalars(select(Need)), *demonstration.scalars(select(Offer))]
    checked = [row for row in rows if row.verified_at]
    assert len(checked) > 100
    assert all(row.submitted_at < row.verified_at <= now() for row in checked)
    assert all(row.municipality.verified_at < row.submitted_at for row in checked)
    assert len({row.submitted_at.date() for row in checked}) > 10


def test_reminder_of_the_first_round_is_due_at_the_start(demonstration):
    assert proposals_due_to_remind(demonstration, now())


def test_coordinator_of_the_second_association_sees_its_countries_only(loaded_app):
    from matchmaker.extensions import db
    from tests.harness.apps import Client

    with loaded_app.app_context():
        who = select(User.id).where(User.email == "third@coordinators.example.org")
        user_id = db.session.scalar(who)
        db.session.remove()
    desk = Client(loaded_app).sign_in(user_id)
    assert "Osijek" in desk.get("/municipalities?text=osijek").text
    assert "Yasnohrud" not in desk.get("/municipalities?text=yasnohrud").text.partition("<tbody")[2]


def test_checks_are_shown_red_with_one_of_two_reasons_and_questions_are_due(demonstration):
    reason = demonstration.scalars(select(ImpactReason)).one()
    assert standing_of(demonstration, reason.proposal).reds == ("match.capture",)
    assert reason.proposal.status == "proposed"
    due = demonstration.scalars(
        select(RiskQuestion.question).where(RiskQuestion.due_on <= now().date())
    ).all()
    assert {"match.fairness", "match.politics"} <= set(due)


def test_case_is_presented_a_neighbour_is_asked_and_an_urgent_need_waits(demonstration):

    checked = select(Need).where(Need.line_checked_at.is_not(None))
    assert all(need.for_whom and need.teaches for need in demonstration.scalars(checked))
    assert len(demonstration.scalars(checked).all()) == 2
    carrier = demonstration.scalars(select(Carrier)).one()
    assert (carrier.status, carrier.need.carriers_wanted) == ("asked", True)
    alert = demonstration.scalars(select(Alert)).one()
    assert (alert.need.urgent, alert.municipality_id, alert.answer) == (True, None, None)
    learning = select(Offer).where(Offer.status == "open")
    assert sum(bool(offer.learns) for offer in demonstration.scalars(learning)) >= 5
