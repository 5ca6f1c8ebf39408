"""The demo: a local Slack and the bot in one process, on one folder, with nothing to configure.

Everything is kept in the folder, so that killing the process and starting it again goes on where it was.
Of the environment only `SIGNOFF_WORKFLOWS` and `SIGNOFF_GROUPS` reach it; `.env` does not.
"""

import json
import os
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.config import Settings, read_settings
from bot.slack.web_api import SlackApi
from localslack import Config, Server, StartError, start
from localslack.config import load_workspace

CHANNEL = "C02INCIDENTS"
WELCOME = (
    "*Signoff is here.* It runs workflows and asks people before something happens.\n"
    "Type `/workflow run incident-response` to see one: it looks into an alert, says what it would do, and "
    "waits for a person on call. `/workflow help` lists what else there is."
)


@asynccontextmanager
async def workspace(port: int, folder: Path) -> AsyncIterator[tuple[Settings, str]]:
    """A local Slack, kept in the folder; gives the bot's settings for it and the page's address.

    Raises `StartError`.
    """
    app = manifest()
    if not app.exists():
        raise StartError(f"The demo needs {app.name}, which is missing at {app}. Install Signoff again.")
    server = await start(Config(port=port, data=folder, manifest=app, rates=True))
    try:
        yield settings(folder, server), server.url
    finally:
        await server.close()


def greeting(url: str, folder: Path, api: str) -> str:
    """What the terminal says once the page is there."""
    return f"""
  Signoff is at  {url}   (a local Slack; choose who you are at the top left)

  Three things to try
    1. In #incidents type   /workflow run incident-response
       and approve what it asks as Bob or Alice, who are on call.
    2. Stop it here with Ctrl-C, or kill it, while a run waits. Start it again, then click: the run goes on.
    3. In another terminal:   .venv/bin/signoff runs   and   .venv/bin/signoff show RUN

  Scripts and agents ask at {api}, at the gates of your SIGNOFF_WORKFLOWS. In another terminal:
    export SIGNOFF_URL={api} SIGNOFF_TOKEN=$(.venv/bin/signoff token create me --gate GATE --data {folder})
    .venv/bin/signoff ask GATE "Ship 1.4.2?" --wait

  Everything is kept in {folder}/. Ctrl-C stops it.
"""


def open_page(url: str) -> None:
    """In the browser, where there is a screen: a browser for terminals would take this one."""
    screen = (
        sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if screen and sys.stdout.isatty():
        webbrowser.open(url)


def manifest() -> Path:
    return Path(__file__).resolve().with_name("manifest.yaml")


def settings(folder: Path, server: Server | None = None) -> Settings:
    """The bot's settings for a demo in that folder; without a server, for a look at its database."""
    values = {
        "DATABASE_URL": f"sqlite:///{folder / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(folder / "data"),
        "SIGNOFF_CLI_DECIDES": "true",
        "SIGNOFF_LOG_LEVEL": "WARNING",
        "SIGNOFF_PORT": "0",
    }
    if own := os.environ.get("SIGNOFF_WORKFLOWS"):
        values["SIGNOFF_WORKFLOWS"] = own
    if own := os.environ.get("SIGNOFF_GROUPS"):
        values["SIGNOFF_GROUPS"] = own
    if server is None:
        groups = {group.handle: list(group.users) for group in load_workspace(None).groups}
        groups |= {handle: list(users) for handle, users in read_settings(values).groups.items()}
        values |= {"SIGNOFF_GROUPS": json.dumps(groups)}
    else:
        values |= {
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_APP_TOKEN": server.app_token,
            "SLACK_SIGNING_SECRET": server.signing_secret,
        }
    return read_settings(values)


async def welcome(api: SlackApi, bot_user: str) -> None:
    """Say hello in #incidents, unless the bot has spoken there before."""
    page = await api.read("conversations.history", {"channel": CHANNEL, "limit": 100})
    if any(message.get("user") == bot_user for message in page.get("messages") or ()):
        return
    block = {"type": "section", "text": {"type": "mrkdwn", "text": WELCOME}}
    text = "Signoff is here. Type /workflow run incident-response to see a run."
    await api.write("chat.postMessage", {"channel": CHANNEL, "text": text, "blocks": [block]})
