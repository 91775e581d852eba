"""The command line `sceau`: thin words over the same service that HTTP uses."""

from api.cli.app import main

__all__ = ["main"]
