"""What kind of device a browser says it is, in two words; nothing finer is kept."""

from flask_babel import gettext

BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
]
"""Marks of browsers, those that also name others first."""
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
]


def device_code(user_agent: str) -> str:
    """Return the code that is kept, like "Firefox/Windows"; a part that is not known is empty."""
    return f"{_first(BROWSERS, user_agent)}/{_first(SYSTEMS, user_agent)}"


def _first(marks: list[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in marks if mark in text), "")


def device_text(code: str) -> str:
    """Return the code in words."""
    browser, _, system = code.partition("/")
    if browser and system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or gettext("Unknown device")
