"""The texts every site owes its readers."""

from matchmaker.vocabulary.code import N_, Code


class LegalKind(Code):
    """Which text; administrators may replace the built-in one."""

    PRIVACY = "privacy", N_("Privacy")
    ACCESSIBILITY = "accessibility", N_("Accessibility")
    TERMS = "terms", N_("Terms of use")
