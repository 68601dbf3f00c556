"""What the loops compute with: plain arrays, offers in the order of their classes.

`needs` are in the order of the keys. An offer has a *position*, its place in the order of the
classes, so that the offers a need looks at lie beside each other in memory.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.candidates import least_context
from matchmaker.matching.codes import SETTING
from matchmaker.matching.criteria import GROWTH, STATE
from matchmaker.matching.large.bounds import Bounds, bounds_of
from matchmaker.matching.large.classes import Classes, alike, classes_of
from matchmaker.matching.settings import PARTS, Settings
from matchmaker.matching.topics import EXACT_UNIT, GROUP, SIBLING_UNIT, UNIT
from matchmaker.matching.vetoes import Lists
from matchmaker.vocabulary import Category, UnknownAs

Array = NDArray[Any]

MODES = (UnknownAs.RENORMALISED.value, UnknownAs.LOWER.value, UnknownAs.UPPER.value)


class NeedTable(NamedTuple):
    """The needs, one entry each."""

    code: Array
    speech: Array
    place: Array
    """Class of needs for which everything but direct ties is equally near."""
    main: Array
    """Position of the main category."""
    town: Array
    country: Array
    region: Array
    tie_row: Array
    start: Array
    end: Array
    """Endless where not stated."""
    stated: Array
    days: Array
    overlap: Array
    heart: Array
    known_helpers: Array
    least: Array
    """Least context knowledge."""
    tie_needed: Array
    effort: Array
    commitment: Array
    teaches: Array
    """Bits of what the town can teach."""
    led: Array
    magnitude: Array
    activity: Array
    in_area: Array
    topic: Array
    importance: Array
    level: Array
    asked: Array
    """Sum of the importances, in units of credit."""
    topic_bits: Array
    group_bits: Array
    tie_known: Array


class NearTable(NamedTuple):
    """What the knowledge of an area is computed from, but for direct ties and shared partners."""

    country: Array
    region: Array
    spoken: Array
    spoken_known: Array
    spoken_count: Array
    """Of the needs: town, and languages of the area as bits."""
    tie_column: Array
    tie_known: Array
    speaks: Array
    speaks_known: Array
    n_areas: Array
    areas_stated: Array
    area_country: Array
    area_region: Array
    area_staff: Array
    area_low: Array
    area_likely: Array
    area_high: Array
    """Of the offers: languages, earlier work."""
    ties_country: Array
    ties_neighbour: Array
    neighbour: Array
    """(n_countries, n_countries)."""
    parts: Array
    mode: Array
    state: Array


class OfferTable(NamedTuple):
    """The offers, one entry for each position."""

    column: Array
    town: Array
    code: Array
    speech: Array
    tie_column: Array
    tie_known: Array
    start: Array
    end: Array
    stated: Array
    effort: Array
    commitment: Array
    learns: Array
    """Bits of what the helper wants to learn."""
    led: Array
    magnitude: Array
    mandate: Array
    experience: Array
    topics_known: Array
    topic_bits: Array
    group_bits: Array
    """Topics of the groups that the offer has a topic of."""
    lowest: Array
    highest: Array
    group_lowest: Array
    group_highest: Array
    n_deliveries: Array
    delivery_country: Array
    delivery_region: Array
    delivery_topics: Array
    in_area: Array
    """Whether it helps in the area itself: elsewhere nobody has to deliver on the ground."""


class ClassTable(NamedTuple):
    """Which classes meet; see `Classes`."""

    early: Array
    late: Array
    early_counts: Array
    understood_starts: Array
    understood: Array
    group_starts: Array
    group_cells: Array
    group_activity: Array
    cells: Array
    cell_starts: Array
    active: Array


class TieTable(NamedTuple):
    """Ties and vetoes, by lists; offers stand in them by position."""

    direct_starts: Array
    direct_columns: Array
    direct_values: Array
    shared_starts: Array
    shared_columns: Array
    shared_values: Array
    region_starts: Array
    region_columns: Array
    region_values: Array
    column_starts: Array
    column_offers: Array
    """Offers of each column of the tables of ties."""
    town_starts: Array
    town_offers: Array
    land_starts: Array
    land_offers: Array
    """Offers of each country."""
    veto_town_starts: Array
    veto_towns: Array
    veto_country_starts: Array
    veto_countries: Array
    """What each need rules out."""
    by_town_starts: Array
    by_town: Array
    by_country_starts: Array
    by_country: Array
    """Offers that rule out each town and each country."""


class Weights(NamedTuple):
    """Weights and constants."""

    parts: Array
    """(n_parts,) in the order of `PARTS`."""
    criteria: Array
    """(n_categories, 3)."""
    mode: Array
    """(1,) position in `MODES`."""
    growth: Array
    exact_unit: Array
    sibling_unit: Array
    group: Array


class Tables(NamedTuple):
    """Everything that stays the same while a round is scored."""

    needs: NeedTable
    offers: OfferTable
    classes: ClassTable
    ties: TieTable
    weights: Weights
    near: NearTable
    bounds: Bounds


def tables_of(arrays: Arrays, settings: Settings) -> Tables:
    """Lay a round out for the loops."""
    classes = classes_of(arrays, settings)
    needs, offers = _needs(arrays, settings, classes), _offers(arrays, classes)
    weights = _weights(settings)
    return Tables(
        needs,
        offers,
        ClassTable(
            classes.early,
            classes.late,
            classes.early_counts,
            *classes.understood,
            *classes.groups,
            classes.cells,
            classes.cell_starts,
            classes.active,
        ),
        _ties(arrays, classes.order),
        weights,
        _near(arrays, offers, weights),
        bounds_of(needs, offers, weights),
    )


def _needs(arrays: Arrays, settings: Settings, classes: Classes) -> NeedTable:
    needs, rows = arrays.needs, np.arange(arrays.shape[0])
    place, _ = alike(
        needs.country, needs.region, *needs.area_languages.T, needs.area_languages_known
    )
    return NeedTable(
        code=classes.need_code,
        speech=classes.need_speech,
        place=place.astype(np.int32),
        main=needs.main_category,
        town=needs.town,
        country=needs.country,
        region=needs.region,
        tie_row=arrays.ties.need_row,
        start=np.nan_to_num(needs.start, nan=-np.inf),
        end=np.nan_to_num(needs.end, nan=np.inf),
        stated=~np.isnan(needs.start + needs.end),
        days=needs.end - needs.start + 1,
        overlap=needs.overlap,
        heart=needs.heart,
        known_helpers=needs.known_helpers,
        least=least_context(arrays, settings, rows),
        tie_needed=needs.tie_needed,
        effort=needs.effort,
        commitment=needs.commitment,
        teaches=needs.teaches,
        led=needs.led,
        magnitude=needs.magnitude,
        activity=needs.activity,
        in_area=needs.in_area & ~needs.low_profile,
        topic=needs.wanted["topic"],
        importance=needs.wanted["importance"],
        level=needs.wanted["level"],
        asked=needs.importance.astype(np.float64) * UNIT,
        topic_bits=needs.topic_bits,
        group_bits=needs.group_bits,
        tie_known=arrays.ties.need_known[arrays.ties.need_row],
    )


def _offers(arrays: Arrays, classes: Classes) -> OfferTable:
    offers, order = arrays.offers, classes.order
    code = np.repeat(classes.cells, np.diff(classes.cell_starts))
    column = arrays.ties.offer_column[order]
    has = np.ascontiguousarray(offers.levels[1][order]) > 0
    bits = np.uint64(1) << np.arange(has.shape[1], dtype=np.uint64)
    siblings = np.array([bits[group == GROUP].sum() for group in GROUP], dtype=np.uint64)
    deliveries = {name: values[order] for name, values in offers.deliveries.items()}
    return OfferTable(
        column=order.astype(np.int32),
        town=offers.town[order],
        code=code,
        speech=classes.offer_speech[order],
        tie_column=column,
        tie_known=arrays.ties.offer_known[column],
        start=np.nan_to_num(offers.start[order], nan=-np.inf),
        end=np.nan_to_num(offers.end[order], nan=np.inf),
        stated=~np.isnan(offers.start + offers.end)[order],
        effort=offers.effort[order],
        commitment=offers.commitment[order],
        learns=offers.learns[order],
        led=offers.led[order],
        magnitude=offers.magnitude[order],
        mandate=offers.mandate[order],
        experience=offers.experience[order],
        topics_known=offers.topics_known[order],
        topic_bits=np.bitwise_or.reduce(np.where(has, bits, np.uint64(0)), axis=1),
        group_bits=np.bitwise_or.reduce(np.where(has, siblings, np.uint64(0)), axis=1),
        lowest=offers.levels[0][order],
        highest=offers.levels[1][order],
        group_lowest=offers.group_levels[0][order],
        group_highest=offers.group_levels[1][order],
        n_deliveries=offers.n_deliveries[order],
        delivery_country=deliveries["country"],
        delivery_region=deliveries["region"],
        delivery_topics=deliveries["topics"],
        in_area=offers.settings[order] & SETTING["in_area"] > 0,
    )


def _near(arrays: Arrays, offers: OfferTable, weights: Weights) -> NearTable:
    needs, order = arrays.needs, offers.column
    areas = {name: values[order] for name, values in arrays.offers.areas.items()}
    return NearTable(
        country=needs.country,
        region=needs.region,
        spoken=needs.area_languages,
        spoken_known=needs.area_languages_known,
        spoken_count=np.bitwise_count(needs.area_languages).sum(axis=1, dtype=np.int64),
        tie_column=offers.tie_column,
        tie_known=offers.tie_known,
        speaks=arrays.offers.area_languages[order],
        speaks_known=arrays.offers.area_languages_known[order],
        n_areas=arrays.offers.n_areas[order],
        areas_stated=arrays.offers.areas_stated[order],
        area_country=areas["country"],
        area_region=areas["region"],
        area_staff=areas["staff"].astype(np.float64),
        area_low=areas["low"],
        area_likely=areas["likely"],
        area_high=areas["high"],
        ties_country=arrays.ties.country,
        ties_neighbour=arrays.ties.neighbour,
        neighbour=arrays.neighbour,
        parts=weights.parts,
        mode=weights.mode,
        state=STATE,
    )


def _ties(arrays: Arrays, order: Array) -> TieTable:
    ties, vetoes = arrays.ties, arrays.vetoes
    position = np.empty(len(order), dtype=np.int32)
    position[order] = np.arange(len(order))
    by_column = Lists.by(ties.offer_column, ties.direct.shape[1])

    def placed(lists: Lists) -> tuple[Array, Array]:
        return lists.starts, position[lists.members]

    tables = [(t.starts, t.columns, t.values) for t in (ties.direct, ties.shared, ties.region)]
    return TieTable(
        *tables[0],
        *tables[1],
        *tables[2],
        *placed(by_column),
        *placed(vetoes.offers_of_town),
        *placed(vetoes.offers_of_country),
        *vetoes.need_towns,
        *vetoes.need_countries,
        *placed(vetoes.town_vetoed_by),
        *placed(vetoes.country_vetoed_by),
    )


def _weights(settings: Settings) -> Weights:
    return Weights(
        parts=np.array(
            [settings.part_weights(kind)[part.value] for kind, own in PARTS.items() for part in own]
        ),
        criteria=np.array(
            [[settings.weights[c.value][kind.value] for kind in PARTS] for c in Category]
        ),
        mode=np.array([MODES.index(settings.unknown_as)]),
        growth=GROWTH,
        exact_unit=EXACT_UNIT,
        sibling_unit=SIBLING_UNIT,
        group=GROUP,
    )
