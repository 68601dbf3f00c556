"""Invented and historical data that shows the platform at work; never loaded in production."""
