"""Runs that belong together name each other, in messages and on the command line."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.cli import serializers
from bot.cli.run_view import lines
from bot.views.message import MENTIONED
from bot.views.requests.details import run_details
from bot.views.runs.related import for_channel, trigger_text
from bot.views.runs.run import run_message
from engine import Actor, RelatedRun, RunDetail, RunRecord, StepRecord

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def release(*related: RelatedRun) -> RunDetail:
    run = RunRecord(
        "release-0000000aaaa",
        "release",
        "d",
        "waiting",
        3,
        None,
        Actor("cli", "root"),
        "manual",
        None,
        "t",
        NOW,
    )
    step = StepRecord(run.id, "built", "waiting", attempt=1, reason="for build-bbbb", started_at=NOW)
    return RunDetail(run, "@ops", "#ops", (step,), (), titles={"built": "Build it"}, related=related)


def related(kind: str, name: str, state: str = "running", step: str = "built") -> RelatedRun:
    return RelatedRun(kind, step, f"{name}-0000000bbbb", f"{name}-bbbb", name, state)  # type: ignore[arg-type]


def shown(detail: RunDetail) -> str:
    return "\n".join(line.plain for line in lines(serializers.detail(detail)))


def test_the_message_of_a_parent_links_to_its_child_runs() -> None:
    child = related("child", "build")
    text = str(run_message(release(child), MENTIONED, NOW, links={child.id: "https://slack/b"}))
    assert "runs <https://slack/b|build-bbbb>" in text


def test_the_message_of_a_child_links_to_its_parent() -> None:
    parent = related("parent", "deploy")
    assert "part of <https://slack/p|deploy-bbbb>" in str(
        run_message(release(parent), MENTIONED, NOW, links={parent.id: "https://slack/p"})
    )


def test_a_related_run_without_a_message_is_named_without_a_link() -> None:
    text = str(run_message(release(related("follow_up", "archive", "succeeded")), MENTIONED, NOW))
    assert "✅ followed by archive-bbbb" in text


def test_a_message_names_the_newest_of_many_runs_and_counts_the_others() -> None:
    many = [related("follow_up", f"archive{number}") for number in range(10)]
    text = str(run_message(release(related("origin", "deploy"), *many), MENTIONED, NOW))
    assert "follows deploy-bbbb" in text
    assert "archive3-" not in text
    assert "archive4-" in text
    assert "and 4 more runs" in text


def test_details_name_related_runs() -> None:
    assert "runs build-bbbb" in str(run_details(release(related("child", "build")), NOW))


def test_the_command_line_shows_related_runs_at_their_step() -> None:
    text = shown(release(related("parent", "deploy"), related("child", "build", "failed")))
    assert "Part of deploy-bbbb, step built (running)" in text
    at = text.splitlines()
    assert "runs build-bbbb" in at[next(i for i, line in enumerate(at) if "Build it" in line) + 1]


def test_the_json_of_a_run_lists_related_runs() -> None:
    assert serializers.detail(release(related("child", "build")))["related"] == [
        {
            "kind": "child",
            "step": "built",
            "run": "build-0000000bbbb",
            "short": "build-bbbb",
            "workflow": "build",
            "state": "running",
        }
    ]


def test_a_message_in_a_channel_names_no_run_of_a_private_workflow() -> None:
    private = replace(related("child", "build"), private=True)
    detail = for_channel(release(related("parent", "deploy"), private))
    text = str(run_message(detail, MENTIONED, NOW, links={private.id: "https://slack/b"}))
    assert "part of deploy-bbbb" in text
    assert "build" not in text.replace("Build it", "").replace("built", "")
    assert detail.steps[0].reason == "for another run"


def test_a_report_does_not_name_the_run_that_brought_it_about() -> None:
    for kind, words in (("child", "a step of another run"), ("follow_up", "another run")):
        run = replace(release().run, trigger=f"{kind}:pay:salaries-0000000bbbb")
        assert trigger_text(run) == words
    assert trigger_text(release().run) == "manual"
