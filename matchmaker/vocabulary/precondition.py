"""What must be true for peace-building by local governments, and what follows where it is not.

The six preconditions of Musch & Sizoo 2009 section 4.2, and the table of what an unmet one closes;
both are data with a source beside each row (``preconditions.csv``, ``precondition_rules.csv``).
"""

from dataclasses import dataclass

from matchmaker.vocabulary.code import N_, Code
from matchmaker.vocabulary.tables import rows


class Answer(Code):
    """How things stand with a precondition; what nobody answered is not known, never met."""

    MET = "met", N_("Met")
    NOT_MET = "not_met", N_("Not met")
    NOT_KNOWN = "not_known", N_("Not known")
    NOT_ASKED = "not_asked", N_("Does not arise: there is no large foreign intervention here")


class Closes(Code):
    """What an unmet precondition closes for the activities it concerns."""

    IN_AREA = "in_area", N_("No help in the area itself")
    ALL = "all", N_("Not at all")
    UNKNOWN_HELPERS = "unknown_helpers", N_("Only helpers who know the area")


class GoingOn(Code):
    """What becomes of running work when a precondition is asked again."""

    CONTINUE = "continue", N_("Continue")
    PAUSE = "pause", N_("Pause")
    WITHDRAW = "withdraw", N_("Withdraw")


@dataclass(frozen=True)
class Precondition:
    """One of the six."""

    code: str
    label: str
    """What must be true, as a statement."""
    only_under_intervention: bool
    """Whether it arises only where there is a large foreign intervention."""
    source: str

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers it takes."""
        if self.only_under_intervention:
            return tuple(Answer)
        return tuple(one for one in Answer if one != Answer.NOT_ASKED)


@dataclass(frozen=True)
class Restriction:
    """What follows for some activities while a precondition is not met."""

    precondition: str
    category: str
    activity: str
    depth: str
    """Empty = any, as with category and activity."""
    closes: Closes
    label: str
    """The reason, in a sentence."""
    source: str

    def concerns(self, category: str, activity: str, depth: str | None) -> bool:
        """Tell whether it is about an activity of this category and depth."""
        asked = (
            (self.category, category),
            (self.activity, activity),
            (self.depth, depth or ""),
        )
        return all(not mine or mine == theirs for mine, theirs in asked)


PRECONDITIONS: dict[str, Precondition] = {
    row["code"]: Precondition(
        row["code"], row["label"], row["asked"] == "intervention", row["source"]
    )
    for row in rows("preconditions.csv")
}
RESTRICTIONS: tuple[Restriction, ...] = tuple(
    Restriction(
        precondition=row["precondition"],
        category=row["category"],
        activity=row["activity"],
        depth=row["depth"],
        closes=Closes(row["closes"]),
        label=row["label"],
        source=row["source"],
    )
    for row in rows("precondition_rules.csv")
)
