"""What only administrators do: first set-up, audit, chain check."""
