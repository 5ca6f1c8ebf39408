"""The reference page lists every command, argument and option of the command line, and no other."""

import re
from collections.abc import Iterator

import pytest
from typer.core import TyperCommand, TyperGroup

from bot.cli.main import build, main
from scripts.cli_reference import PAGE, page


def test_the_reference_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m scripts.cli_reference writes the page"


def test_every_command_argument_and_option_has_a_sentence() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \| (.*?) \| ", page(), re.MULTILINE)
    assert len(rows) > 50
    assert [name for name, meaning in rows if not re.fullmatch(r"[A-Z`].*\.", meaning)] == []
    summaries = re.findall(r"^## signoff.*\n\n(.*)", page(), re.MULTILINE)
    assert [each for each in summaries if not each.endswith(".")] == []


def test_the_reference_page_names_the_options_that_every_command_takes() -> None:
    for option in ("`--env FILE`", "`--debug`", "`--json`", "`--data DIR`"):
        assert f"| {option} |" in page()


def commands(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        assert isinstance(command, TyperCommand | TyperGroup)
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(build())), ids=" ".join)
def test_help_names_arguments_as_the_reference_does(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without types of Python such as `<list[str]>`."""
    assert main([*path, "--help"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"<\w+|\{\w+|\.\.\.\]\.\.\.", shown) == []
    usage = re.search(rf"^{' '.join(('signoff', *path))} (.*) \[OPTION\]…$", page(), re.MULTILINE)
    assert not usage or shown.splitlines()[0].endswith(f"[OPTIONS] {usage[1]}")
