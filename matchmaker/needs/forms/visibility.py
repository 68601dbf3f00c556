"""Who may be involved."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matchmaker.extensions import db
from matchmaker.models import Need
from matchmaker.needs.alerting import partner_cities
from matchmaker.needs.drafts import (
    VisibilityDraft,
)
from matchmaker.vocabulary import ACTIVITIES, Category, Depth
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import (
    LinesField,
    OneOfField,
    SeveralField,
    TickField,
)
from matchmaker.web.showing import country_name, own_name


class VisibilityForm(BaseForm):
    """Who may be involved."""

    low_profile = TickField(
        _l("Local governments only"),
    )
    no_publicity = TickField(
        _l("No publicity while the work goes on"),
    )
    hidden = TickField(
        _l("Hide this need for now"),
    )
    consent = OneOfField(
        _l("Do all parties to the disagreement consent to the dialogue?"),
        ask=_l("Choose an answer; “we do not know yet” is one."),
        choices=lambda: choices.marked(choices.YES_NO_UNKNOWN),
    )
    tie_waiver = TickField(
        _l("A municipality without a recorded partnership with us may help as well"),
    )
    urgent = TickField(
        _l("This is urgent"),
    )
    tell_partners = SeveralField(
        _l("Which partner cities should learn of it at once?"),
        description=_l(
            "Nobody is chosen beforehand. Whom you tick reads your name, the title, the activity "
            "and the line of English as soon as you hand the need in; no coordinator stands "
            "between."
        ),
        choices=[],
    )
    wish_names = LinesField(
        _l("Is there a municipality you already know and would like to work with? (optional)"),
        description=_l(
            "One on each line. Where a name is common, add the region or country after a comma."
        ),
    )
    veto_names = LinesField(
        _l("Municipalities that must not help (optional)"),
        description=_l(
            "One on each line. Where a name is common, add the region or country after a comma."
        ),
    )
    veto_countries = SeveralField(
        _l("Countries whose municipalities must not help"),
        choices=choices.all_countries,
    )

    def __init__(self, need: Need, **more: Any) -> None:
        super().__init__(**more)
        row = ACTIVITIES.get(need.activity or "")
        if need.depth != Depth.HEART:
            del self.consent
        if row is None or not row.needs_tie:
            del self.tie_waiver
        cities = partner_cities(db.session(), need.municipality)
        if need.category != Category.LOBBY:
            del self.urgent
        if need.category != Category.LOBBY or not cities:
            del self.tell_partners
        else:
            self.tell_partners.choices = [
                SelectChoice(one.public_id, f"{own_name(one)}, {country_name(one.country)}")
                for one in cities
            ]

    def draft(self) -> VisibilityDraft:
        """Return what was typed; a question that was not asked counts as not said."""
        return VisibilityDraft(
            low_profile=self.low_profile.data,
            no_publicity=self.no_publicity.data,
            hidden=self.hidden.data,
            wish_names=tuple(self.wish_names.lines),
            veto_names=tuple(self.veto_names.lines),
            veto_countries=tuple(self.veto_countries.data or ()),
            consent=choices.TRUTHS.get(self.consent.data) if self.consent else None,
            tie_waiver=bool(self.tie_waiver and self.tie_waiver.data),
            urgent=bool(self.urgent and self.urgent.data),
            tell_partners=tuple(self.tell_partners.data or ()) if self.tell_partners else (),
        )

    @classmethod
    def of(cls, need: Need) -> "VisibilityForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "low_profile": need.low_profile,
                "no_publicity": need.no_publicity,
                "hidden": need.hidden,
                "consent": choices.truth_code(need.consent),
                "tie_waiver": need.tie_waiver,
                "urgent": need.urgent,
                "tell_partners": need.tell_partners or [],
                "wish_names": "\n".join(need.wish_names or ()),
                "veto_names": "\n".join(need.veto_names),
                "veto_countries": need.veto_countries,
            },
        )
