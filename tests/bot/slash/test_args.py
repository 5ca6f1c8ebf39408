"""Text that people type after the command, on every kind of keyboard."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slash.argument_error import ArgumentError
from bot.slash.arguments import parse, public
from bot.slash.commands import (
    ApprovalsCommand,
    AwayCommand,
    CanaryCommand,
    CancelCommand,
    Command,
    GraphCommand,
    HelpCommand,
    ListCommand,
    PauseCommand,
    PriorityCommand,
    ReassignCommand,
    RerunCommand,
    ResumeCommand,
    RetryCommand,
    RunCommand,
    RunsCommand,
    ShowCommand,
    SkipCommand,
    TriggersCommand,
)
from bot.slash.starting import run_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", HelpCommand()),
        ("  help ", HelpCommand()),
        ("LIST", ListCommand()),
        ("approvals", ApprovalsCommand()),
        ("status", ShowCommand(None)),
        ("status deploy-8f3k", ShowCommand("deploy-8f3k")),
        ("status deploy–8f3k", ShowCommand("deploy-8f3k")),
        ("cancel deploy-8f3k not today", CancelCommand("deploy-8f3k", "not today")),
        ("run", RunCommand("", {})),
        ("show deploy", ShowCommand("deploy")),
        ("runs", RunsCommand()),
        ("runs deploy failed mine", RunsCommand("deploy", "failed", mine=True)),
        ("runs —mine since=2d text=“two words”", RunsCommand(mine=True, since="2d", text="two words")),
        ("runs q=a%7Cb%20c before=deploy-8f3k", RunsCommand(text="a|b c", before="deploy-8f3k")),
        ("history deploy", RunsCommand("deploy", history=True)),
        ("schedules", TriggersCommand("", timed=True)),
        ("triggers deploy", TriggersCommand("deploy")),
        ("graph deploy-8f3k", GraphCommand("deploy-8f3k")),
        ("retry 8f3k", RetryCommand("8f3k", "")),
        ("retry 8f3k read sensors", RetryCommand("8f3k", "read sensors")),
        ("reroute 8f3k", RetryCommand("8f3k", "", reroute=True)),
        (
            "retry 8f3k read sensors —reason it is back",
            RetryCommand("8f3k", "read sensors", False, "it is back"),
        ),
        ("reroute 8f3k --reason=“too slow”", RetryCommand("8f3k", "", True, "too slow")),
        ("resume deploy–8f3k it is noon", ResumeCommand("deploy-8f3k", "it is noon")),
        ("run deploy", RunCommand("deploy", {})),
        ("away <@U06FRANK|frank> until fri", AwayCommand("fri", "U06FRANK")),
        ("away to @frank until fri 12:00", AwayCommand("fri 12:00", "@frank")),
        ("away mon <@U06FRANK>", AwayCommand("mon", "U06FRANK")),
        ("run deploy service=billing", RunCommand("deploy", {"service": "billing"})),
        ("run  deploy\u00a0service=billing", RunCommand("deploy", {"service": "billing"})),
        ('run deploy note="two words"', RunCommand("deploy", {"note": "two words"})),
        ("run deploy note=“two words”", RunCommand("deploy", {"note": "two words"})),
        ("run deploy note=„two words“", RunCommand("deploy", {"note": "two words"})),
        ("run deploy note=‘two words’", RunCommand("deploy", {"note": "two words"})),
        ("run deploy note='two words'", RunCommand("deploy", {"note": "two words"})),
        ('run deploy "note=two words"', RunCommand("deploy", {"note": "two words"})),
        ("run deploy note=don’t", RunCommand("deploy", {"note": "don’t"})),
        ("run deploy —service=billing", RunCommand("deploy", {"service": "billing"})),
        ("run deploy --dry-run=yes", RunCommand("deploy", {"dry_run": "yes"})),
        ("run deploy offset=–5", RunCommand("deploy", {"offset": "-5"})),
        ("run deploy empty=", RunCommand("deploy", {"empty": ""})),
        ("run deploy query=a=b", RunCommand("deploy", {"query": "a=b"})),
        ("run deploy who=&lt;U1&gt;", RunCommand("deploy", {"who": "<U1>"})),
        ("run deploy who=<@U02BOB|bob>", RunCommand("deploy", {"who": "U02BOB"})),
        ("run deploy where=<#C1|general>", RunCommand("deploy", {"where": "C1"})),
        ("run deploy who=<!subteam^S1|@on-call>", RunCommand("deploy", {"who": "@on-call"})),
        (
            "run deploy url=<https://example.org/a?b=1&amp;c=2>",
            RunCommand("deploy", {"url": "https://example.org/a?b=1&c=2"}),
        ),
        ("run deploy host=<http://example.org|example.org>", RunCommand("deploy", {"host": "example.org"})),
        ("run deploy to=<mailto:a@example.org|a@example.org>", RunCommand("deploy", {"to": "a@example.org"})),
        ("run deploy text=a&amp;b", RunCommand("deploy", {"text": "a&b"})),
        ("run deploy --priority=5 service=billing", RunCommand("deploy", {"service": "billing"}, 5)),
        ("run deploy service=billing —priority –5", RunCommand("deploy", {"service": "billing"}, -5)),
        ("run deploy priority=5", RunCommand("deploy", {"priority": "5"})),
        ("canary deploy", CanaryCommand("deploy")),
        ("canary deploy promote since=17", CanaryCommand("deploy", "promote", "", 17)),
        ("canary deploy rollback too slow", CanaryCommand("deploy", "rollback", "too slow")),
        ("cancel 93b5 don't", CancelCommand("93b5", "don't")),
        ("pause X we don't, they won't", PauseCommand("X", "we don't, they won't")),
        ('pause X a  "b" \\ c=\'d', PauseCommand("X", 'a  "b" \\ c=\'d')),
        ("skip X", SkipCommand("X", "", "")),
        ("pause X --force it", PauseCommand("X", "--force it")),
        ("show '--pubilc'", ShowCommand("--pubilc")),
        ("pause X “not today”", PauseCommand("X", "not today")),
        ("pause X 'not' today", PauseCommand("X", "'not' today")),
        ("reassign ab12 <@UCKJHGFED|carol>", ReassignCommand("ab12", "UCKJHGFED")),
        ("away until fri to <@UCKJHGFED|carol>", AwayCommand("fri", "UCKJHGFED")),
        ("pause X &lt;soon&gt; &amp; <@U02BOB>\nmore", PauseCommand("X", "<soon> & U02BOB\nmore")),
        ("skip X read 'tis done", SkipCommand("X", "read", "'tis done")),
        ("retry 8f3k read --reason it's  back", RetryCommand("8f3k", "read", False, "it's  back")),
        ("rerun 8f3k a=1 --reason a='b", RerunCommand("8f3k", {"a": "1"}, "a='b")),
        ("canary deploy promote since=17 it's fine", CanaryCommand("deploy", "promote", "it's fine", 17)),
        ("show O'Brien", ShowCommand("O'Brien")),
        ("runs text=don't", RunsCommand(text="don't")),
        ("runs text='a–b'", RunsCommand(text="a–b")),
        (
            "run bottling brand=O'Brien bottles=3 slow=1",
            RunCommand("bottling", {"brand": "O'Brien", "bottles": "3", "slow": "1"}),
        ),
        (
            "run deploy size=6\" by='O'Brien' at=C:\\x",
            RunCommand("deploy", {"size": '6"', "by": "O'Brien", "at": "C:\\x"}),
        ),
        ("run deploy offset='–5'", RunCommand("deploy", {"offset": "–5"})),
        ("priority 8f3k 5", PriorityCommand("8f3k", 5, "")),
        ("priority deploy–8f3k −2 it can wait", PriorityCommand("deploy-8f3k", -2, "it can wait")),
    ],
)
def test_each_text_is_parsed_to_its_command(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "problem", "corrected"),
    [
        ("rum deploy", "There is no command “rum”.", "/workflow run deploy"),
        ("ls", "There is no command “ls”.", "/workflow list"),
        ("signal deploy-8f3k pay x=1", "There is no command “signal”.", "/workflow help"),
        ("resign deploy-8f3k", "There is no command “resign”.", "/workflow help"),
        ("cancle deploy-8f3k", "There is no command “cancle”.", "/workflow cancel deploy-8f3k"),
        ("histroy deploy", "There is no command “histroy”.", "/workflow history deploy"),
        ("describe deploy-8f3k", "There is no command “describe”.", "/workflow show deploy-8f3k"),
        ("runs state=broken", "state: there is no state “broken”.", "/workflow runs"),
        ("runs state=wating", "state: there is no state “wating”.", "/workflow runs waiting"),
        ("runs deploy extra", "runs takes one workflow, but “extra” follows “deploy”.", ""),
        (
            "canary deploy promot",
            "“promot” is not a command for a canary.",
            "/workflow canary deploy promote",
        ),
        (
            "run deploy service=billing --priority=99999",
            "The priority is “99999”.",
            "/workflow run deploy service=billing",
        ),
        ("runs who=me", "“who=me” at character 6 is not a filter of runs.", "/workflow runs failed since=2d"),
        ("runs failed state=done", "runs takes one state, but “done” follows “failed”.", ""),
        ("history", "Which workflow?", "/workflow list"),
        (
            "run deploy --priority=high a=b",
            "The priority is “high”.",
            "/workflow run deploy a=b",
        ),
        ("run deploy --priority", "The priority is “”.", "/workflow run deploy"),
        ("priority 8f3k soon", "The priority is “soon”.", "/workflow priority 8f3k 5"),
        ("priority 8f3k", "Which run, and which priority?", "/workflow runs"),
        (
            "run deploy note=“two",
            "The quote at character 17 is not closed: “two",
            "/workflow run deploy note=“two”",
        ),
        ("run deploy a=‘it", "The quote at character 14 is not closed: ‘it", "/workflow run deploy a=‘it’"),
        (
            "run deploy a='two words b=2",
            "The quote at character 14 is not closed: 'two words b=2",
            "/workflow run deploy a='two words' b=2",
        ),
        (
            "run deploy a='x'.y b='z'",
            "The quote at character 16 closes a value, but more follows it: '.y b='z'",
            "",
        ),
        (
            "run deploy a=Rock 'n' roll b=1",
            "“n” at character 19 is not key=value.",
            "/workflow run deploy a=\"Rock 'n' roll\" b=1",
        ),
        ("list 'x", "The quote at character 6 is not closed: 'x", "/workflow list"),
        ('logs "', 'The quote at character 6 is not closed: "', "/workflow runs"),
        ('logs ""', "Which run?", "/workflow runs"),
        ("approve b379", "There is no command “approve”.", "/workflow approvals"),
        ("log", "There is no command “log”.", "/workflow runs"),
        (
            "away until frii to @bob please",
            "away takes one delegate, but “please” follows “@bob”.",
            "/workflow away until fri to @bob",
        ),
        (
            "mute bottling for=10m extra",
            "for: “10m extra” is not a duration.",
            "/workflow mute bottling for=10m",
        ),
        (
            "subscribe bottling <#C03PLANT1|plant>",
            "subscribe takes no channel, but “#plant” follows it.",
            "/workflow subscribe bottling",
        ),
        (
            "run deploy brand=<@U02BOB|bob> and co",
            "“and” at character 32 is not key=value.",
            "/workflow run deploy brand='@bob and co'",
        ),
        ("xyzzy", "There is no command “xyzzy”.", "/workflow help"),
        ("cancel", "Which run?", "/workflow runs"),
        ("list all", "list takes no arguments, but “all” follows it.", "/workflow list"),
        ("status a b", "show takes one workflow or one run.", "/workflow show a"),
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
        (
            "away <#C02INCIDENTS|incidents> until fri",
            "A delegate is one person, not a channel.",
            "/workflow away until fri to @colleague",
        ),
        (
            "away until fri to #incidents",
            "A delegate is one person, not a channel.",
            "/workflow away until fri to @colleague",
        ),
        ("away to @bob", "When are you back? The end is missing.", "/workflow away until fri to @bob"),
        (
            "away until fri to bob",
            "“bob” is not a mention, so Signoff cannot tell whom you mean.",
            "/workflow away until fri to @bob",
        ),
        (
            "reassign 8f3k to bob",
            "“bob” is not a mention, so Signoff cannot tell whom you mean.",
            "/workflow reassign 8f3k @bob",
        ),
        (
            "reassign 8f3k Bob Lindqvist",
            "“Bob Lindqvist” is not a mention, so Signoff cannot tell whom you mean.",
            "/workflow reassign 8f3k @bob",
        ),
        (
            "reassign 8f3k @bob please",
            "reassign takes one person or group, but “please” follows “@bob”.",
            "/workflow reassign 8f3k @bob",
        ),
        (
            "away until yesterday",
            "“yesterday” is in the past. Name a later moment, like fri, 2026-12-24, tomorrow 17:00 or 3d.",
            "/workflow away until fri to @colleague",
        ),
        ("show deploy --pubilc", "There is no flag “--pubilc”.", "/workflow show deploy --public"),
        ("show deploy —pubilc", "There is no flag “—pubilc”.", "/workflow show deploy --public"),
        ("--publc runs failed", "There is no flag “--publc”.", "/workflow --public runs failed"),
        ("runs --verbose", "There is no flag “--verbose”.", "/workflow runs"),
        ("runs --mien", "There is no flag “--mien”.", "/workflow runs --mine"),
        ("run deploy --priorty 5", "There is no flag “--priorty”.", "/workflow run deploy --priority 5"),
        (
            "cancel ab12 not today --pubilc",
            "There is no flag “--pubilc”.",
            "/workflow cancel ab12 not today --public",
        ),
        ("away until", "The end and the delegate are missing.", "/workflow away until fri to @colleague"),
        (
            "away fri to @bob @carol",
            "away takes one delegate, but “@carol” follows “@bob”.",
            "/workflow away until fri to @bob",
        ),
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


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    "a'\"’“ =\\<&-–\n", max_size=8
)
names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)


def _as_slack_sends(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@example("deploy", {"text": "a=’b"})
@given(names, st.dictionaries(names, anything, max_size=4))
def test_a_command_that_is_proposed_means_what_it_says(workflow: str, values: dict[str, str]) -> None:
    text = run_command("/workflow", workflow, values).removeprefix("/workflow ")
    assert parse(_as_slack_sends(text)) == RunCommand(workflow, values)


@given(anything)
def test_a_reason_is_kept_as_typed(text: str) -> None:
    reason = f"because {text}.".replace("--public", "")
    assert parse(_as_slack_sends(f"pause deploy {reason}")) == PauseCommand("deploy", reason)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_command_or_a_mistake(text: str) -> None:
    # Any other error fails the test.
    with suppress(ArgumentError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("show deploy --public", (True, "show deploy")),
        ("—public list", (True, "list")),
        ("cancel ab12 R&amp;D &lt;soon&gt; --public", (True, "cancel ab12 R&amp;D &lt;soon&gt;")),
        ("run deploy note=--public", (False, "run deploy note=--public")),
        ('run deploy note="a --public b"', (False, 'run deploy note="a --public b"')),
        ("run deploy note='is --public ok'", (False, "run deploy note='is --public ok'")),
        ("run deploy note=‘is --public ok’", (False, "run deploy note=‘is --public ok’")),
        ('show "--public"', (False, 'show "--public"')),
        ("show 'deploy --public", (False, "show 'deploy --public")),
        ("run deploy –public note='a  b'", (True, "run deploy note='a  b'")),
        ("--public list --PUBLIC", (True, "list")),
        ("pause deploy don't --public", (True, "pause deploy don't")),
        ("pause deploy no --public answers", (False, "pause deploy no --public answers")),
    ],
)
def test_public_shares_an_answer(text: str, shared: tuple[bool, str]) -> None:
    assert public(text) == shared
