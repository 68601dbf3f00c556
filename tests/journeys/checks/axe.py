"""What axe-core finds, best practices included."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()


def violations(page) -> list[str]:
    """Return each violated rule with the elements that violate it."""
    found = AXE.run(page).response["violations"]
    return [
        f"axe {rule['id']} ({rule['help']}): {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def violations_with_script(page) -> list[str]:
    """Return the same; nothing where script is off: axe-core waits for timers that never fire."""
    page.wait_for_load_state()
    return violations(page) if page.locator("body.js-enabled").count() else []
