"""A coordinator in front of a round: understand it, try, sign, publish, undo, print, repeat."""

import re
from types import SimpleNamespace

import pytest

from tests.factories import PASSWORD
from tests.harness.apps import Client
from tests.journeys.checks import axe, layout
from tests.journeys.conftest import DESKTOP, make_site
from tests.journeys.forms import fill, press
from tests.journeys.keys import Keys
from tests.journeys.observer import Observer
from tests.journeys.workbench_world import COOL_OFF, answer_all_checks, left_need, make_desks

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(_sqlite_template, tmp_path_factory):
    """Give a running site with a round for each journey: `site`, and `desks` as plain values."""
    desks = {}

    def make(session):
        found = make_desks(session)
        lonely = left_need(session, found["scenarios"])
        for name, desk in found.items():
            desks[name] = SimpleNamespace(
                path=desk.path(),
                people=[(one.user_id, one.public_id) for one in (desk.first, desk.second)],
                proposals=[f"/proposals/{one.public_id}" for one in desk.proposals(session)],
                helper=_helper_of(session, desk),
            )
        desks["scenarios"].lonely = lonely.public_id
        desks["scenarios"].offer = found["scenarios"].offers[0].public_id

    folder = tmp_path_factory.mktemp("bench")
    for site in make_site(_sqlite_template, folder, make, COOL_OFF=COOL_OFF):
        yield SimpleNamespace(site=site, desks=desks)


def _helper_of(session, desk):
    from tests import factories

    member = factories.member_of(session, desk.offers[0].municipality_id, "helper")
    return member.user_id, member.public_id


@pytest.fixture
def window(browser, bench):
    """Give a way to open a window of somebody who has signed in; none finds anything wrong."""
    contexts, observers = [], []

    def open_window(person, path="", proved=True, **options):
        client = Client(bench.site.app).sign_in(*person)
        if not proved:
            with client.http.session_transaction() as stored:
                stored["fs_paa"] -= 3600
        cookie = client.http.get_cookie("tandem", domain="localhost")
        context = browser.new_context(viewport=DESKTOP, accept_downloads=True, **options)
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "tandem", "value": cookie.value, "url": bench.site.address}])
        contexts.append(context)
        observers.append(Observer(context, bench.site.address))
        page = context.new_page()
        if path:
            page.goto(bench.site.address + path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert [fault for observer in observers for fault in observer.faults] == []


def assert_reads(page, *texts: str) -> None:
    """Check that the page says all this, and that it is one that everybody can use."""
    shown = page.locator("main").inner_text()
    assert [text for text in texts if text not in shown] == []
    assert layout.sideways(page, page.viewport_size["width"]) == []
    assert axe.violations(page) == []


def go(page, name: str) -> None:
    """Follow a link of the navigation of a round."""
    page.get_by_role("navigation", name="Pages of this round").get_by_role(
        "link", name=name, exact=True
    ).click()


def saved(page, name: str) -> bytes:
    """Press a button that hands out a file; return what is in it."""
    with page.expect_download() as waiting:
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    return waiting.value.path().read_bytes()


def test_round_is_understood_at_a_glance(bench, window):
    desk = bench.desks["large"]
    page = window(desk.people[0], desk.path)
    figures = ("28 of 30", "Worst-off served need", "never partners", "No place used")
    assert_reads(page, *figures)
    go(page, "Heat map")
    part = page.locator("svg.tandem-heat a").nth(1)
    name = part.get_attribute("aria-label")
    part.focus()
    page.keyboard.press("Enter")
    page.get_by_role("table", name=name).wait_for()
    assert page.get_by_role("table", name=name).locator("tbody tr").count() <= 25
    go(page, "Map")
    assert page.locator("svg.tandem-map path.tandem-map__towns").count() > 0
    assert "Ukraine" in page.get_by_role("table", name="Conflict areas").inner_text()


def test_filters_of_a_list_stay_in_the_address(bench, window):
    desk = bench.desks["large"]
    page = window(desk.people[0], f"{desk.path}/proposals")
    page.get_by_text("Filter and sort").click()
    fill(page, {"status": "proposed", "sort": "weakest"})
    press(page, "Show results")
    page.get_by_role("link", name=re.compile("^Next")).click()
    assert {"status=proposed", "sort=weakest", "page=2"} <= set(page.url.split("?")[1].split("&"))
    assert page.locator('main [name="status"]').input_value() == "proposed"
    assert page.locator("main tbody tr").count() == 3


def test_sliders_keep_the_sum_and_numbers_do_without_them(bench, window):
    desk = bench.desks["settings"]
    page = window(desk.people[0], f"{desk.path}/settings")
    group = page.get_by_role("group", name="Project")
    group.get_by_role("button", name=re.compile("^More")).first.click()
    numbers = [int(one.input_value()) for one in group.get_by_role("textbox").all()]
    assert sum(numbers) == 100
    press(page, "Save the settings")
    assert "The settings are saved." in page.locator("main").inner_text()
    plain = window(desk.people[1], f"{desk.path}/settings", java_script_enabled=False)
    fields = plain.get_by_role("group", name="Project").get_by_role("textbox").all()
    assert [int(one.input_value()) for one in fields] == numbers
    for field, number in zip(fields, (50, 20, 20), strict=True):
        field.fill(str(number))
    press(plain, "Save the settings")
    assert "There is a problem" in plain.locator("main").inner_text()
    fields[2].fill("30")
    press(plain, "Save the settings")
    assert "The settings are saved." in plain.locator("main").inner_text()


def test_lock_is_priced_and_its_losers_named_before_it_is_saved(bench, window):
    desk = bench.desks["scenarios"]
    page = window(desk.people[0], f"{desk.path}/scenarios")
    press(page, "Change something by hand")
    page.locator("main ul a").first.click()
    fill(page, {"need": desk.lonely, "offer": desk.offer})
    press(page, "Show the price")
    assert_reads(page, "Who loses", "is left without anybody.")
    fill(page, {"name": "The council asked", "reason": "fairness", "words": "Two years waiting."})
    press(page, "Save the change")
    assert_reads(page, "Nothing is sent.", "Two years waiting.", "Pairs that differ")
    page.get_by_role("link", name="Back to the scenarios").click()
    page.get_by_text("Compare two of them").click()
    page.locator('main [name="b"]').select_option(label="The council asked")
    press(page, "Show results")
    assert_reads(page, "Figures side by side", "Pairs that differ")
    page.get_by_role("table", name="Who gets whom").wait_for()


def test_of_two_coordinators_at_once_the_later_one_reads_the_difference(bench, window):
    desk = bench.desks["signing"]
    [path] = desk.proposals
    first, second = (window(person, path) for person in desk.people)
    press(first, "Sign")
    assert_reads(first, "You have signed. A second person has to sign.")
    press(second, "Sign")
    assert_reads(second, "This has changed since you opened it", "The match was signed")
    press(second, "Go on all the same")
    assert_reads(second, "Approved")
    first.reload()
    assert_reads(first, "Approved", "Decisions so far (2)")


def test_publication_names_what_changed_cools_off_and_is_undone_by_one_click(bench, window):
    desk = bench.desks["cooling"]
    page = window(desk.people[0], desk.path, proved=False)
    assert "1 need or offer has changed since the round was frozen." in page.content()
    page.get_by_role("link", name="See what is touched").click()
    assert_reads(page, "Changed and verified again", "Compare it with its pairs")
    press(page, "Publish the round")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Go on")
    assert_reads(page, "Nothing has been done yet.", "Publish, withdraw, close or give up a round")
    press(page, "Do it now")
    assert_reads(page, "The round is published.", "Cool-off until")
    press(page, "Undo the publication")
    assert_reads(page, "In review")
    press(page, "Sign the plain ones together")
    assert_reads(page, "A side has changed since the round was frozen (1)")


def test_next_best_waits_for_a_signature_after_a_decline(bench, window):
    from matchmaker.extensions import db
    from matchmaker.rounds.deadlines import run_due

    desk = bench.desks["declined"]
    [path] = desk.proposals
    city = window(desk.helper, f"{path}/decline-as-helper")
    fill(city, {"reason": "capacity"})
    press(city, "Decline")
    city.get_by_text("Declined").first.wait_for()
    with bench.site.app.app_context():
        run_due(db.session())
        db.session.remove()
    page = window(desk.people[0], path)
    assert_reads(page, "What comes after it")
    page.get_by_text("For the offer:").get_by_role("link").click()
    assert_reads(page, "This is the next best match", "Signatures: 0 of 1")
    press(page, "Sign")
    page.get_by_text("You have signed the proposal.").wait_for()


def test_papers_and_tables_can_be_carried_away(bench, window):
    desk = bench.desks["large"]
    page = window(desk.people[0], desk.proposals[0])
    page.locator("main").get_by_role("link", name="Dossier", exact=True).click()
    page.get_by_label("Language of the paper").select_option("uk")
    press(page, "Show")
    page.locator('[lang="uk"]').first.wait_for()
    assert saved(page, "Download as PDF").startswith(b"%PDF")
    page.goto(f"{bench.site.address}{desk.path}/files")
    assert saved(page, "CSV").decode("utf-8-sig").count("\n") == 29
    assert saved(page, "All tables in one file (XLSX)").startswith(b"PK")
    page.get_by_role("link", name="Report").click()
    assert saved(page, "Download as PDF").startswith(b"%PDF")


def test_published_result_can_be_repeated_by_anybody_on_the_board(bench, window):
    desk = bench.desks["large"]
    page = window(desk.people[1], f"{desk.path}/repeat")
    press(page, "Solve again and compare")
    assert_reads(page, "Solved again: the same pairs and the same digest.", "Versions here")
    assert b"snapshot" in saved(page, "Download the input")


def test_round_is_run_by_keyboard_alone(bench, window):
    desk = bench.desks["keys"]
    page = window(desk.people[0], desk.path)
    keys = Keys(page)
    keys.press("Settings of the round")
    keys.to("More: .*")
    page.keyboard.press("Space")
    keys.to("Ask for two signatures on every proposal")
    keys.press("Save the settings", "Space")
    keys.press("Take in needs and offers")
    keys.press("Propose pairs")
    page.get_by_role("button", name="Publish the round").wait_for(timeout=90_000)
    with bench.site.app.app_context():
        answer_all_checks()
    keys.press("Proposals")
    keys.press(re.escape(page.locator("main tbody a").first.inner_text()))
    keys.press("Sign", "Space")
    assert_reads(page, "Approved")
    keys.press("Back to the round")
    keys.press("Publish the round")
    keys.press("Publish the round", "Space")
    assert_reads(page, "The round is published.", "Undo the publication")
