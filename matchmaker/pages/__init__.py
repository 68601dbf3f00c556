"""Home pages, language switch, static texts."""
