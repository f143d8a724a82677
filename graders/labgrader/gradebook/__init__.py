"""nbgrader's gradebook, filled through its own API. What an entry is costs no import of nbgrader; the writer does."""
