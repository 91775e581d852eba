"""People: users, sign-in, sessions, roles, limits (docs/people.md)."""
