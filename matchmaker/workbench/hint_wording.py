"""Hints and calls in words: fixed sentences that name nobody."""

from typing import Any

from flask_babel import gettext, ngettext

from matchmaker.vocabulary import N_, Category, Side
from matchmaker.web import showing

PASSED = N_("It has been passed on.")
LATER = N_("It can be passed on once the round is published and its cool-off is over.")
NOBODY = N_(
    "Nobody in your scope could change what stands between, so there is nothing to pass on."
)
TO: dict[Side, str] = {
    Side.REQUESTER: N_("The asking municipality can change what stands between. Nobody is named."),
    Side.HELPER: N_("The helping municipality can change what stands between. Nobody is named."),
}
NO_PLACE = N_(
    "Only a place is missing. The helping municipality could give another one. Nobody is named."
)


def way_text(to: Side | None, *, bars: bool, passed: bool, now: bool) -> str:
    """Say to whom a hint could go, or why it does not."""
    if passed:
        return gettext(PASSED)
    if to is None:
        return gettext(NOBODY)
    text = gettext(TO[to] if bars else NO_PLACE)
    return text if now else f"{text} {gettext(LATER)}"


def lines_told(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of a call in the reader's words."""
    return [_line(line) for line in lines]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    kind = showing.code_label(line["category"], Category)
    title = f"{kind}: {showing.group_label(line['group'])}" if line["group"] else kind
    told = [
        ngettext(
            "About %(num)d municipality asks for it.",
            "About %(num)d municipalities ask for it.",
            line["n"],
        )
    ]
    if line["countries"]:
        names = [
            gettext("%(country)s (about %(n)s)", country=showing.country_name(code), n=n)
            for code, n in line["countries"]
        ]
        told.append(gettext("Countries: %(names)s.", names=", ".join(names)))
    else:
        told.append(gettext("In no single country are there enough of them to name it."))
    if line["activities"]:
        names = [showing.activity_label(code) for code in line["activities"]]
        told.append(gettext("Most asked for: %(names)s.", names=", ".join(names)))
    if line["languages"]:
        names = [showing.language_name(code) for code in line["languages"]]
        told.append(gettext("Working languages: %(names)s.", names=", ".join(names)))
    return {"title": title, "told": told}


def call_text(lines: list[dict[str, Any]]) -> str:
    """Return the call as a plain text."""
    parts = [
        gettext("Offers wanted"),
        gettext("Municipalities in conflict areas ask for help that nobody offers yet."),
    ]
    parts += ["\n".join([line["title"], *(f"- {one}" for one in line["told"])]) for line in lines]
    parts.append(
        gettext(
            "Numbers are rounded to five and stand on at least five municipalities. Which ones ask "
            "is not told."
        )
    )
    return "\n\n".join(parts) + "\n"
