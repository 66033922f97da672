"""Judges: each takes a request and gives a completion, and none of them scores."""
