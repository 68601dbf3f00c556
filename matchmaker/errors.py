"""What services raise when a request cannot be carried out; pure, no web and no database."""


class MatchmakerError(Exception):
    """Base of every error a service raises on purpose."""


class NotAllowed(MatchmakerError):
    """The actor may not do this, or may not know that the thing exists: answered with 404."""


class WrongStep(MatchmakerError):
    """The lifecycle does not allow this change now; carries the present and the asked status."""

    def __init__(self, kind, present, asked):
        super().__init__(f"{kind}: {present} -> {asked} is not a step of its lifecycle")
        self.kind, self.present, self.asked = kind, present, asked


class NoPlaceLeft(MatchmakerError):
    """Another decision took the last place of an offer or a need first: answered with 409."""

    def __init__(self, kind):
        super().__init__(f"no place left on this {kind}")
        self.kind = kind


class AlreadyChanged(MatchmakerError):
    """Somebody changed the row since it was read: answered with 409 and the present state."""


class ChangedSince(AlreadyChanged):
    """More happened to a row than the person had seen: they are shown what, and decide again.

    `kind` and `subject_id` name the row, `seen` is how many of its events were known.
    """

    def __init__(self, kind, subject_id, seen):
        super().__init__(kind)
        self.kind, self.subject_id, self.seen = kind, subject_id, seen


class BadInput(MatchmakerError):
    """A value breaks a rule that only the service can check; `field` names where to show it.

    `message` is a marked (untranslated) message; `values` fill its placeholders.
    """

    def __init__(self, field, message, **values):
        super().__init__(message)
        self.field, self.message, self.values = field, message, values


class TooMuchOpened(MatchmakerError):
    """A person opened more in an hour than one may; `what` is the code of the alert."""

    def __init__(self, what):
        super().__init__(what)
        self.what = what
