"""What the page of figures says of a bar, and that a partial run keeps the other figures."""

import json

import pytest

from benchmarks import page


def row(route, median, **more):
    """Return the figures of one route."""
    return {"route": route, "median": median, "exact": True} | more


def figures(ours, *peers, solver="auction", family="low rank"):
    """Return the figures of an instance."""
    mine = row(page.OURS, ours, solver=solver)
    return {"kind": "dense", "family": family, "rows": [mine, *peers]}


def test_ratio_is_to_the_quickest_peer_that_is_exact():
    rounded = row("lapx lapjvs, single precision", 0.1)
    wrong = row("HiGHS", 0.2, exact=False)
    slow = {"route": "ortools SimpleMinCostFlow", "ended": "not finished in 20 s"}
    found = figures(1.0, rounded, wrong, slow, row("scipy", 2.0), row("lapx", 0.5))
    assert page.ratio_of(found) == 2.0


@pytest.mark.parametrize(
    ("solver", "family", "bar"),
    [("auction", "uniform", 1.0), ("dense", "low rank", 1.1), ("dense", "uniform", 1.3)],
)
def test_bar_depends_on_whose_kernel_runs(solver, family, bar):
    assert page.bar_of(figures(1.0, solver=solver, family=family)) == bar


@pytest.mark.parametrize(("ours", "said"), [(1.0, "kept"), (1.02, "missed")])
def test_bar_is_kept_up_to_itself(ours, said):
    assert page.verdict(figures(ours, row("scipy", 1.0))) == said


def test_instance_that_no_peer_solves_has_no_ratio():
    assert page.verdict(figures(1.0)) == "no peer finished"


def test_partial_run_keeps_the_other_figures_and_what_is_written_by_hand(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "FIGURES", tmp_path / "figures.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    page.PAGE.write_text("old\n## The file job\n\nby hand\n")
    measured = {"first": 0.1, "least": 0.1, "most": 0.1, "runs": 7, "only_first": False}
    measured |= {"peak_mb": 1.0, "first_mb": 1.0, "off": 0, "ended": ""}
    for place, name in enumerate(("instance A", "instance B", "instance A")):
        one = figures(0.5 + place, row("scipy", 1.0, **measured)) | {"place": place % 2}
        one["rows"][0] |= measured | {"gap": 0.0}
        page.keep(instances={name: one})
    kept = json.loads(page.FIGURES.read_text())["instances"]
    assert {name: one["rows"][0]["median"] for name, one in kept.items()} == {
        "instance A": 2.5,
        "instance B": 1.5,
    }
    text = page.PAGE.read_text()
    assert text.startswith("# Benchmarks") and text.endswith("## The file job\n\nby hand\n")
    assert text.index("instance A") < text.index("instance B")
    assert "old" not in text
