"""The documents name every column, and the settings they show are taken."""

import re
from pathlib import Path

import pytest

from matchmaker.exchange.columns import NEED_COLUMNS, OFFER_COLUMNS
from matchmaker.exchange.proposals import HEADER
from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import ACTIVITIES, TOPICS, Bar, Part

DOCS = Path(__file__).parents[2] / "docs"
FILE_JOB = (DOCS / "file-job.md").read_text(encoding="utf-8")
MATCHING = (DOCS / "matching.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("column", [*NEED_COLUMNS, *OFFER_COLUMNS], ids=lambda c: c.name)
def test_every_column_is_documented_with_its_meaning(column):
    assert f"| `{column.name}` | {'required' if column.required else ''} | {column.meaning} |" in (
        FILE_JOB
    )


def test_every_column_of_the_output_is_documented():
    plain = [name for name in HEADER if not name.startswith(("part_", "adds_"))]
    missing = [name for name in plain if name.removesuffix("_score") not in FILE_JOB]
    assert missing == []


def test_every_code_is_documented():
    assert [code for code in (*ACTIVITIES, *TOPICS) if f"| `{code}` |" not in FILE_JOB] == []
    assert [bar for bar in Bar if f"| `{bar}` |" not in MATCHING] == []
    assert [part for part in Part if f"| `{part}` |" not in MATCHING] == []


def test_settings_of_the_document_are_taken():
    text = re.search(r"```toml\n(.*?)```", FILE_JOB, re.DOTALL)[1]
    settings = Settings.from_toml(text)
    assert settings.rules[0].name == "east first" and settings.balances[0].a == ("water-vukovar",)
