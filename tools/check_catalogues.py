"""Fail where a catalogue misses a message, is fuzzy, breaks a placeholder or is not compiled.

Each catalogue also says in a comment at its top who reviewed it: a line "Review status: ...".
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import message_template  # noqa: E402

TRANSLATIONS = ROOT / "matchmaker" / "translations"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\- +]*[\d.*]*[a-zA-Z]|\{\w*\}")

TANWIN = "\N{ARABIC FATHATAN}"
"""Ends a counted word after 11 to 99, and no other."""


def main() -> int:
    """Print what is wrong with each catalogue; return 1 when something is."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        message_template.write(target)
        with target.open("rb") as stream:
            wanted = read_po(stream)
    problems = []
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        locale = path.parts[-3]
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=locale)
        found = [*problems_of(catalogue, wanted), *problems_of_compiled(catalogue, path)]
        problems += [f"{locale}: {problem}" for problem in found]
        print(f"{locale}: {len(wanted)} messages, {len(found)} problems")
    for line in problems:
        print(line)
    return 1 if problems else 0


def problems_of(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    """Give each thing that is wrong with one catalogue."""
    if "Review status:" not in catalogue.header_comment:
        yield 'no "Review status:" at the top'
    for message in wanted:
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        if translated is None or not all(_forms(translated.string, catalogue)):
            yield f"missing: {message.id!r}"
        elif translated.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif not _placeholders_agree(message, translated):
            yield f"placeholders differ: {message.id!r} and {translated.string!r}"
        elif catalogue.locale_identifier == "ar" and _is_swapped(translated):
            yield f"msgstr[4] (100 to 102) and msgstr[5] (11 to 99) are swapped: {message.id!r}"


def problems_of_compiled(catalogue: Catalog, path: Path) -> Iterator[str]:
    """Give what differs between the catalogue and its compiled form."""
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        yield "not compiled: run make catalogues"
        return
    with compiled.open("rb") as stream:
        binary = read_mo(stream)
    for message in catalogue:
        if message.id and not message.fuzzy and all(_forms(message.string, catalogue)):
            found = binary.get(message.id, message.context)
            forms = _forms(message.string, catalogue)
            if found is None or _forms(found.string, catalogue) != forms:
                yield f"compiled form is old: run make catalogues ({message.id!r})"
                return


def _forms(string: str | list[str] | tuple[str, ...] | None, catalogue: Catalog) -> list[str]:
    """Return every form of a translation, empty where one is missing."""
    if isinstance(string, str) or string is None:
        return [string or ""]
    return [*string, *[""] * (catalogue.num_plurals - len(string))]


def _is_swapped(translated: Message) -> bool:
    """Tell whether the accusative that Arabic asks for after 11 to 99 stands with the hundreds."""
    if isinstance(translated.string, str):
        return False
    hundreds, many = translated.string[4:6]
    return bool(hundreds.count(TANWIN) > many.count(TANWIN))


def _placeholders_agree(message: Message, translated: Message) -> bool:
    """Tell whether each form names what the message names; a plural form may leave out a count."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = translated.string
    forms = [strings] if isinstance(strings, str) else list(strings)
    everything = set().union(*(_placeholders(text) for text in ids))
    count = {"%(n)s", "%(num)s", "%(num)d", "%(n)d", "%(count)s"} if len(ids) > 1 else set()
    return all(
        _placeholders(form) <= everything and everything - count <= _placeholders(form)
        for form in forms
    )


def _placeholders(text: str) -> set[str]:
    """Return the placeholders of a text; a doubled per cent sign is none."""
    return {match.group() for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


if __name__ == "__main__":
    sys.exit(main())
