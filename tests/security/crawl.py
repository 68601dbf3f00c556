"""Visit what a person can reach: by links, and by every address the site has."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

NOT_VISITED = ("/static/", "/logout")
MOST_PAGES = 250


class Links(HTMLParser):
    """Collects the addresses a page leads to, and the fields and targets of its forms."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.addresses: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.addresses.append(values["href"])
        if tag == "form":
            method = (values.get("method") or "get").lower()
            self.forms.append((method, values.get("action") or "", {}))
        named = values.get("name")
        if tag in ("input", "select", "textarea", "button") and named and self.forms:
            self.forms[-1][2].setdefault(named, values.get("value") or "")


def reachable(client, starts=("/", "/home"), most=MOST_PAGES) -> Iterator[tuple[str, object]]:
    """Yield address and answer of each page reached by links, once per address.

    Of one kind of page, that is one endpoint with one set of query names, at most `most`.
    """
    waiting, seen, kinds = list(starts), set(starts), Counter()
    for address in waiting:
        answer = client.get(address)
        yield address, answer
        found = [answer.headers["Location"]] if 300 <= answer.status_code < 400 else []
        if answer.mimetype == "text/html":
            found += Links(answer.text).addresses
        for link in found:
            parts = urlsplit(urljoin(address, link))
            inside = parts.netloc in ("", "localhost") and parts.scheme in ("", "http")
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if not inside or parts.path.startswith(NOT_VISITED) or target in seen:
                continue
            kind = kind_of(client.app, target)
            kinds[kind] += 1
            if len(seen) < MOST_PAGES and kinds[kind] <= most:
                seen.add(target)
                waiting.append(target)


def kind_of(app, address) -> tuple:
    """Return endpoint and query names of an address."""
    parts = urlsplit(address)
    try:
        endpoint, _ = app.url_map.bind("localhost").match(parts.path, "GET")
    except HTTPException:
        endpoint = parts.path
    return endpoint, *sorted({pair.split("=")[0] for pair in parts.query.split("&")})


def rules(app, method="GET"):
    """Return the rules of our own pages that take a method."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in rule.methods and not rule.rule.startswith(NOT_VISITED)
    ]


def addresses(app, values, method="GET", room="") -> list[tuple[str, str]]:
    """Return endpoint and address of every rule (of a room), filled with each of the values."""
    found = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in rules(app, method):
            if not rule.endpoint.startswith(room):
                continue
            for value in values if rule.arguments else [""]:
                filled = dict.fromkeys(rule.arguments, value)
                try:
                    found.append((rule.endpoint, adapter.build(rule.endpoint, filled, method)))
                except (BuildError, ValueError, UnicodeError):  # the converter refuses the value
                    continue
    return found
