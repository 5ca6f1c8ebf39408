"""`signoff resources`: what steps use outside, and what waits for it."""

from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output


def resources(
    act: Annotated[
        str | None, typer.Argument(metavar="reset", help="Close the circuit breaker of a resource.")
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The resource to reset.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the resources that steps use, or reset one: close its circuit breaker and start its rate again."""
    if act is None:
        listed = ask(data, "resources", workflows=True)
    elif act != "reset" or name is None:
        raise typer.BadParameter("Write signoff resources, or signoff resources reset NAME.")
    else:
        listed = {"resources": [ask(data, "reset_resource", workflows=True, name=name)]}
    output = Output(json)
    output.data(listed)
    if not listed["resources"]:
        output.line("No workflow declares a resource.")
        return
    output.table(("Resource", "In use", "Rate", "Circuit breaker", "Waiting"), map(_row, listed["resources"]))


def _row(resource: dict[str, Any]) -> tuple[str, ...]:
    at_once, rate = resource["at_once"], resource["rate"]
    breaker = resource["breaker"] or "-"
    if resource["opened_at"] is not None:
        breaker += f" since {formatting.clock(resource['opened_at'])}"
    return (
        resource["name"],
        f"{resource['in_use']} of {at_once}" if at_once else str(resource["in_use"]),
        f"{resource['rate_used']} used of {rate}" if rate else "-",
        breaker,
        str(resource["waiting"]),
    )
