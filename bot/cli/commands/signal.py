"""`signoff signal RUN NAME key=value…`: tell a run what it waits for."""

from typing import Annotated

import typer

from bot.cli.commands.run import pairs
from bot.cli.connection import ask
from bot.cli.options import Data, Json, RunId
from bot.cli.output import Output
from engine.text import in_words


def signal(
    run: RunId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the signal.")],
    values: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="The payload of the signal.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Send a signal to a run that waits for it, now or later.

    The first signal of a name counts. A later one changes nothing, and the answer says which one counted.
    """
    sent = ask(data, "signal", run=run, name=name, values=pairs(values or []))
    output = Output(json)
    output.data(sent)
    short = sent["run"]["short"]
    if sent["counted"]:
        output.line(f"{short} got the signal {name}.")
        return
    payload = f", with {in_words(sent['payload'], 200)}" if sent["payload"] is not None else ""
    output.line(f"{short} already got the signal {name} from {sent['by']}{payload}. Nothing was recorded.")
