"""Codes of a result in words: why not, what would help."""

from matchmaker.matching.preconditions import restrictions_on
from matchmaker.matching.result import Change, Question, UnmatchedNeed, UnusedOffer
from matchmaker.matching.snapshot import NeedRecord
from matchmaker.vocabulary import N_, Bar, Criterion, Part

REASONS: dict[str, str] = {
    "no_candidate": N_("No offer meets all the conditions."),
    "no_place": N_("The offers that fit have no place."),
    "barred_by_hand": N_("A coordinator ruled out every offer that fits."),
    "below_minimum": N_("Offers fit, but none reaches the least score of this round."),
    "minimum_not_met": N_("Fewer offers fit than the least number of helpers asked."),
    "held_by_rule": N_("An offer with a free place fits, but another demand of the round bars it."),
    "lost_competition": N_("The offers that fit went to other needs, for a better result overall."),
    "not_needed": N_("Other offers served the needs it fits better."),
}
UNUSED_REASONS: dict[str, str] = {
    "no_candidate": N_("It meets the conditions of no need."),
    "no_place": N_("It has no place."),
    "below_minimum": N_("It fits needs, but reaches the least score of this round with none."),
}
CHANGES: dict[str, str] = {
    "category": N_("offer %(offer)s would have to offer this kind of help as well"),
    "activity": N_("offer %(offer)s would have to offer the activity %(wanted)s"),
    "activity.depths": N_(
        "offer %(offer)s would have to take part in dialogue of this depth: %(wanted)s"
    ),
    "setting": N_("accept another setting (%(wanted)s), for offer %(offer)s"),
    "setting.offer": N_("offer %(offer)s would have to accept another setting (%(wanted)s)"),
    "language": N_("arrange interpretation, or a language of offer %(offer)s (%(wanted)s)"),
    "window": N_(
        "accept an overlap of %(wanted)s days instead of %(present)s, for offer %(offer)s"
    ),
    "window.window_start": N_(
        "let the period begin on %(wanted)s instead of %(present)s, for offer %(offer)s"
    ),
    "window.window_end": N_(
        "let the period end on %(wanted)s instead of %(present)s, for offer %(offer)s"
    ),
    "mandate": N_("offer %(offer)s would need a mandate in force (now: %(present)s)"),
    "consent": N_("record the consent of all parties (now: %(present)s), for offer %(offer)s"),
    "context_minimum": N_(
        "offer %(offer)s would have to show more knowledge of the area "
        "(%(present)s, at least %(wanted)s)"
    ),
    "low_profile": N_("accept that a partner organisation takes part, for offer %(offer)s"),
    "tie_required": N_("waive the recorded partnership, for offer %(offer)s"),
    "minimum_score": N_(
        "lower the least score from %(present)s to %(wanted)s, for offer %(offer)s"
    ),
}
"""By rule; by rule and field, or rule and side, where one rule asks for different things."""
UNSTATED = N_("%(side)s would have to state: %(field)s (for offer %(offer)s)")
_CAN_BE_UNSTATED = ("activity", "setting", "language", "window")
SIDES: dict[str, str] = {
    "need": N_("the asking municipality"),
    "offer": N_("the helping municipality"),
}


def reason_of(unmatched: UnmatchedNeed) -> str:
    """Say why a need is unmatched, with the rule that barred the last offers."""
    sentence = REASONS[unmatched.reason]
    if unmatched.rule is None:
        return sentence
    return f"{sentence} Last condition in the way: {Bar(unmatched.rule).label.lower()}."


def restrictions_told(need: NeedRecord) -> str:
    """Say what follows for a need from preconditions that are not met; empty where nothing does."""
    return " ".join(dict.fromkeys(one.label for one in restrictions_on(need)))


def unused_reason_of(unused: UnusedOffer) -> str:
    """Say why an offer is unused."""
    return UNUSED_REASONS.get(unused.reason) or REASONS[unused.reason]


NOT_LOOKED_AT = "not worked out for this need, because the round is very large"
"""In the place of the changes that would help."""


def change_of(change: Change) -> str:
    """Say what would bring an offer within reach, and whether that is sure to serve the need."""
    values = {"offer": change.offer, "present": change.present, "wanted": change.wanted}
    sentence = message_of_change(change.rule, change.side, change.field) % values
    if change.present == "unknown" and change.rule in _CAN_BE_UNSTATED:
        stated = {"side": SIDES[change.side], "field": change.field, "offer": change.offer}
        sentence = UNSTATED % stated
    if change.certain:
        return f"{sentence} (score {change.score:.3f}, has a free place)"
    return f"{sentence} (score {change.score:.3f}, others may want it too)"


def message_of_change(rule: str, side: str, field: str) -> str:
    """Return the sentence for a change, to be filled in with offer, present and wanted."""
    keys = (f"{rule}.{field}", f"{rule}.{side}", rule)
    return next(CHANGES[key] for key in keys if key in CHANGES)


def label_of(about: str) -> str:
    """Return the label of a part, a criterion or a hard rule."""
    for kind in (Part, Criterion, Bar):
        labels = dict(kind.choices())
        if about in labels:
            return labels[about]
    return about


def question_of(question: Question) -> str:
    """Say what to ask, and whom."""
    return f"{label_of(question.about)}: ask {SIDES[question.side]} ({question.field})"
