"""Each change that a failed solve told, really made in the settings, gives what was told."""

import json
import random
from dataclasses import replace

import pytest

from matchmaker.exchange.proposals import Names
from matchmaker.exchange.told import clash_lines
from matchmaker.matching.clashes import InfeasibleRound, told
from matchmaker.matching.pipeline import match
from matchmaker.matching.settings import BalanceLimit, GroupLimit, GroupShare, Settings
from matchmaker.rounds.letting_go import code_of, is_in_settings, let_go
from tests.matching import build

NAMES = {"vukovar": "Vukovar", "utrecht": "Utrecht"}


def demanding(seed):
    """Return a small round whose demands mostly clash."""
    draw = random.Random(seed)
    needs = tuple(
        replace(build.NEED, key=f"n{k}", places=draw.randint(1, 3), minimum=draw.choice([0, 0, 2]))
        for k in range(4)
    )
    offers = tuple(replace(build.OFFER, key=f"o{k}", places=draw.randint(1, 2)) for k in range(3))
    keys, columns = [need.key for need in needs], [offer.key for offer in offers]
    pairs = [(need, offer) for need in keys for offer in columns]
    chosen = draw.sample(pairs, 5)
    some = tuple(sorted(draw.sample(keys, 2)))
    whole = GroupShare()
    rules = (
        GroupLimit(needs=some, at_least=draw.randint(2, 5)),
        GroupLimit(offers=tuple(columns[:1]), count="needs", at_most=draw.randint(0, 1)),
        GroupLimit(needs=some, at_most=draw.choice([0.0, 0.4]), share_of=whole),
        GroupLimit(count="offers", at_least=3, at_most=3, name="all three"),
    )
    balance = BalanceLimit(tuple(keys[:2]), tuple(keys[2:]), 0, name="both banks")
    settings = Settings(
        locked=tuple(sorted(chosen[: draw.randint(0, 2)])),
        barred=tuple(sorted(chosen[2 : 2 + draw.randint(0, 3)])),
        must_serve=tuple(sorted(draw.sample(keys, draw.randint(1, 4)))),
        rules=tuple(draw.sample(rules, draw.randint(0, 2))),
        balances=(balance,) if draw.random() < 0.3 else (),
        policy=draw.choice(["total", "coverage"]),
    )
    return build.snapshot(needs, offers), settings


def clash_of(snapshot, settings):
    """Return what is stored of a round's clash, as the row gives it back, or None."""
    try:
        match(snapshot, settings)
    except InfeasibleRound as error:
        return json.loads(json.dumps(told(error, None)))
    return None


@pytest.fixture(scope="module")
def clashes():
    """Give rounds whose demands clash, each with what is stored of that."""
    cases = [demanding(seed) for seed in range(12)]
    found = [(snapshot, settings, clash_of(snapshot, settings)) for snapshot, settings in cases]
    return [case for case in found if case[2] is not None]


def test_these_rounds_clash_in_many_ways(clashes):
    codes = {one["code"] for _, _, clash in clashes for one in clash["conflicts"]}
    changes = {one["change"] for _, _, clash in clashes for one in clash["relaxations"]}
    assert len(clashes) > 6
    assert codes >= {"lock", "offer_places", "must_serve", "need_minimum", "rule"}
    assert changes >= {"unlock", "need_not_serve", "at_least", "at_most", "offer_places"}


def test_change_made_in_the_settings_gives_what_was_told(clashes):
    for snapshot, settings, clash in clashes:
        for one in clash["relaxations"]:
            if is_in_settings(one) and one["feasible"]:
                result = match(snapshot, let_go(settings, one))
                assert len({pair.need for pair in result.pairs}) == one["served"]
                assert result.total == pytest.approx(one["total"], abs=1e-6)


def test_change_that_is_not_enough_leaves_a_clash(clashes):
    for snapshot, settings, clash in clashes:
        for one in clash["relaxations"]:
            if is_in_settings(one) and not one["feasible"]:
                with pytest.raises(InfeasibleRound):
                    match(snapshot, let_go(settings, one))


def test_each_clash_is_told_without_gaps(clashes):
    for snapshot, _, clash in clashes:
        lines = clash_lines(clash, Names(snapshot.sorted(), NAMES))
        text = "\n".join(lines)
        assert not any(gap in text for gap in ("None", "%(", "nan", "  ("))
        assert lines[1].endswith(".") and lines[1][0].isupper()


def test_changes_of_one_round_have_codes_of_their_own(clashes):
    for _, _, clash in clashes:
        codes = [code_of(one) for one in clash["relaxations"]]
        assert len(codes) == len(set(codes))
