"""What is asked for and offered: rounded figures for everybody, for councils above all."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.disclosure import ALL, WORLD, Figures
from matchmaker.extensions import db
from matchmaker.pages.leaving import blueprint
from matchmaker.pages.publishing import latest_publication
from matchmaker.proposals.wording import size_label
from matchmaker.vocabulary import GROUPS, N_, Category
from matchmaker.web import showing
from matchmaker.web.guard import guard

SIDES = ("asked", "offered")
WORKING = "working"
CONTINENTS = {
    "AF": N_("Africa"),
    "AN": N_("Antarctica"),
    "AS": N_("Asia"),
    "EU": N_("Europe"),
    "NA": N_("North America"),
    "OC": N_("Oceania"),
    "SA": N_("South America"),
}
Row = dict[str, Any]


@blueprint.get("/figures")
@guard(Permission.SEE_PUBLIC_PAGE)
def figures() -> ResponseReturnValue:
    """Show the published figures: by kind of help and topic for an area, by area, by size."""
    publication = latest_publication(db.session())
    published: dict[str, Figures] = publication.figures if publication else {}
    areas = _areas(published)
    chosen = request.args.get("area", WORLD)
    area = chosen if chosen in areas else WORLD
    return render_template(
        "pages/figures.html",
        publication=publication,
        areas=areas,
        area=area,
        working=_working(published),
        by_theme=_rows(published, {**_kinds(), **_groups()}, lambda code: (code, area)),
        by_area=_rows(published, areas, lambda code: (ALL, code)),
        by_size=_rows(published, _sizes(published), lambda code: (ALL, code)),
    )


def _rows(published: dict[str, Figures], labels: Mapping[str, str], place: Any) -> list[Row]:
    """Return a row for each label that has a figure on one side at least."""
    rows = []
    for code, label in labels.items():
        theme, area = place(code)
        found = {side: published.get(side, {}).get(theme, {}).get(area) for side in SIDES}
        if any(found.values()):
            rows.append({"label": label, **{side: _shown(n) for side, n in found.items()}})
    return rows


def _working(published: dict[str, Figures]) -> list[Row]:
    """Return the themes on which enough municipalities work with a foreign one."""
    themes = published.get(WORKING, {})
    return [
        {"label": label, WORKING: _shown(themes[code][WORLD])}
        for code, label in {**_kinds(), **_groups()}.items()
        if WORLD in themes.get(code, {})
    ]


def _shown(figure: int | None) -> str:
    return "\u2013" if figure is None else showing.show_number(figure, 0)


def _kinds() -> dict[str, str]:
    return {code.value: gettext(code.label) for code in Category}


def _groups() -> dict[str, str]:
    return {code: gettext(label) for code, label in GROUPS.items()}


def _areas(published: dict[str, Figures]) -> dict[str, str]:
    """Return the areas that have a figure of their own, with names, largest first."""
    there = {area for side in SIDES for area in published.get(side, {}).get(ALL, {})}
    names = {WORLD: gettext("All countries")}
    for kind, name in (("continent", _continent), ("country", showing.country_name)):
        codes = (area.partition(":")[2] for area in there if area.startswith(f"{kind}:"))
        named = {f"{kind}:{code}": name(code) for code in codes}
        names |= dict(sorted(named.items(), key=lambda item: item[1].casefold()))
    return names


def _continent(code: str) -> str:
    return gettext(CONTINENTS[code])


def _sizes(published: dict[str, Figures]) -> dict[str, str]:
    there = {area for side in SIDES for area in published.get(side, {}).get(ALL, {})}
    return {
        area: size_label(area.partition(":")[2])
        for area in sorted(area for area in there if area.startswith("size:"))
    }
