"""What stands in a file: each cell that a role can download is one its envelope holds.

Every file the site hands out, for every person of the scene: a calendar, one's own data, a round.
"""

import ast
import csv
import dataclasses
import inspect
import json
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from matchmaker.access.envelopes import TABLES, Envelope
from matchmaker.admin.service import AUDIT_COLUMNS
from matchmaker.extensions import db
from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot, Town
from matchmaker.models import Base, Municipality, Round
from matchmaker.personal.export import NOT_TOLD, OF_THE_PERSON
from matchmaker.rounds.settings import RoundSettings
from matchmaker.workbench.file_routes import XLSX
from tests.security import scene as scenes
from tests.security.crawl import addresses, rules
from tests.security.test_envelopes import MARK, rows_of

pytestmark = [pytest.mark.control(4), pytest.mark.asvs("8.2.3", "8.4.1", "15.3.1")]

FILES = {
    "admin.audit_download": ("POST", "", "text/csv"),
    "hints.download": ("POST", "round", "text/plain"),
    "councils.paper_pdf": ("POST", "proposal", "application/pdf"),
    "councils.paper_text": ("POST", "proposal", "text/plain"),
    "councils.annex_pdf": ("POST", "annex_consent", "application/pdf"),
    "councils.annex_text": ("POST", "annex_consent", "text/plain"),
    "files.as_csv": ("POST", "round", "text/csv"),
    "files.as_xlsx": ("POST", "round", XLSX),
    "files.report_pdf": ("POST", "round", "application/pdf"),
    "engagements.plan_dates": ("GET", "engagement", "text/calendar"),
    "messages.proposal_date": ("GET", "proposal", "text/calendar"),
    "messages.mandate_date": ("GET", "offer", "text/calendar"),
    "messages.engagement_date": ("GET", "engagement", "text/calendar"),
    "papers.dossier_pdf": ("POST", "proposal", "application/pdf"),
    "personal.download": ("POST", "", "application/json"),
    "rounds.export": ("POST", "round", "application/json"),
}
"""Endpoint -> method, table of its id, type. A new file stands here and has its test below."""
CALENDARS = [endpoint for endpoint, (_, _, kind) in FILES.items() if kind == "text/calendar"]
OF_FIVE = {"hints.download"}
"""Given only where five municipalities ask alike; tests/workbench/test_hint_routes.py reads it."""
STATES = {"health.alive", "health.ready"}
"""Say of the site itself that it is well; no row of anybody is read."""
WORDS = {"send_file", "send_from_directory", "jsonify", "Response", "stream_with_context"}
TYPES = re.compile(r"^(text/(?!html)|application/)\S+$|^Content-Disposition$")


@pytest.fixture
def marked(app, scene):
    """Give the scene with its origin in every text, and a round with an input that was solved."""
    with app.app_context():
        scenes.dress(db.session(), lambda table, column, row: f"canary.{table}.{column}.{row}.")
        db.session.remove()
    return scene


def makers_in(path: Path) -> set[str]:
    """Return the functions of a module that make an answer which is no page, or call one."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    found: set[str] = set()
    while True:
        more = {one.name for one in functions if any(_makes(n, found) for n in ast.walk(one))}
        if more <= found:
            return found
        found |= more


def _makes(node: ast.AST, makers: set[str]) -> bool:
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        return called.rpartition(".")[2] in WORDS | makers or called.endswith("json.response")
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and TYPES.match(text) is not None


def files_of(app, scene, client, endpoint):
    """Return every file an endpoint gives this browser, for every id of its table."""
    method, table, kind = FILES[endpoint]
    found = []
    for _, address in addresses(app, scene.ids.get(table, [""]), method, endpoint):
        answer = client.get(address) if method == "GET" else client.post(address)
        if answer.status_code == 200:
            assert answer.mimetype == kind
            assert "attachment" in answer.headers["Content-Disposition"]
            found.append(answer)
    return found


def test_every_view_that_makes_a_file_is_known(app):
    found = set()
    for endpoint, view in app.view_functions.items():
        plain = inspect.unwrap(view)
        if plain.__module__.startswith("matchmaker."):
            makers = makers_in(Path(inspect.getfile(plain)))
            found |= {endpoint} if plain.__name__ in makers else set()
    # A view fails here: name it in FILES, and hold what it gives to the envelopes in a test below.
    assert found == set(FILES) | STATES


def test_every_address_that_answers_with_no_page_is_known(app, marked, client_for):
    strange = set()
    for name in ("coordinator", "helper", "asker of engaged", "administrator"):
        client, seen = client_for(marked.people[name]), set()
        for table in ("", *{table for _, table, _ in FILES.values() if table}, "need", "offer"):
            ids = marked.ids.get(table, [""])[:1]
            for endpoint, address in addresses(app, ids):
                if address in seen:
                    continue
                seen.add(address)
                answer = client.get(address)
                if answer.status_code == 200 and answer.mimetype != "text/html":
                    strange.add(endpoint)
    assert strange <= set(FILES) | STATES


def test_every_file_is_got_by_somebody(app, marked, client_for):
    """Else the comparisons below would hold of nothing."""
    solve_one(app, marked)
    clients = [client_for(marked.people[n]) for n in ("coordinator", "helper", "administrator")]
    for endpoint in FILES.keys() - OF_FIVE:
        assert any(files_of(app, marked, client, endpoint) for client in clients), endpoint


def solve_one(app, scene):
    """Solve a round of the scene over what waits in it."""
    with app.app_context():
        from matchmaker.access import PLATFORM
        from matchmaker.models import Need, Offer, RoundNeed, RoundOffer
        from matchmaker.rounds.record import record_result
        from matchmaker.rounds.service import solve
        from matchmaker.rounds.snapshot import take_snapshot
        from tests.factories import TODAY

        session = db.session()
        needs = session.scalars(select(Need).where(Need.status == "verified")).all()
        offers = session.scalars(select(Offer).where(Offer.status == "open")).all()
        snapshot = take_snapshot(session, needs, offers, TODAY)
        assert snapshot.needs
        assert snapshot.offers
        round_ = session.scalars(select(Round).where(Round.status == "solved")).one()
        round_.snapshot, round_.snapshot_digest = snapshot.to_json(), snapshot.digest
        session.add_all(RoundNeed(round_id=round_.id, need_id=need.id) for need in needs)
        rows = (RoundOffer(round_id=round_.id, offer_id=one.id, places=1) for one in offers)
        session.add_all(rows)
        session.flush()
        record_result(session, PLATFORM, round_, solve(round_))
        session.commit()
        db.session.remove()


def test_calendar_holds_a_day_and_nothing_of_what_it_is_about(app, marked, client_for):
    allowed = {
        "BEGIN": {"VCALENDAR", "VEVENT"},
        "END": {"VCALENDAR", "VEVENT"},
        "VERSION": {"2.0"},
        "PRODID": {"-//Tandem//Dates//EN"},
        "METHOD": {"PUBLISH"},
        "SUMMARY": {"A date on the platform"},
        "DESCRIPTION": {"Sign in to the platform to see what it is about."},
        "CLASS": {"PRIVATE"},
        "TRANSP": {"TRANSPARENT"},
    }
    numbers = {
        "UID": r"[0-9a-f]{32}@tandem\.example",
        "DTSTAMP": r"\d{8}T\d{6}Z",
        "SEQUENCE": r"\d+",
        "DTSTART;VALUE=DATE": r"\d{8}",
        "DTEND;VALUE=DATE": r"\d{8}",
    }
    ids = {one for found in marked.ids.values() for one in found}
    n_read = 0
    for person in marked.people.values():
        client = client_for(person)
        for endpoint in CALENDARS:
            for answer in files_of(app, marked, client, endpoint):
                n_read += 1
                for line in answer.text.replace("\r\n ", "").splitlines():
                    name, _, value = line.partition(":")
                    fits = value in allowed.get(name, ()) or re.fullmatch(
                        numbers.get(name, "(?!)"), value
                    )
                    assert fits, line
                    assert not any(one in value for one in ids)
    assert n_read > 5


def test_own_data_hold_rows_of_the_person_and_the_municipality_only(app, marked, client_for):
    for name, person in marked.people.items():
        for answer in files_of(app, marked, client_for(person), "personal.download"):
            held = json.loads(answer.text)
            own = rows_of(app, person) if person.municipality_id else set()
            seen = {(table, int(row)) for table, _, row in MARK.findall(answer.text)}
            tables = {table for table, _ in seen}
            strange = {one for one in seen - own if one[0] not in OF_THE_PERSON}
            assert {t for t, _ in strange} <= {"application", "audit_text"}, name
            assert not ({"need", "offer"} <= tables), name
            assert_cells(held)


def assert_cells(held):
    """Compare each cell of one's own data with what the envelopes hold of one's own rows."""
    for table, rows in held.items():
        columns = set(Base.metadata.tables[table].columns.keys()) | {"text"}
        for row in rows:
            assert set(row) <= columns, table
            if table in TABLES:
                beyond = {name for name in row if TABLES[table][name] > Envelope.OWN}
                assert not beyond | (set(row) & NOT_TOLD) - {"version"}
                assert "sides" not in row
                assert "red_flag" not in row


def test_nobody_without_a_sign_in_gets_a_file(app, marked, client_for):
    solve_one(app, marked)
    for name in ("anonymous",):
        for endpoint in FILES:
            assert files_of(app, marked, client_for(marked.people[name]), endpoint) == []


def test_round_is_handed_to_its_coordinators_alone(app, marked, client_for):
    solve_one(app, marked)
    given = {
        name
        for name, person in marked.people.items()
        if files_of(app, marked, client_for(person), "rounds.export")
    }
    assert given == {"coordinator"}


# Field of a frozen record -> table and column whose envelope holds it, where the names differ.
AS_COLUMN = {
    "key": ("municipality", "region"),  # which row it is, as its page says to the same reader
    "town": ("municipality", "region"),
    "presence": ("municipality", "region"),
    "sides": ("municipality", "sides"),
    "temporary": ("municipality", "kind"),
    "rights_only": ("need", "red_flag"),
    "must_publish": ("offer", "publicity"),
    "led": ("need", "champion_confirmed_at"),
    "unmet": ("need", "red_flag"),  # judged by coordinators, as a red flag is
    "veto_towns": ("need", "veto_names"),
    "wish_towns": ("need", "wish_names"),
    "experience": ("offer", "activities"),
    "delivery": ("offer", "deliveries"),
    "arranged": ("offer", "areas"),
}


@pytest.mark.parametrize(
    ("record", "table"), [(NeedRecord, "need"), (OfferRecord, "offer"), (Town, "municipality")]
)
def test_each_field_of_a_frozen_record_is_in_the_envelope_of_coordinators(record, table):
    for field in dataclasses.fields(record):
        where, column = AS_COLUMN.get(field.name, (table, field.name))
        assert TABLES[where][column] <= Envelope.COORDINATOR, field.name


def test_round_as_a_file_holds_frozen_records_and_no_word_of_anybody(app, marked, client_for):
    solve_one(app, marked)
    (answer,) = files_of(app, marked, client_for(marked.people["coordinator"]), "rounds.export")
    stored = json.loads(answer.text)
    assert set(stored) == {"snapshot", "settings"}
    assert set(stored["settings"]) <= set(RoundSettings().stored())
    snapshot = json.loads(stored["snapshot"])
    assert set(snapshot) <= {field.name for field in dataclasses.fields(Snapshot)}
    for part, record in (("needs", NeedRecord), ("offers", OfferRecord), ("towns", Town)):
        fields = {field.name for field in dataclasses.fields(record)}
        assert all(set(row) <= fields for row in snapshot[part])
    # A region is a place that the coordinator reads; every other text of a person is not there.
    columns = {(table, column) for table, column, _ in MARK.findall(answer.text)}
    assert columns <= {
        ("municipality", "region"),
        ("offer_area", "region"),
        ("offer_delivery", "region"),
    }
    with app.app_context():
        known = set(db.session.scalars(select(Municipality.public_id)))
    assert {town["key"] for town in snapshot["towns"]} <= known


def written_in(answer):
    """Return the text of a printed file."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


@pytest.mark.paper
def test_dossier_is_handed_to_coordinators_alone_and_holds_names_in_scope_only(
    app, marked, client_for
):
    given = set()
    for name, person in marked.people.items():
        for answer in files_of(app, marked, client_for(person), "papers.dossier_pdf")[:2]:
            given.add(name)
            words = "".join(written_in(answer).split())
            columns = {(table, column) for table, column, _ in MARK.findall(words)}
            assert columns <= {
                ("municipality", "name"),
                ("municipality", "local_name"),
                ("municipality", "region"),
                ("association", "name"),
            }
    assert "coordinator" in given
    assert all(name.startswith("coordinator") for name in given), given


def test_tables_of_a_round_hold_names_titles_and_codes_for_its_coordinators_alone(
    app, marked, client_for
):
    solve_one(app, marked)
    for endpoint in ("files.as_csv", "files.as_xlsx"):
        given = set()
        for name, person in marked.people.items():
            for answer in files_of(app, marked, client_for(person), endpoint):
                given.add(name)
                columns = {
                    (t, c) for t, c, _ in MARK.findall(answer.text if "csv" in endpoint else "")
                }
                assert {column for _, column in columns} <= {"name", "local_name", "title"}
        assert given == {"coordinator"}


def test_audit_trail_is_handed_to_administrators_as_codes_and_no_word_of_anybody(
    app, marked, client_for
):
    given = set()
    for name, person in marked.people.items():
        for answer in files_of(app, marked, client_for(person), "admin.audit_download"):
            given.add(name)
            head, *rows = csv.reader(StringIO(answer.text, newline=""))
            assert tuple(head) == AUDIT_COLUMNS
            assert rows
            assert "canary" not in answer.text
    assert given == {"administrator"}


def test_endpoints_of_files_exist(app):
    there = {rule.endpoint for method in ("GET", "POST") for rule in rules(app, method)}
    assert set(FILES) | STATES <= there
