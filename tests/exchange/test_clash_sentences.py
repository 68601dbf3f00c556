"""Clashing demands in words: one sentence, who competes, and what each change would free."""

import pytest

from matchmaker.exchange.clash_sentences import (
    clash_sentence,
    demand_lines,
    freed_sentence,
    group_sentence,
    promise,
    way_sentence,
)
from matchmaker.exchange.words import Name, Words
from matchmaker.matching import canonical
from matchmaker.matching.clashes import (
    Competition,
    Conflict,
    InfeasibleRound,
    Limit,
    Relaxation,
    told,
)

NEEDS = {"n1": Name("Osijek", "n1"), "n2": Name("Tuzla", "n2"), "n3": Name("Bar", "n3")}
NEEDS |= {f"m{i}": Name(f"Town {i}", f"m{i}") for i in range(9)}
OFFERS = {"o1": Name("Leiden", "o1"), "o2": Name("Ghent", "o2")}
LOCK, BAR = Conflict("lock", "n1", "o1"), Conflict("bar", "n1", "o1")
ONE_PLACE = Conflict("offer_places", offer="o1", number=1)


def must(*needs):
    return tuple(Conflict("must_serve", need) for need in needs)


def rule(least=None, most=None, count="pairs", share=False, name="east first"):
    return Conflict("rule", rule=name, limit=Limit(count, least, most, share))


def stored(*conflicts, offers=None, irreducible=True):
    """Return what is stored of these conflicts; `offers`: they are a shortage of those."""
    needs = tuple(one.need for one in conflicts if one.need)
    group = None if offers is None else Competition(needs, offers, len(needs), len(offers))
    return told(InfeasibleRound(conflicts, irreducible, group), None)


def sentence(*conflicts, **more):
    return clash_sentence(stored(*conflicts, **more), Words(NEEDS, OFFERS))


def test_lock_place_and_demand_become_one_sentence():
    assert sentence(ONE_PLACE, *must("n2"), LOCK, offers=("o1",)) == (
        "Osijek (n1) is locked to Leiden (o1), Leiden has one place, and Tuzla (n2) must be "
        "served, but only Leiden could serve it."
    )


@pytest.mark.parametrize(
    ("conflict", "words"),
    [
        (
            Conflict("lock_not_allowed", "n1", "o1"),
            "Osijek (n1) is locked to Leiden (o1), but a condition rules this pair out.",
        ),
        (LOCK, "Osijek (n1) is locked to Leiden (o1)."),
        (BAR, "Osijek (n1) must not be paired with Leiden (o1)."),
        (Conflict("offer_places", offer="o1", number=0), "Leiden (o1) has no place."),
        (Conflict("offer_places", offer="o1", number=4), "Leiden (o1) has 4 places."),
        (Conflict("need_places", "n1", number=0), "Osijek (n1) takes no offer."),
        (Conflict("need_places", "n1", number=1), "Osijek (n1) takes one offer only."),
        (Conflict("need_places", "n1", number=3), "Osijek (n1) takes at most 3 offers."),
        (Conflict("need_minimum", "n1", number=2), "Osijek (n1) takes at least 2 offers or none."),
        (must("n1")[0], "Osijek (n1) must be served."),
    ],
    ids=lambda value: value.code if isinstance(value, Conflict) else "",
)
def test_each_demand_has_a_clause(conflict, words):
    assert sentence(conflict) == words


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        (rule(least=3), "“east first” holds (pairs: at least 3)"),
        (rule(most=2, count="needs"), "“east first” holds (needs served: at most 2)"),
        (rule(1, 2, "offers"), "“east first” holds (offers used: at least 1, at most 2)"),
        (rule(most=0.35, share=True), "“east first” holds (pairs: at most 35 %)"),
        (rule(most=0, count="balance"), "holds (difference of needs served: at most 0)"),
        (rule(least=3, name="#2"), "the rule number 2 holds (pairs: at least 3)"),
    ],
)
def test_rule_is_told_with_its_bounds(demand, words):
    assert words in sentence(demand, LOCK)


def test_rule_that_cannot_hold_says_that_no_choice_meets_it():
    assert sentence(rule(least=30)).endswith("but no choice of pairs could meet it.")


def test_several_needs_are_told_together():
    words = sentence(*must("n1", "n2"), ONE_PLACE, offers=("o1", "o2"))
    assert words.startswith("Leiden (o1) has one place and Osijek (n1) and Tuzla (n2) must all be")
    assert words.endswith("served, but only Leiden and Ghent (o2) could serve them.")


def test_need_that_no_offer_fits_says_so():
    assert sentence(*must("n2"), offers=()).endswith("served, but no offer could serve it.")


def test_need_whose_offers_were_ruled_out_says_that_no_other_is_left():
    words = sentence(BAR, *must("n1"), offers=())
    assert words.endswith("Osijek must be served, but no other offer could serve it.")


def test_many_demands_are_counted_and_named_one_by_one_beside():
    clash = stored(*must(*(f"m{i}" for i in range(9))), ONE_PLACE, offers=("o1",))
    words = Words(NEEDS, OFFERS)
    assert "9 needs must be served, but only Leiden could" in clash_sentence(clash, words)
    assert demand_lines(clash, words)[-1] == "Town 8 (m8) must be served"


def test_counts_are_of_all_demands_where_not_all_are_stored():
    clash = stored(*(Conflict("must_serve", f"x{i}") for i in range(60)))
    assert len(clash["conflicts"]) == 40
    assert clash_sentence(clash, Words(NEEDS, OFFERS)) == "60 needs must be served."


def test_places_of_many_offers_are_summed():
    clash = stored(*(Conflict("offer_places", offer=f"x{i}", number=2) for i in range(5)))
    assert clash_sentence(clash, Words(NEEDS, OFFERS)) == "5 offers have 10 places together."


def test_towns_of_two_needs_are_always_told_with_their_titles():
    words = Words({"a": Name("Osijek", "Water"), "b": Name("Osijek", "Roads")}, OFFERS)
    clash = stored(Conflict("lock", "a", "o1"), *must("a", "b"))
    assert clash_sentence(clash, words).count("Osijek (Water)") == 2


@pytest.mark.parametrize(
    ("conflicts", "irreducible", "words"),
    [
        ((LOCK, BAR), True, "Letting go of any one of these demands makes the others possible."),
        ((rule(least=30),), True, "This demand cannot be met, whatever the others are."),
        ((LOCK, BAR), False, "The time ended before the shortest such list was found."),
    ],
)
def test_promise_is_no_larger_than_what_was_shown(conflicts, irreducible, words):
    assert promise(stored(*conflicts, irreducible=irreducible), Words({}, {})) == words


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ((7, 4, 7, 4), "These 7 needs compete for these 4 offers (with 4 places)."),
        ((2, 1, 2, 1), "These 2 needs compete for this offer (with one place)."),
        (
            (5, 2, 3, 2),
            "These 5 needs compete for these 2 offers (with 2 places). "
            "Together they ask for 3 places.",
        ),
        ((1, 0, 1, 0), "No offer could serve this need."),
    ],
)
def test_shortage_is_told_as_its_hall_set(group, words):
    names = ("n_needs", "n_offers", "asked", "places")
    assert group_sentence(dict(zip(names, group, strict=True)), Words({}, {})) == words


def way(change, conflict, present=None, wanted=None, **more):
    values = {"feasible": True, "served": 14, "total": 9.3, "proven": True} | more
    return canonical.plain(Relaxation(conflict, change, present, wanted, **values))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (way("unlock", LOCK), "Let go of the lock Osijek (n1) – Leiden (o1)"),
        (way("unbar", BAR), "Allow the pair Osijek (n1) – Leiden (o1)"),
        (
            way("need_not_serve", must("n2")[0]),
            "Let go of the demand that Tuzla (n2) must be served",
        ),
        (way("drop_rule", rule(least=3)), "Drop the rule “east first”"),
        (
            way("offer_places", ONE_PLACE, 1, 3),
            "Give Leiden (o1) 3 places instead of 1",
        ),
        (way("offer_places", ONE_PLACE, 1), "Give Leiden (o1) more places"),
        (
            way("need_places", Conflict("need_places", "n1", number=1), 1, 2),
            "Let Osijek (n1) take 2 offers instead of 1",
        ),
        (
            way("need_minimum", Conflict("need_minimum", "n1", number=3), 3, 1),
            "Let Osijek (n1) do with one offer instead of 3",
        ),
        (
            way("at_least", rule(least=3), 3, 2),
            "Change the rule “east first” to “at least 2” instead of “at least 3”",
        ),
        (
            way("at_most", rule(most=0.3, share=True), 0.3, 0.5),
            "Change the rule “east first” to “at most 50 %” instead of “at most 30 %”",
        ),
        (way("at_most", rule(most=2), 2), "Let the rule “east first” allow more"),
    ],
)
def test_each_change_has_a_sentence_of_its_own(one, words):
    assert way_sentence(one, Words(NEEDS, OFFERS)) == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "14 needs served, total 9.3"),
        ({"total": None}, "14 needs served"),
        ({"proven": False}, "14 needs served, total 9.3 (the best that was found in the time)"),
        ({"served": None, "total": None}, "the time ended before the result was worked out"),
        ({"feasible": None}, "the time ended before it was worked out"),
        ({"feasible": False}, "not enough by itself, other demands clash as well"),
    ],
)
def test_what_a_change_frees_claims_no_more_than_is_known(known, words):
    assert freed_sentence(way("unlock", LOCK, **known), Words({}, {})).endswith(words)
