"""The way of a helping municipality to its decision: its stages, and what its country expects.

Which country follows which practice is data with a source beside each row (``frameworks.csv``). A
country that is not in it is *not known*: its association of local governments can tell.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

from matchmaker.vocabulary.code import N_, Code


class Stage(Code):
    """One stage of the way to a decision, in the order in which they are usual."""

    IDEA = "idea", N_("The idea is on the table")
    MINISTRY = "ministry", N_("Talk with the ministry for foreign affairs")
    FUNDING = "funding", N_("Central funding is shown")
    EXECUTIVE = "executive", N_("Decision of the executive")
    COMMITTEE = "committee", N_("Advice of the committee")
    COUNCIL = "council", N_("Vote of the council")
    SIGNED = "signed", N_("Signed")


class Practice(Code):
    """What a country lets its local governments do abroad (Musch & Sizoo 2009, section 2.1)."""

    OWN_POLICY = (
        "own_policy",
        N_("Local governments develop an international policy of their own"),
    )
    IN_LINE = (
        "in_line",
        N_("Allowed; the central government prefers it to be in line with its own policy"),
    )
    CENTRAL_FUNDING = (
        "central_funding",
        N_("Wanted only with funding from the central level, which comes with conditions"),
    )


class AnnexStatus(Code):
    """Where the consent to be named in a closed annex stands."""

    ASKED = "asked", N_("Asked")
    GIVEN = "given", N_("Given")
    REFUSED = "refused", N_("Refused")
    REVOKED = "revoked", N_("Taken back")
    PRINTED = "printed", N_("Given, and the annex has been opened")


@dataclass(frozen=True)
class Framework:
    """What is known of one country."""

    practice: Practice
    source: str
    year: int
    """When the source said so; practices change."""


def _read() -> dict[str, Framework]:
    text = files("matchmaker.vocabulary").joinpath("frameworks.csv").read_text(encoding="utf-8")
    return {
        row["country"]: Framework(Practice(row["practice"]), row["source"], int(row["year"]))
        for row in csv.DictReader(text.splitlines())
    }


FRAMEWORKS: dict[str, Framework] = _read()
"""Country (ISO 3166-1 alpha-2) -> its practice; a country that is absent is not known."""
FOLLOWS: dict[Practice, str] = {
    Practice.OWN_POLICY: N_("No further step is asked of you. Your own council decides."),
    Practice.IN_LINE: N_(
        "Talk with the ministry for foreign affairs early, and write down when you did. It does not"
        " decide for you, but a council that knows its answer decides more easily."
    ),
    Practice.CENTRAL_FUNDING: N_(
        "Show the central funding before the vote. Until it is shown, a yes of your council counts"
        " as conditional here."
    ),
}
"""What follows from a practice for the municipality, in plain words."""
NOT_KNOWN = N_(
    "We do not know what your country expects of local governments that work abroad. Ask your"
    " association of local governments before the vote."
)


def practice_of(country: str) -> Practice | None:
    """Return the practice of a country; None where it is not known."""
    known = FRAMEWORKS.get(country)
    return known.practice if known else None
