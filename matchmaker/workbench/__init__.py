"""The coordinator's workbench: understand a round, try alternatives, defend and print it."""
