"""The demo: a local Slack and the bot in one process, on one folder, with nothing to configure.

Everything is kept in the folder, so that killing the process and starting it again goes on where it was.
Of Signoff's settings only `SIGNOFF_WORKFLOWS`, `SIGNOFF_GROUPS`, `SIGNOFF_ONCALL`, `SIGNOFF_POLICIES` and
`SIGNOFF_NOTIFY_HOSTS` reach it from the environment; `.env` does not. Other variables, such as the secrets
that webhooks name, do.
"""

import json
import os
import shlex
import shutil
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.demo.clock import DemoClock
from bot.demo.folder import FOLDER
from bot.demo.mail_sink import MailSink, listening
from bot.settings.config import Settings, is_setting, read_settings
from bot.slack.app_manifest import COMMAND, FILE, manifest_text
from bot.slack.web_api import SlackApi
from bot.views.wording.text import safe
from engine import Actor, Clock, Engine, PeopleUnavailable, WorkflowRecord
from localslack import Config, MovableClock, Server, StartError, start
from localslack.config import load_workspace
from localslack.zones import machine_zone

_CHANNEL = "incidents"
EXAMPLE = "incident-response"
_CLOCK_FILE = "clock-moved-by"
_WORKSPACE_FILE = "workspace.yaml"
_MANIFEST_FILE = "manifest.yaml"
_HOOK_SECRET = "INCIDENTS_SECRET"  # noqa: S105 - the name of an environment variable
_FROM_ENVIRONMENT = (
    *("SIGNOFF_WORKFLOWS", "SIGNOFF_GROUPS", "SIGNOFF_ONCALL", "SIGNOFF_POLICIES"),
    "SIGNOFF_NOTIFY_HOSTS",
)
_DEMO_SECRET = "demo"  # noqa: S105 - for a webhook on loopback
WELCOME = (
    "*Signoff is here.* It runs workflows and asks people before something happens.\n"
    f"Type `/workflow run {EXAMPLE}` to see one: it examines an alert, proposes an action, and "
    "waits for a person on call.\n"
    "Type `/workflow run nightly-backup store=vault` to see a step fail: its owner decides about it.\n"
    "`/workflow help` lists the other commands."
)
_WELCOME_TO_OWN = (
    "*Signoff is here.* It runs workflows and asks people before something happens.\n"
    "{first}`/workflow help` lists the commands, and `/workflow list` your workflows."
)


@asynccontextmanager
async def workspace(
    port: int, folder: Path, file: Path | None = None
) -> AsyncIterator[tuple[Settings, str, Clock]]:
    """A local Slack, kept in the folder; gives the bot's settings and clock for it and the page's address.

    `file`: its people, groups and channels (YAML). The folder keeps a copy for the next starts. Raises
    `StartError`.
    """
    app = manifest()
    if not app.exists():
        raise StartError(f"The demo needs {app.name}, which is missing at {app}. Install Signoff again.")
    if file is not None:
        _keep_workspace(file, folder)
    clock = kept_clock(folder)
    people = _kept_workspace(folder)
    server = await start(
        Config(
            port=port,
            data=folder,
            workspace=people,
            manifest=_kept_manifest(folder),
            rates=True,
            clock=clock,
            tz=machine_zone(),
            unfurl_domains=("127.0.0.1",),
        )
    )
    try:
        async with listening(MailSink(folder / "mail")) as mail:
            settings = demo_settings(folder, server, beside=port != 0, mail_port=mail.port)
            yield settings, server.url, DemoClock(clock)
    finally:
        await server.close()


async def first_person(engine: Engine, folder: Path, workflows: Sequence[WorkflowRecord]) -> str:
    """Return the id of the person as whom the page opens: they can start the proposed workflow.

    Preferably they read its channel, and cannot approve what it asks. Empty for the person as whom the page
    opens by itself, who is the first one of the workspace.
    """
    first = first_workflow(workflows)
    space = load_workspace(_kept_workspace(folder))
    people = [user.id for user in space.users if not (user.is_bot or user.deleted or user.is_restricted)]
    name = (first.channel or "").removeprefix("#") if first else ""
    readers = {
        id_ for channel in space.channels if name in (channel.name, channel.id) for id_ in channel.members
    }
    if first is None:
        return ""
    with suppress(PeopleUnavailable):
        for person in sorted(people, key=lambda id_: id_ not in readers):
            seen = engine.seen_by(Actor("slack", person))
            named = [each for each in await seen.workflows() if each.name == first.name and each.startable]
            if named and not await seen.approves(first):
                return "" if person == space.users[0].id else person
    return ""


def greeting(
    url: str, folder: Path, api: str, workflows: Sequence[WorkflowRecord], channel: str = _CHANNEL
) -> str:
    """Return what the terminal says when the page can be opened. `channel`: that of the welcome."""
    command = _command()
    data = "" if folder.resolve() == FOLDER.resolve() else f" --data {shlex.quote(str(folder))}"
    gates = [workflow.name for workflow in workflows if workflow.gate]
    return f"""
  Signoff is at  {url}   (a local Slack; choose who you are at the top left)
  Its console    {api}/console   (workflows, runs and approvals as pages)

  Three things to try
    1. {_first_run(workflows, channel)}
    2. Stop the demo with Ctrl-C, or kill it, while a run waits. Start it again and click: the run continues.
    3. In another terminal:   {command} runs{data}   and   {command} show RUN{data}
{_at_webhooks(workflows, api)}{_at_gates(gates[0], command, api, folder) if gates else ""}
  Everything is kept in {folder}/. Ctrl-C stops the demo.
"""


def first_workflow(workflows: Sequence[WorkflowRecord]) -> WorkflowRecord | None:
    """Return the workflow that the demo proposes to run: the example, else one that asks people."""
    runnable = [workflow for workflow in workflows if not workflow.gate]
    return min(runnable, key=lambda each: (each.name != EXAMPLE, not each.asks), default=None)


def _first_run(workflows: Sequence[WorkflowRecord], channel: str) -> str:
    first = first_workflow(workflows)
    name = first.name if first else ""
    if name == EXAMPLE and channel == _CHANNEL:
        return f"""In #incidents type   /workflow run {EXAMPLE}
       and approve what it asks as Bob or Alice, who are on call (choose one of them at the top left)."""
    place = f"#{channel}" if channel else "a channel"
    return f"In {place} type   /workflow {f'run {name}' if name else 'help'}"


def _at_webhooks(workflows: Sequence[WorkflowRecord], api: str) -> str:
    hooks = [
        trigger.key.removeprefix("webhook:")
        for workflow in workflows
        for trigger in workflow.triggers
        if trigger.key.startswith("webhook:")
    ]
    if not hooks:
        return ""
    if not any(workflow.name == EXAMPLE for workflow in workflows):
        return f"\n  Webhooks arrive at {api}/hooks/{hooks[0]}\n"
    labels = '"labels": {"device": "pump-07", "metric": "temperature"}, "annotations": {"value": "96"}'
    alert = f'{{"status": "firing", "fingerprint": "a1", {labels}}}'
    token = f"${_HOOK_SECRET}" if os.environ.get(_HOOK_SECRET) else _DEMO_SECRET  # a secret is not printed
    return f"""
  An alert starts {EXAMPLE} too. In another terminal:
    curl -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
      {api}/hooks/incidents -d '{{"status": "firing", "alerts": [{alert}]}}'
"""


def _at_gates(gate: str, command: str, api: str, folder: Path) -> str:
    return f"""
  Scripts and agents ask people at {api}. In another terminal:
    export SIGNOFF_URL={api} SIGNOFF_TOKEN=$({command} token create me --gate {gate} --data {folder})
    {command} ask {gate} "Ship 1.4.2?" --wait
"""


def _command() -> str:
    """Return how to type the command that started this process, in the folder in which it was started."""
    script = Path(sys.argv[0])
    if script.name != "signoff":
        return "signoff"
    on_path = shutil.which("signoff")
    if on_path and Path(on_path).resolve() == script.resolve():
        return "signoff"
    here = Path.cwd()
    return str(script.relative_to(here) if script.is_relative_to(here) else script)


def open_page(url: str) -> None:
    """In the browser, where there is a screen: a browser for terminals would take this one."""
    screen = (
        sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if screen and sys.stdout.isatty():
        webbrowser.open(url)


def kept_clock(folder: Path) -> MovableClock:
    """Return a clock that is as far ahead as when the demo of that folder last moved it, and stays so."""
    file = folder / _CLOCK_FILE

    def keep(moved_by: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_text(f"{moved_by:.0f}", encoding="utf-8")
        os.replace(draft, file)

    clock = MovableClock(_moved_by(file))
    clock.listeners.append(keep)
    return clock


def _moved_by(file: Path) -> float:
    try:
        return float(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0.0


def _keep_workspace(file: Path, folder: Path) -> None:
    """Keep the workspace file in the demo's folder. Raises `StartError` for one that is not valid."""
    load_workspace(file)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if file.resolve() != (folder / _WORKSPACE_FILE).resolve():
        shutil.copyfile(file, folder / _WORKSPACE_FILE)


def _kept_workspace(folder: Path) -> Path | None:
    file = folder / _WORKSPACE_FILE
    return file if file.exists() else None


def _kept_manifest(folder: Path) -> Path:
    """Write the manifest of the app in the local Slack, with the agent view and texts in threads."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / _MANIFEST_FILE
    file.write_text(manifest_text(COMMAND, read_threads=True, agent=True), encoding="utf-8")
    return file


def manifest() -> Path:
    return FILE


def demo_settings(
    folder: Path, server: Server | None = None, *, beside: bool = False, mail_port: int = 25
) -> Settings:
    """The bot's settings for a demo in that folder; without a server, for a look at its database.

    `beside`: the console takes the port after that of the page, so that links to it last. `mail_port`: of the
    server on this machine that keeps the e-mail of steps.
    """
    values = {name: value for name, value in os.environ.items() if not is_setting(name)}
    values |= {
        _HOOK_SECRET: os.environ.get(_HOOK_SECRET) or _DEMO_SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(folder / "data"),
        "SIGNOFF_CLI_DECIDES": "true",
        "SIGNOFF_LOG_LEVEL": "WARNING",
        "SIGNOFF_PORT": "0",
        "SIGNOFF_CONSOLE": "open",
        "SIGNOFF_READ_THREADS": "on",
        "SIGNOFF_AGENT_VIEW": "on",
        "SIGNOFF_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "SIGNOFF_SMTP_FROM": "signoff@demo.example",
    }
    for name in _FROM_ENVIRONMENT:
        if own := os.environ.get(name):
            values[name] = own
    if server is None:
        groups = {group.handle: list(group.users) for group in load_workspace(_kept_workspace(folder)).groups}
        groups |= {handle: list(users) for handle, users in read_settings(values).groups.items()}
        values |= {"SIGNOFF_GROUPS": json.dumps(groups)}
    else:
        values |= {
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_APP_TOKEN": server.app_token,
            "SLACK_SIGNING_SECRET": server.signing_secret,
            **(_console_place(server.url) if beside else {}),
            "SLACK_CLIENT_ID": server.client_id,
            "SLACK_CLIENT_SECRET": server.client_secret,
        }
    return read_settings(values)


def _console_place(url: str) -> dict[str, str]:
    """Return the settings for a console beside the page; empty if that port is taken."""
    port = int(url.rpartition(":")[2]) + 1
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return {}
    return {"SIGNOFF_PORT": str(port), "SIGNOFF_CONSOLE_URL": f"http://127.0.0.1:{port}"}


async def welcome(api: SlackApi, bot_user: str, workflows: Sequence[WorkflowRecord]) -> str:
    """Return the name of the channel where the demo starts, after a hello there, unless the bot has spoken.

    It is the channel of the workflow to try, #incidents, or else the first channel with the bot. Empty: a
    workspace may have none.
    """
    first = first_workflow(workflows)
    channel, name = await _first_channel(api, (first and first.channel) or "")
    if not channel:
        return ""
    page = await api.read("conversations.history", {"channel": channel, "limit": 100})
    if any(message.get("user") == bot_user for message in page.get("messages") or ()):
        return name
    block = {"type": "section", "text": {"type": "mrkdwn", "text": welcome_text(first)}}
    text = f"Signoff is here. Type /workflow {f'run {first.name}' if first else 'help'} to begin."
    await api.write("chat.postMessage", {"channel": channel, "text": text, "blocks": [block]})
    return name


def welcome_text(first: WorkflowRecord | None) -> str:
    """Return the hello; mrkdwn. `first`: the workflow to try, None where none is loaded."""
    if first and first.name == EXAMPLE:
        return WELCOME
    to_try = f"Type `/workflow run {first.name}` to start *{safe(first.title, 100)}*.\n" if first else ""
    return _WELCOME_TO_OWN.format(first=to_try)


async def _first_channel(api: SlackApi, wanted_name: str) -> tuple[str, str]:
    """Return id and name of the channel in which the demo starts; empty where the bot is in none."""
    wanted = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": 999}
    channels = (await api.read("conversations.list", wanted)).get("channels") or []
    joined = [channel for channel in channels if channel.get("is_member")]
    names = (wanted_name.removeprefix("#"), _CHANNEL)
    named = [channel for name in names for channel in joined if name in (channel.get("name"), channel["id"])]
    first = next(iter(named or joined), {"id": "", "name": ""})
    return str(first["id"]), str(first.get("name") or "")
