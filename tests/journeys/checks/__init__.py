"""What each page is held against; each check returns the faults it finds, as sentences."""
