"""The case of a need: coded answers, and a line of English that somebody has checked."""

import pytest

from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import AuditEvent
from matchmaker.needs import service
from matchmaker.needs.copying import copy_need
from matchmaker.needs.drafts import AboutDraft, CaseDraft, TimeDraft, VisibilityDraft
from matchmaker.needs.presenting import check_line
from tests.factories import actor_of, make_coordinator, make_need, make_requester

LINE = "A town asks for help with its water network."


@pytest.fixture
def asker(session):
    return make_requester(session)


@pytest.fixture
def need(session, asker):
    return make_need(session, asker, status="submitted", verified_at=None)


@pytest.fixture
def checked(session, need):
    check_line(session, actor_of(make_coordinator(session)), need, LINE, need.version)
    return need


def save(session, asker, need, draft):
    return service.save_need_step(session, actor_of(asker), need, draft)


def test_answers_are_kept(session, asker, need):
    draft = CaseDraft(("for_whom.women",), ("why.peers",), ("brings.staff",), ("lesson.dialogue",))
    save(session, asker, need, draft)
    kept = need.for_whom, need.why_outside, need.brings, need.teaches
    assert kept == (["for_whom.women"], ["why.peers"], ["brings.staff"], ["lesson.dialogue"])


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("for_whom", "why.peers"),
        ("why_outside", "nothing"),
        ("brings", "for_whom.women"),
        ("teaches", "brings.staff"),
    ],
)
def test_answer_of_another_question_is_refused(session, asker, need, field, answer):
    with pytest.raises(BadInput) as refused:
        save(session, asker, need, CaseDraft(**{field: (answer,)}))
    assert refused.value.field == field


@pytest.mark.parametrize("first", ["case", "low profile"])
def test_low_profile_names_no_partner_organisation(session, asker, need, first):
    steps = [CaseDraft(brings=("brings.partner", "brings.staff")), VisibilityDraft(True)]
    for draft in steps if first == "case" else reversed(steps):
        save(session, asker, need, draft)
    assert need.brings == ["brings.staff"]


def test_who_checked_the_line_is_written_down(session, checked):
    assert (checked.line_en, checked.line_checked_at is not None) == (LINE, True)
    events = session.query(AuditEvent).filter_by(subject_id=checked.public_id)
    assert "need.line_checked" in {event.event for event in events}


@pytest.mark.parametrize(
    "draft",
    [
        AboutDraft("Another title", "Leaks in the old network."),
        AboutDraft("Repair of the water network", "Other words."),
        AboutDraft("Repair of the water network", "Leaks in the old network.", "uk"),
        CaseDraft(line_en="Another line."),
    ],
)
def test_changed_words_lose_the_check(session, asker, checked, draft):
    save(session, asker, checked, draft)
    assert (checked.line_checked_at, checked.line_checked_by_id) == (None, None)


@pytest.mark.parametrize("kind", ["case", "time"])
def test_other_changes_keep_the_check(session, asker, checked, kind):
    time = TimeDraft(checked.window_start, checked.window_end, effort_days=7)
    draft = time if kind == "time" else CaseDraft(for_whom=("for_whom.all",), line_en=LINE)
    save(session, asker, checked, draft)
    assert checked.line_checked_at is not None


def test_line_is_not_checked_against_words_that_changed_meanwhile(session, asker, need):
    seen = need.version
    save(session, asker, need, AboutDraft("Another title"))
    with pytest.raises(AlreadyChanged):
        check_line(session, actor_of(make_coordinator(session)), need, LINE, seen)


def test_copy_keeps_the_line_and_not_the_check(session, asker, checked):
    checked.teaches = ["lesson.dialogue"]
    draft = copy_need(session, actor_of(asker), checked)
    assert (draft.line_en, draft.line_checked_at, draft.line_checked_by_id) == (LINE, None, None)
    assert draft.teaches == ["lesson.dialogue"]
