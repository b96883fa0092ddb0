"""auditcheck against the same items written by hand; `python -m tests.benchmark`."""
