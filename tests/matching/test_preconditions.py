"""What an unmet precondition closes: settings, activities, helpers who do not know the area."""

from dataclasses import replace

import pytest

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.large.classes import classes_of
from matchmaker.matching.preconditions import restrictions
from matchmaker.matching.relaxing import Case, remedy_for
from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import ACTIVITIES, Bar
from matchmaker.vocabulary.precondition import PRECONDITIONS, RESTRICTIONS, Closes
from tests.matching.build import DIALOGUE, NEED, OFFER, TALKS, bar_of, pair, snapshot

IN_AREA = replace(NEED, settings=("in_area",))
EASY = Settings(context_minimum={"heart": 0.0, "atmosphere": 0.0})
LOBBY = replace(NEED, category="lobby", settings=(), topics=())
SPEAKS = replace(OFFER, category="lobby", activities=(), settings=(), topics=())


def test_violence_out_of_control_leaves_no_help_in_the_area():
    assert bar_of(IN_AREA) is None
    assert bar_of(replace(IN_AREA, unmet=("violence",))) == Bar.PRECONDITION


def test_violence_out_of_control_leaves_advice_from_a_distance():
    assert bar_of(replace(NEED, unmet=("violence",))) is None


def test_without_leaders_who_bridge_divides_no_project_goes_into_the_area():
    assert bar_of(replace(IN_AREA, unmet=("leaders",))) == Bar.PRECONDITION


def test_without_leaders_who_bridge_divides_lobby_in_the_area_goes_on():
    need = replace(LOBBY, activity="lobby.monitoring", settings=("in_area",), unmet=("leaders",))
    assert bar_of(need, SPEAKS) is None


@pytest.mark.parametrize("unmet", ["leaders", "opportunity"])
def test_dialogue_at_the_heart_is_closed_altogether(unmet):
    assert bar_of(DIALOGUE, TALKS, EASY) is None
    assert bar_of(replace(DIALOGUE, unmet=(unmet,)), TALKS, EASY) == Bar.PRECONDITION


def test_where_nobody_wants_to_be_seen_playing_by_the_rules_attention_protects_nobody():
    need = replace(LOBBY, activity="lobby.protection")
    assert bar_of(need, SPEAKS) is None
    assert bar_of(replace(need, unmet=("rules",)), SPEAKS) == Bar.PRECONDITION


def test_lobby_for_rights_goes_on_whatever_is_not_met():
    need = replace(LOBBY, activity="lobby.rights", unmet=tuple(PRECONDITIONS))
    assert bar_of(need, SPEAKS) is None


def test_no_experts_go_where_the_legal_frame_is_not_accepted():
    need = replace(IN_AREA, activity="project.experts")
    offer = replace(OFFER, activities=("project.experts",))
    assert bar_of(need, offer) is None
    assert bar_of(replace(need, unmet=("framework",)), offer) == Bar.PRECONDITION


def test_helper_who_does_not_show_that_it_knows_the_area_is_barred_where_that_is_not_met():
    stranger = replace(OFFER, areas=(), context_languages=())
    need = replace(NEED, unmet=("knowledge",))
    assert bar_of(NEED, stranger) is None
    assert bar_of(need, stranger) == Bar.CONTEXT_MINIMUM
    assert bar_of(need, OFFER) is None


def test_what_a_helper_has_not_stated_of_the_area_counts_against_it_where_that_is_not_met():
    silent = replace(OFFER, areas=None, context_languages=None)
    assert bar_of(NEED, silent) is None
    assert bar_of(replace(NEED, unmet=("knowledge",)), silent) == Bar.CONTEXT_MINIMUM


def test_setting_that_a_side_does_not_accept_is_not_laid_to_a_precondition():
    offer = replace(OFFER, settings=("international",))
    assert bar_of(replace(IN_AREA, unmet=("violence",)), offer) == Bar.SETTING


def test_remedy_never_leads_into_an_area_that_a_precondition_closes():
    need = replace(NEED, settings=("remote",), unmet=("violence",))
    round_ = snapshot((need,), (replace(OFFER, settings=("in_area",)),)).sorted()
    remedy = remedy_for(Bar.SETTING, Case(round_, Settings(), arrays_of(round_), 0, 0))
    assert (remedy.side, remedy.wanted) == ("offer", "remote")


def test_classes_of_a_large_round_tell_needs_apart_by_what_is_closed_to_them():
    needs = (IN_AREA, replace(IN_AREA, key="n2", unmet=("violence",)))
    found = classes_of(arrays_of(snapshot(needs).sorted()), Settings())
    assert found.need_code[0] != found.need_code[1]


def test_closed_setting_counts_as_no_help_in_the_area():
    assert pair(NEED).needs.in_area[0]
    assert not pair(replace(NEED, unmet=("violence",))).needs.in_area[0]


def test_funnel_counts_what_a_precondition_bars():
    arrays = arrays_of(snapshot((replace(IN_AREA, unmet=("violence",)),)).sorted())
    found = candidates(arrays, Settings()).funnel[0]
    assert found[list(Bar).index(Bar.PRECONDITION)] == 1
    assert found[list(Bar).index(Bar.PRECONDITION) + 1] == 0


def test_input_of_before_keeps_its_digest():
    assert "unmet" not in snapshot().to_json()
    assert snapshot().digest != snapshot((replace(NEED, unmet=("rules",)),)).digest


def test_precondition_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="unmet"):
        snapshot((replace(NEED, unmet=("luck",)),)).validate()


def test_each_rule_is_about_a_precondition_and_an_activity_and_names_its_source():
    for rule in RESTRICTIONS:
        assert rule.precondition in PRECONDITIONS
        assert not rule.activity or ACTIVITIES[rule.activity].category == rule.category
        assert rule.label
        assert "Musch & Sizoo" in rule.source
    assert {rule.precondition for rule in RESTRICTIONS} == set(PRECONDITIONS)


def test_only_the_six_of_the_paper_are_asked_and_one_only_under_an_intervention():
    assert len(PRECONDITIONS) == 6
    assert [one.code for one in PRECONDITIONS.values() if one.only_under_intervention] == [
        "framework"
    ]


def test_violence_closes_the_area_to_every_activity():
    for code in ACTIVITIES:
        closes = {one.closes for one in restrictions(["violence"], code, None)}
        assert closes == {Closes.IN_AREA}


def test_nothing_follows_where_everything_is_met():
    assert restrictions([], "project.service", None) == ()
