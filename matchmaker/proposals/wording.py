"""Codes of an explanation in words, with the names a coordinator may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from matchmaker.exchange.sentences import SIDES
from matchmaker.models import Need, Offer, Proposal
from matchmaker.proposals.scopes import ACROSS
from matchmaker.safeguards.impact_service import RED, UNCHECKED
from matchmaker.vocabulary import N_, Bar, Criterion, Part
from matchmaker.web import showing

STATUS_KINDS = {
    "proposed": "waiting",
    "approved": "info",
    "offered": "info",
    "subject_to_council": "info",
    "helper_accepted": "info",
    "engaged": "good",
    "rejected": "neutral",
    "declined": "neutral",
    "lapsed": "neutral",
    "undone": "neutral",
}
SIGNATURE_REASONS: dict[str, str] = {
    "heart": N_("It is a dialogue at the heart of a disagreement."),
    "presence": N_("Access to the area is restricted, impossible or not known."),
    "lock": N_("A coordinator fixed this pair."),
    "tie": N_("A coordinator preferred this pair."),
    "serve": N_("A coordinator asked that this need gets someone."),
    "low_score": N_("Its score is below the threshold of this round."),
    "red_flag": N_("A red flag stands on one of the two municipalities, or on the need."),
    ACROSS: N_("Need and offer lie in the scopes of different associations: each signs once."),
    RED: N_("Something is red in its check for peace and conflict impact."),
    UNCHECKED: N_(
        "It could take place in the conflict area, and its check for peace and conflict impact was "
        "not answered to the end when it was signed."
    ),
    "always": N_("This round asks for two signatures on every proposal."),
}
"""Why two signatures are asked, by code."""
NO_NEXT_BEST: dict[str, dict[str, str]] = {
    "need": {
        "gone": N_("The need does not take part any more, or was changed since the round began."),
        "full": N_("The need has no free place: another match stands, or it is in another round."),
        "several": N_("The need asks for more helpers than one more could make up."),
        "rules": N_("No offer is left that the limits of the round allow."),
        "none": N_("No offer with a free place is left that fits this need."),
    },
    "offer": {
        "gone": N_("The offer does not take part any more, or was changed since the round began."),
        "full": N_("The offer has no free place."),
        "rules": N_("No need is left that the limits of the round allow."),
        "none": N_("No need is left that waits for help and that this offer fits."),
    },
}
"""Why no next best was proposed, by side and code; what a hard rule says of a pair is not told."""
SIZE_BANDS = (
    (10_000, N_("fewer than 10,000 inhabitants")),
    (50_000, N_("10,000 to 50,000 inhabitants")),
    (250_000, N_("50,000 to 250,000 inhabitants")),
    (1_000_000, N_("250,000 to 1 million inhabitants")),
)
FIELDS = {
    "topics": N_("topics and their levels"),
    "experience": N_("how often it did this activity"),
    "ties": N_("its partnerships"),
    "areas": N_("earlier work in conflict areas"),
    "delivery": N_("partners on the ground"),
    "mandate_chance": N_("the chance that the council agrees"),
    "languages": N_("languages"),
    "context_languages": N_("further languages of its staff"),
    "population": N_("number of inhabitants"),
    "window": N_("the period"),
    "effort_days": N_("working days"),
    "commitment_months": N_("length of commitment"),
    "activities": N_("the activities it would do"),
    "settings": N_("the settings it accepts"),
    "interpretation": N_("whether it can arrange interpretation"),
}
"""What a question asks for, by the field of the record."""


def size_code(population: int | None) -> str:
    """Return the code of the size band of a municipality."""
    if population is None:
        return "unknown"
    return str(sum(population >= limit for limit, _ in SIZE_BANDS))


def size_label(code: str) -> str:
    """Return a size band in words."""
    if code == "unknown":
        return gettext("size not stated")
    labels = [text for _, text in SIZE_BANDS]
    if int(code) < len(labels):
        return gettext(labels[int(code)])
    return gettext("more than 1 million inhabitants")


def size_band(population: int | None) -> str:
    """Say roughly how large a municipality is, without telling which one it is."""
    return size_label(size_code(population))


def signature_reason(code: str) -> str:
    """Say why a second person has to sign."""
    return gettext(SIGNATURE_REASONS[code])


def no_next_best(code: str, side: str) -> str:
    """Say why no next best pair was proposed for one side; empty where one was."""
    return gettext(NO_NEXT_BEST[side][code]) if code in NO_NEXT_BEST[side] else ""


def name_of_need(need: Need | None) -> str:
    """Name a need for a coordinator: town and title."""
    return "" if need is None else isolated(_named(need))


def name_of_offer(offer: Offer | None) -> str:
    """Name an offer for a coordinator: town and title."""
    return "" if offer is None else isolated(_named(offer))


def _named(row: Need | Offer) -> str:
    town = row.municipality
    if showing.is_hidden_from_reader(town) or showing.is_elsewhere(town):
        return showing.side_name(row)
    return f"{showing.own_name(town)}: {row.title}"


def isolated(name: str) -> str:
    """Return a name that runs its own way inside a sentence of another direction."""
    return f"\u2068{name}\u2069"


def rule(code: str) -> str:
    """Return the label of a hard rule."""
    return gettext(Bar(code).label)


def about(code: str) -> str:
    """Return the label of a part, criterion or hard rule."""
    for codes in (Part, Criterion, Bar):
        if code in {member.value for member in codes}:
            return gettext(codes(code).label)
    return code


@dataclass(frozen=True)
class Explanation:
    """The stored explanation of a proposal, ready to be shown."""

    proposal: Proposal
    needs: Mapping[str, Need]
    offers: Mapping[str, Offer]

    @property
    def stored(self) -> dict[str, Any]:
        """The codes and numbers."""
        return self.proposal.explanation

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The three criteria, each with its parts."""
        return [
            {
                **criterion,
                "label": about(criterion["criterion"]),
                "parts": [
                    {**part, "label": about(part["part"]), "text": _part_text(part)}
                    for part in self.stored["parts"]
                    if part["criterion"] == criterion["criterion"]
                ],
            }
            for criterion in self.stored.get("criteria", [])
        ]

    @property
    def questions(self) -> list[str]:
        """What nobody stated, and whom to ask."""
        names = {
            "need": showing.side_name(self.proposal.need),
            "offer": showing.side_name(self.proposal.offer),
        }
        return [
            gettext(
                "%(about)s: ask %(town)s (%(side)s) for %(field)s",
                about=about(question["about"]),
                town=names[question["side"]],
                side=gettext(SIDES[question["side"]]),
                field=gettext(FIELDS[question["field"]])
                if question["field"] in FIELDS
                else question["field"],
            )
            for question in self.stored.get("questions", [])
        ]

    @property
    def standing(self) -> list[dict[str, str]]:
        """Ranks and runners-up of both sides, as rows of a summary list."""
        stored = self.stored
        rows = [
            {
                "key": gettext("Rank of this offer for the need"),
                "value": _rank(stored["offer_rank"], stored["offers_allowed"]),
            },
            {
                "key": gettext("Best other offer for the need"),
                "value": _rival(stored["runner_up_offer"], self._offer),
                "lang": "",
            },
            {
                "key": gettext("Rank of this need for the offer"),
                "value": _rank(stored["need_rank"], stored["needs_allowed"]),
            },
            {
                "key": gettext("Best other need for the offer"),
                "value": _rival(stored["runner_up_need"], self._need),
                "lang": "",
            },
        ]
        return rows

    @property
    def price(self) -> list[str]:
        """What forbidding this pair would cost, in sentences."""
        price = self.stored.get("price")
        if price is None:
            return [self._without_price()]
        if price["total"] is None:
            return [gettext("Without this pair no result would meet the demands of the round.")]
        lines = [
            gettext(
                "Without this pair the total would fall by %(loss)s points of 100.",
                loss=showing.show_number(100 * price["total"], 1),
            )
        ]
        if price["served"] > 0:
            lines.append(gettext("Needs left without help: %(n)s", n=price["served"]))
        for label, pairs in (
            (N_("Would come instead: %(need)s – %(offer)s"), price["gained"]),
            (N_("Would also go: %(need)s – %(offer)s"), self._others(price["lost"])),
        ):
            lines += [
                gettext(label, need=self._need(need), offer=self._offer(offer))
                for need, offer in pairs
            ]
        return lines

    def _without_price(self) -> str:
        """Say why there is no price: a demand has none, and a large round is not asked."""
        if self.stored.get("locked"):
            return gettext("It is fixed by hand: without it the round would be another one.")
        if self.proposal.follows_id is not None:
            return gettext("It came as the next best after the round was solved.")
        return gettext("The price was not computed for a round of this size.")

    def needs_named(self, keys: Iterable[str]) -> list[str]:
        """Name some of the needs that the explanation holds."""
        return [self._need(key) for key in keys]

    def _others(self, pairs: list[list[str]]) -> list[list[str]]:
        own = [self.proposal.need.public_id, self.proposal.offer.public_id]
        return [pair for pair in pairs if list(pair) != own]

    def _need(self, key: str) -> str:
        return name_of_need(self.needs.get(key))

    def _offer(self, key: str) -> str:
        return name_of_offer(self.offers.get(key))


def keys_in(explanation: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the keys of the needs and offers that an explanation names."""
    needs, offers = set(), set()
    if explanation.get("runner_up_need"):
        needs.add(explanation["runner_up_need"]["key"])
    if explanation.get("runner_up_offer"):
        offers.add(explanation["runner_up_offer"]["key"])
    price = explanation.get("price") or {"gained": [], "lost": []}
    for need, offer in (*price["gained"], *price["lost"]):
        needs.add(need)
        offers.add(offer)
    return needs, offers


def _rank(rank: int, n_allowed: int) -> str:
    return gettext("%(rank)s of %(n)s that fit", rank=rank, n=n_allowed)


def _rival(rival: dict[str, Any] | None, name: Any) -> str:
    if rival is None:
        return gettext("None")
    return gettext(
        "%(name)s (%(score)s of 100)", name=name(rival["key"]), score=round(100 * rival["score"])
    )


def _part_text(part: dict[str, Any]) -> str:
    if part["state"] == "not_asked":
        return gettext("Not asked for")
    if part["value"] is None:
        return gettext("Not known, left out")
    values = {
        "value": round(100 * part["value"]),
        "weight": showing.show_percent(part["weight"]),
        "points": showing.show_number(100 * part["contribution"], 1),
    }
    if part["state"] == "unknown":
        return gettext(
            "Not known, counted as %(value)s; weight %(weight)s, adds %(points)s", **values
        )
    return gettext("%(value)s of 100; weight %(weight)s, adds %(points)s", **values)
