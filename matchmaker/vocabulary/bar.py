"""Why a pair of need and offer is not allowed."""

from matchmaker.vocabulary.code import N_, Code


class Bar(Code):
    """The hard rules, in the order of the funnel: why a pair is not allowed."""

    SAME_MUNICIPALITY = "same_municipality", N_("It is the same municipality")
    CATEGORY = "category", N_("This kind of help is not offered")
    ACTIVITY = "activity", N_("The activity is not offered")
    SETTING = "setting", N_("No setting is possible for both, given access to the area")
    LANGUAGE = "language", N_("No shared working language and no interpretation")
    WINDOW = "window", N_("The periods do not overlap long enough")
    MANDATE = "mandate", N_("The mandate was refused or has lapsed")
    VETO = "veto", N_("One side has ruled the other out")
    CONSENT = "consent", N_("Not all parties have consented")
    CONTEXT_MINIMUM = (
        "context_minimum",
        N_("Too little knowledge of the area for this kind of help"),
    )
    LOW_PROFILE = "low_profile", N_("Local governments only: a partner organisation takes part")
    TIE_REQUIRED = "tie_required", N_("Needs a recorded partnership, or the asking town's waiver")
    TEMPORARY_ADMINISTRATION = (
        "temporary_administration",
        N_(
            "A temporary administration cannot take part in dialogue at the heart of a disagreement"
        ),
    )
    RIGHTS_ONLY = (
        "rights_only",
        N_("Only lobbying for rights can be matched for this municipality"),
    )
    PRECONDITION = (
        "precondition",
        N_("A precondition that is not met closes every setting both sides could agree on"),
    )
    PUBLICITY = "publicity", N_("Publicity is refused by one side and needed by the other")
