"""`signoff manifest`: the manifest of the Slack app."""

from typing import Annotated
from urllib.parse import urlsplit

import typer
from pydantic_core import PydanticCustomError

from bot.cli.output import CommandError, Output
from bot.cli.target import environment
from bot.settings.config_validators import check_console_url
from bot.slack.app_manifest import COMMAND, SLACKBOT_PATH, manifest_text, with_slackbot


def manifest(
    http: Annotated[
        str,
        typer.Option(
            "--http",
            metavar="URL",
            help="Receive requests over HTTP at this public address, instead of through Socket Mode.",
        ),
    ] = "",
    read_threads: Annotated[
        bool,
        typer.Option(
            "--read-threads",
            help="Also subscribe to the messages of channels, which SIGNOFF_READ_THREADS=on needs.",
        ),
    ] = False,
    workflow_steps: Annotated[
        bool,
        typer.Option(
            "--workflow-steps",
            help="Also have steps in Workflow Builder, which SIGNOFF_WORKFLOW_STEPS=on needs.",
        ),
    ] = False,
    agent_view: Annotated[
        bool,
        typer.Option(
            "--agent-view",
            help="Also have the agent view, which SIGNOFF_AGENT_VIEW=on needs.",
        ),
    ] = False,
) -> None:
    """Print the manifest of the Slack app, to paste at https://api.slack.com/apps.

    SIGNOFF_COMMAND sets the name of the slash command, SIGNOFF_CONSOLE_URL the domain whose links Slack tells
    the bot of. SIGNOFF_READ_THREADS=on has the effect of --read-threads, SIGNOFF_WORKFLOW_STEPS=on has that
    of --workflow-steps, and SIGNOFF_AGENT_VIEW=on has that of --agent-view. With --http, SIGNOFF_SLACKBOT=on
    adds the server for Slackbot.
    """
    settings = environment()
    text = manifest_text(
        settings.get("SIGNOFF_COMMAND") or COMMAND,
        _console(settings.get("SIGNOFF_CONSOLE_URL")),
        read_threads=read_threads or settings.get("SIGNOFF_READ_THREADS") == "on",
        steps=workflow_steps or settings.get("SIGNOFF_WORKFLOW_STEPS") == "on",
        agent=agent_view or settings.get("SIGNOFF_AGENT_VIEW") == "on",
    )
    if http:
        text = _over_http(text, _address(http))
        if settings.get("SIGNOFF_SLACKBOT") == "on":
            text = with_slackbot(text, _address(http).replace("/slack/events", SLACKBOT_PATH))
    for line in text.rstrip("\n").split("\n"):
        Output().line(line)


def _console(text: str | None) -> str:
    try:
        return check_console_url(text) if text else ""
    except PydanticCustomError as error:
        raise CommandError(f"SIGNOFF_CONSOLE_URL: {error.message()}") from None


def _address(http: str) -> str:
    parts = urlsplit(http)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise CommandError(f"--http {http}: it is not an address. Write it as https://signoff.example.com.")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path.removesuffix('/slack/events')}/slack/events"


def _over_http(text: str, address: str) -> str:
    """Return the manifest with the address of each way in, and without Socket Mode."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith("#") and lines:
            continue  # how to change the manifest for HTTP
        lines.append(line.replace("socket_mode_enabled: true", "socket_mode_enabled: false"))
        if line.startswith("    - command: "):
            lines.append(f"      url: {address}")
        if line in ("  event_subscriptions:", "  interactivity:"):
            lines.append(f"    request_url: {address}")
    return "\n".join(lines)
