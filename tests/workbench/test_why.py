"""What the page of a proposal draws from the stored price."""

from matchmaker.workbench.why import is_as_good_without, left_without


def price(**more):
    return {"total": 0.2, "served": 1, "gained": [], "lost": [["n1", "o1"]]} | more


def test_need_of_the_pair_is_left_where_nothing_comes_instead():
    assert left_without(price(), [["n1", "o1"]]) == ["n1"]


def test_need_that_keeps_another_offer_or_gets_one_is_not_left():
    assert left_without(price(), [["n1", "o1"], ["n1", "o2"]]) == []
    assert left_without(price(gained=[["n1", "o3"]]), [["n1", "o1"]]) == []


def test_need_that_loses_by_the_change_is_left():
    moved = price(gained=[["n1", "o2"]], lost=[["n1", "o1"], ["n2", "o2"]])
    assert left_without(moved, [["n1", "o1"], ["n2", "o2"]]) == ["n2"]


def test_result_is_as_good_only_where_nothing_is_lost():
    assert is_as_good_without(price(total=0.0, served=0))
    assert not is_as_good_without(price(total=0.0))
    assert not is_as_good_without(price(total=0.0, served=0, worst=0.1))
    assert not is_as_good_without(price(total=None))
    assert not is_as_good_without(None)
