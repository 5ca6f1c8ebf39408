"""The reference page of the command line, made from the commands: `python -m scripts.cli_reference`."""

from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bot.cli.main import build

PAGE = Path(__file__).resolve().parent.parent / "docs/reference/cli.md"
INTRODUCTION = """# Command line

`python -m scripts.cli_reference` writes this page from the commands, and a test compares the two.

`signoff --help` lists the commands and `signoff COMMAND --help` explains one. A command asks the process that
serves the database, and opens the database itself only if no process serves it. Results go to standard
output, everything else to standard error. With `--json`, standard output is JSON alone.

Every command takes two more options, in any position:

| option | meaning |
|---|---|
| `--env FILE` | The file with the settings. Default: `.env` in the folder of the database. |
| `--debug` | Print where an error comes from. |

| exit code | meaning |
|---:|---|
| 0 | Done. |
| 1 | The command failed, and standard error says why. Also: the run failed, or the files have problems. |
| 2 | Signoff did not understand the command: an unknown command or option, or a value of the wrong form. |
| 3 | `ask --wait`: rejected. |
| 4 | `ask --wait`: expired. |
| 130 | Interrupted with Ctrl-C. |
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *_group("signoff", build())])


def _group(path: str, group: TyperGroup) -> Iterator[str]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield from _command(f"{path} {name}", command)
            else:
                yield f"## {path} {name}\n\n{command.help}\n"
            yield from _group(f"{path} {name}", command)
        else:
            assert isinstance(command, TyperCommand)
            yield from _command(f"{path} {name}", command)


def _command(path: str, command: TyperCommand | TyperGroup) -> Iterator[str]:
    arguments = [each for each in command.params if isinstance(each, TyperArgument)]
    options = [each for each in command.params if isinstance(each, TyperOption)]
    usage = " ".join([path, *map(_usage, arguments), *["[OPTION]…" for _ in options[:1]]])
    yield f"{'#' * (1 + path.count(' '))} {path}\n\n{command.help}\n\n```text\n{usage}\n```\n"
    listed: list[TyperArgument | TyperOption] = [*arguments, *options]
    rows = [f"| `{_name(each)}` | {each.help} | {_default(each)} |" for each in listed]
    if rows:
        yield "\n".join(["| argument or option | meaning | default |", "|---|---|---|", *rows, ""])


def _usage(argument: TyperArgument) -> str:
    name = _name(argument)
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _name(parameter: TyperArgument | TyperOption) -> str:
    """Return `RUN`, `--json`, or `--limit INTEGER, -n INTEGER`."""
    if isinstance(parameter, TyperArgument):
        return parameter.metavar or f"{parameter.name}{'...' if parameter.nargs != 1 else ''}".upper()
    if parameter.is_flag:
        return ", ".join(parameter.opts)
    value = parameter.metavar or ("NUMBER" if isinstance(parameter.default, int) else "TEXT")
    return ", ".join(f"{option} {value}" for option in parameter.opts)


def _default(parameter: TyperArgument | TyperOption) -> str:
    if parameter.required:
        return "required"
    shown = "" if parameter.default in (None, "", False) else f"`{parameter.default}`"
    return " ".join(filter(None, [shown, f"or `{parameter.envvar}`" if parameter.envvar else ""]))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
