"""The words are complete: every activity and topic has its codes and its source."""

from matchmaker.vocabulary import ACTIVITIES, GROUPS, TOPICS, Category, Setting


def test_every_activity_names_its_source():
    assert all(activity.source for activity in ACTIVITIES.values())


def test_every_activity_allows_a_setting():
    assert all(activity.settings for activity in ACTIVITIES.values())


def test_every_category_has_activities():
    assert {activity.category for activity in ACTIVITIES.values()} == set(Category)


def test_every_category_has_something_to_do_without_going_there():
    for category in Category:
        settings = {s for a in ACTIVITIES.values() if a.category == category for s in a.settings}
        assert settings & {Setting.INTERNATIONAL, Setting.REMOTE}


def test_every_topic_belongs_to_a_group_and_has_codes():
    for topic in TOPICS.values():
        assert topic.group in GROUPS
        assert topic.dac_codes
        assert topic.sdg_targets


def test_code_equals_its_text_and_carries_a_label():
    assert Category("lobby") == "lobby"
    assert Category.LOBBY.label == "Lobby"
