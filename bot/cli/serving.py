"""`signoff serve` and `signoff demo`."""

import typer


def register(app: typer.Typer) -> None:
    """Nothing yet."""
