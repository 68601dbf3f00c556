"""How sentences are put together: English here; the site translates by overriding."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel.lists import format_list


@dataclass(frozen=True)
class Name:
    """What a person calls a need or an offer."""

    town: str
    title: str


class Words:
    """Says messages, with counts, lists, numbers and names.

    Within one sentence a name is told in full first; then the town alone, where no other is meant.
    """

    def __init__(self, needs: Mapping[str, Name], offers: Mapping[str, Name]) -> None:
        self.names = {"need": needs, "offer": offers}
        self._said: set[tuple[str, str]] = set()
        towns = Counter(name.town for side in self.names.values() for name in side.values())
        self._alone = {town for town, n in towns.items() if n == 1}

    def begin(self) -> None:
        """Begin a sentence: tell names in full again."""
        self._said.clear()

    def need(self, key: str) -> str:
        """Name a need."""
        return self._name("need", key)

    def offer(self, key: str) -> str:
        """Name an offer."""
        return self._name("offer", key)

    def rule(self, name: str) -> str:
        """Name a rule that has a name."""
        return self.isolated(name)

    def say(self, message: str, **values: object) -> str:
        """Fill in a message."""
        return message % values

    def count(self, messages: tuple[str, str], n: int, **values: object) -> str:
        """Fill in the message for so many; `n` in it is the number."""
        return messages[n != 1] % {"n": self.counted(n), **values}

    def counted(self, n: int) -> str:
        """Show how many there are: one as a word, where that is the language's habit."""
        return "one" if n == 1 and self.locale == "en" else self.number(n)

    def listed(self, parts: Iterable[str]) -> str:
        """Join parts by commas and "and"."""
        return str(format_list(list(parts), locale=self.locale))

    @property
    def locale(self) -> str:
        """The language of the sentences."""
        return "en"

    def number(self, value: float, digits: int = 3) -> str:
        """Show a number with at most so many decimals."""
        return f"{round(value, digits):,.9g}"

    def percent(self, share: float) -> str:
        """Show a share."""
        return f"{round(100 * share, 1):g} %"

    def isolated(self, name: str) -> str:
        """Keep the direction of a name apart from that of the sentence."""
        return name

    def _name(self, side: str, key: str) -> str:
        name = self.names[side].get(key)
        if name is None:
            return ""
        short = (side, key) in self._said and name.town in self._alone
        self._said.add((side, key))
        town = self.isolated(name.town)
        return town if short else f"{town} ({self.isolated(name.title)})"
