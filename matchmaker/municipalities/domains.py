"""What the domain of a mail address tells: punycode, look-alikes of known offices, free mail."""

import re
from collections.abc import Iterable, Iterator

from matchmaker.places.shapes import appearance, one_letter_off
from matchmaker.vocabulary import Caution

_FREE_MAIL_TEXT = (
    "gmail googlemail yahoo ymail outlook hotmail live msn icloud me aol gmx web mail bk "
    "inbox list yandex ya rambler ukr i meta bigmir proton protonmail pm tutanota tuta zoho "
    "qq 163 126 rediffmail libero orange wanadoo laposte seznam wp o2 interia onet abv "
    "t-online fastmail hushmail mail2world maktoob"
)
FREE_MAIL = frozenset(_FREE_MAIL_TEXT.split())
"""Names of providers where anybody gets an address, before the ending."""
_FREE_ENDINGS_TEXT = "com net org ru ua de fr it pl cz bg me es uk br mx ar co nl be at"
FREE_ENDINGS = frozenset(_FREE_ENDINGS_TEXT.split())
STATE = re.compile(r"(^|[.-])(gov|gob|gouv|govt|gub|gv)([.-]|$)")
"""The part of a domain that in many countries only offices of the state may bear."""


def domain_of(address: str | None) -> str:
    """Return the domain of a mail address in lower case, "" where there is none."""
    if not address or "@" not in address:
        return ""
    return address.rpartition("@")[2].strip().casefold().rstrip(".")


def shown_domain(domain: str) -> str:
    """Return the domain as a person reads it: punycode written out."""
    labels = []
    for label in domain.split("."):
        try:
            coded = label.startswith("xn--")
            labels.append(label[4:].encode("ascii").decode("punycode") if coded else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def domain_cautions(domain: str, known: Iterable[str]) -> Iterator[Caution]:
    """Yield what a person should know of a domain, beside the known domains of other offices."""
    shown = shown_domain(domain)
    if not domain.isascii() or any(label.startswith("xn--") for label in domain.split(".")):
        yield Caution.CODED_DOMAIN
    if _claims_the_state(shown) or any(_alike(shown, other) for other in known if other != domain):
        yield Caution.LOOK_ALIKE_DOMAIN
    if is_free_mail(domain):
        yield Caution.FREE_MAIL


def is_free_mail(domain: str) -> bool:
    """Tell whether anybody can get an address of this domain."""
    name, _, ending = domain.partition(".")
    return name in FREE_MAIL and ending.split(".")[-1] in FREE_ENDINGS


def _claims_the_state(shown: str) -> bool:
    """Tell whether "gov" stands where it gives no right: town-gov.org, gov.ua.example.com."""
    labels = shown.split(".")
    proper = labels[-1:] if labels[-1] == "gov" else labels[-2:-1]
    rest = ".".join(labels[: -1 if labels[-1] == "gov" else -2])
    if proper and STATE.fullmatch(proper[0]) and not STATE.search(rest):
        return False
    return bool(STATE.search(shown))


def _alike(one: str, other: str) -> bool:
    """Tell whether two domains could be taken for each other."""
    if not other or other == one or is_free_mail(one) or is_free_mail(other):
        return False
    seen, known = _looks(one), _looks(other)
    if seen == known or one_letter_off(seen, known):
        return True
    # the same name before another ending, or with a word of administration around it; what lies
    # under one registered domain belongs to one owner
    (owner, ending), (other_owner, other_ending) = _owner(one), _owner(other)
    name = appearance(owner)
    same_name = name == appearance(other_owner) and len(name) > 3
    return same_name and (owner, ending) != (other_owner, other_ending)


def _looks(domain: str) -> str:
    return "".join(appearance(label) for label in domain.split("."))


def _owner(domain: str) -> tuple[str, str]:
    """Return the label that names the owner, and the ending with its gov."""
    labels = domain.split(".")
    end = len(labels) - 1
    while end > 1 and STATE.fullmatch(labels[end - 1]):
        end -= 1
    return labels[end - 1], ".".join(labels[end:])
