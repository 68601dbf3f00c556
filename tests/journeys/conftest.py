"""Live sites and the people who read them in a browser."""

import shutil
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
    yield from _site(_sqlite_template, tmp_path_factory.mktemp("surveyed"), make_world)


@pytest.fixture
def site(_sqlite_template, tmp_path):
    """Give a running site of its own with nothing in it, for what changes rows."""
    yield from _site(_sqlite_template, tmp_path, None)


def _site(template, folder: Path, fill):
    from matchmaker.extensions import db

    database = folder / "site.db"
    shutil.copyfile(template, database)
    app = make_app(f"sqlite:///{database}", folder)
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


class Readers:
    """Opens pages as somebody; each reader signs in once and keeps one browser window."""

    def __init__(self, browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.windows: dict[tuple[str | None, str], tuple[Any, Observer]] = {}

    def window(self, reader: str | None, language: str):
        """Return the window of a reader and what is observed in it."""
        if (reader, language) not in self.windows:
            self.windows[reader, language] = self._open(reader, language)
        return self.windows[reader, language]

    def _open(self, reader, language):
        context = self.browser.new_context(viewport=DESKTOP)
        observer = Observer(context, self.site.address)
        page = context.new_page()
        if reader:
            sign_in(page, self.site.address, self.site.world.emails[reader])
        else:
            page.goto(self.site.address)
        # Chosen in each window, English too: what one window chooses is kept with the account.
        for code in ["uk", "en"] if language == "en" and reader else [language]:
            if code != "en" or reader:
                page.get_by_role("button", name=LANGUAGE_NAMES[code]).click()
        return page, observer

    def visit(self, spec):
        """Open a page of the list at desktop size; return the window."""
        page, observer = self.window(spec.reader, spec.language)
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
    seconds = {"step", "need_id"}
    values = {name: second if name in seconds else first for name in rule.arguments}
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
