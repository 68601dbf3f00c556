"""Who else is at work in a conflict area, beside the municipalities of this platform."""

from matchmaker.vocabulary.code import N_, Code


class OtherKind(Code):
    """What kind of actor it is (the actors of Musch & Sizoo 2009 sections 2.1, 3.3 and 4.1)."""

    LOCAL_GOVERNMENT = "local_government", N_("Another foreign local government or association")
    NGO = "ngo", N_("Non-governmental organisation")
    PEACE_MOVEMENT = "peace_movement", N_("Peace movement")
    UN = "un", N_("Body of the United Nations")
    PEACE_KEEPING = "peace_keeping", N_("Peace-keeping force or transitional administration")
    DONOR = "donor", N_("State or development agency")
    OTHER = "other", N_("Another actor")
