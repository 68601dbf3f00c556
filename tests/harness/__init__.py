"""What the tests stand on: databases, browser, guards. Holds no test."""
