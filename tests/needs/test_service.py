"""What can be done with a need, without the web."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from matchmaker.errors import BadInput, WrongStep
from matchmaker.models import AuditEvent, AuditText, Need, Proposal, now
from matchmaker.needs import service
from matchmaker.needs.drafts import (
    AboutDraft,
    ActivityDraft,
    CategoryDraft,
    LevelsDraft,
    SettingDraft,
    TimeDraft,
    TopicLevel,
    VisibilityDraft,
)
from matchmaker.needs.queries import live_proposals_of, needs_waiting_for
from tests.factories import (
    actor_of,
    make_coordinator,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
)


def today():
    return now().date()


def make_draft(session, member, category="project"):
    return service.create_need_draft(session, actor_of(member), CategoryDraft(category))


def fill(session, member, need):
    """Answer every page."""
    for draft in (
        ActivityDraft("project.service"),
        AboutDraft("Water", "Pipes", "en", ("env.water",)),
        LevelsDraft((TopicLevel("env.water", 3, 5),)),
        TimeDraft(today(), today() + timedelta(days=200)),
        SettingDraft(("remote",), ("en",)),
        VisibilityDraft(),
    ):
        service.save_need_step(session, actor_of(member), need, draft)
    return need


def make_proposal(session, need, status):
    proposal = Proposal(
        need_id=need.id,
        offer_id=make_offer(session).id,
        status=status,
        score=0.5,
        score_low=0.5,
        score_high=0.5,
    )
    session.add(proposal)
    session.flush()
    return proposal


def test_complete_draft_can_be_submitted(session):
    member = make_requester(session)
    need = fill(session, member, make_draft(session, member))
    service.submit_need(session, actor_of(member), need)
    assert need.status == "submitted"
    assert need.submitted_at is not None


def test_incomplete_draft_cannot_be_submitted(session):
    member = make_requester(session)
    need = make_draft(session, member)
    with pytest.raises(BadInput):
        service.submit_need(session, actor_of(member), need)
    assert need.status == "draft"


def test_unverified_municipality_may_submit_but_is_not_verified_with_it(session):
    member = make_requester(session, make_municipality(session, status="registered"))
    need = fill(session, member, make_draft(session, member))
    service.submit_need(session, actor_of(member), need)
    with pytest.raises(BadInput):
        service.verify_need(session, actor_of(make_coordinator(session)), need)


def test_each_step_is_audited_once(session):
    member, coordinator = make_requester(session), make_coordinator(session)
    need = fill(session, member, make_draft(session, member))
    service.submit_need(session, actor_of(member), need)
    service.return_need(session, actor_of(coordinator), need, "How old are the pipes?")
    service.submit_need(session, actor_of(member), need)
    service.verify_need(session, actor_of(coordinator), need)
    events = session.scalars(
        select(AuditEvent.event)
        .where(AuditEvent.subject_id == need.public_id, AuditEvent.event.startswith("need."))
        .order_by(AuditEvent.seq)
    )
    assert list(events) == [
        "need.created",
        "need.submitted",
        "need.returned",
        "need.submitted",
        "need.verified",
    ]


def test_question_is_kept_as_personal_text(session):
    need = make_need(session, status="submitted")
    service.return_need(session, actor_of(make_coordinator(session)), need, "How old?")
    assert session.scalars(select(AuditText.text)).one() == "How old?"
    assert need.return_note == "How old?"


def test_changed_verified_need_goes_back_for_verification(session):
    member = make_requester(session)
    need = make_need(session, member)
    service.save_need_step(session, actor_of(member), need, AboutDraft("New", "", "en"))
    assert need.status == "submitted"
    assert need.verified_at is None


@pytest.mark.parametrize("status", ["closed", "withdrawn", "matched"])
def test_finished_need_cannot_be_changed(session, status):
    member = make_requester(session)
    need = make_need(session, member, status=status)
    with pytest.raises(WrongStep):
        service.save_need_step(session, actor_of(member), need, AboutDraft("New", "", "en"))


def test_need_with_a_live_proposal_cannot_be_changed(session):
    member = make_requester(session)
    need = make_need(session, member, status="in_round")
    make_proposal(session, need, "proposed")
    with pytest.raises(BadInput):
        service.save_need_step(session, actor_of(member), need, AboutDraft("New", "", "en"))


def test_need_with_refused_proposals_can_be_withdrawn(session):
    member = make_requester(session)
    need = make_need(session, member, status="in_round")
    make_proposal(session, need, "rejected")
    assert live_proposals_of(session, need) == []
    service.withdraw_need(session, actor_of(member), need)
    assert need.status == "withdrawn"


def test_category_stays_after_submission(session):
    member = make_requester(session)
    need = make_need(session, member, status="submitted")
    with pytest.raises(BadInput):
        service.save_need_step(session, actor_of(member), need, CategoryDraft("lobby"))


def test_new_activity_drops_settings_it_does_not_allow(session):
    member = make_requester(session)
    need = make_need(session, member, status="draft")
    service.save_need_step(session, actor_of(member), need, ActivityDraft("project.experts"))
    assert need.settings == ["in_area"]


def test_setting_that_the_activity_does_not_allow_is_refused(session):
    member = make_requester(session)
    need = make_need(session, member)
    with pytest.raises(BadInput):
        service.save_need_step(
            session, actor_of(member), need, SettingDraft(("international",), ("en",))
        )


def test_veto_is_kept_as_typed_whether_or_not_the_name_is_known(session):
    member = make_requester(session)
    make_municipality(session, name="Besançon", country="FR")
    need = make_need(session, member)
    names = ("besancon, fr", "Nobody Knows It")
    service.save_need_step(session, actor_of(member), need, VisibilityDraft(veto_names=names))
    assert need.veto_names == list(names)


def test_urgent_counts_for_lobby_only(session):
    member = make_requester(session)
    need = make_need(session, member)
    service.save_need_step(session, actor_of(member), need, VisibilityDraft(urgent=True))
    assert not need.urgent


def test_levels_of_topics_stay_when_topics_are_chosen_again(session):
    member = make_requester(session)
    need = fill(session, member, make_draft(session, member))
    about = AboutDraft("Water", "", "en", ("env.water", "env.waste"))
    service.save_need_step(session, actor_of(member), need, about)
    assert {row.topic_code: row.level for row in need.topics} == {"env.waste": 3, "env.water": 5}


def test_reversed_period_is_refused(session):
    member = make_requester(session)
    good = TimeDraft(today(), today() + timedelta(days=9))
    with pytest.raises(BadInput):
        service.save_need_step(
            session,
            actor_of(member),
            make_need(session, member),
            replace(good, window_end=today() - timedelta(days=1)),
        )


def test_waiting_counts_what_each_role_can_do(session):
    member = make_requester(session)
    make_need(session, member, status="submitted")
    make_need(session, member, status="returned")
    assert needs_waiting_for(session, actor_of(member)) == {"returned": 1}
    assert needs_waiting_for(session, actor_of(make_coordinator(session))) == {"submitted": 1}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_saved_whole_or_refused_on_the_page(hostile_reader, text):
    place, session = hostile_reader
    answer = place.post(
        {"title": text, "description": text, "text_language": "ar", "form_owner": ""}
    )
    session.rollback()
    need = session.scalars(select(Need)).one()
    if answer.status_code == 303:
        assert need.title == need.description
        assert 0 < len(need.title) <= 120
    else:
        assert answer.status_code == 422
        assert "There is a problem" in answer.text


@pytest.fixture
def hostile_reader(session, client_for):
    """Give a page of a draft to send odd texts to."""
    member = make_requester(session)
    need = make_draft(session, member)
    session.commit()
    browser, path = client_for(member), f"/needs/{need.public_id}/edit/about"

    class Page:
        def post(self, fields):
            return browser.post(path, fields)

    return Page(), session
