"""The built-in legal texts as plain text, so that an administrator begins from what holds now."""

from html.parser import HTMLParser
from typing import Any

from flask import current_app
from flask_babel import force_locale

from matchmaker.vocabulary import LegalKind

BLOCKS = {"h2", "h3", "p", "li"}
"""What begins a paragraph of its own."""


class _Words(HTMLParser):
    """Collects the paragraphs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in BLOCKS:
            self.paragraphs.append("– " if tag == "li" else "")

    def handle_data(self, data: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1] += data


def builtin_text(kind: LegalKind, locale: str) -> str:
    """Return the built-in words of a page in a language, paragraphs parted by empty lines."""
    template = current_app.jinja_env.get_template(f"pages/{kind.value}.html")
    with force_locale(locale):
        page = "".join(template.blocks["words"](template.new_context({})))
    words = _Words()
    words.feed(page)
    return "\n\n".join(" ".join(one.split()) for one in words.paragraphs if one.strip())
