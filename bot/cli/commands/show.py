"""`signoff show`: one run."""

from bot.cli import run_view
from bot.cli.connection import ask
from bot.cli.options import Data, Json, RunId
from bot.cli.output import Output


def show(run: RunId, data: Data = None, json: Json = False) -> None:
    """Show a run: its steps, its open requests, and who decided what."""
    detail = ask(data, "show", run=run)
    output = Output(json)
    output.data(detail)
    run_view.draw(output, detail)
