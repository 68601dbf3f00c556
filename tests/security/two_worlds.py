"""The same site twice, with a town and without it, asked the same things with the same dice."""

import contextlib
import hashlib
import itertools
import os
import random
import re
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import itsdangerous.timed

from matchmaker import audit, places
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality, now
from matchmaker.municipalities.service import (
    MunicipalityDraft,
    register_municipality,
    verify_municipality,
)
from matchmaker.places.store import gazetteer
from matchmaker.vocabulary import Role
from tests import factories
from tests.harness.apps import Client, make_app
from tests.security import scene as scenes
from tests.security.crawl import addresses, reachable
from tests.security.walk import Forms

READERS = ("anonymous", "newcomer", "other helper")
"""Nobody signed in, and persons whose municipalities are not matched with the town."""
OLD = timedelta(days=30)
OWN_CLOCK = {"/account/sessions"}
"""What tells when the reader signed in, by the clock of the machine: not compared."""
STAMP = re.compile(rb"(DTSTAMP|SEQUENCE):[\dTZ]+")
"""When a calendar file was written: the clock of the machine."""
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00)?")
ROOM_OF = {"municipality": "municipalities", "need": "needs", "membership": "memberships"}


class Dice:
    """Random numbers that are the same in both worlds, so that nothing has to be normalised."""

    def __init__(self):
        self.random = random.Random(0)

    def cast(self, *seed):
        """Begin anew; the same seed gives the same numbers."""
        self.random = random.Random(repr(seed))

    def urandom(self, n):
        """Stand in for the system's random numbers."""
        return self.random.randbytes(n)


@contextlib.contextmanager
def same_dice():
    """Let every token, key and id of a request depend on its place in the order only."""
    dice, moment = Dice(), int(time.time())
    saved = os.urandom, random._urandom, itsdangerous.timed.TimestampSigner.get_timestamp
    os.urandom = random._urandom = dice.urandom
    itsdangerous.timed.TimestampSigner.get_timestamp = lambda self: moment
    try:
        yield dice
    finally:
        os.urandom, random._urandom, itsdangerous.timed.TimestampSigner.get_timestamp = saved


@dataclass(frozen=True)
class Answer:
    """All that a reader gets: status, headers, body."""

    asked: tuple
    status: int
    headers: tuple
    body: bytes

    @property
    def digest(self):
        """Return a short mark of the body for messages of failed tests."""
        return hashlib.sha256(self.body).hexdigest()[:12]


@dataclass
class TownX:
    """A town, where it lies and under which ids it came in."""

    place: places.Place
    code: str
    email: str
    ids: dict[str, str]


def lay_base(url, folder):
    """Lay the world without the town: a round decided, and figures of older towns."""
    app = make_app(url, folder)
    with app.app_context():
        session = db.session()
        scene = scenes.lay(session)
        old = now() - OLD
        for n in range(23):
            town = factories.make_municipality(
                session,
                country=("UA", "CO", "MD")[n % 3],
                region="",
                created_at=old,
                population=(5_000, 40_000, 90_000)[n % 3],
            )
            asker = factories.make_requester(session, town)
            factories.make_need(session, asker, submitted_at=old, verified_at=old)
        session.commit()
        db.session.remove()
        db.engine.dispose()
    return scene


def random_place(chance):
    """Return a place of the gazetteer, and so a town as it might come."""
    stock = gazetteer()
    ranks = [rank for rank, code in enumerate(stock.country_at) if code in ("UA", "CO", "YE", "LB")]
    return stock.place(chance.choice(ranks))


def bring_in(session, place, chance) -> TownX:
    """Register, verify and let ask: all as the platform does it, today."""
    code, email = f"X-{chance.randrange(10**9)}", f"x{chance.randrange(10**9)}@town.example"
    user = factories.make_user(session, email=email)
    coordinator = factories.actor_of(
        factories.make_coordinator(session, factories.make_association(session, name="Desk of X"))
    )
    actor = factories.actor_of(None)
    person = type(actor)(user_id=user.id, user_public_id=user.public_id)
    draft = MunicipalityDraft(
        name=place.name,
        country=place.country,
        region=place.region,
        official_code=code,
        geonameid=place.geonameid,
        population=place.population,
        contact_email=email,
    )
    member = register_municipality(session, person, Role.REQUESTER, draft)
    town = session.get(Municipality, member.municipality_id)
    ids = {"municipality": town.public_id, "membership": member.public_id}
    _verify(session, coordinator, town)
    for n, status in enumerate(("verified", "submitted")):
        category = chance.choice((("project", "project.service"), ("lobby", "lobby.rights")))
        need = factories.make_need(
            session, member, status=status, category=category[0], activity=category[1]
        )
        audit.record(session, person, "need.created", "need", need.public_id)
        ids[f"need {n}"] = need.public_id
    session.commit()
    return TownX(place, code, email, ids)


def _verify(session, coordinator, town):
    """Verify; what asks for more than this coordinator's word is taken as given."""
    with contextlib.suppress(BadInput):
        verify_municipality(session, coordinator, town, "Called the office.")
    if town.status != "verified":
        town.verified_at = now()
        audit.move(session, coordinator, town, "verified")


def copy_of(url, target: Path) -> str:
    """Copy a world that nobody has open."""
    target.mkdir()
    path = Path(url.removeprefix("sqlite:///"))
    copied = target / "world.db"
    shutil.copyfile(path, copied)
    return f"sqlite:///{copied}"


class Asker:
    """Asks one world everything, in one order, and keeps the answers."""

    def __init__(self, app, scene, dice):
        self.app, self.scene, self.dice = app, scene, dice
        self.number = itertools.count()
        self.answers: list[Answer] = []
        self.clients = {}

    def client(self, reader):
        """Return the browser of a reader, signed in once."""
        if reader not in self.clients:
            self.dice.cast("sign-in", reader)
            client = Client(self.app)
            person = self.scene.people[reader]
            if person is not None:
                client.sign_in(person.user_id, person.public_id)
            self.clients[reader] = client
        return self.clients[reader]

    def ask(self, reader, method, address, data=None):
        """Ask once and keep what comes."""
        client = self.client(reader)
        number = next(self.number)
        self.dice.cast(number)
        if method == "GET":
            answer = client.get(address)
        else:
            answer = client.post(address, data, key=f"key-{number}")
        self.keep(reader, method, address, answer)
        return answer

    def keep(self, reader, method, address, answer):
        """Keep an answer whole."""
        if address.split("?")[0] in OWN_CLOCK:
            return
        headers = tuple(sorted(answer.headers.items()))
        asked = (reader, method, address)
        body = STAMP.sub(b"DTSTAMP", answer.data)
        self.answers.append(Answer(asked, answer.status_code, headers, body))

    def own_data(self, reader):
        """Take along all that is held of the reader; the moments are those of this machine."""
        self.dice.cast(next(self.number))
        answer = self.client(reader).post("/account/data")
        assert answer.mimetype == "application/json"
        body = MOMENT.sub(b"moment", answer.data)
        headers = tuple(
            (name, value)
            for name, value in sorted(answer.headers.items())
            if name != "Content-Length"
        )
        asked = (reader, "POST", "/account/data")
        self.answers.append(Answer(asked, answer.status_code, headers, body))

    def crawl(self, reader):
        """Ask for every page that links lead to, and each of its GET forms with all its values."""
        client = self.client(reader)
        counting = _Counting(client, self)
        forms = {}
        for address, answer in reachable(counting, starts=("/", "/home", "/figures"), most=3):
            self.keep(reader, "GET", address, answer)
            for method, action, fields in Forms(answer.text).found:
                if method == "get":
                    forms[action or address.split("?")[0]] = fields
        for action, fields in sorted(forms.items()):
            for name, values in fields.items():
                for value in (values or ["a"])[:4]:
                    self.ask(reader, "GET", f"{action}?{urlencode({name: value})}")

    def typed(self, reader, town: TownX):
        """Ask for every address that could be about the town's rows."""
        for what, public_id in sorted(town.ids.items()):
            room = ROOM_OF[what.split()[0]]
            for _, address in addresses(self.app, [public_id], room=room):
                self.ask(reader, "GET", address)

    def about(self, town: TownX):
        """Ask everything that is about the town: by name, code, address, id, in GETs and POSTs."""
        words = [town.place.name, town.code, *town.place.names[:1]]
        for reader in READERS:
            self.typed(reader, town)
            for word in words:
                query = urlencode({"country": town.place.country, "text": word, "words": word})
                search = {"country": town.place.country, "text": word, "role": "helper"}
                self.ask(reader, "POST", "/municipalities/register", search)
                for path in ("/municipalities", "/offers"):
                    self.ask(reader, "GET", f"{path}?{query}&role=helper")
                self.ask(reader, "GET", f"/figures?{urlencode({'area': word})}")
        self.posts(town)

    def posts(self, town: TownX):
        """Register the same place with the same code, rule it out, sign up with its address."""
        country, place = town.place.country, town.place.geonameid
        self.ask("anonymous", "GET", f"/figures?area=country:{country}")
        # Before the registrations, for whoever registers acts for the new municipality.
        for key in self.scene.ids["offer"][-6:-4]:
            for names in (town.place.name, "Nowhere at all"):
                data = {"mandate": "adopted", "veto_names": names, "wish_names": names}
                saved = self.ask("other helper", "POST", f"/offers/{key}/edit/mandate", data)
                assert saved.status_code == 303
                self.ask("other helper", "GET", f"/offers/{key}/check")
                self.ask("other helper", "GET", f"/offers/{key}")
                self.ask("other helper", "GET", "/account/data")
                self.own_data("other helper")
        fields = {"name": town.place.name, "region": town.place.region or "-", "kind": "elected"}
        details = "/municipalities/register/details"
        chosen = {"place": str(place), "role": "helper"}
        for code in (town.code, "another"):
            for reader in ("newcomer", "other helper"):
                self.ask(reader, "POST", details, chosen | fields | {"official_code": code})
        password = "a long and unlikely password 9"
        for path, data in (
            ("/register", {"email": town.email, "password": password}),
            ("/reset", {"email": town.email}),
            ("/confirm", {"email": town.email}),
            ("/login", {"email": town.email, "password": "wrong password"}),
        ):
            self.ask("anonymous", "POST", path, data | {"password_confirm": password})


class _Counting:
    """A browser whose every GET casts the dice by its place in the order."""

    def __init__(self, client, asker):
        self.client, self.asker, self.app = client, asker, client.app

    def get(self, address):
        self.asker.dice.cast(next(self.asker.number))
        return self.client.get(address)


def differences(without: list[Answer], with_it: list[Answer]) -> list[str]:
    """Name the requests that were answered differently; sizes first, then what differs."""
    found = []
    if len(without) != len(with_it):
        found.append(f"{len(without)} answers without, {len(with_it)} with")
    for one, other in zip(without, with_it, strict=False):
        if one.asked != other.asked:
            found.append(f"{one.asked} is followed by {other.asked}: the links differ")
            break
        parts = [
            name
            for name, a, b in (
                ("status", one.status, other.status),
                ("headers", one.headers, other.headers),
                ("length", len(one.body), len(other.body)),
                ("body", one.body, other.body),
            )
            if a != b
        ]
        if parts:
            found.append(f"{' '.join(map(str, one.asked))}: {', '.join(parts)} differ")
    return found
