"""Text that people type after the command, on every kind of keyboard."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slash.arguments import (
    Approvals,
    ArgumentError,
    Cancel,
    Command,
    Help,
    List,
    Run,
    Status,
    parse,
    run_command,
)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Help()),
        ("  help ", Help()),
        ("LIST", List()),
        ("approvals", Approvals()),
        ("status", Status(None)),
        ("status deploy-8f3k", Status("deploy-8f3k")),
        ("status deploy–8f3k", Status("deploy-8f3k")),
        ("cancel deploy-8f3k not today", Cancel("deploy-8f3k", "not today")),
        ("run deploy", Run("deploy", {})),
        ("run deploy service=billing", Run("deploy", {"service": "billing"})),
        ("run  deploy\u00a0service=billing", Run("deploy", {"service": "billing"})),
        ('run deploy note="two words"', Run("deploy", {"note": "two words"})),
        ("run deploy note=“two words”", Run("deploy", {"note": "two words"})),
        ("run deploy note=„two words“", Run("deploy", {"note": "two words"})),
        ("run deploy note=‘two words’", Run("deploy", {"note": "two words"})),
        ("run deploy note='two words'", Run("deploy", {"note": "two words"})),
        ('run deploy "note=two words"', Run("deploy", {"note": "two words"})),
        ("run deploy note=don’t", Run("deploy", {"note": "don’t"})),
        ("run deploy —service=billing", Run("deploy", {"service": "billing"})),
        ("run deploy --dry-run=yes", Run("deploy", {"dry_run": "yes"})),
        ("run deploy offset=–5", Run("deploy", {"offset": "-5"})),
        ("run deploy empty=", Run("deploy", {"empty": ""})),
        ("run deploy query=a=b", Run("deploy", {"query": "a=b"})),
        ("run deploy who=&lt;U1&gt;", Run("deploy", {"who": "<U1>"})),
        ("run deploy who=<@U02BOB|bob>", Run("deploy", {"who": "U02BOB"})),
        ("run deploy where=<#C1|general>", Run("deploy", {"where": "C1"})),
        ("run deploy who=<!subteam^S1|@on-call>", Run("deploy", {"who": "@on-call"})),
        (
            "run deploy url=<https://example.org/a?b=1&amp;c=2>",
            Run("deploy", {"url": "https://example.org/a?b=1&c=2"}),
        ),
        ("run deploy host=<http://example.org|example.org>", Run("deploy", {"host": "example.org"})),
        ("run deploy to=<mailto:a@example.org|a@example.org>", Run("deploy", {"to": "a@example.org"})),
        ("run deploy text=a&amp;b", Run("deploy", {"text": "a&b"})),
    ],
)
def test_each_text_is_parsed_to_its_command(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "problem", "corrected"),
    [
        ("rum deploy", "There is no command “rum”.", "/workflow run deploy"),
        ("runs", "There is no command “runs”.", "/workflow status"),
        ("show deploy-8f3k", "There is no command “show”.", "/workflow status deploy-8f3k"),
        ("xyzzy", "There is no command “xyzzy”.", "/workflow help"),
        ("run", "Which workflow?", "/workflow list"),
        ("cancel", "Which run?", "/workflow status"),
        ("list all", "list takes no arguments, but “all” follows it.", "/workflow list"),
        ("status a b", "status takes one run.", "/workflow status a"),
        ("run deploy billing", "“billing” at character 12 is not key=value.", ""),
        (
            "run deploy note=two words",
            "“words” at character 21 is not key=value.",
            "/workflow run deploy note='two words'",
        ),
        (
            "run deploy service = billing risk= low",
            "“service” at character 12 has a space beside its =.",
            "/workflow run deploy service=billing risk=low",
        ),
        ("run deploy service = two words", "“service” at character 12 has a space beside its =.", ""),
        ("run deploy =billing", "“=billing” at character 12 has no field name before the =.", ""),
        ("run deploy a=1 a=2", "a is given twice, the second time at character 16.", ""),
        (
            'run deploy note="two',
            'The quote at character 17 is not closed: "two',
            '/workflow run deploy note="two"',
        ),
        (
            "away until fri",
            "Who decides for you? The delegate is missing.",
            "/workflow away until fri to @colleague",
        ),
        (
            "away fri to",
            "Who decides for you? The delegate is missing.",
            "/workflow away until fri to @colleague",
        ),
        ("away to @bob", "When are you back? The end is missing.", "/workflow away until fri to @bob"),
        ("away until", "The end and the delegate are missing.", "/workflow away until fri to @colleague"),
        (
            "away fri to @bob @carol",
            "away takes one delegate, but “@carol” follows “@bob”.",
            "/workflow away until fri to @bob",
        ),
        ("run deploy note=“two", "The quote at character 17 is not closed: “two", ""),
    ],
)
def test_a_mistake_is_located_and_corrected_where_a_guess_is_possible(
    text: str, problem: str, corrected: str
) -> None:
    with pytest.raises(ArgumentError) as found:
        parse(text)
    assert (found.value.problem, found.value.corrected) == (problem, corrected)


@pytest.mark.parametrize(
    "text", ["rum deploy", "list all", "run deploy note=two words", 'run deploy note="two']
)
def test_a_suggested_command_can_be_typed(text: str) -> None:
    with pytest.raises(ArgumentError) as found:
        parse(text)
    parse(found.value.corrected.removeprefix("/workflow "))


def test_the_command_may_have_another_name() -> None:
    with pytest.raises(ArgumentError) as found:
        parse("rum deploy", "/signoff")
    assert found.value.corrected == "/signoff run deploy"


plain = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"], exclude_characters="<>&“”„‟«»″‘’‚‛‹›′–—−‒"
    ),
    max_size=12,
)
names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)


@given(names, st.dictionaries(names, plain, max_size=4))
def test_a_command_that_is_proposed_means_what_it_says(workflow: str, values: dict[str, str]) -> None:
    text = run_command("/workflow", workflow, values).removeprefix("/workflow ")
    assert parse(text) == Run(workflow, values)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_command_or_a_mistake(text: str) -> None:
    # Any other error fails the test.
    with suppress(ArgumentError):
        parse(text)
