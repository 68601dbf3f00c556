"""What a coordinator fills in for a floor, a cap, or evenness between two groups."""

from collections import Counter
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaker.rounds.floor_wording import group_text
from matchmaker.rounds.floors import (
    LARGEST,
    Bound,
    Counted,
    Floor,
    GroupKind,
    can_count_before,
)
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import SelectOneField, WholeNumberField

KINDS = [kind.value for kind in GroupKind]


def _group(label: Any) -> SelectOneField:
    return SelectOneField(label, ask=_l("Choose a group"), choices=[])


def _number(label: Any, least: int) -> WholeNumberField:
    return WholeNumberField(label, ask=_l("Enter a whole number"), least=least, most=LARGEST)


def _choices(groups: Counter[str], kinds: tuple[str, ...] = ("need", "offer")) -> Any:
    """Return the groups there are, those of a kind together, by name."""
    there = [code for code in groups if code.startswith(kinds)]
    texts = {code: group_text(code) for code in there}
    there.sort(key=lambda code: (KINDS.index(code.partition(":")[0]), texts[code]))
    return [
        SelectChoice("", gettext("Choose")),
        *(SelectChoice(code, _counted(code, texts[code], groups[code])) for code in there),
    ]


def _counted(code: str, text: str, n: int) -> str:
    """Offers are not counted: some may be of towns that the reader knows nothing of."""
    return text if code.startswith("offer_") else f"{text} ({n})"


class FloorForm(BaseForm):
    """A floor or a cap for one group."""

    bound = RadioField(
        _l("A floor or a cap?"),
        widget=GovRadioInput(),
        choices=lambda: [
            SelectChoice(code, gettext(Bound(code).label))
            for code in (Bound.AT_LEAST.value, Bound.AT_MOST.value)
        ],
        validators=[InputRequired(_l("Choose a floor or a cap"))],
    )
    number = _number(_l("How many"), 0)
    count = SelectOneField(
        _l("What is counted"),
        ask=_l("Choose what is counted"),
        choices=lambda: [SelectChoice(code, gettext(text)) for code, text in Counted.choices()],
    )
    group = _group(_l("Of which group"))

    def offer(self, groups: Counter[str], *, frozen: bool) -> None:
        """Fill the list of groups; of a frozen round their sizes are known."""
        self.group.choices = _choices(groups)
        self.sizes = groups if frozen else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the group is not smaller than its floor."""
        good = super().validate(extra_validators)
        if not good or self.bound.data != Bound.AT_LEAST:
            return good
        if not self.number.data:
            self.number.errors = [gettext("A floor is 1 or more")]
            return False
        if self.sizes is not None and self._counts_its_group():
            n = self.sizes[self.group.data]
            if self.number.data > n:
                message = gettext("This group has only %(n)s in this round")
                self.number.errors = [message % {"n": n}]
                return False
        return True

    def floor(self) -> Floor:
        """Return what was asked for."""
        number = int(self.number.data or 0)
        return Floor(self.bound.data, self.count.data, self.group.data, number)

    def _counts_its_group(self) -> bool:
        return self.count.data == Counted.NEEDS and self.group.data.startswith("need")


class EvenForm(BaseForm):
    """Evenness between two groups of needs."""

    group = _group(_l("One group"))
    other = _group(_l("The other group"))
    number = _number(_l("By how many needs served they may differ"), 0)
    before = RadioField(
        _l("Does it count what was served before this round?"),
        widget=GovRadioInput(),
        choices=lambda: [
            SelectChoice("no", gettext("No, only what this round proposes")),
            SelectChoice("yes", gettext("Yes: who was served less before may get more now")),
        ],
        default="no",
        description=_l("Possible for sides of a divide and for countries."),
    )

    def offer(self, groups: Counter[str], *, frozen: bool) -> None:
        """Fill the lists of groups."""
        self.group.choices = self.other.choices = _choices(groups, ("need_",))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the groups are two."""
        good = super().validate(extra_validators)
        if good and self.group.data == self.other.data:
            self.other.errors = [gettext("Choose two different groups")]
            return False
        groups = (self.group.data, self.other.data)
        if good and self.before.data == "yes" and not all(map(can_count_before, groups)):
            message = gettext("What was served before is counted of sides and of countries only")
            self.before.errors = [message]
            return False
        return good

    def floor(self) -> Floor:
        """Return what was asked for; the same two groups are the same rule in any order."""
        one, other = sorted((self.group.data, self.other.data))
        number = int(self.number.data or 0)
        before = self.before.data == "yes"
        return Floor(Bound.EVEN.value, Counted.NEEDS.value, one, number, other, before)
