"""Walk through the site as a person might who presses and types anything: GETs and filled forms."""

import random
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import HTTPException

from tests.security.crawl import addresses
from tests.security.payloads import LINKS, ODD, SQL, TEMPLATE, XSS

VALUES = (*ODD, *SQL, *LINKS, *TEMPLATE, *XSS)
PLAUSIBLE = (
    "1",
    "2",
    "12",
    "2027-03-01",
    "2026",
    "Water pipes",
    "Вода",
    "ماء",
    "office@example.test",
)
PLAUSIBLE += ("+380 44 123 45 67", "yes", "no", "en", "UA", "region", "30", "100000", "")
NOT_PRESSED = ("/logout",)


class Forms(HTMLParser):
    """Collects each form of a page: where it goes, and what each field may hold."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str, dict[str, list[str]]]] = []
        self._select = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((values.get("method", "get").lower(), values.get("action", ""), {}))
        if not self.found:
            return
        fields, name = self.found[-1][2], values.get("name", "")
        if tag == "select" and name:
            self._select = name
            fields.setdefault(name, [])
        elif tag == "option" and self._select:
            fields[self._select].append(values.get("value", ""))
        elif tag in ("input", "textarea", "button") and name:
            free = tag == "textarea" or values.get("type", "text") in ("text", "email", "search")
            fields.setdefault(name, [])
            if not free or values.get("value"):
                fields[name].append(values.get("value", ""))


@dataclass
class Walk:
    """What one person asked for, and which answers were errors of the program."""

    client: object
    draw: random.Random
    ids: list[str]
    kinds: Counter = field(default_factory=Counter)
    errors: list[tuple] = field(default_factory=list)

    @property
    def n_asked(self) -> int:
        """How many requests were sent."""
        return sum(self.kinds.values())

    def go(self, n_requests: int) -> None:
        """Send so many requests: a page, then one of its forms, then a page again."""
        pages = _by_endpoint(addresses(self.client.app, [*self.ids, *self._odd(8)]))
        posts = _by_endpoint(addresses(self.client.app, self.ids, "POST"))
        order: list[str] = []
        while self.n_asked < n_requests:
            if not order:  # each page comes before any comes again
                order = self.draw.sample(sorted(pages), len(pages))
            endpoint = order.pop()
            address = self.draw.choice(pages[endpoint])
            answer = self._ask(endpoint, "GET", address + self._query())
            forms = Forms(answer.text).found if answer.mimetype == "text/html" else []
            if forms and self.draw.random() < 0.8:
                method, action, fields = self.draw.choice(forms)
                self._send(method, action or address, fields)
            elif self.draw.random() < 0.3:
                address = self.draw.choice(posts[self.draw.choice(sorted(posts))])
                self._send("post", address, {name: [] for name in ("reason", "text", "key")})

    def _send(self, method: str, address: str, fields: dict[str, list[str]]) -> None:
        """Fill a form mostly as it wants to be filled, and send it."""
        filled = {
            name: self._value(name, offered)
            for name, offered in fields.items()
            if name != "switch_language" and self.draw.random() < 0.95
        }
        if address.startswith(NOT_PRESSED):
            return
        path = urlsplit(address).path
        if method == "get":
            query = "&".join(
                f"{name}={quote(str(value), safe='')}" for name, value in filled.items()
            )
            self._ask(self._endpoint(path, "GET"), "GET", f"{path}?{query}")
        else:
            filled["csrf_token"] = self.client.token()
            self._ask(self._endpoint(path, "POST"), "POST", path, filled)

    def _value(self, name: str, offered: list[str]):
        chance = self.draw.random()
        if offered and chance < 0.85:
            return self.draw.choice(offered)
        if chance < 0.93 and name not in ("idempotency_key", "form_owner"):
            return self.draw.choice(PLAUSIBLE)
        return self.draw.choice([*VALUES, *self.ids])

    def _query(self) -> str:
        if self.draw.random() < 0.6:
            return ""
        name = self.draw.choice(
            ("page", "sort", "status", "text", "country", "next", "role", "from")
        )
        return f"?{name}={quote(self.draw.choice([*VALUES, *PLAUSIBLE]), safe='')}"

    def _odd(self, n: int) -> list[str]:
        return [quote(self.draw.choice(VALUES), safe="") or "-" for _ in range(n)]

    def _endpoint(self, path: str, method: str) -> str:
        try:
            return self.client.app.url_map.bind("localhost").match(path, method)[0]
        except HTTPException:
            return "nowhere"

    def _ask(self, endpoint: str, method: str, path: str, fields: dict | None = None):
        answer = self.client.http.open(path, method=method, data=fields)
        self.kinds[endpoint, method] += 1
        if answer.status_code >= 500:
            self.errors.append((endpoint, method, path[:300], fields))
        return answer


def _by_endpoint(found: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return endpoint -> its addresses."""
    grouped: dict[str, list[str]] = {}
    for endpoint, address in found:
        grouped.setdefault(endpoint, []).append(address)
    return grouped
