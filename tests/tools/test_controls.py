"""The list of controls agrees with the tree, so that `make controls` can switch each off."""

from tools import controls


def test_every_control_can_be_switched_off():
    assert list(controls.problems()) == []


def test_list_holds_at_least_forty_controls_under_names_of_their_own():
    names = [one.name for one in controls.controls()]
    assert len(names) == len(set(names)) >= 40


def test_switching_off_changes_the_code():
    assert [one.name for one in controls.controls() if one.on == one.off] == []


def test_control_that_cannot_be_found_says_so(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n")
    control = controls.Control("c", "1", "a.py", "x = 1", "", ())
    assert control.problem(tmp_path) == "its text stands 2 times in a.py"
