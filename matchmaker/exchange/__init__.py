"""CSV and snapshot: the two directions between files and records."""
