"""Ship a release: build and test it, ask the release managers, then release and announce, or stand down."""

import asyncio
import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from signoff import Escalate, Outcome, Retry, StepContext, Workflow


class Release(BaseModel):
    service: Literal["billing", "shop", "search"] = "billing"
    version: str = Field(
        pattern=r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$", description="Three numbers, such as 1.4.2"
    )
    risk: Literal["low", "high"] = "low"


class Artifact(BaseModel):
    name: str
    digest: str


class Released(BaseModel):
    artifact: str
    by: list[str]


deploy = Workflow(
    "deploy",
    input=Release,
    owner="@platform",
    channel="#deploys",
    max_active_runs=1,
    description="Builds and tests a release, asks the release managers, then ships it.",
    result="{announce}",
)


@deploy.step(retry=Retry(attempts=3, retry_on=(OSError,)))
async def build(input: Release, ctx: StepContext) -> Artifact:
    """Writes the artifact into the installation's folder, where a real one would call a build server."""
    name = f"{input.service}-{input.version}.txt"
    content = f"{input.service} {input.version}\n"
    file = ctx.data_dir / "artifacts" / name
    await asyncio.to_thread(_write, file, content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    ctx.log(f"Built {name}, {digest[:12]}")
    return Artifact(name=name, digest=digest)


@deploy.step(title="test")
async def check(input: Release, build: Artifact, ctx: StepContext) -> str:
    """The artifact is read back and held against its digest."""
    content = await asyncio.to_thread((ctx.data_dir / "artifacts" / build.name).read_bytes)
    if hashlib.sha256(content).hexdigest() != build.digest:
        raise ValueError(f"{build.name} is not what was built.")
    return f"{len(content)} bytes, as built"


go_live = deploy.approval(
    "go_live",
    title="go-live",
    ask="Ship {input.service} {input.version} to production?",
    show=[
        ("Service", "input.service"),
        ("Version", "input.version"),
        ("Risk", "input.risk"),
        ("Artifact", "build.name"),
        ("Checked", "check"),
    ],
    approvers=["@release-managers"],
    remind_every="30m",
    escalate=[Escalate(after="1h", to="@platform")],
    expires="4h",
    on_expiry="reject",
)


@deploy.step(when=go_live.approved)
async def release(build: Artifact, go_live: Outcome, ctx: StepContext) -> Released:
    file = ctx.data_dir / "production" / build.name.split("-")[0]
    await asyncio.to_thread(_write, file, f"{build.name} {build.digest}\n")
    ctx.log(f"{build.name} is live")
    return Released(artifact=build.name, by=list(go_live.by))


@deploy.step(when=go_live.rejected)
async def stand_down(build: Artifact, go_live: Outcome, ctx: StepContext) -> str:
    why = go_live.comment or "nobody answered in time"
    ctx.log(f"{build.name} stays where it is: {why}")
    return why


@deploy.step
async def announce(input: Release, release: Released | None, ctx: StepContext) -> str:
    shipped = f"{input.service} {input.version}"
    return f"{shipped} is live." if release else f"{shipped} was not shipped."


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
