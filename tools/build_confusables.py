"""Write the letters of other alphabets that look like Latin ones, from the Unicode list.

    python tools/build_confusables.py confusables.json > matchmaker/places/confusables.csv

The input is `confusables.json` of the package confusable-homoglyphs (3.3.1), which is the list
`confusables.txt` of Unicode Technical Standard #39 in another form. Kept are single letters of the
alphabets that towns are written in, which look like one Latin letter; what compatibility
decomposition (NFKC) resolves anyway is left out.
"""

import csv
import json
import string
import sys
import unicodedata
from pathlib import Path

ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE", "GEORGIAN")
LETTERS = set(string.ascii_letters)


def main(source: str) -> None:
    """Write the table to the standard output."""
    listed = json.loads(Path(source).read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for one, others in listed.items():
        if len(one) != 1 or one.isascii() or not one.isalpha():
            continue
        name = unicodedata.name(one, "")
        if name.split(" ")[0] not in ALPHABETS or unicodedata.normalize("NFKD", one)[0].isascii():
            continue
        looks = sorted(other["c"] for other in others if other["c"] in LETTERS)
        # the list names every letter of a class: the same letter, where it is among them
        if looks:
            found[one] = looks[-1]
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["letter", "looks_like", "name"])
    rows.writerows([one, found[one], unicodedata.name(one)] for one in sorted(found))


if __name__ == "__main__":
    main(sys.argv[1])
