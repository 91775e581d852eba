"""Online payments against a real localstripe, on every store."""
