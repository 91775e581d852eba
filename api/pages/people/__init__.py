"""Sign-in, first run, users and their access."""
