"""The calendar file is well formed and says nothing."""

from datetime import UTC, date, datetime

from matchmaker.web.calendar import calendar_file, calendar_of

STAMP = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def a_file(title="A date on the platform", key="answer:1"):
    return calendar_file(date(2027, 2, 28), title, key, "tandem.example", STAMP)


def unfolded(body):
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_day_is_whole_and_ends_the_next_day():
    lines = unfolded(a_file())
    assert "DTSTART;VALUE=DATE:20270228" in lines
    assert "DTEND;VALUE=DATE:20270301" in lines
    assert "DTSTAMP:20261122T140000Z" in lines
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")


def test_every_line_ends_with_both_characters_and_is_short_enough():
    body = a_file("تاريخ على المنصة " * 12)
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert f"SUMMARY:{'تاريخ على المنصة ' * 12}" in unfolded(body)


def test_text_cannot_add_a_line_or_a_property():
    assert "SUMMARY:a\\;b\\,c\\\\d\\nATTENDEE:x" in unfolded(a_file("a;b,c\\d\nATTENDEE:x"))


def test_reader_is_told_where_to_look_and_no_more():
    body = calendar_file(date(2027, 2, 28), "t", "k", "tandem.example", STAMP, "Sign in, please.")
    assert "DESCRIPTION:Sign in\\, please." in unfolded(body)
    assert not any(line.startswith("DESCRIPTION") for line in unfolded(a_file()))


def test_key_is_not_written_and_tells_dates_apart():
    assert b"answer:1" not in a_file()
    uids = {line for key in ("answer:1", "answer:2") for line in unfolded(a_file(key=key))}
    assert len([line for line in uids if line.startswith("UID:")]) == 2


def test_moved_date_replaces_the_first_one():
    later = calendar_file(
        date(2027, 3, 14), "t", "answer:1", "tandem.example", STAMP.replace(hour=15)
    )
    first, second = unfolded(a_file()), unfolded(later)
    uid = next(line for line in first if line.startswith("UID:"))
    assert uid in second

    def number(lines):
        return next(int(line[9:]) for line in lines if line.startswith("SEQUENCE:"))

    assert number(second) > number(first)


def test_several_days_stand_in_one_file():
    days = [(date(2027, 3, day), "A date", f"visit:{day}") for day in (1, 2)]
    lines = unfolded(calendar_of(days, "tandem.example", STAMP))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert lines.count("BEGIN:VCALENDAR") == 1
