"""The report of a run as one HTML page that stands alone: no script, no address, nothing loaded."""

from collections import Counter, defaultdict
from html import escape
from typing import Any

from matchmaker.exchange.proof_sentences import proof_sentence
from matchmaker.exchange.proposals import Names, reason_of_pair
from matchmaker.exchange.sentences import (
    NOT_LOOKED_AT,
    REASONS,
    change_of,
    question_of,
    reason_of,
    restrictions_told,
    unused_reason_of,
)
from matchmaker.exchange.told import group_lines, words_of
from matchmaker.exchange.words import Words
from matchmaker.matching.clashes import MOST_COMPETITIONS, competition_told
from matchmaker.matching.result import ProposedPair, Result, UnmatchedNeed
from matchmaker.vocabulary import Bar, Criterion, Policy

MOST_PAIRS = 500
MOST_UNMATCHED = 1_500
LARGEST = 5_000_000
"""Bytes; the detail is cut before the page grows beyond."""
_LONGEST_TEXT = 160

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#111}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border-bottom:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:bold;padding:.5rem 0}
details{margin:.2rem 0}
"""


def report_html(result: Result, names: Names) -> str:
    """Return the whole page, at most 5 MB."""
    for share in (1.0, 0.5, 0.2, 0.05):
        page = _page(result, names, int(MOST_PAIRS * share), int(MOST_UNMATCHED * share))
        if len(page.encode()) <= LARGEST:
            return page
    return _page(result, names, 0, 0)


def _page(result: Result, names: Names, n_pairs: int, n_unmatched: int) -> str:
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Matching report</title><style>{_STYLE}</style></head><body>",
        "<h1>Matching report</h1>",
        *_summary(result),
        *_funnel(result),
        *_proposals(result, names, n_pairs),
        *_left_over(result, names, n_unmatched),
        *_unused(result),
        "<p>Every row, with all parts and reasons, is in the CSV file of this run.</p>",
        "</body></html>",
    ]
    return "\n".join(parts)


def _summary(result: Result) -> list[str]:
    served = len({pair.need for pair in result.pairs})
    proof = proof_sentence(result.certificate, result.total, Words({}, {}))
    facts: dict[str, Any] = {
        "Needs": result.n_needs,
        "Offers": result.n_offers,
        "Pairs that meet every condition": result.n_candidates,
        "Proposed pairs": len(result.pairs),
        "Needs served": served,
        "Needs without a match": len(result.unmatched),
        "Offers not used": len(result.unused),
        "Aim": dict(Policy.choices())[result.policy],
        "Total score": f"{result.total:.9g}",
        "Proof": proof,
        "Stopped by the time limit": "yes" if result.stopped else "no",
        "Snapshot": result.snapshot_digest,
        "Settings": result.settings_digest,
        "Version of the model": result.version,
    }
    if result.cut is not None:
        facts["Pairs left out, for the round is very large"] = (
            f"{result.cut.left_out:,}; with them the total could be higher by"
            f" {result.cut.bound:.9g} at most"
        )
    rows = [f"<tr><th scope=row>{_text(k)}</th><td>{_text(v)}</td></tr>" for k, v in facts.items()]
    return ["<h2>Summary</h2><table>", *rows, "</table>"]


def _funnel(result: Result) -> list[str]:
    labels = dict(Bar.choices())
    rows = [
        f"<tr><td>{_text(labels[count.rule])}</td><td class=n>{count.left:,}</td></tr>"
        for count in result.funnel
    ]
    start = f"{result.n_needs * result.n_offers:,}"
    return [
        f"<h2>Conditions</h2><p>All pairs at the start: {start}. Left after each condition:</p>",
        "<table><tr><th>Condition that rules a pair out</th><th>Pairs left</th></tr>",
        *rows,
        "</table>",
    ]


def _proposals(result: Result, names: Names, most: int) -> list[str]:
    best = sorted(result.pairs, key=lambda pair: (-pair.score, pair.need, pair.offer))[:most]
    criteria = "".join(f"<th>{_text(c.label)}</th>" for c in Criterion)
    shown = f"The best {len(best)} of {len(result.pairs)}."
    return [
        f"<h2>Proposed pairs</h2><p>{shown}</p><table>",
        f"<tr><th>Need</th><th>Offer</th><th>Score</th>{criteria}<th>Why</th></tr>",
        *(_proposal(pair, names) for pair in best),
        "</table>",
    ]


def _proposal(pair: ProposedPair, names: Names) -> str:
    need, offer = names.needs[pair.need], names.offers[pair.offer]
    values = "".join(
        f"<td class=n>{'unknown' if c.value is None else f'{c.value:.3f}'}</td>"
        for c in pair.criteria
    )
    asked = "".join(f"<li>{_text(question_of(question))}</li>" for question in pair.questions)
    questions = f"<details><summary>Not known</summary><ul>{asked}</ul></details>" if asked else ""
    return (
        f"<tr><td>{_text(names.town(need))} ({_text(pair.need)})</td>"
        f"<td>{_text(names.town(offer))} ({_text(pair.offer)})</td>"
        f"<td class=n>{pair.score:.3f}<br>{pair.low:.3f}–{pair.high:.3f}</td>{values}"
        f"<td>{_text(reason_of_pair(pair))}{questions}</td></tr>"
    )


def _left_over(result: Result, names: Names, most: int) -> list[str]:
    groups: dict[str, list[UnmatchedNeed]] = defaultdict(list)
    for unmatched in result.unmatched:
        groups[unmatched.reason].append(unmatched)
    parts = ["<h2>Needs without a match</h2>"]
    if not groups:
        parts.append("<p>None.</p>")
    parts += _competing(result, names)
    each = max(1, most // max(len(groups), 1)) if most else 0
    for reason, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        parts.append(f"<h3>{_text(REASONS[reason])} ({len(members)})</h3><ul>")
        parts += [_need(unmatched, names) for unmatched in members[:each]]
        parts.append("</ul>")
        if len(members) > each:
            parts.append(f"<p>And {len(members) - each} more in the CSV file.</p>")
    return parts


def _competing(result: Result, names: Names) -> list[str]:
    """Return the groups of needs that compete for too few places, as lists."""
    words, parts = words_of(names), []
    for group in result.competitions[:MOST_COMPETITIONS]:
        sentence, *lines = group_lines(competition_told(group), words)
        listed = "".join(f"<li>{escape(line.strip())}</li>" for line in lines)
        parts.append(f"<p>{_text(sentence)}</p><ul>{listed}</ul>")
    return parts


def _need(unmatched: UnmatchedNeed, names: Names) -> str:
    need = names.needs[unmatched.need]
    help_ = f" {_text(told)}" if (told := restrictions_told(need)) else ""
    if unmatched.changes:
        help_ += f" Smallest change: {_text(change_of(unmatched.changes[0]))}."
    elif not unmatched.in_full:
        help_ += f" Smallest change: {NOT_LOOKED_AT}."
    return (
        f"<li>{_text(names.town(need))} ({_text(unmatched.need)}): "
        f"{_text(reason_of(unmatched))}{help_}</li>"
    )


def _unused(result: Result) -> list[str]:
    counts = Counter(unused_reason_of(unused) for unused in result.unused)
    rows = [f"<li>{_text(reason)} {n}</li>" for reason, n in sorted(counts.items())]
    return ["<h2>Offers not used</h2><ul>", *rows, "</ul>"] if rows else []


def _text(value: object) -> str:
    """Return a value as escaped text, shortened."""
    text = str(value)
    return escape(text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…")
