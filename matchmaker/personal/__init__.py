"""What is held of a person: to read, to take along, to have deleted, and to run out by itself."""
