"""The directory of platforms: each fact has a source and a date, and no page leads elsewhere."""

import re

from matchmaker.councils.platforms import KINDS, platforms


def test_each_platform_says_what_it_is_how_to_join_and_how_to_lobby_it():
    assert [one.code for one in platforms()] == ["uclg", "mayors", "unaoc", "congress", "day"]
    for one in platforms():
        assert [fact.kind for fact in one.facts] == list(KINDS)
        assert all(fact.source and fact.checked_on for fact in one.facts)


def test_everybody_reads_each_fact_with_its_source(client):
    page = client.get("/platforms").text
    for one in platforms():
        assert one.name in page
        assert all(fact.source.replace("&", "&amp;") in page for fact in one.facts)


def test_no_link_leads_to_another_host(client):
    page = client.get("/platforms").text
    assert not re.findall(r'href="(?:https?:)?//', page)
