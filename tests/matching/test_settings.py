"""Settings: defaults, refusals, and the way to files and back."""

from dataclasses import replace

import pytest

from matchmaker.matching.settings import BalanceLimit, GroupLimit, GroupShare, Settings

RICH = Settings(
    policy="coverage",
    minimum_score=0.4,
    unknown_as="lower",
    locked=(("n1", "o1"),),
    barred=(("n1", "o2"),),
    must_serve=("n2",),
    rules=(
        GroupLimit(needs=("n1",), offers=("o1",), at_least=1, name="one"),
        GroupLimit(needs=("n1",), at_most=0.5, share_of=GroupShare(count="needs")),
    ),
    balances=(BalanceLimit(("n1",), ("n2",), 1),),
    seed=7,
    time_limit=30,
)


def test_defaults_are_those_of_the_model():
    assert Settings().weights["dialogue"] == {
        "expertise": 0.25,
        "context": 0.5,
        "availability": 0.25,
    }


@pytest.mark.parametrize(
    "settings",
    [Settings(), RICH, Settings(keep=(("n1", "o1"),), keep_bonus=0.25, tied=(("n1", "o2"),))],
)
def test_json_and_toml_give_the_same_settings_back(settings):
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_toml(settings.to_toml()) == settings


def test_settings_stored_before_pairs_could_be_kept_have_their_digest_still():
    old = "811717a893825aea60645e662ccd75abba83bd362778f287188ccee2073488f1"
    assert Settings().digest == old
    assert RICH.digest == "ea73fd2a3e9cf6e6f55f68267a3b8718016dec079c33d71f253dc6c463d5601e"


def test_pairs_to_keep_show_in_the_digest():
    kept = Settings(keep=(("n1", "o1"),))
    assert len({Settings().digest, kept.digest, replace(kept, keep_bonus=0.2).digest}) == 3


def test_digest_tells_settings_apart():
    assert Settings().digest == Settings().digest != RICH.digest


def test_whole_number_gives_the_digest_of_the_same_fraction():
    assert replace(RICH, time_limit=30.0).digest == RICH.digest


def test_file_may_give_one_category_only():
    text = "[weights.lobby]\nexpertise = 1\ncontext = 0\navailability = 0\n"
    settings = Settings.from_toml(text)
    assert settings.weights["lobby"]["expertise"] == 1
    assert settings.weights["project"] == Settings().weights["project"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[weights.lobby]\nexpertise = 0.5\ncontext = 0.5\navailability = 0.1\n", "sum to 1"),
        ("[weights.lobby]\nexpertise = 1.5\ncontext = -0.5\navailability = 0\n", "0 or more"),
        ("[weights.lobby]\nexpertise = 1\n", "weights.lobby: expected"),
        ("[weights.war]\nexpertise = 1\n", "weights: expected"),
        ("policy = 'best'\n", "policy: expected one of total, coverage, fairest"),
        ("unknown_as = 'zero'\n", "unknown_as: expected one of"),
        ("minimum_score = 1.5\n", "minimum_score: expected a number from 0 to 1"),
        ("minimum_score = nan\n", "minimum_score: expected a number from 0 to 1"),
        ("minimum_score = 'high'\n", "minimum_score: expected a number, found 'high'"),
        ("time_limit = 0\n", "time_limit: expected"),
        ("locked = [['n1']]\n", r"locked\[0\]: expected a list of 2"),
        ("locked = [['a', 'b'], ['a', 'b']]\n", "locked: the same pair stands twice"),
        ("keep = [['a', 'b'], ['a', 'b']]\n", "keep: the same pair stands twice"),
        ("keep_bonus = -0.1\n", "keep_bonus: expected a number from 0 to 10"),
        ("tie_bonus = 11\n", "tie_bonus: expected a number from 0 to 10"),
        ("keep_bonus = nan\n", "keep_bonus: expected a number from 0 to 10"),
        ("colour = 'red'\n", "colour: no such field"),
        ("context_minimum = {war = 0.3}\n", "context_minimum"),
        ("policy = ", "not TOML"),
    ],
)
def test_wrong_settings_are_refused_by_name(text, message):
    with pytest.raises(ValueError, match=message):
        Settings.from_toml(text)


def test_weights_that_sum_to_one_within_rounding_are_taken():
    text = "[weights.lobby]\nexpertise = 0.1\ncontext = 0.2\navailability = 0.7000000001\n"
    assert Settings.from_toml(text).weights["lobby"]["context"] == 0.2


def test_one_depth_alone_keeps_the_default_of_the_other():
    found = Settings.from_toml("[context_minimum]\nheart = 0.5\n")
    assert found.context_minimum == {"atmosphere": 0.0, "heart": 0.5}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[balances]]\na = ['x']\n", r"settings.balances\[0\]: the field b is missing"),
        ("[[balances]]\n", r"settings.balances\[0\]: the fields a, b are missing"),
        ("seed = -1", "seed: expected a whole number from 0"),
        ("seed = 1" + "0" * 5000, "a number has too many digits"),
        ("minimum_score = 1" + "0" * 400, "minimum_score: expected a number that is not so large"),
        ("locked = " + "[" * 5000 + "]" * 5000, "too deep"),
        ("[[balances]]\na = []\nb = []\nat_most_difference = 1e300", r"balances\[0\].at_most_diff"),
        ("[[rules]]\nat_least = 1e300", r"rules\[0\].at_least: expected a number from 0"),
        ("[[rules]]\nat_most = nan", r"rules\[0\].at_most: expected a number from 0"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_the_name_of_the_field(text, message):
    with pytest.raises(ValueError, match=message):
        Settings.from_toml(text)


def test_json_nested_too_deep_is_refused():
    with pytest.raises(ValueError, match="too deep"):
        Settings.from_json("[" * 200_000)


def test_places_outlive_json_and_toml_and_show_in_the_digest():
    placed = Settings(need_places={"n 1": 2}, offer_places={"o1": 0})
    assert Settings.from_json(placed.to_json()) == Settings.from_toml(placed.to_toml()) == placed
    assert placed.digest != Settings().digest


@pytest.mark.parametrize("count", [-1, True])
def test_places_below_none_are_refused(count):
    with pytest.raises(ValueError, match=r"offer_places\.o1"):
        Settings(offer_places={"o1": count})
