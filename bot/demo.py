"""The demo: a local Slack and the bot in one process, on one folder, with nothing to configure.

Everything is kept in the folder, so that killing the process and starting it again goes on where it was.
The settings of whoever starts it (`SLACK_*`, `SIGNOFF_*`, `.env`) don't reach it.
"""

import json
from pathlib import Path

from bot.config import Settings, read_settings
from bot.slackapi import SlackApi
from localslack import Server
from localslack.config import load_workspace

FOLDER = Path(".signoff-demo")
PORT = 8765
CHANNEL = "C02INCIDENTS"
WELCOME = (
    "*Signoff is here.* It runs workflows and asks people before something happens.\n"
    "Type `/workflow run incident-response` to see one: it looks into an alert, says what it would do, and "
    "waits for somebody on call. `/workflow help` lists what else there is."
)


def lives_in(folder: Path) -> bool:
    """Is this a demo's folder?"""
    return (folder / "workspace.sqlite3").exists() and (folder / "signoff.db").exists()


def manifest() -> Path:
    return Path(__file__).resolve().parent.parent / "manifest.yaml"


def settings(folder: Path, server: Server | None = None) -> Settings:
    """The bot's settings for a demo in that folder; without a server, for a look at its database."""
    values = {
        "DATABASE_URL": f"sqlite:///{folder / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(folder / "data"),
        "SIGNOFF_CLI_DECIDES": "true",
        "SIGNOFF_LOG_LEVEL": "WARNING",
        "SIGNOFF_PORT": "0",
    }
    if server is None:
        groups = {group.handle: group.users for group in load_workspace(None).groups}
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
