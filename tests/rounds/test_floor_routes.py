"""The pages of floors and caps, and two coordinators who save settings at once."""

import re
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.audit.since import n_events
from matchmaker.errors import ChangedSince
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Round
from matchmaker.rounds import service
from matchmaker.rounds.floor_steps import add_floor
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.settings import settings_of
from matchmaker.unit_of_work import transaction
from tests.factories import actor_of, coordinator_of, make_coordinator, make_round, signed_in
from tests.rounds.conftest import fill
from tests.rounds.test_routes import settings_data

CAP = {"bound": "at_most", "number": "1", "count": "pairs", "group": "offer_country:NL"}
EVEN = {"group": "need_country:UA", "other": "need_category:project", "number": "0"}
FLOOR = Floor("at_most", "pairs", "offer_country:NL", 1)


@pytest.fixture
def board(session, coordinator, client_for):
    """Give the coordinator's browser."""
    session.commit()
    return client_for(coordinator)


@pytest.fixture
def address(session, round_):
    """Give the address of the floors of an open round, for which two needs and offers wait."""
    fill(session)
    session.commit()
    return f"/rounds/{round_.public_id}/settings/floors"


def floors_of(session):
    session.rollback()
    return settings_of(session.scalars(select(Round)).one()).floors


def seen_in(page):
    return re.search(r'name="seen" value="(\d+)"', page.text)[1]


def test_cap_is_added_and_told_in_words(session, board, address):
    answer = board.post(f"{address}/add", CAP)
    assert (answer.status_code, answer.location) == (303, address)
    assert floors_of(session) == (FLOOR,)
    told = "Offers from one country: Netherlands – pairs: at most 1"
    assert told in board.get(address).text
    assert told in board.get(address.removesuffix("/floors")).text


def test_two_groups_are_kept_even(session, board, address):
    assert board.post(f"{address}/even", EVEN).status_code == 303
    (floor,) = floors_of(session)
    assert (floor.bound, floor.group, floor.other, floor.number) == (
        "even",
        "need_category:project",
        "need_country:UA",
        0,
    )
    assert "difference of needs served: at most 0" in board.get(address).text


def test_cap_is_removed(session, board, address):
    board.post(f"{address}/add", CAP)
    board.post(f"{address}/remove", {"name": FLOOR.name})
    assert floors_of(session) == ()


def test_adding_and_removing_are_written_down(session, board, address):
    board.post(f"{address}/add", CAP)
    board.post(f"{address}/remove", {"name": FLOOR.name})
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "round.settings").order_by(AuditEvent.seq)
    ).all()
    assert [row.details.get("rule_added") for row in rows] == [FLOOR.name, None]
    assert rows[1].details["rule_removed"] == FLOOR.name


def test_resend_adds_no_second_rule(session, board, address):
    again = {**CAP, "idempotency_key": "k" * 20}
    assert [board.post(f"{address}/add", again).status_code for _ in range(2)] == [303, 303]
    assert len(floors_of(session)) == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"number": ""}, "Enter a whole number"),
        ({"number": "many"}, "whole number"),
        ({"bound": ""}, "Choose a floor or a cap"),
        ({"group": ""}, "Choose a group"),
        ({"group": "need_country:XX"}, "Choose one of the answers shown."),
        ({"count": "towns"}, "Choose one of the answers shown."),
        ({"bound": "at_least", "number": "0"}, "A floor is 1 or more"),
    ],
)
def test_what_does_not_fit_is_refused_and_kept(session, board, address, typed, message):
    answer = board.post(f"{address}/add", {**CAP, **typed})
    assert answer.status_code == 422
    assert message in answer.text
    if "number" not in typed:
        assert 'value="1"' in answer.text
    assert floors_of(session) == ()


def test_second_rule_of_the_same_kind_is_refused_beside_its_field(board, address):
    board.post(f"{address}/add", CAP)
    answer = board.post(f"{address}/add", {**CAP, "number": "2"})
    assert answer.status_code == 422
    assert "There is such a rule for this group already." in answer.text


def test_group_is_not_even_with_itself(board, address):
    answer = board.post(f"{address}/even", {**EVEN, "other": EVEN["group"]})
    assert answer.status_code == 422
    assert "Choose two different groups" in answer.text


def test_floor_beyond_a_frozen_group_is_refused(session, board, address, actor, round_):
    service.freeze_round(session, actor, round_)
    session.commit()
    typed = {"bound": "at_least", "number": "3", "count": "needs", "group": "need_country:UA"}
    answer = board.post(f"{address}/add", typed)
    assert answer.status_code == 422
    assert "This group has only 2 in this round" in answer.text
    assert board.post(f"{address}/add", {**typed, "number": "2"}).status_code == 303


def test_solved_round_keeps_its_rules(session, board, address, actor, round_):
    service.run_round(session, actor, round_)
    session.commit()
    assert board.post(f"{address}/add", CAP).status_code == 409
    text = board.get(address).text
    assert "The settings are fixed" in text and "Add a floor" not in text
    settings = board.get(address.removesuffix("/floors")).text
    assert "Least score of a proposal (percent)" in settings and "Save the settings" not in settings


@pytest.mark.parametrize("path", ["", "/add", "/even"])
def test_floors_of_another_association_do_not_exist(session, client_for, address, path):
    stranger = signed_in(session, client_for, make_coordinator(session))
    session.commit()
    assert stranger.get(address + path).status_code == 404


@pytest.mark.parametrize("path", ["/add", "/remove"])
def test_later_one_reads_what_was_changed_and_may_go_on(
    session, board, address, round_, client_for, path
):
    typed = CAP if path == "/add" else {"name": FLOOR.name}
    if path == "/remove":
        board.post(f"{address}/add", CAP)
    seen = seen_in(board.get(f"{address}/add"))
    other = coordinator_of(session, round_)
    session.commit()
    client_for(other).post(f"{address}/even", EVEN)
    later = board.post(address + path, {**typed, "seen": seen})
    assert later.status_code == 409
    assert "The settings of the round were changed" in later.text
    again = board.post(address + path, {**typed, "seen": seen_in(later)})
    assert again.status_code == 303
    left = {floor.bound for floor in floors_of(session)}
    assert left == ({"even", "at_most"} if path == "/add" else {"even"})


@pytest.mark.parametrize("path", ["", "/preset"])
def test_settings_of_two_do_not_overwrite_each_other(
    session, board, address, round_, client_for, path
):
    settings = address.removesuffix("/floors")
    seen = seen_in(board.get(settings))
    other = coordinator_of(session, round_)
    session.commit()
    client_for(other).post(settings, settings_data(minimum_score="33"))
    typed = settings_data(policy="coverage") if not path else {"preset": "area"}
    assert board.post(settings + path, {**typed, "seen": seen}).status_code == 409
    session.rollback()
    matching = settings_of(session.scalars(select(Round)).one()).matching
    assert (matching.minimum_score, matching.policy) == (0.33, "total")


def test_saved_settings_keep_the_floors(session, board, address):
    board.post(f"{address}/add", CAP)
    board.post(address.removesuffix("/floors"), settings_data(keep_bonus="5"))
    assert floors_of(session) == (FLOOR,)
    assert settings_of(session.scalars(select(Round)).one()).matching.keep_bonus == 0.05


def at_once(app, steps):
    """Run each step in a thread of its own at the same moment; return how each ended."""
    barrier, ends = threading.Barrier(len(steps)), []

    def alone(step):
        with app.app_context():
            barrier.wait(30)
            try:
                step()
                ends.append("saved")
            except ChangedSince:
                ends.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=alone, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


@pytest.fixture
def open_round(each_app):
    """Give the row id of an open round, two coordinators and the events seen; committed."""
    with each_app.app_context():
        session = db.session()
        round_ = make_round(session, make_coordinator(session))
        actors = [actor_of(coordinator_of(session, round_)) for _ in range(2)]
        session.commit()
        return round_.id, actors, n_events(session, round_)


@pytest.mark.asvs("2.3.5")
def test_of_two_who_save_at_once_one_is_told(each_app, open_round):
    key, actors, seen = open_round

    def save(actor, score):
        def change(settings):
            return replace(settings, matching=replace(settings.matching, minimum_score=score))

        with transaction(actor, None, "settings") as work:
            row = work.session.get(Round, key)
            service.change_settings(work.session, actor, row, change, seen)

    steps = [lambda one=one, at=at: save(one, at / 10) for at, one in enumerate(actors, 1)]
    assert at_once(each_app, steps) == ["saved", "told"]


def test_rules_added_at_once_are_both_kept(each_app, open_round):
    key, actors, _ = open_round

    def add(actor, number):
        with transaction(actor, None, "add") as work:
            row = work.session.get(Round, key)
            floor = Floor("at_most", "pairs", f"need_topic:t{number}", number)
            add_floor(work.session, actor, row, floor, None)

    steps = [lambda one=one, at=at: add(one, at) for at, one in enumerate(actors, 1)]
    assert at_once(each_app, steps) == ["saved", "saved"]
    with each_app.app_context():
        assert len(settings_of(db.session().get(Round, key)).floors) == 2
