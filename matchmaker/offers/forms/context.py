"""What the municipality knows of conflict areas, and who works with it on the ground."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField
from wtforms.fields.choices import SelectChoice

from matchmaker.extensions import db
from matchmaker.models import Offer, now
from matchmaker.offers.drafts import AreaWork, DeliveryPlace, KnowledgeDraft, PartnersDraft
from matchmaker.offers.queries import verified_partners
from matchmaker.vocabulary import N_
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import refuse
from matchmaker.web.fields import (
    LineField,
    OneOfField,
    SelectOneField,
    TickField,
    WholeNumberField,
)

MOST_ROWS = 12


class RowForm(Form):
    """One row of a page that holds several; an empty row does not count."""

    country = SelectOneField(_l("Country"), choices=lambda: choices.all_countries(N_("Choose")))
    region = LineField(_l("Region (optional)"), longest=120)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in this row."""
        return not any(self.data.values())

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the country of a row that holds something."""
        good = bool(super().validate(extra_validators))
        if not self.is_empty and not self.country.data:
            return refuse(self.country, gettext("Choose the country."))
        return good


class AreaRow(RowForm):
    """Earlier work in one area."""

    last_year = WholeNumberField(_l("Last year of this work (optional)"), least=1945, most=2100)
    years = WholeNumberField(_l("How many years in all? (optional)"), least=0, most=80)
    staff = TickField(_l("Staff who worked there still serve with us"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a year that is still to come."""
        good = super().validate(extra_validators)
        if (self.last_year.data or 0) > now().year:
            return refuse(self.last_year, gettext("This year is still to come."))
        return good


class RowsForm(BaseForm):
    """A page that asks whether there is something to state, and then for rows of it."""

    stated: Any
    rows: Any

    @property
    def adds_row(self) -> bool:
        """Whether the button for one more row was pressed."""
        from flask import request

        return request.method == "POST" and "add" in request.form

    def add_row(self) -> None:
        """Put an empty row at the end."""
        if len(self.rows.entries) < MOST_ROWS:
            self.rows.append_entry()

    def filled(self) -> list[Any]:
        """Return the forms of the rows that hold something."""
        return [entry.form for entry in self.rows.entries if not entry.form.is_empty]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for rows where the answer is yes, and for none where it is not."""
        good = super().validate(extra_validators)
        if self.stated.data == "yes" and not self.filled():
            return refuse(self.stated, gettext("Fill in a row, or choose another answer."))
        if self.stated.data in ("none", "unknown") and self.filled():
            return refuse(self.stated, gettext("You filled in a row. Choose the first answer."))
        return good


class KnowledgeForm(RowsForm):
    """Earlier work in conflict areas."""

    stated = OneOfField(
        _l("Has your municipality worked in conflict areas before?"),
        ask=_l("Choose an answer; “not stated” is one."),
        choices=lambda: choices.marked(choices.STATED),
    )
    rows = FieldList(FormField(AreaRow), min_entries=1, max_entries=MOST_ROWS)

    def draft(self) -> KnowledgeDraft:
        """Return what was typed."""
        areas = tuple(
            AreaWork(
                country=row.country.data,
                region=row.region.data or "",
                last_year=row.last_year.data,
                years=row.years.data,
                staff=row.staff.data,
            )
            for row in self.filled()
        )
        return KnowledgeDraft(None if self.stated.data == "unknown" else areas)

    @classmethod
    def of(cls, offer: Offer) -> "KnowledgeForm":
        """Return the form as the offer stands."""
        rows = [
            {
                "country": row.country,
                "region": row.region,
                "last_year": row.last_year,
                "years": None if row.years is None else round(row.years),
                "staff": row.staff,
            }
            for row in offer.areas
        ]
        stated = choices.stated_code(offer.areas_stated, rows)
        return cls(data={"stated": stated, "rows": rows})


class DeliveryRow(RowForm):
    """One place where a partner delivers."""

    partner = SelectOneField(
        _l("Partner organisation (optional)"),
        choices=lambda: [
            SelectChoice("", gettext("Another one, or not known yet")),
            *(SelectChoice(row.public_id, row.name) for row in verified_partners(db.session())),
        ],
    )
    topic = SelectOneField(
        _l("Topic"), choices=lambda: choices.all_topics(N_("Any topic of this offer"))
    )


class PartnersForm(RowsForm):
    """Partners on the ground."""

    stated = OneOfField(
        _l("Does an organisation on the ground deliver with you?"),
        ask=_l("Choose an answer; “not stated” is one."),
        choices=lambda: choices.marked(choices.STATED),
    )
    rows = FieldList(FormField(DeliveryRow), min_entries=1, max_entries=MOST_ROWS)
    involves_partner = TickField(
        _l("A partner organisation takes part in any case"),
    )

    def draft(self) -> PartnersDraft:
        """Return what was typed."""
        places = tuple(
            DeliveryPlace(
                country=row.country.data,
                region=row.region.data or "",
                partner=row.partner.data or None,
                topics=(row.topic.data,) if row.topic.data else (),
            )
            for row in self.filled()
        )
        stated = self.stated.data != "unknown"
        return PartnersDraft(places if stated else None, self.involves_partner.data)

    @classmethod
    def of(cls, offer: Offer) -> "PartnersForm":
        """Return the form as the offer stands."""
        rows = [
            {
                "country": row.country,
                "region": row.region,
                "partner": row.partner.public_id if row.partner else "",
                "topic": row.topics[0] if row.topics else "",
            }
            for row in offer.deliveries
        ]
        return cls(
            data={
                "stated": choices.stated_code(offer.delivery_stated, rows),
                "rows": rows,
                "involves_partner": offer.involves_partner,
            }
        )
