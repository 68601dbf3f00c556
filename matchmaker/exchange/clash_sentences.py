"""Demands that cannot be met together, in words: what clashes, what is short, what would do.

All take what `matching.clashes.told` stores.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from matchmaker.exchange.words import Words
from matchmaker.vocabulary import N_, NN_

MOST_NAMED = 3
"""More demands of one kind are counted in the sentence, not named."""
ORDER = (
    "lock_not_allowed",
    "lock",
    "bar",
    "offer_places",
    "need_places",
    "rule",
    "need_minimum",
    "must_serve",
)
"""The order in which demands are told."""
DEMANDS: dict[str, str] = {
    "lock_not_allowed": N_("%(need)s is locked to %(offer)s, but a condition rules this pair out"),
    "lock": N_("%(need)s is locked to %(offer)s"),
    "bar": N_("%(need)s must not be paired with %(offer)s"),
    "offer_places": N_("%(offer)s has no place"),
    "need_places": N_("%(need)s takes no offer"),
    "must_serve": N_("%(need)s must be served"),
}
NUMBERED: dict[str, tuple[str, str]] = {
    "offer_places": NN_("%(offer)s has %(n)s place", "%(offer)s has %(n)s places"),
    "need_places": NN_("%(need)s takes %(n)s offer only", "%(need)s takes at most %(n)s offers"),
    "need_minimum": NN_(
        "%(need)s takes at least %(n)s offer or none",
        "%(need)s takes at least %(n)s offers or none",
    ),
}
"""Demands about a number of 1 or more."""
COUNTED: dict[str, tuple[str, str]] = {
    "lock_not_allowed": NN_(
        "%(n)s locked pair is ruled out by a condition",
        "%(n)s locked pairs are ruled out by conditions",
    ),
    "lock": NN_("%(n)s pair is locked", "%(n)s pairs are locked"),
    "bar": NN_("%(n)s pair is ruled out by hand", "%(n)s pairs are ruled out by hand"),
    "offer_places": NN_("%(n)s offer has %(places)s", "%(n)s offers have %(places)s together"),
    "need_places": NN_(
        "%(n)s need takes no more offers than it has places",
        "%(n)s needs take no more offers than they have places",
    ),
    "rule": NN_("%(n)s rule holds", "%(n)s rules hold"),
    "need_minimum": NN_(
        "%(n)s need takes its least number of offers or none",
        "%(n)s needs take their least number of offers or none",
    ),
    "must_serve": NN_("%(n)s need must be served", "%(n)s needs must be served"),
}
"""Many demands of one kind."""
MUST_BE_SERVED = NN_("%(needs)s must be served", "%(needs)s must all be served")
PLACES = NN_("%(n)s place", "%(n)s places")
OFFERS = NN_("%(n)s offer", "%(n)s offers")
SENTENCE, SENTENCE_BUT = N_("%(demands)s."), N_("%(demands)s, but %(but)s.")
ONLY = NN_("only %(offers)s could serve it", "only %(offers)s could serve them")
NONE_ELSE = NN_("no other offer could serve it", "no other offer could serve them")
NONE = NN_("no offer could serve it", "no offer could serve them")
NO_CHOICE = N_("no choice of pairs could meet it")
IRREDUCIBLE = N_("Letting go of any one of these demands makes the others possible.")
BY_ITSELF = N_("This demand cannot be met, whatever the others are.")
NOT_REDUCED = N_("The time ended before the shortest such list was found.")

RULE, RULE_OF = N_("the rule %(rule)s holds"), N_("the rule %(rule)s holds (%(bound)s)")
RULE_NAME, RULE_NUMBER = N_("“%(name)s”"), N_("number %(number)s")
COUNTS = {
    "pairs": N_("pairs: %(bound)s"),
    "needs": N_("needs served: %(bound)s"),
    "offers": N_("offers used: %(bound)s"),
    "balance": N_("difference of needs served: %(bound)s"),
}
AT_LEAST, AT_MOST = N_("at least %(number)s"), N_("at most %(number)s")
BETWEEN = N_("at least %(least)s, at most %(most)s")

COMPETE = NN_(
    "This %(n)s need asks for more than %(offers)s can give (%(places)s).",
    "These %(n)s needs compete for %(offers)s (%(places)s).",
)
THESE_OFFERS = NN_("this offer", "these %(n)s offers")
WITH_PLACES = NN_("with %(n)s place", "with %(n)s places")
NO_OFFER = NN_("No offer could serve this need.", "No offer could serve these %(n)s needs.")
ASKED = NN_("Together they ask for %(n)s place.", "Together they ask for %(n)s places.")

WAYS: dict[str, str] = {
    "unlock": N_("Let go of the lock %(need)s – %(offer)s"),
    "unbar": N_("Allow the pair %(need)s – %(offer)s"),
    "need_not_serve": N_("Let go of the demand that %(need)s must be served"),
    "drop_rule": N_("Drop the rule %(rule)s"),
    "offer_places": N_("Give %(offer)s more places"),
    "need_places": N_("Let %(need)s take more offers"),
    "need_minimum": N_("Let %(need)s do with fewer offers"),
    "at_least": N_("Let the rule %(rule)s ask for less"),
    "at_most": N_("Let the rule %(rule)s allow more"),
    "at_most_difference": N_("Let the rule %(rule)s allow more"),
}
"""What could be let go, where no number is known or needed."""
WAYS_NUMBERED: dict[str, tuple[str, str]] = {
    "offer_places": NN_(
        "Give %(offer)s %(n)s place instead of %(present)s",
        "Give %(offer)s %(n)s places instead of %(present)s",
    ),
    "need_places": NN_(
        "Let %(need)s take %(n)s offer instead of %(present)s",
        "Let %(need)s take %(n)s offers instead of %(present)s",
    ),
    "need_minimum": NN_(
        "Let %(need)s do with %(n)s offer instead of %(present)s",
        "Let %(need)s do with %(n)s offers instead of %(present)s",
    ),
}
MOVED_RULE = N_("Change the rule %(rule)s to “%(wanted)s” instead of “%(present)s”")
FREED = NN_("%(n)s need served, total %(total)s", "%(n)s needs served, total %(total)s")
FREED_SERVED = NN_("%(n)s need served", "%(n)s needs served")
BEST_IN_TIME = N_("%(freed)s (the best that was found in the time)")
POSSIBLE = N_("all other demands can be met; the time ended before the result was worked out")
NOT_KNOWN = N_("the time ended before it was worked out")
NOT_ENOUGH = N_("not enough by itself, other demands clash as well")


def clash_sentence(told: dict[str, Any], words: Words) -> str:
    """Say in one sentence which demands clash, and why where that is a shortage."""
    words.begin()
    demands = words.listed(_grouped(told, words))
    demands = demands[:1].upper() + demands[1:]
    but = _but(told, words)
    if but is None:
        return words.say(SENTENCE, demands=demands)
    return words.say(SENTENCE_BUT, demands=demands, but=but)


def is_counted(told: dict[str, Any]) -> bool:
    """Tell whether the sentence counts demands instead of naming them."""
    return any(one["n"] > MOST_NAMED for one in told["counts"].values())


def demand_lines(told: dict[str, Any], words: Words) -> list[str]:
    """Name every stored demand by itself."""
    ordered = sorted(told["conflicts"], key=lambda one: ORDER.index(one["code"]))
    lines = []
    for one in ordered:
        words.begin()
        lines.append(_demand(one, words))
    return lines


def promise(told: dict[str, Any], words: Words) -> str:
    """Say what letting go of one of the demands does."""
    if not told["irreducible"]:
        return words.say(NOT_REDUCED)
    return words.say(BY_ITSELF if told["n_conflicts"] == 1 else IRREDUCIBLE)


def group_sentence(group: dict[str, Any], words: Words) -> str:
    """Say how many needs compete for how many offers, with how many places."""
    n, asked = group["n_needs"], group["asked"]
    if not group["n_offers"]:
        return words.count(NO_OFFER, n)
    offers = words.count(THESE_OFFERS, group["n_offers"])
    places = words.count(WITH_PLACES, group["places"])
    sentence = words.count(COMPETE, n, offers=offers, places=places)
    if asked == n:
        return sentence
    return f"{sentence} {words.count(ASKED, asked)}"


def way_sentence(relaxation: dict[str, Any], words: Words) -> str:
    """Say what could be let go, as little as will do."""
    words.begin()
    change, wanted = relaxation["change"], relaxation["wanted"]
    conflict, present = relaxation["conflict"], relaxation["present"]
    values = _values(conflict, words)
    if wanted is None or change == "drop_rule":
        return words.say(WAYS[change], **values)
    if change in WAYS_NUMBERED:
        present_words = words.number(present)
        return words.count(WAYS_NUMBERED[change], int(wanted), present=present_words, **values)
    message, shown = AT_LEAST if change == "at_least" else AT_MOST, _shown(conflict, words)
    return words.say(
        MOVED_RULE,
        wanted=words.say(message, number=shown(wanted)),
        present=words.say(message, number=shown(present)),
        **values,
    )


def freed_sentence(relaxation: dict[str, Any], words: Words) -> str:
    """Say what letting go leads to."""
    if not relaxation["feasible"]:
        return words.say(NOT_KNOWN if relaxation["feasible"] is None else NOT_ENOUGH)
    served, total = relaxation["served"], relaxation["total"]
    if served is None:
        return words.say(POSSIBLE)
    if total is None:
        freed = words.count(FREED_SERVED, served)
    else:
        freed = words.count(FREED, served, total=words.number(total))
    return freed if relaxation["proven"] else words.say(BEST_IN_TIME, freed=freed)


def _grouped(told: dict[str, Any], words: Words) -> list[str]:
    """Return a clause for each demand, or one for many of a kind."""
    by_code = defaultdict(list)
    for conflict in told["conflicts"]:
        by_code[conflict["code"]].append(conflict)
    clauses = []
    for code in ORDER:
        n = told["counts"].get(code, {"n": 0})["n"]
        if n > MOST_NAMED:
            places = words.count(PLACES, told["counts"][code]["number"])
            clauses.append(words.count(COUNTED[code], n, places=places))
        elif n and code == "must_serve":
            needs = words.listed(words.need(one["need"]) for one in by_code[code])
            clauses.append(words.count(MUST_BE_SERVED, n, needs=needs))
        else:
            clauses += [_demand(one, words) for one in by_code[code]]
    return clauses


def _demand(conflict: dict[str, Any], words: Words) -> str:
    code, number = conflict["code"], conflict["number"]
    values = _values(conflict, words)
    if code == "rule":
        bound = _bound(conflict, words)
        return words.say(RULE_OF, bound=bound, **values) if bound else words.say(RULE, **values)
    if code in NUMBERED and (number or code not in DEMANDS):
        return words.count(NUMBERED[code], number, **values)
    return words.say(DEMANDS[code], **values)


def _but(told: dict[str, Any], words: Words) -> str | None:
    """Say why the demands clash, where a shortage tells it."""
    counts, group = told["counts"], told["shortage"]
    if list(counts) == ["rule"] and counts["rule"]["n"] == 1:
        return words.say(NO_CHOICE)
    n_served = counts.get("must_serve", {"n": 0})["n"]
    if group is None or not n_served:
        return None
    if not group["n_offers"]:
        return words.count(NONE_ELSE if "bar" in counts else NONE, n_served)
    if group["n_offers"] > MOST_NAMED:
        offers = words.count(OFFERS, group["n_offers"])
    else:
        offers = words.listed(words.offer(key) for key in group["offers"])
    return words.count(ONLY, n_served, offers=offers)


def _values(conflict: dict[str, Any], words: Words) -> dict[str, str]:
    """Return the names in a demand, in the order in which they are read."""
    values = {}
    if conflict["need"]:
        values["need"] = words.need(conflict["need"])
    if conflict["offer"]:
        values["offer"] = words.offer(conflict["offer"])
    if conflict["rule"]:
        values["rule"] = _rule_name(conflict["rule"], words)
    return values


def _rule_name(name: str, words: Words) -> str:
    """Name a rule: by its number where nobody gave it a name."""
    if name[:1] == "#" and name[1:].isdigit():
        return words.say(RULE_NUMBER, number=words.number(int(name[1:])))
    return words.say(RULE_NAME, name=words.rule(name))


def _bound(conflict: dict[str, Any], words: Words) -> str:
    """Say what a rule bounds, and how."""
    limit = conflict["limit"]
    if limit is None:
        return ""
    shown, least, most = _shown(conflict, words), limit["at_least"], limit["at_most"]
    if least is not None and most is not None:
        bound = words.say(BETWEEN, least=shown(least), most=shown(most))
    elif least is None:
        bound = words.say(AT_MOST, number=shown(most))
    else:
        bound = words.say(AT_LEAST, number=shown(least))
    return words.say(COUNTS[limit["count"]], bound=bound)


def _shown(conflict: dict[str, Any], words: Words) -> Callable[[float], str]:
    """Return how the bounds of a rule are shown: shares as percent."""
    limit = conflict["limit"]
    return words.percent if limit and limit["share"] else words.number
