"""Live sites and the people who read them in a browser."""

import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.harness.apps import make_app
from tests.journeys.live_site import served
from tests.journeys.observer import Observer
from tests.journeys.people import sign_in
from tests.journeys.world import World, make_world

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LANGUAGE_NAMES = {"en": "English", "uk": "Українська", "ar": "العربية"}


@dataclass
class Site:
    """A running site and what lies in its database."""

    app: Any
    address: str
    world: World | None = None


@pytest.fixture(scope="session")
def surveyed(_sqlite_template, tmp_path_factory):
    """Give a running site with a row for every page; its tests change nothing."""
    yield from make_site(_sqlite_template, tmp_path_factory.mktemp("surveyed"), make_world)


@pytest.fixture
def site(_sqlite_template, tmp_path):
    """Give a running site of its own with nothing in it, for what changes rows."""
    yield from make_site(_sqlite_template, tmp_path, None)


def make_site(template, folder: Path, fill, **more):
    """Give a running site on a fresh database, filled by `fill`; `more` are settings of the app."""
    from matchmaker.extensions import db

    database = folder / "site.db"
    shutil.copyfile(template, database)
    app = make_app(f"sqlite:///{database}", folder, **more)
    world = None
    with app.app_context():
        if fill:
            world = fill(db.session())
            db.session.commit()
        db.session.remove()
    with served(app) as address:
        yield Site(app, address, world)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


FRESH_S = 200.0
"""Within five minutes of signing in, no page asks for the password again."""


class Readers:
    """Opens pages as somebody; each reader keeps one browser window while its proof is fresh."""

    def __init__(self, browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.windows: dict[tuple[str | None, str], tuple[Any, Observer]] = {}
        self.opened: dict[tuple[str | None, str], float] = {}

    def window(self, reader: str | None, language: str):
        """Return the window of a reader and what is observed in it."""
        which = reader, language
        if which not in self.windows:
            self.windows[which] = self._open(reader, language)
            self.opened[which] = time.monotonic()
        return self.windows[which]

    def fresh_window(self, reader: str | None, language: str):
        """Return the window of a reader, opened anew where the proof may grow old meanwhile."""
        if time.monotonic() - self.opened.get((reader, language), math.inf) > FRESH_S:
            self.windows.pop((reader, language))[0].context.close()
        return self.window(reader, language)

    def _open(self, reader, language):
        context = self.browser.new_context(viewport=DESKTOP)
        observer = Observer(context, self.site.address)
        page = context.new_page()
        if reader:
            sign_in(page, self.site.address, self.site.world.emails[reader])
        else:
            page.goto(self.site.address)
        # Chosen in each window, English too: what one window chooses is kept with the account, and
        # a window opened anew begins with it.
        if reader or language != "en":
            if page.locator("html").get_attribute("lang") == language:
                self._choose(page, "uk" if language == "en" else "en")
            self._choose(page, language)
        return page, observer

    def _choose(self, page, language):
        page.get_by_role("button", name=LANGUAGE_NAMES[language]).click()
        # By an element: while the page changes there is no root whose language could be read.
        page.locator(f'html[lang="{language}"]').wait_for(state="attached")

    def visit(self, spec):
        """Open a page of the list at desktop size; return the window."""
        page, observer = self.fresh_window(spec.reader, spec.language)
        observer.faults.clear()
        page.set_viewport_size(DESKTOP)
        answer = page.goto(self.site.address + self.path_of(spec))
        assert answer.status == 200, f"{answer.status} at {page.url}"
        return page

    def path_of(self, spec) -> str:
        """Return the address of a page of the list on this site."""
        with self.site.app.test_request_context():
            return path_of(self.site, spec)


def path_of(site: Site, spec) -> str:
    """Return the path of a page; call within a request context."""
    from flask import current_app, url_for

    rule = next(iter(current_app.url_map.iter_rules(spec.endpoint)))
    things = site.world.things
    first, second = things.get(spec.thing), things.get(spec.step, spec.step)
    seconds = {"step", "need_id", "scenario_id", "task_id", "group", "question"}
    values = {name: second if name in seconds else first for name in rule.arguments}
    if "offer_id" in rule.arguments:
        values["offer_id"] = things["any_offer"]
    return url_for(spec.endpoint, **values) + spec.query


@pytest.fixture(scope="session")
def readers(browser, surveyed):
    """Give the readers of the surveyed site."""
    return Readers(browser, surveyed)


@pytest.fixture(params=["desktop with script", "phone without script"])
def new_window(request, browser, site):
    """Give a way to open a window for one more person; closing finds nothing wrong with it."""
    desktop = request.param.startswith("desktop")
    contexts, observers = [], []

    def open_window():
        context = browser.new_context(
            viewport=DESKTOP if desktop else PHONE, java_script_enabled=desktop
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        observers.append(Observer(context, site.address))
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert [fault for observer in observers for fault in observer.faults] == []
