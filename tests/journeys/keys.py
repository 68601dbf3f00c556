"""Somebody who goes through the pages without a mouse."""

import re

NAME = """() => {
  const el = document.activeElement;
  const label = el.labels?.[0]?.textContent;
  return (el.getAttribute('aria-label') ?? label ?? el.textContent).trim();
}"""


class Keys:
    """Somebody who has no mouse: goes on by Tab, presses by Enter or Space, types."""

    def __init__(self, page) -> None:
        self.page = page

    def to(self, name: str) -> None:
        """Go on by Tab until the thing of this name has the focus."""
        for _ in range(300):
            self.page.keyboard.press("Tab")
            if re.fullmatch(name, self.page.evaluate(NAME), re.DOTALL):
                return
        raise AssertionError(f"Tab does not reach {name} at {self.page.url}")

    def press(self, name: str, key: str = "Enter") -> None:
        """Go to a link or button that leads to a page, and press it."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
