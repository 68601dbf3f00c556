"""What people type comes back as text on every page, whatever it looks like."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from matchmaker.extensions import db
from tests.security.crawl import reachable
from tests.security.payloads import TEMPLATE, XSS
from tests.security.scene import dress

pytestmark = [pytest.mark.control(10), pytest.mark.asvs("1.2.1", "1.3.1", "1.3.2", "1.3.7")]
PLAIN = "plainword"
APPLICATIONS = "/applications/"
CAUTION = {
    ("strong", ("class",)),
    ("span", ("class", "dir", "lang")),
    ("br", ()),
    ("li", ()),
}
"""Elements of a line that warns of a name: none of them loads, runs or leads anywhere."""
OWN_SESSIONS = "/account/sessions"
"""Grows by a line with each sign-in of these tests, and holds nothing that was typed."""
READERS = (
    "newcomer",
    "coordinator",
    "administrator",
    "helper",
    "other helper",
    "other requester",
    "unverified requester",
    "asker of helper_accepted",
    "asker of engaged",
    "partner",
)
LINKS_ALONE = ("javascript:alert(1)",)
EXECUTED = {"src", "href", "action", "formaction", "srcdoc", "style", "data", "xlink:href"}


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes, and every text that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter = Counter()
        self.texts: list[str] = []
        self.targets: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements[tag, tuple(sorted(name for name, _ in attrs))] += 1
        for name, value in attrs:
            (self.targets if name in EXECUTED else self.texts).append(value or "")

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.elements["comment", ()] += 1

    def n_holding(self, text: str) -> int:
        """Count how often a text is shown, white space aside."""
        wanted = " ".join(text.split())
        return sum(" ".join(shown.split()).count(wanted) for shown in self.texts)


def pages(client_for, scene, chosen=None):
    """Return person, address -> shape of the pages reached, or of the chosen ones only."""
    shapes = {}
    for name in READERS:
        client = client_for(scene.people[name])
        wanted = [address for person, address in chosen or () if person == name]
        found = ((a, client.get(a)) for a in wanted) if chosen else reachable(client, most=2)
        for address, answer in found:
            assert answer.status_code < 500, f"{name} {address}"
            if address == OWN_SESSIONS:
                continue
            if answer.mimetype == "text/html" and answer.status_code == 200:
                shapes[name, address] = Shape(answer.text)
    return shapes


def dressed(session, scene, client_for, text, chosen=None):
    """Return the shapes of the pages while the text stands in every field."""
    dress(session, lambda table, column, row: text)
    db.session.remove()
    return pages(client_for, scene, chosen)


def unlike(plain, shapes, text):
    """Return the pages whose elements or shown texts differ from the plain ones."""
    return [
        f"{person} {address}: {set(shape.elements - plain[person, address].elements)}"
        for (person, address), shape in shapes.items()
        if not is_like(address, plain[person, address], shape, text)
    ]


def is_like(address, plain, shape, text):
    """Tell whether a page holds the text as it holds the plain one.

    An application says in words of its own what is odd about a name: those lines come on top.
    """
    if address.startswith(APPLICATIONS):
        more = {element for element in shape.elements - plain.elements if element not in CAUTION}
        return not more and shape.n_holding(text) >= plain.n_holding(PLAIN)
    return shape.elements == plain.elements and shape.n_holding(text) == plain.n_holding(PLAIN)


def test_every_payload_in_every_field_is_shown_as_text_on_every_page(scene, session, client_for):
    """All payloads stand in each field at once: any that were not text would change the page."""
    plain = dressed(session, scene, client_for, PLAIN)
    shown = [key for key, shape in plain.items() if shape.n_holding(PLAIN)]
    assert {person for person, _ in shown} >= {"coordinator", "helper", "other requester"}
    # Once more, by these addresses alone: what one page says of the step before is not on it then.
    plain = dressed(session, scene, client_for, PLAIN, shown)
    text = " ".join(XSS + TEMPLATE)
    assert unlike(plain, dressed(session, scene, client_for, text, shown), text) == []
    for text in LINKS_ALONE:
        shapes = dressed(session, scene, client_for, text, shown)
        targets = [target for shape in shapes.values() for target in shape.targets]
        assert [target for target in targets if target.strip().lower().startswith(text)] == []


def test_the_comparison_sees_a_text_that_is_not_escaped():
    plain = Shape(f"<p>{PLAIN}</p>")
    for payload in XSS:
        if "<" not in payload:
            continue
        page = Shape(f"<p>{payload}</p>")
        assert page.elements != plain.elements or page.n_holding(payload) != 1, payload
