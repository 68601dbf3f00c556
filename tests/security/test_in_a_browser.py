"""A browser finds nothing to run in what people typed, and nothing against the policy."""

import pytest

from matchmaker.extensions import db
from tests.harness.apps import Client
from tests.journeys.live_site import served
from tests.journeys.observer import Observer
from tests.security.payloads import TEMPLATE, XSS
from tests.security.scene import dress

PAGES = {
    "coordinator": (
        "/home",
        "/municipalities",
        "/municipalities/{municipality}",
        "/municipalities/{municipality}/edit",
        "/needs",
        "/needs/{need}",
        "/offers",
        "/offers/{offer}",
        "/rounds",
        "/rounds/{round}",
        "/proposals/{proposal}",
        "/engagements/{engagement}",
    ),
    "helper": ("/home", "/offers", "/proposals/{offered}/answer", "/engagements/{engagement}"),
    "administrator": ("/admin/audit",),
}
LISTEN = """
window.heard = [];
document.addEventListener("securitypolicyviolation", (e) => window.heard.push(e.violatedDirective));
"""


@pytest.mark.browser
@pytest.mark.control(10)
@pytest.mark.asvs("1.2.1", "3.2.2", "3.4.3")
def test_no_text_is_run_and_no_policy_is_broken(app, scene, browser):
    with app.app_context():
        dress(db.session(), lambda table, column, row: " ".join(XSS + TEMPLATE))
        db.session.remove()
    values = {table: ids[0] for table, ids in scene.ids.items() if ids}
    values |= {"proposal": scene.proposals["proposed"], "offered": scene.proposals["offered"]}
    heard = []

    def on_dialog(dialog):
        heard.append(dialog.message)
        dialog.dismiss()

    with served(app) as address:
        for person, paths in PAGES.items():
            who = scene.people[person]
            cookie = Client(app).sign_in(who.user_id, who.public_id).http.get_cookie("tandem")
            context = browser.new_context()
            context.add_cookies([{"name": "tandem", "value": cookie.value, "url": address}])
            context.add_init_script(LISTEN)
            observer, page = Observer(context, address), context.new_page()
            page.on("dialog", on_dialog)
            for path in paths:
                page.goto(address + path.format(**values))
                page.locator("h1").first.hover()
                page.keyboard.press("Tab")
                heard.extend((path, one) for one in page.evaluate("window.heard"))
            heard.extend(observer.faults)
            context.close()
    assert heard == []
