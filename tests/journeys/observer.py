"""Notes what a page does wrong while somebody uses it: other hosts, errors, broken policy."""

from urllib.parse import urlsplit

LOCAL_SCHEMES = {"data", "blob", "about"}


class Observer:
    """Listens to a browser context; `faults` says what it heard."""

    def __init__(self, context, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.faults: list[str] = []
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))

    def _on_request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and parts.netloc != self.host:
            self.faults.append(f"asked another host: {request.url}")

    def _on_response(self, response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")

    def _on_console(self, message) -> None:
        # A page answered with 404 or 422 is a page; the browser still calls it an error.
        page = message.page
        own_answer = message.location.get("url", "") == (page.url if page else "")
        if message.type in ("error", "warning") and not (
            own_answer and message.text.startswith("Failed to load resource")
        ):
            self.faults.append(f"console: {message.text}")
