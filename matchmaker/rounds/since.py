"""What differs between the settings of two rounds, in words."""

from collections.abc import Iterator

from flask_babel import gettext

from matchmaker.rounds.floor_wording import floor_text
from matchmaker.rounds.settings import RoundSettings
from matchmaker.vocabulary import N_, Category, Criterion, Policy, UnknownAs
from matchmaker.web import showing

SWITCHES: dict[str, str] = {
    "always_two": N_("Ask for two signatures on every proposal"),
    "both_associations": N_("Ask both national associations to sign"),
    "offers_from_elsewhere": N_("Take in offers from outside our scope"),
    "complement": N_("Complement what others do"),
}
YES, NO = N_("yes"), N_("no")
NOTHING = "–"


def changed_since(then: RoundSettings, present: RoundSettings) -> list[dict[str, str]]:
    """Return what differs from the settings of an earlier round, as rows of a table."""
    differ = [*_told(then, present), *_floors(then, present)]
    return [
        {"what": what, "then": before, "now": now} for what, before, now in differ if before != now
    ]


def settings_told(present: RoundSettings) -> list[dict[str, str]]:
    """Return what is set, as rows of a table; floors and caps are told by themselves."""
    return [{"what": what, "now": now} for what, _, now in _told(present, present)]


def _told(then: RoundSettings, present: RoundSettings) -> Iterator[tuple[str, str, str]]:
    one, other = then.matching, present.matching
    for category in Category:
        for criterion in Criterion:
            before, now = (
                settings.weights[category.value][criterion.value] for settings in (one, other)
            )
            label = f"{gettext(category.label)}: {gettext(criterion.label)}"
            yield label, showing.show_percent(before), showing.show_percent(now)
    yield (
        gettext("What the round strives for first"),
        gettext(Policy(one.policy).label),
        gettext(Policy(other.policy).label),
    )
    yield (
        gettext("What nobody told us"),
        gettext(UnknownAs(one.unknown_as).label),
        gettext(UnknownAs(other.unknown_as).label),
    )
    numbers = (
        (N_("Least score of a proposal (percent)"), one.minimum_score, other.minimum_score),
        (N_("Points for a pair of the last round"), one.keep_bonus, other.keep_bonus),
        (N_("Two signatures below this score (percent)"), then.low_score, present.low_score),
    )
    for label, before, now in numbers:
        yield gettext(label), _points(before), _points(now)
    for name, label in SWITCHES.items():
        before, now = (
            gettext(YES if getattr(settings, name) else NO) for settings in (then, present)
        )
        yield gettext(label), before, now


def _floors(then: RoundSettings, present: RoundSettings) -> Iterator[tuple[str, str, str]]:
    before, now = ({one.name: one for one in settings.floors} for settings in (then, present))
    for name in dict.fromkeys((*before, *now)):
        yield (
            gettext("Floors and caps"),
            floor_text(before[name]) if name in before else NOTHING,
            floor_text(now[name]) if name in now else NOTHING,
        )


def _points(value: float) -> str:
    return showing.show_number(100 * value, 1)
