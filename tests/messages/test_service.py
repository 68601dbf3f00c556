"""Until both have accepted a coordinator stands between; each message is for whom it is for."""

import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from matchmaker.access import Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.messages import queries, service
from matchmaker.models import AuditEvent, Engagement, Message, Notice, Proposal, Thread
from matchmaker.proposals import service as proposals
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Side
from tests.factories import actor_of, make_association, make_coordinator
from tests.messages.conftest import make_match


def write(match, who, words="How much?", to=None):
    return service.write_about_proposal(db.session(), match.actor(who), match.proposal, words, to)


def read_by(match, who, subject=None):
    actor = match.actor(who)
    thread = queries.thread_of(db.session(), subject or match.proposal)
    return [m.text for m in db.session.scalars(queries.messages_in(thread, actor))]


def told():
    return sorted(db.session.scalars(select(Notice.user_id).where(Notice.kind == "message")))


def test_question_of_a_helper_reaches_coordinators_and_nobody_else(reached):
    write(reached, "helper", "How many schools?")
    assert read_by(reached, "coordinator") == ["How many schools?"]
    assert read_by(reached, "helper") == ["How many schools?"]
    assert read_by(reached, "asker") == []
    round_ = reached.proposal.round
    assert told() == sorted({round_.created_by_id, reached.coordinator.user_id})


def test_word_of_the_asking_side_never_reaches_the_helper(reached):
    write(reached, "asker", "Who are they?")
    assert read_by(reached, "helper") == []


@pytest.mark.parametrize(("to", "reader"), [(Side.HELPER, "helper"), (Side.REQUESTER, "asker")])
def test_coordinator_writes_to_one_side_at_a_time(reached, to, reader):
    write(reached, "coordinator", "Twelve.", to)
    assert read_by(reached, reader) == ["Twelve."]
    assert read_by(reached, "asker" if reader == "helper" else "helper") == []
    assert told() == [getattr(reached, reader).user_id]


def test_asking_side_cannot_be_written_to_before_it_knows(offered):
    with pytest.raises(BadInput):
        write(offered, "coordinator", "Somebody offers help.", Side.REQUESTER)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_coordinator_has_to_say_to_whom(reached):
    with pytest.raises(BadInput):
        write(reached, "coordinator", "Twelve.")


def test_side_that_was_not_answered_cannot_go_on_for_ever(offered):
    for _ in range(service.MOST_UNANSWERED):
        write(offered, "helper")
    with pytest.raises(BadInput):
        write(offered, "helper")
    write(offered, "coordinator", "Please wait.", Side.HELPER)
    write(offered, "helper")


def test_nothing_can_be_written_about_what_is_over(offered):
    proposals.decline(db.session(), offered.actor("helper"), offered.proposal, "helper", "capacity")
    with pytest.raises(BadInput):
        write(offered, "helper")


def test_in_an_engagement_everybody_reads_everything(engaged):
    service.write_in_engagement(
        db.session(), engaged.actor("asker"), engaged.engagement, "Good day"
    )
    for who in ("helper", "asker", "coordinator"):
        assert read_by(engaged, who, engaged.engagement) == ["Good day"]
    round_ = engaged.proposal.round
    assert told() == sorted(
        {engaged.helper.user_id, round_.created_by_id, engaged.coordinator.user_id}
    )


def test_engagement_does_not_open_what_was_written_before(engaged):
    session = db.session()
    thread = Thread(proposal_id=engaged.proposal.id)
    session.add(thread)
    session.flush()
    session.add(
        Message(
            thread_id=thread.id,
            author_id=engaged.asker.user_id,
            membership_id=engaged.asker.id,
            side="requester",
            for_helper=False,
            for_requester=True,
            text="Can we trust them?",
        )
    )
    session.flush()
    assert read_by(engaged, "helper") == []
    assert read_by(engaged, "asker") == ["Can we trust them?"]


def test_text_is_ciphertext_in_the_database(offered):
    write(offered, "helper", "canary-of-a-message")
    stored = db.session.scalar(text("SELECT text FROM message"))
    assert "canary-of-a-message" not in stored


def test_audit_trail_tells_that_there_was_a_message_and_not_what_it_said(offered):
    message = write(offered, "helper", "canary-of-a-message")
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.event == "proposal.message")
    ).one()
    assert event.details == {"message": message.public_id, "for": ["helper"]}


def test_database_refuses_a_message_that_its_own_side_cannot_read(offered):
    write(offered, "helper")
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE message SET for_helper = 0"))


# --- what is new -----------------------------------------------------------------------------


def test_own_message_is_not_new_and_the_answer_is(offered):
    write(offered, "helper")
    assert queries.n_unread(db.session(), offered.actor("helper")) == 0
    assert queries.n_unread(db.session(), offered.actor("coordinator")) == 1
    write(offered, "coordinator", "Twelve.", Side.HELPER)
    assert queries.n_unread(db.session(), offered.actor("helper")) == 1
    assert queries.n_unread(db.session(), offered.actor("asker")) == 0


def test_marking_as_read_counts_for_one_person_only(reached):
    write(reached, "coordinator", "Twelve.", Side.HELPER)
    thread = queries.thread_of(db.session(), reached.proposal)
    service.mark_read(db.session(), reached.actor("helper"), thread)
    assert queries.n_unread(db.session(), reached.actor("helper")) == 0
    other = make_coordinator(db.session(), reached.coordinator.association)
    write(reached, "helper")
    assert queries.n_unread(db.session(), actor_of(other)) == 1


def test_coordinator_of_another_association_sees_no_conversation(offered):
    write(offered, "helper")
    stranger = actor_of(make_coordinator(db.session()))
    assert db.session.scalars(queries.threads_visible_to(stranger)).all() == []


@pytest.fixture
def abroad(reached):
    """Give a coordinator who signs for the helper's country only, as across scopes."""
    association = make_association(db.session(), scope=["NL"])
    reached.abroad = make_coordinator(db.session(), association)
    reached.proposal.signature_reasons = ["across_scopes"]
    db.session.flush()
    return reached


@pytest.mark.control(4)
def test_coordinator_of_the_other_scope_reads_and_writes_the_helper_only(abroad):
    write(abroad, "asker", "We are from Kharkiv")
    write(abroad, "coordinator", "To the town", Side.REQUESTER)
    write(abroad, "helper", "How many?")
    assert read_by(abroad, "abroad") == ["How many?"]
    write(abroad, "abroad", "Wait a little.", Side.HELPER)
    with pytest.raises(BadInput):
        write(abroad, "abroad", "Who are you?", Side.REQUESTER)
    actor = abroad.actor("abroad")
    assert len(db.session.scalars(queries.threads_visible_to(actor)).all()) == 1


@pytest.mark.control(4)
def test_coordinator_of_the_other_scope_reads_nothing_of_the_engagement(abroad):
    engagement = proposals.accept_as_requester(db.session(), abroad.actor("asker"), abroad.proposal)
    service.write_in_engagement(db.session(), abroad.actor("asker"), engagement, "Good day")
    assert read_by(abroad, "abroad", engagement) == []
    assert not allowed(Permission.TALK_IN_ENGAGEMENT, abroad.actor("abroad"), engagement)
    assert allowed(Permission.TALK_IN_ENGAGEMENT, abroad.actor("coordinator"), engagement)


def test_suspended_municipality_sees_no_conversation(offered):
    write(offered, "helper")
    town = offered.proposal.offer.municipality
    town.status = town.moved_to = "suspended"
    db.session.flush()
    actor = offered.actor("helper")
    assert db.session.scalars(queries.threads_visible_to(actor)).all() == []


# --- several at once ---------------------------------------------------------------------------


def test_two_first_messages_at_once_make_one_conversation(each_app):
    with each_app.app_context():
        match = make_match(db.session())
        proposal_id, actors = match.proposal.id, [match.actor("helper")] * 8
        db.session.remove()
    start, ends = threading.Barrier(8), []

    def send(actor):
        with each_app.app_context():
            start.wait(30)
            try:
                with transaction() as work:
                    proposal = work.session.get(Proposal, proposal_id)
                    service.write_about_proposal(work.session, actor, proposal, "Hello")
                ends.append("sent")
            except BadInput:
                ends.append("too many")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ends) == 8
    with each_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Thread)) == 1
        assert db.session.scalar(select(func.count()).select_from(Message)) == ends.count("sent")
        assert db.session.scalar(select(func.count()).select_from(Engagement)) == 0
