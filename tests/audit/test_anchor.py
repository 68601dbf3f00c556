"""An anchor kept outside the database shows a tail that was rewritten with its head."""

import json

import pytest
from sqlalchemy import text

from matchmaker.access import PLATFORM
from matchmaker.audit import anchor, broken_anchors, broken_links, record

KEY = "k" * 40


@pytest.fixture
def chain(session):
    """Lay a chain of five links and take an anchor of it."""
    for number in range(5):
        record(session, PLATFORM, "note", "need", str(number))
    return session, anchor(session, KEY)


def cut_tail(session, seq):
    """Remove the last link and set the head back, as an insider with all rights would."""
    for action in ("UPDATE", "DELETE"):
        session.execute(text(f"DROP TRIGGER IF EXISTS audit_event_no_{action}"))
    session.execute(text(f"DELETE FROM audit_event WHERE seq >= {seq}"))
    session.execute(
        text(
            "UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_event), digest ="
            " (SELECT digest FROM audit_event ORDER BY seq DESC LIMIT 1)"
        )
    )
    session.expire_all()


@pytest.mark.control(21)
def test_tail_cut_with_its_head_is_caught_by_the_anchor_alone(chain):
    session, line = chain
    cut_tail(session, 5)
    assert list(broken_links(session)) == []
    assert [b.code for b in broken_anchors(session, [line], KEY)] == [
        "chain_rewritten_before_anchor"
    ]


@pytest.mark.control(21)
def test_tail_written_anew_is_caught_too(chain):
    session, line = chain
    cut_tail(session, 5)
    record(session, PLATFORM, "other", "need", "9")
    assert broken_anchors(session, [line], KEY)


def test_chain_that_grew_still_holds_its_anchor(chain):
    session, line = chain
    record(session, PLATFORM, "note", "need", "6")
    assert broken_anchors(session, [line], KEY) == []


@pytest.mark.parametrize("spoil", ["seq", "digest", "at", "signature"])
def test_forged_line_is_named(chain, spoil):
    session, line = chain
    forged = json.dumps(json.loads(line) | {spoil: "0"})
    assert [b.code for b in broken_anchors(session, [forged], KEY)] == ["forged_anchor_line"]


@pytest.mark.parametrize("line", ["", "not json", "[]", "{}", '"x"'])
def test_line_that_is_no_anchor_is_named(chain, line):
    session, _ = chain
    assert [b.code for b in broken_anchors(session, [line], KEY)] == ["forged_anchor_line"]
