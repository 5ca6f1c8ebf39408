"""`signoff permit`: what programs need that verify permits."""

from bot.cli.connection import ask
from bot.cli.options import Data, new_group
from bot.cli.output import Output

permit = new_group("permit", "Permits of approved calls.")


@permit.command()
def keys(data: Data = None) -> None:
    """Print the issuer of permits and its public keys as JSON, including the retired keys."""
    Output(as_json=True).data(ask(data, "permit_keys"))
