"""Collect every message of the product: python -m tools.message_template FILE."""

import sys
from pathlib import Path

from babel.messages.frontend import CommandLineInterface

KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "NN_:1,2")


def write(target: Path) -> None:
    """Write the template; no line numbers, so that moving code changes no catalogue."""
    options = ["--no-wrap", "--add-location=file", "--sort-by-file", "--project=Tandem"]
    words = [part for keyword in KEYWORDS for part in ("-k", keyword)]
    command = ["pybabel", "-q", "extract", "-F", "babel.cfg", *options, *words]
    CommandLineInterface().run([*command, "-o", str(target), "."])


if __name__ == "__main__":
    write(Path(sys.argv[1]))
