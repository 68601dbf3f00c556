"""What leaves a round: its tables, its report, and the same pairs once more."""

import csv
import json
import re
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from matchmaker.exchange.propose import propose
from matchmaker.models import AuditEvent, Municipality, Proposal, RoundNeed
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.settings import settings_of
from matchmaker.workbench.lists import EVERYTHING
from matchmaker.workbench.repeat import COMMAND
from matchmaker.workbench.tables import TABLES
from tests.factories import make_coordinator, make_requester, signed_in


@pytest.fixture
def board(session, coordinator, solved, client_for):
    """Give a board; a town and a title of the round would start a formula."""
    proposal = session.scalars(select(Proposal).order_by(Proposal.id)).first()
    proposal.need.municipality.name = "=HYPERLINK(1)"
    proposal.offer.title = "@SUM(A1)"
    return signed_in(session, client_for, coordinator)


@pytest.fixture
def address(solved):
    return f"/rounds/{solved.public_id}"


def table_of(board, address, table, query=""):
    answer = board.post(f"{address}/table.csv{query}", {"table": table})
    assert answer.status_code == 200
    return list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"), newline="")))


def cells_of(answer):
    book = load_workbook(BytesIO(answer.data))
    return [[cell for row in sheet.iter_rows() for cell in row] for sheet in book]


def test_each_table_has_rows_under_its_columns(board, address):
    for table in TABLES:
        header, *rows = table_of(board, address, table)
        assert all(len(row) == len(header) for row in rows)
        assert rows or table == "unused"


def test_no_cell_of_csv_is_a_formula(board, address):
    rows = table_of(board, address, "proposals")
    cells = [cell for row in rows for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert "'@SUM(A1)" in cells


def test_no_cell_of_xlsx_is_a_formula_or_link(board, address):
    sheets = cells_of(board.post(f"{address}/table.xlsx"))
    assert len(sheets) == len(TABLES)
    cells = [cell for sheet in sheets for cell in sheet]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]


def test_file_is_narrowed_like_the_list(board, address):
    whole = table_of(board, address, "proposals")
    assert len(whole) == 3
    assert len(table_of(board, address, "proposals", "?table=proposals&status=engaged")) == 1


def test_hidden_town_is_in_no_file(session, board, address):
    town = session.scalars(select(Municipality).where(Municipality.name == "=HYPERLINK(1)")).one()
    town.hidden = True
    session.commit()
    assert "HYPERLINK" not in board.post(f"{address}/table.csv").text
    assert "HYPERLINK" not in board.get(f"{address}/report").text


def test_unknown_table_is_not_found(board, address):
    assert board.post(f"{address}/table.csv", {"table": "vetoes"}).status_code == 404


def test_file_is_written_down_without_a_name(session, board, address, solved):
    table_of(board, address, "unmatched")
    session.rollback()
    event = select(AuditEvent).where(AuditEvent.event == "round.table_exported")
    (row,) = session.scalars(event)
    assert row.details == {"table": "unmatched", "form": "csv", "rows": 1}


def test_somebody_else_gets_no_file(session, board, address, client_for):
    for member in (make_requester(session), make_coordinator(session)):
        client = signed_in(session, client_for, member)
        for path in ("table.csv", "table.xlsx", "report/pdf", "repeat"):
            assert client.post(f"{address}/{path}").status_code == 404
        for path in ("files", "report", "repeat"):
            assert client.get(f"{address}/{path}").status_code == 404


def test_report_lists_matches_and_what_was_left_with_its_reason(session, board, address):
    text = board.get(f"{address}/report?language=en").text
    left = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one()
    assert left.need.municipality.name in text
    assert "went to other needs" in text
    assert "Weights: Project" in text


@pytest.mark.paper
def test_report_is_printed_with_its_digests(board, address, solved):
    answer = board.post(f"{address}/report/pdf", {"language": "en"})
    read = PdfReader(BytesIO(answer.data))
    words = "".join(page.extract_text() for page in read.pages)
    assert len(read.pages) == 1
    assert solved.result_digest in words.replace("\n", "")
    assert dict(read.metadata) == {"/Title": "Report of a round"}


def test_table_of_settings_tells_each_floor_in_words(app, session, actor, solved):
    floor = Floor("at_most", "pairs", "offer_country:NL", 3)
    own = replace(settings_of(solved), floors=(floor,))
    solved.settings = own.stored()
    with app.test_request_context():
        sheet = TABLES["settings"](session, actor, solved, EVERYTHING)
    assert [
        "Floors and caps",
        "Offers from one country: Netherlands – pairs: at most 3",
    ] in sheet.rows
    assert ["Points for a pair of the last round", 10] in sheet.rows


def test_round_is_solved_again_with_the_same_pairs(session, board, address):
    text = board.post(f"{address}/repeat").text
    assert "the same pairs and the same digest" in text
    session.rollback()
    (row,) = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.rerun"))
    assert row.details["same"] is True
    assert (row.details["came"], row.details["went"]) == (0, 0)


def test_pair_that_differs_is_named(session, board, address, solved):
    solved.pairs = [solved.pairs[0], [solved.pairs[1][0], solved.pairs[0][1]]]
    solved.result_digest = "0" * 64
    session.commit()
    text = board.post(f"{address}/repeat").text
    assert "Only in the stored result (1)" in text
    assert "Only in the new result (1)" in text


def test_page_shows_digests_versions_and_the_command(board, address, solved):
    text = re.sub("<[^>]+>", "", board.get(f"{address}/repeat").text)
    for words in (solved.snapshot_digest, solved.result_digest, COMMAND, "scipy", "numpy"):
        assert words in text


def test_downloaded_input_gives_the_same_pairs_and_digest_outside(
    session, board, address, solved, tmp_path
):
    stored, out, repeated = (tmp_path / name for name in ("round.json", "pairs.csv", "again.json"))
    stored.write_bytes(board.post(f"{address}/export").data)
    assert propose(None, None, out, snapshot_path=stored, save_path=repeated) == 0
    rows = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    pairs = {(row["need_id"], row["offer_id"]) for row in rows if row["status"] == "proposed"}
    assert pairs == {tuple(pair) for pair in solved.pairs}
    assert json.loads(repeated.read_text())["result_digest"] == solved.result_digest
