"""`signoff schema`: the JSON Schema of workflows in YAML."""

from bot.cli import heavy
from bot.cli.output import Output


def schema() -> None:
    """Print the JSON Schema of workflows in YAML, for completion in editors.

    Write it to a file, and name that file in the first line of a workflow:
    # yaml-language-server: $schema=FILE
    """
    Output(as_json=True).data(heavy.workflow_schema())
