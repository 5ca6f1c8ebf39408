"""Charts of the last runs in answers, and what stands there where the workspace does not take charts."""

from typing import Any

import pytest

Team = Any
Json = dict[str, Any]
DEPLOYS, ALICE, BOB = "C05DEPLOYS", "U01ALICE", "U02BOB"
CHARTS = ["data_visualization", "data_table"]
FLOWS = """
from pydantic import BaseModel
from signoff import Fatal, Workflow


class Load(BaseModel):
    weight: int = 1


lift = Workflow("lift", input=Load, owner="@platform", channel="#deploys", on_failure="fail")


@lift.step
async def raise_it(input: Load) -> str:
    if input.weight > 3:
        raise Fatal("too heavy")
    return "up"
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def lift(team: Team, *weights: int) -> None:
    for weight in weights:
        await team.office.say(ALICE, DEPLOYS, f"/workflow run lift weight={weight}")
    ends = {"succeeded": sum(weight <= 3 for weight in weights), "failed": sum(w > 3 for w in weights)}

    async def all_ended() -> bool:
        runs, _ = await team.bot.engine.runs(limit=50)
        return {state: sum(run.state == state for run in runs) for state in ends} == ends

    await team.office.until(ALICE, all_ended)


async def ask(team: Team, text: str) -> Json:
    """Return the answer, which comes after the acknowledgment."""
    before = [each["ts"] for each in await team.office.messages(ALICE, DEPLOYS)]
    await team.office.say(ALICE, DEPLOYS, f"/workflow {text}")

    async def answered() -> Json | None:
        mine = [each for each in await team.office.messages(ALICE, DEPLOYS) if each["ephemeral_to"]]
        new = [each for each in mine if each["ts"] not in before and "Started *lift" not in each["text"]]
        return dict(new[-1]) if new and "lift" in str(new[-1]) else None

    return dict(await team.office.until(ALICE, answered))


def kinds(message: Json) -> list[str]:
    return [block["type"] for block in message["blocks"]]


async def test_history_and_show_draw_how_long_runs_took_and_how_they_ended(team: Team) -> None:
    await lift(team, 1, 1, 1, 1, 9)
    history = await ask(team, "history lift")
    assert kinds(history).count("data_visualization") == 2
    assert "table" not in kinds(history)
    took, ended = [block for block in history["blocks"] if block["type"] == "data_visualization"]
    assert took["title"] == "How long the last 5 runs took"
    (series,) = took["chart"]["series"]
    table = next(block for block in history["blocks"] if block["type"] == "data_table")
    shorts = [row[0].get("text") or str(row[0]) for row in table["rows"][:0:-1]]
    assert all(point["label"] in short for point, short in zip(series["data"], shorts, strict=True))
    counts = {
        each["name"]: sum(point["value"] for point in each["data"]) for each in ended["chart"]["series"]
    }
    assert counts == {"done": 4, "failed": 1}
    for words in ("4 of the last 5 done", "1 failed", "Took "):
        assert words in history["text"]
    shown = await ask(team, "show lift")
    assert kinds(shown).count("data_visualization") == 2
    assert "Took " in shown["text"]


async def test_few_runs_are_listed_without_a_chart(team: Team) -> None:
    await lift(team, 1, 1, 1, 1)
    assert "data_visualization" not in kinds(await ask(team, "history lift"))


async def test_a_workspace_without_charts_gets_a_picture_with_all_figures_in_words(team: Team) -> None:
    await lift(team, 1, 1, 1, 1, 9)
    await team.office.do("blocks/refuse", types=[*CHARTS, "table"])
    answer = await ask(team, "history lift")
    assert "The chart of these runs is a picture in your direct messages with Signoff" in str(
        answer["blocks"]
    )
    assert "oldest → newest" not in str(answer["blocks"])
    assert "Took " in answer["text"]
    (sharing,) = [word for word in await team.office.direct(ALICE) if word.get("files")]
    (picture,) = sharing["files"]
    assert picture["title"] == "Runs of lift"
    assert sharing["text"].startswith("lift: 4 done, 1 failed. Took ")
    assert picture["mimetype"] == "image/png"
    assert "how they ended: 4 done, 1 failed. The oldest first: 1. " in picture["alt"]
    assert picture["alt"].endswith(", failed.")


async def test_the_picture_of_a_shared_chart_goes_to_the_channel(team: Team) -> None:
    await lift(team, 1, 1, 1, 1, 1)
    await team.office.do("blocks/refuse", types=CHARTS)
    await team.office.say(ALICE, DEPLOYS, "/workflow history lift --public")
    await team.office.message(
        BOB, DEPLOYS, "Took ", "The chart of these runs is a picture in this conversation"
    )
    shared = await team.office.messages(BOB, DEPLOYS)
    assert [file["mimetype"] for each in shared for file in each.get("files") or ()] == ["image/png"]


async def test_a_chart_is_text_where_no_picture_can_be_shared(team: Team) -> None:
    await lift(team, 1, 1, 1, 1, 9)
    await team.office.do("blocks/refuse", types=CHARTS)
    await team.office.do("channel/kick", channel=DEPLOYS, user="U0SIGNOFF")
    await team.office.say(ALICE, DEPLOYS, "/workflow history lift --public")
    shared = await team.office.message(BOB, DEPLOYS, "Took ", "oldest → newest")
    assert "is a picture" not in str(shared["blocks"])


async def test_a_workspace_without_charts_and_files_gets_text_and_is_asked_once(team: Team) -> None:
    await lift(team, 1, 1, 1, 1, 9)
    await team.office.do("blocks/refuse", types=CHARTS)
    await team.office.do(
        "fault", method="files.getUploadURLExternal", kind="error", error="not_allowed", times=9
    )
    for question in ("history lift", "show lift", "history lift"):
        answer = await ask(team, question)
        assert not set(CHARTS) & set(kinds(answer))
        assert "✓✓✓✓✗" in str(answer["blocks"])
        assert "oldest → newest" in str(answer["blocks"])
        assert "Took " in answer["text"]
    calls = (await team.office.read("calls", method="response_url"))["calls"]
    assert [call["error"] for call in calls].count("invalid_blocks") == 1


@pytest.mark.parametrize(("question", "refused"), [("runs lift", 1), ("history lift", 2)])
async def test_a_workspace_without_tables_gets_the_runs_as_lines_and_is_asked_once(
    team: Team, question: str, refused: int
) -> None:
    await lift(team, 1, 1, 1, 1, 9)
    await team.office.do("blocks/refuse", types=[*CHARTS, "table"])
    for _ in range(2):
        answer = await ask(team, question)
        assert not {*CHARTS, "table"} & set(kinds(answer))
        lines = "\n".join(block["text"]["text"] for block in answer["blocks"] if block["type"] == "section")
        assert lines.count("• *lift-") == 5
        assert lines.count("✅ done") == 4
        assert lines.count("🔴 failed") == 1
    calls = (await team.office.read("calls", method="response_url"))["calls"]
    assert [call["error"] for call in calls].count("invalid_blocks") == refused


async def test_a_shared_chart_is_seen_by_the_channel(team: Team) -> None:
    await lift(team, 1, 1, 1, 1, 1)
    await team.office.say(ALICE, DEPLOYS, "/workflow history lift --public")
    shared = await team.office.message("U02BOB", DEPLOYS, "Took ", "5 of the last 5 done")
    assert "data_visualization" in kinds(shared)
