"""Look-up of towns by any spelling, from a trimmed file made at build time."""
