"""The reference page lists every command, argument and option of the command line, and no other."""

import re

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
