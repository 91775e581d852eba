"""`sceau bench`."""

import typer

app = typer.Typer()
