"""The report stands alone, is escaped and stays small."""

import re
from dataclasses import replace

from matchmaker.exchange import report
from matchmaker.exchange.proposals import Names
from matchmaker.exchange.report import report_html
from matchmaker.matching.pipeline import match
from matchmaker.matching.result import Cut
from matchmaker.matching.settings import Settings
from tests.exchange.files import NEED, OFFER, TALK, TALKS, run
from tests.matching import build


def page(tmp_path, **changes):
    path = tmp_path / "report.html"
    run(tmp_path, (NEED | changes, TALK | {"consent": ""}), (OFFER, TALKS), report_path=path)
    return path.read_text(encoding="utf-8")


def test_report_has_summary_pairs_and_unmatched_by_reason(tmp_path):
    text = page(tmp_path)
    assert "<h2>Summary</h2>" in text and "<th scope=row>Proposed pairs</th><td>1</td>" in text
    assert "Vukovar (water-vukovar)" in text and "Utrecht (water-utrecht)" in text
    assert "<h3>No offer meets all the conditions. (1)</h3>" in text
    assert "Smallest change: record the consent of all parties" in text


def test_report_loads_nothing_and_runs_nothing(tmp_path):
    text = page(tmp_path)
    assert not re.search(r"<script|<img|<link|<iframe|src=|href=|url\(|@import|https?:", text)


def test_report_is_escaped(tmp_path):
    text = page(tmp_path, id="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "<script" not in text


def large_round():
    """Return a result as very large rounds have it, and its names."""
    needs = (replace(build.NEED, key="a"), replace(build.NEED, key="b"))
    snapshot = build.snapshot(needs=needs, offers=(replace(build.OFFER, key="x"),))
    result = match(snapshot, Settings())
    brief = tuple(replace(one, changes=(), in_full=False) for one in result.unmatched)
    cut = Cut(left_out=12_345, bound=0.25)
    return replace(result, unmatched=brief, cut=cut), Names(snapshot, {})


def test_report_of_a_very_large_round_says_what_was_left_out_and_not_worked_out():
    text = report_html(*large_round())
    assert "12,345; with them the total could be higher by 0.25 at most" in text
    assert "not worked out for this need, because the round is very large" in text


def test_report_stays_under_its_limit(monkeypatch):
    needs = [replace(build.NEED, key=f"n{k:03}") for k in range(60)]
    snapshot = build.snapshot(needs, (build.OFFER,))
    result = match(snapshot, Settings())
    names = Names(snapshot, {})
    whole = len(report_html(result, names).encode())
    monkeypatch.setattr(report, "LARGEST", whole - 1)
    assert len(report_html(result, names).encode()) < whole


def test_report_without_any_need_says_so():
    snapshot = build.snapshot((), ())
    text = report_html(match(snapshot, Settings()), Names(snapshot, {}))
    assert "<p>None.</p>" in text


def test_report_says_how_sure_it_is_and_who_competes(tmp_path):
    path = tmp_path / "report.html"
    run(tmp_path, [NEED | {"id": name} for name in "abc"], report_path=path)
    text = path.read_text(encoding="utf-8")
    assert "<th scope=row>Proof</th><td>No better result exists: proven.</td>" in text
    assert "These 3 needs compete for this offer (with one place)." in text
    assert "<li>Needs: Vukovar (a), Vukovar (b), Vukovar (c)</li>" in text
