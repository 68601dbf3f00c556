"""Fills forms as a person does: opens what is folded, ticks, chooses, types, sends."""

from datetime import timedelta

from matchmaker.models import now


def soon(days: int) -> list[str]:
    """Return day, month and year of a date so many days from now, as typed."""
    day = (now() + timedelta(days=days)).date()
    return [str(day.day), str(day.month), str(day.year)]


def fill(page, answers: dict) -> None:
    """Fill the fields of these names: a text, a value to tick or choose, or a list of them."""
    for name, answer in answers.items():
        fields = page.locator(f'main [name="{name}"]')
        kind = fields.first.evaluate("el => el.type")
        values = answer if isinstance(answer, list) else [answer]
        if kind in ("radio", "checkbox"):
            for value in values:
                _tick(page.locator(f'main [name="{name}"][value="{value}"]'))
        elif kind == "select-one":
            fields.select_option(answer)
        else:
            for field, value in zip(fields.all(), values, strict=True):
                field.fill(value)


def _tick(box) -> None:
    """Tick a box; open the fold it lies in first."""
    fold = box.locator("xpath=ancestor::details[not(@open)]")
    if fold.count():
        fold.locator("summary").click()
    box.check()


def press(page, text: str) -> None:
    """Press a button of the page, or a link that looks like one."""
    within = page.locator("main")
    button = within.get_by_role("button", name=text, exact=True)
    button.or_(within.get_by_role("link", name=text, exact=True)).first.click()


def walk(page, steps: list[dict]) -> None:
    """Answer each page of a long form and go on."""
    for answers in steps:
        fill(page, answers)
        press(page, "Save and continue")
