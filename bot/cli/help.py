"""How `--help` names the arguments of a command: as the reference does, without types of Python."""

from typer.core import TyperArgument, TyperCommand, TyperGroup


class _Argument(TyperArgument):
    """An argument with its plain name: `WORKFLOW`, `[KEY=VALUE...]`."""

    def display_type_rich(self, ctx: object) -> None:
        return None

    def get_usage_pieces(self, ctx: object) -> list[str]:
        return [self.display_name_raw if self.required else f"[{self.display_name_raw}]"]


def name_arguments(command: TyperCommand | TyperGroup) -> None:
    """Give the arguments of a command and of its subcommands their plain names in `--help`."""
    for parameter in command.params:
        if isinstance(parameter, TyperArgument):
            parameter.__class__ = _Argument  # typer has no option for it
    for subcommand in command.commands.values() if isinstance(command, TyperGroup) else ():
        assert isinstance(subcommand, TyperCommand | TyperGroup)
        name_arguments(subcommand)
