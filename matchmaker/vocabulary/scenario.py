"""What a coordinator may change in a scenario of a round, and why."""

from matchmaker.vocabulary.code import N_, Code


class AdjustmentKind(Code):
    """One thing that a coordinator changes by hand in a scenario."""

    LOCK = "lock", N_("Lock a pair: these two must be matched")
    TIE = "tie", N_("Prefer a pair: match these two where it costs little")
    BAR = "bar", N_("Bar a pair: these two must not be matched")
    FREE = "free", N_("Let go of a lock, a bar or a preference set by hand")
    SERVE = "serve", N_("This need gets someone")
    UNSERVE = "unserve", N_("This need need not get someone any more")
    PAUSE = "pause", N_("Pause an offer: it serves nobody for now")
    NEED_PLACES = "need_places", N_("Change how many helpers a need gets at most")
    OFFER_PLACES = "offer_places", N_("Change how many needs an offer serves at most")


class OverrideReason(Code):
    """Why people put their judgement in place of the figures."""

    KNOWN = "known", N_("They know each other and work well together")
    ASKED = "asked", N_("One of them, or both, asked for it")
    FAIRNESS = "fairness", N_("Fairness between sides, regions or helpers")
    SAFETY = "safety", N_("Safety of people")
    CAPACITY = "capacity", N_("Less can be given, or taken, than was entered")
    KNOWLEDGE = "knowledge", N_("We know something that the data do not hold")
    POLITICAL = "political", N_("Political reasons")
    OTHER = "other", N_("Another reason")


OF_A_PAIR = frozenset(
    {AdjustmentKind.LOCK, AdjustmentKind.TIE, AdjustmentKind.BAR, AdjustmentKind.FREE}
)
OF_A_NEED = frozenset({AdjustmentKind.SERVE, AdjustmentKind.UNSERVE, AdjustmentKind.NEED_PLACES})
WITH_PLACES = frozenset({AdjustmentKind.NEED_PLACES, AdjustmentKind.OFFER_PLACES})
