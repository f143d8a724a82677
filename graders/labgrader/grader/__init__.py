"""The resident grader: leases submissions over HTTP, grades them, hands in records."""
