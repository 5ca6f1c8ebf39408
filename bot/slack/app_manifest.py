"""The manifest of the Slack app, as the settings of this installation want it."""

from pathlib import Path
from urllib.parse import urlsplit

from bot.slack.scopes import AGENT, SLACKBOT
from bot.slack.subscriptions import AGENT_EVENTS, THREAD_EVENTS

FILE = Path(__file__).resolve().parents[1] / "manifest.yaml"
STEPS_FILE = FILE.with_name("manifest-steps.yaml")
AGENT_FILE = FILE.with_name("manifest-agent.yaml")
COMMAND = "/workflow"
SLACKBOT_PATH, SLACKBOT_AUTH = "/slack/mcp", "slack_identity_auth"


def manifest_text(
    command: str,
    console: str = "",
    *,
    read_threads: bool = False,
    steps: bool = False,
    agent: bool = False,
) -> str:
    """Return the manifest for Socket Mode. `command`: the name of the slash command.

    `console`: the address of the web console; empty: there is none. `read_threads`: Slack tells of messages
    in the channels that the bot is in. `steps`: it has custom steps of Workflow Builder. `agent`: it has the
    agent view.
    """
    text = FILE.read_text(encoding="utf-8")
    if console:
        domain, place = urlsplit(console).hostname, f"{console}/console/sign-in/slack/return"
        text = text.replace("features:\n", f"features:\n  unfurl_domains:\n    - {domain}\n", 1)
        text = text.replace("oauth_config:\n", f"oauth_config:\n  redirect_urls:\n    - {place}\n", 1)
    if read_threads:
        lines = "".join(f"      - {event}\n" for event in THREAD_EVENTS)
        text = text.replace("      - message.im\n", f"{lines}      - message.im\n", 1)
    if agent:
        view = AGENT_FILE.read_text(encoding="utf-8")
        text = text.replace("features:\n", f"features:\n{view}", 1)
        scopes = "".join(f"      - {scope}\n" for scope in AGENT)
        text = text.replace("      - commands\n", f"{scopes}      - commands\n", 1)
        lines = "".join(f"      - {event}\n" for event in AGENT_EVENTS)
        text = text.replace("      - app_home_opened\n", f"{lines}      - app_home_opened\n", 1)
    if steps:
        text = text.replace("settings:\n", f"{STEPS_FILE.read_text(encoding='utf-8')}\nsettings:\n", 1)
        text = text.replace(
            "  org_deploy_enabled: false\n", "  org_deploy_enabled: true\n  function_runtime: remote\n", 1
        )
    return text.replace(f"command: {COMMAND}\n", f"command: {command}\n")


def with_slackbot(text: str, address: str) -> str:
    """Return a manifest by which Slackbot calls this address, with the identity that Slack signs.

    Source: docs.slack.dev/reference/app-manifest (mcp_servers).
    """
    scopes = "".join(f"      - {scope}\n" for scope in SLACKBOT)
    text = text.replace("      - commands\n", f"      - commands\n{scopes}", 1)
    server = f"mcp_servers:\n  signoff:\n    url: {address}\n    auth_type: {SLACKBOT_AUTH}\n"
    return f"{text.rstrip()}\n\n{server}"
