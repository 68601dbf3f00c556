"""The columns of the two files: name, whether it is demanded, meaning, and an example."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a file."""

    name: str
    meaning: str
    examples: tuple[str, str]
    """What stands in the two example rows of the template."""
    required: bool = False


_WHO = (
    Column("id", "Your own name for the row; numbered where empty.", ("", "")),
    Column("municipality", "Name, in any usual spelling or script.", ("", ""), True),
    Column("region", "Needed where a name occurs more than once.", ("", "")),
    Column("country", "Two-letter code or name.", ("", ""), True),
    Column("unlisted", "yes = not in the list of places; taken as written.", ("", "")),
    Column("population", "Inhabitants, where the list of places is out of date.", ("", "")),
    Column("temporary", "yes = a temporary administration, not an elected council.", ("", "")),
)


def _who(**examples: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(c.name, c.meaning, examples.get(c.name, ("", "")), c.required) for c in _WHO
    )


NEED_COLUMNS: tuple[Column, ...] = (
    *_who(
        id=("water-vukovar", "dialogue-mostar"),
        municipality=("Vukovar", "Mostar"),
        region=("", ""),
        country=("HR", "Bosnia & Herzegovina"),
    ),
    Column("category", "lobby, project or dialogue.", ("project", "dialogue"), True),
    Column("second_category", "A second category, if any.", ("", "")),
    Column("activity", "Code of the activity.", ("project.service", "dialogue.facilitation"), True),
    Column("depth", "For dialogue: atmosphere or heart.", ("", "heart")),
    Column(
        "settings", "international, in_area, remote; empty = any.", ("in_area|remote", "in_area")
    ),
    Column("presence", "Access to the area: possible, restricted, none.", ("possible", "")),
    Column("topics", "topic:importance 1-3:level 1-5.", ("env.water:3:4|gov.finance:1:2", "")),
    Column("languages", "Working languages.", ("en|hr", "en|bs")),
    Column("interpretation", "yes, no, empty = unknown.", ("no", "yes")),
    Column("area_languages", "Languages spoken in the area.", ("hr", "bs|hr|sr")),
    Column("window_start", "First day help is of use.", ("2027-01-01", "2027-03-01")),
    Column("window_end", "Last day.", ("2027-12-31", "2028-02-28")),
    Column("overlap_days", "Least overlap that is of use; 30 where empty.", ("60", "")),
    Column("effort_days", "Working days asked.", ("20", "30")),
    Column("commitment_months", "Months asked.", ("12", "12")),
    Column("places", "At most so many helpers; 1 where empty.", ("1", "2")),
    Column("minimum", "None, or at least so many helpers; 0 where empty.", ("", "")),
    Column("low_profile", "yes = local governments only.", ("no", "yes")),
    Column("consent", "All parties consent: yes, no, empty = unknown.", ("", "yes")),
    Column("tie_waiver", "yes = no recorded tie is needed.", ("", "")),
    Column("ties", "Partner towns: Name (CC) or Name (CC/Region):since-until.", ("", "")),
    Column("veto", "Secret: towns, Name (CC), or countries, CC, ruled out.", ("", "")),
    Column("sides", "Codes of the sides of a divide, for rules of balance.", ("", "")),
    Column("rights_only", "yes = a red flag stands: lobbying for rights only.", ("", "")),
    Column("unmet", "Codes of preconditions that are not met, e.g. violence.", ("", "")),
    Column("no_publicity", "yes = no helper that has to make its help public.", ("", "")),
    Column("teaches", "What the town can teach in return: codes.", ("lesson.shelters", "")),
    Column("led", "yes = the office that stands for it has confirmed it.", ("", "")),
)

OFFER_COLUMNS: tuple[Column, ...] = (
    *_who(
        id=("water-utrecht", "talks-malmo"),
        municipality=("Utrecht", "Malmö"),
        country=("Netherlands", "SE"),
    ),
    Column("category", "lobby, project or dialogue.", ("project", "dialogue"), True),
    Column("second_category", "A second category, if any.", ("", "")),
    Column(
        "activities",
        "Codes of the activities; empty = any of the category.",
        ("project.service|project.planning", "dialogue.facilitation"),
    ),
    Column("depths", "atmosphere, heart; empty = both.", ("", "atmosphere|heart")),
    Column(
        "settings",
        "international, in_area, remote; empty = any.",
        ("in_area|remote", "in_area|international"),
    ),
    Column("topics", "topic:level 1-5, level may be left out.", ("env.water:5|env.sanitation", "")),
    Column("experience", "activity:times done.", ("project.service:3", "dialogue.facilitation:2")),
    Column("languages", "Working languages.", ("en|nl", "en|sv")),
    Column("interpretation", "yes, no, empty = unknown.", ("no", "")),
    Column("context_languages", "Further languages of staff; none = none.", ("hr", "bs")),
    Column("window_start", "First day.", ("2027-02-01", "2027-01-01")),
    Column("window_end", "Last day.", ("2028-01-31", "2028-12-31")),
    Column("effort_days", "Working days offered.", ("25", "40")),
    Column("commitment_months", "Months offered.", ("12", "24")),
    Column("places", "At most so many needs; 1 where empty.", ("1", "2")),
    Column("mandate", "adopted, conditional, refused, lapsed.", ("adopted", "conditional")),
    Column("mandate_chance", "Chance of a conditional mandate.", ("", "80%")),
    Column("mandate_lapses", "Last day of the mandate.", ("", "2028-12-31")),
    Column(
        "areas",
        "Earlier work: CC/Region:last year:years:staff; none = none.",
        ("HR:2015:4", "BA:2024:6:staff"),
    ),
    Column("delivery", "Partners on the ground: CC/Region:topic+topic.", ("none", "BA")),
    Column("involves_partner", "yes = a partner organisation always takes part.", ("no", "no")),
    Column("must_publish", "yes = has to make its help public.", ("", "")),
    Column("ties", "Partner towns: Name (CC):since-until.", ("", "Mostar (BA):1998-")),
    Column("veto", "Secret: towns, Name (CC), or countries, CC, ruled out.", ("", "")),
    Column("learns", "What the helper would like to learn: codes.", ("", "lesson.dialogue")),
    Column("led", "yes = the office that stands for it has confirmed it.", ("", "")),
)


def required_of(columns: tuple[Column, ...]) -> list[str]:
    """Return the names of the columns that must be there."""
    return [column.name for column in columns if column.required]


def names_of(columns: tuple[Column, ...]) -> list[str]:
    """Return the names of the columns, in order."""
    return [column.name for column in columns]
