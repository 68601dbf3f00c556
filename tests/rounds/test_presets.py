"""Weights to begin with."""

import pytest

from matchmaker.errors import BadInput, WrongStep
from matchmaker.rounds import service
from matchmaker.rounds.presets import WEIGHTS, Preset, last_round, take_preset
from matchmaker.rounds.settings import settings_of
from tests.factories import make_association, make_coordinator, make_round
from tests.rounds.conftest import fill


@pytest.mark.parametrize("preset", [Preset.BALANCED, Preset.AREA, Preset.QUICK])
def test_preset_sets_weights_that_sum_to_the_whole(session, actor, round_, preset):
    take_preset(session, actor, round_, preset)
    assert settings_of(round_).matching.weights == WEIGHTS[preset]


def test_settings_of_the_last_round_are_copied(session, actor, coordinator, round_):
    fill(session)
    take_preset(session, actor, round_, Preset.QUICK)
    service.run_round(session, actor, round_)
    later = make_round(session, coordinator)
    take_preset(session, actor, later, Preset.LAST)
    assert settings_of(later).matching.weights == WEIGHTS[Preset.QUICK]
    assert settings_of(later).matching.barred == ()


def test_without_an_earlier_round_nothing_is_copied(session, actor, round_):
    with pytest.raises(BadInput, match="no earlier round"):
        take_preset(session, actor, round_, Preset.LAST)


def test_round_of_another_association_is_not_the_last_one(session, coordinator):
    far = make_coordinator(session, make_association(session, name="Far"))
    make_round(session, far, result_digest="0" * 64)
    assert last_round(session, make_round(session, coordinator)) is None


def test_solved_round_keeps_its_weights(session, actor, round_):
    fill(session)
    service.run_round(session, actor, round_)
    with pytest.raises(WrongStep):
        take_preset(session, actor, round_, Preset.AREA)
