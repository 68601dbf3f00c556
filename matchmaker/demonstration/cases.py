"""Cases of needs in the demonstration: presented, checked, carried together, urgent."""

from matchmaker.cases.joining import ask_to_carry, want_carriers
from matchmaker.demonstration import content
from matchmaker.demonstration.rows import Loaded
from matchmaker.needs.alerting import partner_cities, raise_alarm
from matchmaker.needs.drafts import CaseDraft
from matchmaker.needs.presenting import check_line, write_case


def present(loaded: Loaded) -> None:
    """Write the cases, and have a coordinator compare the lines of English."""
    told, session = content.document("cases"), loaded.session
    for key, row in told["case"].items():
        need = loaded.needs[key]
        lists = {name: tuple(codes) for name, codes in row.items() if name != "line_en"}
        write_case(need, CaseDraft(**lists, line_en=row["line_en"]))
        session.flush()
        if need.line_en:
            check_line(session, loaded.coordinator, need, need.line_en, need.version)
    for key, codes in told["learns"].items():
        loaded.offers[key].learns = list(codes)
    need = loaded.needs[told["together"]["need"]]
    owner = next(name for name, town in loaded.towns.items() if town is need.municipality)
    want_carriers(session, loaded.owner(owner), need, True)
    ask_to_carry(session, loaded.coordinator, need, loaded.towns[told["together"]["asks"]])
    _alarm(loaded, told["urgent"]["need"])
    session.flush()


def _alarm(loaded: Loaded, key: str) -> None:
    """Make a need urgent, with every partner city told."""
    need = loaded.needs[key]
    cities = partner_cities(loaded.session, need.municipality)
    need.urgent, need.tell_partners = True, [city.public_id for city in cities]
    loaded.session.flush()
    raise_alarm(loaded.session, loaded.coordinator, need)
