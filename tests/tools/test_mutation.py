"""What the report on changed code counts as noticed."""

from tools import mutation

RESULTS = """
    package.explain.x__place__mutmut_1: killed
    package.explain.x__place__mutmut_2: survived
    package.explain.xǁStandingǁof__mutmut_1: timeout
    package.other.x_f__mutmut_1: no tests
    package.other.x_f__mutmut_2: not checked
"""


def test_changes_that_were_not_tried_are_left_out():
    states = mutation.states_of(RESULTS)
    assert len(states) == 4 and "not checked" not in states.values()


def test_killed_and_endless_changes_are_noticed_and_unreached_ones_are_not():
    lines, share = mutation.summary(mutation.states_of(RESULTS))
    assert share == 0.5
    assert lines[2:] == [
        "| package.explain | 3 | 2 | 66.7% | 0 |",
        "| package.other | 1 | 0 | 0.0% | 1 |",
        "| together | 4 | 2 | 50.0% | 1 |",
    ]


def test_survivors_are_written_between_the_marks(monkeypatch, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{mutation.START}\nold\n{mutation.END}\nafter\n")
    monkeypatch.setattr(mutation, "PAGE", page)
    shown = "--- a.py\n+++ b.py\n@@ -1 +1 @@\n def f():\n-    return 1\n+    return 2\n"
    monkeypatch.setattr(mutation, "_output", lambda *arguments: shown)
    mutation._write(["| table |"], mutation.states_of(RESULTS))
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "- `explain._place`: `return 1` became `return 2`" in text
    assert "Standing" not in text
