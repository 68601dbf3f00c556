"""A round whose demands clash: its page says which, and what each single change would free."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings
from matchmaker.models import AuditEvent, Round
from matchmaker.rounds import service, solving
from matchmaker.rounds.letting_go import code_of, is_in_settings, let_go
from matchmaker.rounds.settings import RoundSettings, settings_of
from tests.factories import actor_of, make_coordinator, make_round
from tests.rounds.conftest import fill

SENTENCE = (
    "Osijek (Wells) is locked to Leiden (Pumps), Leiden has one place, and Tuzla (Drains) must "
    "be served, but only Leiden could serve it."
)


def make_clash(session, round_, actor):
    """Lock one need to the only offer, ask that the other is served as well, and solve."""
    (first, second), (offer,) = fill(session, 2, 1)
    for row, town, title in (
        (first, "Osijek", "Wells"),
        (second, "Tuzla", "Drains"),
        (offer, "Leiden", "Pumps"),
    ):
        row.municipality.name, row.title = town, title
    session.flush()
    keys = first.public_id, second.public_id, offer.public_id
    matching = replace(
        RoundSettings().matching, locked=((keys[0], keys[2]),), must_serve=(keys[1],)
    )
    service.change_settings(session, actor, round_, RoundSettings(matching=matching))
    service.freeze_round(session, actor, round_)
    job = service.start_solving(session, actor, round_)
    session.commit()
    solving.run_solve_job(job.public_id)
    session.rollback()
    return keys


@pytest.fixture
def clashing(app, session, round_, actor):
    """Give the keys of both needs and of the offer in a round whose demands clash."""
    return make_clash(session, round_, actor)


@pytest.fixture
def shown(clashing, session, round_, coordinator, client_for):
    """Give the coordinator's browser and the address of the round."""
    session.commit()
    return client_for(coordinator), f"/rounds/{round_.public_id}"


def plain(text):
    """Return a page without the marks that isolate names."""
    return text.replace("\u2068", "").replace("\u2069", "")


def now_is(session):
    """Return the round as it is stored now."""
    session.rollback()
    return session.scalars(select(Round)).one()


def code(session, change):
    """Return what the button of a change sends."""
    return next(
        code_of(one) for one in now_is(session).failure["relaxations"] if one["change"] == change
    )


def test_page_says_in_one_sentence_what_clashes(shown):
    board, address = shown
    assert SENTENCE in plain(board.get(address).text)


def test_page_names_who_competes_for_which_offers(shown):
    board, address = shown
    text = plain(board.get(address).text)
    assert "These 2 needs compete for this offer (with one place)." in text
    for name in ("Osijek", "Tuzla", "Leiden"):
        assert f"<bdi>{name}</bdi>" in text


def test_page_lists_what_each_change_would_free_best_first(shown):
    board, address = shown
    text = plain(board.get(address).text)
    told = (
        "Give Leiden (Pumps) 2 places instead of 1",
        "2 needs served, total",
        "Let go of the",
        "One need served, total",
    )
    found = [text.index(words) for words in told]
    assert found == sorted(found)


def test_page_shows_no_key_in_its_words(shown, clashing):
    board, address = shown
    words = board.get(address).text.split("<main")[1]
    for key in clashing:
        assert f">{key}" not in words and f" {key}" not in words


def test_change_of_an_offer_leads_to_its_page(shown, clashing):
    board, address = shown
    assert f'href="/offers/{clashing[2]}"' in board.get(address).text
    assert "Only the helping municipality can change its offer." in board.get(address).text


def test_sentence_that_begins_with_an_arabic_name_runs_as_the_page_does(shown, session):
    board, address = shown
    round_ = now_is(session)
    first = next(row.need for row in round_.needs if row.need.title == "Wells")
    first.municipality.name = "ميسان"
    session.commit()
    assert '<bdi dir="ltr">ميسان (Wells) is locked' in plain(board.get(address).text)


def test_page_is_shown_without_solving(shown, monkeypatch):
    board, address = shown
    monkeypatch.setattr(service, "solve", None)
    assert SENTENCE in plain(board.get(address).text)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", "потребу Osijek (Wells) закріплено за пропозицією Leiden (Pumps)"),
        ("ar", "الاحتياج Osijek (Wells) مثبّت على العرض Leiden (Pumps)"),
    ],
)
def test_sentence_is_told_in_the_readers_language(shown, session, coordinator, language, words):
    board, address = shown
    coordinator.user.locale = language
    session.commit()
    assert words in plain(board.get(address).text).replace("Потребу", "потребу")


def test_button_lets_go_of_the_lock_and_writes_it_down(shown, session, clashing):
    board, address = shown
    sent = {"way": code(session, "unlock"), "idempotency_key": "k"}
    answer = board.post(f"{address}/let-go", sent)
    assert (answer.status_code, answer.location) == (303, address)
    round_ = now_is(session)
    matching = settings_of(round_).matching
    assert (matching.locked, matching.must_serve) == ((), (clashing[1],))
    assert round_.failure is None and round_.settings_digest == matching.digest
    event = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.let_go")).one()
    assert event.details["change"] == "unlock"


def test_button_pressed_twice_changes_once(shown, session):
    board, address = shown
    sent = {"way": code(session, "unlock"), "idempotency_key": "same"}
    for _ in range(2):
        assert board.post(f"{address}/let-go", sent).status_code == 303
    session.rollback()
    events = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.let_go")).all()
    assert len(events) == 1


def test_after_the_change_the_round_gives_what_was_told(shown, session, app):
    board, address = shown
    app.config["JOBS_IN_PROCESS"] = True
    ways = now_is(session).failure["relaxations"]
    (told,) = (one for one in ways if one["change"] == "need_not_serve")
    board.post(f"{address}/let-go", {"way": code_of(told)})
    board.post(f"{address}/solve")
    round_ = now_is(session)
    assert (round_.status, round_.summary["served"]) == ("in_review", told["served"])
    assert round_.summary["total"] == pytest.approx(told["total"])


@pytest.mark.parametrize("way", ["", "0" * 32])
def test_change_that_was_not_proposed_is_refused(shown, session, way):
    board, address = shown
    before = now_is(session).settings
    board.post(f"{address}/let-go", {"way": way})
    assert "The settings were changed since" in board.get(address).text
    assert now_is(session).settings == before


def test_places_of_an_offer_are_not_changed_here(shown, session):
    board, address = shown
    board.post(f"{address}/let-go", {"way": code(session, "offer_places")})
    assert now_is(session).failure is not None


def test_round_that_is_no_longer_frozen_takes_no_change(shown, session):
    board, address = shown
    way = code(session, "unlock")
    board.post(f"{address}/reopen")
    assert board.post(f"{address}/let-go", {"way": way}).status_code == 409


def test_solve_stores_all_that_the_page_tells(each_app):
    with each_app.app_context():
        session = db.session()
        coordinator = make_coordinator(session)
        round_, actor = make_round(session, coordinator), actor_of(coordinator)
        keys = make_clash(session, round_, actor)
        failure = session.scalars(select(Round)).one().failure
        assert failure["code"] == "infeasible" and failure["irreducible"] is True
        assert failure["shortage"]["offers"] == [keys[2]]
        assert failure["relaxations"][0]["change"] == "offer_places"
        assert {one["proven"] for one in failure["relaxations"]} == {True}


def relaxation(change, wanted=None, **conflict):
    whole = {"need": None, "offer": None, "rule": None} | conflict
    return {"change": change, "wanted": wanted, "conflict": whole}


RULES = Settings(
    rules=(GroupLimit(at_least=3, name="east"), GroupLimit(at_most=1)),
    balances=(BalanceLimit(("a",), ("b",), 1, name="banks"),),
)


@pytest.mark.parametrize(
    ("made", "after"),
    [
        (
            relaxation("at_least", 2.0, rule="east"),
            replace(RULES, rules=(GroupLimit(at_least=2.0, name="east"), RULES.rules[1])),
        ),
        (
            relaxation("at_most", 4.0, rule="#2"),
            replace(RULES, rules=(RULES.rules[0], GroupLimit(at_most=4.0))),
        ),
        (
            relaxation("at_most_difference", 2.0, rule="banks"),
            replace(RULES, balances=(BalanceLimit(("a",), ("b",), 2.0, name="banks"),)),
        ),
        (relaxation("drop_rule", rule="#2"), replace(RULES, rules=RULES.rules[:1])),
        (relaxation("drop_rule", rule="banks"), replace(RULES, balances=())),
    ],
    ids=lambda value: value["change"] if isinstance(value, dict) else "",
)
def test_bound_of_a_rule_is_moved_and_nothing_else(made, after):
    assert let_go(RULES, made) == after


def test_rule_whose_name_stands_twice_is_not_guessed():
    twice = Settings(rules=(GroupLimit(at_least=3, name="x"), GroupLimit(at_most=1, name="x")))
    with pytest.raises(ValueError, match="several"):
        let_go(twice, relaxation("drop_rule", rule="x"))


def test_pair_that_people_declined_is_not_allowed_again_by_a_button():
    assert not is_in_settings(relaxation("unbar", need="a", offer="b"))


def test_bound_that_is_not_known_has_no_button():
    assert not is_in_settings(relaxation("at_least", None, rule="east"))
