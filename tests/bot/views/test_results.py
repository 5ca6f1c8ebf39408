"""The message of a run tells its result, shortened and literal, and the links that steps produced."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cli.run_view import lines
from bot.cli.serializers import detail as as_json
from bot.views.message import MENTIONED, Message
from bot.views.runs.result import MAX_LINKS
from bot.views.runs.run import run_message
from engine import Actor, ProducedLink, RunDetail, RunRecord, RunResult, StepRecord

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TOOK = timedelta(seconds=21)
ADDRESS = "https://ci.example.com/7"


def detail(result: RunResult | None = None, *links: ProducedLink, state: Any = "succeeded") -> RunDetail:
    ended = NOW if state == "succeeded" else None
    run = RunRecord(
        "ship-8f3k", "ship", "d", state, 3, {}, Actor("slack", "U01ALICE"), "manual", None, "t", NOW - TOOK,
        NOW - TOOK, ended,
    )  # fmt: skip
    steps = (StepRecord(run.id, "build", "succeeded", 1), StepRecord(run.id, "notify", "skipped"))
    return RunDetail(run, "@ops", "#ops", steps, (), titles={"build": "Build it"}, result=result, links=links)


def shown(*args: Any, **options: Any) -> Message:
    return run_message(detail(*args, **options), MENTIONED, NOW)


def texts(shown: Message) -> str:
    return str(shown.blocks)


def test_the_authors_text_stands_in_the_message_and_in_its_notification() -> None:
    message = shown(RunResult(text="Shipped billing 1.4.2"))
    assert "Shipped billing 1.4.2" in texts(message)
    assert message.text == "✅ *ship* · done after 21 s · Shipped billing 1.4.2 (ship-8f3k)"


def test_a_result_is_literal() -> None:
    message = shown(RunResult(text="<!channel> *bold* & <https://evil.example|go>"))
    assert "`&lt;!channel&gt; *bold* &amp; &lt;https://evil.example|go&gt;`" in texts(message)


def test_a_short_last_output_is_one_line_with_the_title_of_its_step() -> None:
    message = shown(RunResult(step="build", value="1.4.2"))
    assert "*Result of Build it*: 1.4.2" in texts(message)
    assert "Result of Build it: 1.4.2" in message.text


def test_a_long_last_output_is_shortened_and_says_so() -> None:
    message = shown(RunResult(step="build", value={f"key_{number}": "x" * 70 for number in range(50)}))
    block = next(block for block in message.blocks if "result" in block.get("block_id", ""))
    text = block["elements"][1]["elements"][0]["text"]
    assert text.count("\n") == 8
    assert text.endswith("… all of it in Details")


def test_credentials_in_an_output_are_hidden() -> None:
    message = shown(RunResult(step="build", value={"password": "hunter2hunter2", "lines": "x" * 90}))
    assert "hunter2" not in texts(message) + message.text
    assert "[hidden]" in texts(message)


def test_links_show_their_host_and_the_rest_is_counted() -> None:
    links = [ProducedLink("build", f"https://ci.example.com/{number}") for number in range(MAX_LINKS + 2)]
    message = shown(None, *links, state="running")
    assert "<https://ci.example.com/0|ci.example.com/0> · Build it" in texts(message)
    assert "… and 2 more links in Details" in texts(message)


def test_an_address_with_a_credential_is_not_linked() -> None:
    message = shown(None, ProducedLink("build", "https://[hidden]@example.com", withheld=True))
    assert "`https://[hidden]@example.com` is not linked: it holds a credential" in texts(message)


def test_the_count_tells_skipped_steps_from_done_ones() -> None:
    plan = next(block for block in shown().blocks if block["type"] == "plan")
    assert plan["title"] == "1 of 2 steps done, 1 skipped"
    assert [task["title"][:2] for task in plan["tasks"]] == ["Bu", "⏭️"]


def test_the_command_line_shows_result_and_links() -> None:
    record = detail(RunResult(step="build", value=[1, 2]), ProducedLink("build", "https://ci.example.com/1"))
    printed = "\n".join(line.plain for line in lines(as_json(record)))
    assert "Result of Build it: [1, 2]" in printed
    assert "https://ci.example.com/1" in printed


@pytest.mark.parametrize("result", [RunResult(text=ADDRESS), RunResult(step="build", value=ADDRESS)])
def test_a_result_that_is_a_link_stands_once(result: RunResult) -> None:
    message = shown(result, ProducedLink("build", ADDRESS))
    assert texts(message).count("ci.example.com/7|") == 1
    assert "Result of" not in texts(message)
    assert f"`{ADDRESS}`" not in texts(message)
    assert "ci.example.com/7" in message.text
    assert ADDRESS in texts(shown(result))
