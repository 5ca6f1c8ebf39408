"""The whole bot in this process, on a local Slack over sockets: Socket Mode, or signed HTTP."""

import socket
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.application import Bot, run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.settings.config import read_settings
from engine import Clock, SystemClock
from localslack import Config, Server, start
from localslack.config import WorkspaceSpec, load_workspace
from tests import spoken

ROOT = Path(__file__).resolve().parents[3]
FLOWS = """
from typing import Literal
from pydantic import BaseModel, Field
from signoff import Diff, Fatal, Outcome, StepContext, Workflow


class Release(BaseModel):
    service: Literal["billing", "shop"]
    copies: int = Field(2, ge=1, le=9)


ship = Workflow("ship", input=Release, owner="@platform", channel="#deploys")


@ship.step
async def build(input: Release, ctx: StepContext) -> str:
    ctx.log(f"building {input.service} <@U01ALICE>")
    return f"{input.service} x{input.copies}"


go = ship.approval("go", ask="Ship {build}?", show=build, approvers=["@release-managers"], expires="4h")


@ship.step(when=go.approved)
async def release(build: str, go: Outcome) -> str:
    return build


quick = Workflow("quick", owner="@platform", channel="#deploys", may_run=["@platform"])


@quick.step
async def only() -> str:
    return "done"


vote = Workflow("vote", owner="@platform", channel="#deploys")
vote.approval("sure", ask="Are we sure?", approvers=["@crowd"], quorum=12, expires="1h", advisory=True)


class Size(BaseModel):
    rows: int


big = Workflow("big", input=Size, owner="@platform", channel="#deploys")


@big.step
async def change(input: Size) -> dict[str, str]:
    before = "\\n".join(f"row {number} is old" for number in range(input.rows))
    return {"before": before, "after": before.replace("old", "new")}


applied = big.approval(
    "applied", ask="Apply it?", show=[Diff("Change", "change.before", "change.after")], risk="low",
    approvers=["@release-managers"], expires="4h",
)


@big.step(when=applied.approved)
async def apply(change: dict[str, str]) -> str:
    return "applied"


shaky = Workflow("shaky", owner="@on-call", channel="#incidents")


@shaky.step
async def fall(ctx: StepContext) -> str:
    marker = ctx.data_dir / "repaired"
    if not marker.exists():
        raise Fatal("the <gateway> & its *cable* are gone")
    return "fine"
"""


CROWD = [f"U2{number:02}" for number in range(20)]
"""Twenty more people, the group @crowd."""
ODD = [
    {"id": "U31HIDDEN", "name": "hidden", "real_name": "Hidden", "is_hidden": True},
    {"id": "U32PARTNER", "name": "partner", "real_name": "Pia Partner", "is_stranger": True},
    {"id": "U33GONE", "name": "gone", "real_name": "Gone Away", "deleted": True},
]
"""People who are in groups and cannot decide: not shown to the bot, of another company, deactivated."""
NOBODY_ABLE = [one["id"] for one in ODD] + ["U07GUEST", "U0SIGNOFF"]
ODD_GROUPS = [
    {"id": "S10MIXED", "handle": "mixed", "name": "Mixed", "users": ["U02BOB", "U03CAROL", *NOBODY_ABLE]},
    {"id": "S11UNABLE", "handle": "unable", "name": "Unable", "users": ["U33GONE", "U07GUEST"]},
    {"id": "S12EMPTY", "handle": "empty", "name": "Empty", "users": []},
    {"id": "S13CLOSED", "handle": "closed", "name": "Closed", "users": ["U02BOB"], "disabled": True},
]


@cache
def workspace(private: frozenset[str] = frozenset(), outsiders: tuple[Any, ...] = ()) -> WorkspaceSpec:
    """The bundled one, and the crowd in #deploys. `private`: names of channels.

    `outsiders`: further people, as `id` and a flag, who are in #deploys and in the groups of its approvers
    and owners.
    """
    found = load_workspace(None).model_dump()
    found["users"] += [{"id": who, "name": who.lower(), "real_name": f"Voter {who}"} for who in CROWD]
    found["users"] += ODD
    found["groups"] += ODD_GROUPS
    found["groups"].append({"id": "S09CROWD", "handle": "crowd", "name": "Crowd", "users": CROWD})
    for channel in found["channels"]:
        if channel["name"] == "deploys":
            channel["members"] += CROWD
        if channel["name"] in private:
            channel["kind"] = "private"
    found["users"] += [
        {"id": who, "name": who.lower(), "real_name": f"Outsider {who}", **({flag: True} if flag else {})}
        for who, flag in outsiders
    ]
    ids = [who for who, _ in outsiders]
    for group in found["groups"]:
        if group["handle"] in ("release-managers", "platform"):
            group["users"] += ids
    for channel in found["channels"]:
        if channel["name"] == "deploys":
            channel["members"] += ids
    return WorkspaceSpec.model_validate(found)


@dataclass(frozen=True, slots=True)
class Team:
    """People in their Slack, and the bot that serves it."""

    office: Any
    bot: Bot
    slack: Server
    folder: Path


@pytest.fixture(params=["socket"])
def mode(request: pytest.FixtureRequest) -> str:
    """`indirect=True` with `http` for the other one."""
    return str(request.param)


@pytest.fixture
def port(mode: str) -> int:
    """The port of the bot's own server; 0: it has none."""
    return _free_port() if mode == "http" else 0


@pytest.fixture
def outsiders() -> tuple[tuple[str, str], ...]:
    """People who may not act, who do so all the same; a test module may have its own."""
    return ()


@pytest.fixture
def workflows() -> str:
    """The text of the workflow file; a test module may have its own."""
    return FLOWS


@pytest.fixture
def private_channels() -> Collection[str]:
    """Names; a test module may have its own."""
    return ()


@pytest.fixture
def console_url() -> str:
    """Address of the web console; a test module may have its own."""
    return ""


@pytest.fixture
def app_manifest() -> Path:
    """The manifest of the app; a test module may have its own."""
    return ROOT / "manifest.yaml"


@pytest.fixture
def more_settings() -> Mapping[str, str]:
    """Further settings of the bot; a test module may have its own."""
    return {}


@pytest.fixture
def clock() -> Clock:
    """Clock of the bot; a test module may have its own."""
    return SystemClock()


@pytest.fixture
async def team(
    mode: str,
    clock: Clock,
    workflows: str,
    more_settings: Mapping[str, str],
    app_manifest: Path,
    console_url: str,
    private_channels: Collection[str],
    port: int,
    outsiders: tuple[tuple[str, str], ...],
    tmp_path: Path,
    office_at: Callable[[str], Any],
) -> AsyncIterator[Team]:
    flows = tmp_path / "flows.py"
    flows.write_text(workflows, encoding="utf-8")
    http_url = f"http://127.0.0.1:{port}/slack/events" if port else None
    slack = await start(
        Config(
            data=tmp_path / "slack",
            workspace=workspace(frozenset(private_channels), outsiders),
            manifest=app_manifest,
            http_url=http_url,
            unfurl_domains=(urlsplit(console_url).hostname or "",) if console_url else (),
            anybody_acts=bool(outsiders),
        )
    )
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SIGNOFF_WORKFLOWS": str(flows),
        "SIGNOFF_PORT": str(port),
        "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
        "SIGNOFF_MODE": mode,
        "SLACK_APP_TOKEN": slack.app_token,
        "SIGNOFF_OPERATOR": "U05ERIN",
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
    if console_url:
        environment |= {"SIGNOFF_CONSOLE": "on", "SIGNOFF_CONSOLE_URL": console_url}
    settings = read_settings({**environment, **more_settings})
    try:
        async with run_bot(settings, load(settings), handlers, clock) as bot:
            office = office_at(slack.url)
            if not port:
                await office.until("U01ALICE", lambda: _connected(office))
            yield Team(office, bot, slack, tmp_path)
            spoken.check(slack, [workflow.name for workflow in bot.engine.workflows()])
    finally:
        await slack.close()


async def _connected(office: Any) -> bool:
    return bool((await office.read("health"))["connected"])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
