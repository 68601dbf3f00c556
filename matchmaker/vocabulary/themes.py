"""What cities do on each group of topics: content with a source beside each row (themes.csv)."""

from dataclasses import dataclass

from matchmaker.vocabulary.tables import rows, split


@dataclass(frozen=True)
class Theme:
    """What cities do on a group of topics, for the page that helps the cause."""

    group: str
    label: str
    activities: tuple[str, ...]
    source: str


THEMES: dict[str, Theme] = {
    row["group"]: Theme(row["group"], row["label"], split(row["activities"]), row["source"])
    for row in rows("themes.csv")
}
