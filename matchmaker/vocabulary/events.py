"""The words of the audit trail: a sentence for everything that is written down.

Steps of a lifecycle are told with the words of their statuses; the rest has a sentence of its own.
"""

from matchmaker.vocabulary.code import N_

SUBJECTS = {
    "application": N_("Application of a municipality"),
    "area": N_("Conflict area"),
    "association": N_("Association"),
    "audit": N_("Audit trail"),
    "engagement": N_("Engagement"),
    "hand_over": N_("Handing over of a charge"),
    "identity_change": N_("Change of a verified municipality"),
    "invitation": N_("Invitation"),
    "legal_text": N_("Legal text"),
    "membership": N_("Membership"),
    "municipality": N_("Municipality"),
    "need": N_("Need"),
    "offer": N_("Offer"),
    "partner": N_("Partner organisation"),
    "proposal": N_("Match"),
    "rights_flag": N_("Red flag"),
    "round": N_("Round"),
    "topic": N_("Topic"),
    "user": N_("Account"),
}
"""What an event is about."""

SOMETHING = N_("Something")
STEP = N_("%(thing)s: now “%(status)s”")
CREATED = N_("%(thing)s: entered for the first time")
OPENED = N_("%(thing)s: looked at")
MESSAGE = N_("%(thing)s: a message was written")
UNKNOWN = N_("%(thing)s: something was done that this page has no words for yet")

EVENTS = {
    "alert.contacts": N_("Warning: more contacts were opened in an hour than one may"),
    "alert.need": N_("Warning: more needs were opened in an hour than one may"),
    "alert.planted": N_("Warning: the contact of a planted municipality was opened"),
    "application.call_back_recorded": N_("A call back to the office was written down"),
    "application.checked_again": N_("The application was looked at again after a change"),
    "application.register_recorded": N_("An entry in an official register was written down"),
    "application.rights_recorded": N_("The question about its own citizens was answered"),
    "application.vouching_recorded": N_("The word of an association was written down"),
    "area.closed": N_("The entry of a conflict area was closed"),
    "area.confirmed": N_("It was said how things stand in a conflict area"),
    "association.created": N_("The association was entered"),
    "association.scope_set": N_("What the coordinators of the association see was set"),
    "audit.exported": N_("The audit trail was downloaded"),
    "contact.shown": N_("The contact of the municipality was opened"),
    "identity_change.checked_again": N_("The change was confirmed in place of who no longer can"),
    "legal_text.published": N_("A version of the text was put in force"),
    "membership.labelled": N_("The member changed the name of the desk"),
    "membership.placed": N_("The member was put in charge, named deputy or relieved"),
    "municipality.changed": N_("The details of the municipality were changed"),
    "municipality.deleted": N_("The municipality was deleted"),
    "municipality.deletion_asked": N_("The deletion of the municipality was asked for"),
    "municipality.deletion_taken_back": N_("The deletion of the municipality was taken back"),
    "municipality.hidden": N_("The municipality was hidden"),
    "municipality.planted": N_("A municipality was planted to catch misuse"),
    "municipality.shown": N_("The municipality is shown again"),
    "need.code_given": N_("A code to read the need back was made"),
    "need.code_wrong": N_("A wrong code was given when the need was read back"),
    "need.confirmed": N_("The need was confirmed by the municipality"),
    "need.edited": N_("The need was changed"),
    "need.hidden": N_("The need was hidden"),
    "need.shown": N_("The need is shown again"),
    "offer.edited": N_("The offer was changed"),
    "partner.created": N_("The partner organisation was entered"),
    "proposal.asks_more": N_("The match asks for the signatures of both associations now"),
    "proposal.more_time": N_("More time to answer was given"),
    "proposal.reminded": N_("The municipality was reminded to answer"),
    "proposal.signed": N_("The match was signed"),
    "receipt.given": N_("A receipt was given"),
    "rights_flag.lifted": N_("The red flag was lifted"),
    "rights_flag.raised": N_("A red flag was raised"),
    "round.exported": N_("The round was downloaded"),
    "round.let_go": N_("Needs or offers were let go from the round"),
    "round.rerun": N_("The round was calculated again"),
    "round.settings": N_("The settings of the round were changed"),
    "tie.entered": N_("A tie with another municipality was entered"),
    "topic.closed": N_("The topic was switched off"),
    "topic.opened": N_("The topic was switched on"),
    "user.confirmed": N_("The address of the account was confirmed"),
    "user.created": N_("The account was made"),
    "user.deleted": N_("The account was deleted"),
    "user.deletion_asked": N_("The deletion of the account was asked for"),
    "user.deletion_taken_back": N_("The deletion of the account was taken back"),
    "user.invited": N_("The person was invited by the operator"),
    "user.password_set": N_("The first password was set"),
    "user.recovery_code_used": N_("A recovery code was used"),
    "user.recovery_codes": N_("New recovery codes were made"),
    "user.restored": N_("The account was opened again"),
    "user.second_factor_removed": N_("The second factor was removed by the operator"),
    "user.sessions_ended": N_("Sessions of the account were ended"),
    "user.suspended": N_("The account was closed"),
}
"""Event -> its sentence, without who did it: that stands beside it."""
