"""Checks of the process that serves: what its `/readyz` reports, each with a remedy."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bot.cli.connection import is_served
from bot.cli.doctor.finding import Finding, Level
from bot.control_socket.client import call
from bot.settings.config import Settings
from bot.views.wording.text import cut_line
from engine import SignoffError

_TIMEOUT_SECONDS = 10.0
_MAX_BYTES = 1_000_000
_MAX_NAMES = 50
_MAX_TEXT = 2_000
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
"""Hosts on which a server listens at every address, and an address of this machine for each."""
_MESSAGES = "The log of the process names each one. signoff audit verify names each changed row."
_PAGE = "See Health checks in docs/guides/operating.md."
REMEDIES: Mapping[str, str] = {
    "leader": "Start signoff serve on a machine that may lead.",
    "standby": "Wait until the leader answers, or check the network between the processes.",
    "slack": "Check SLACK_BOT_TOKEN, SLACK_APP_TOKEN and the network, and start Signoff again.",
    "connections": "Stop other processes that use the same SLACK_APP_TOKEN.",
    "people": "Wait until Slack answers. If it lasts, check the network.",
    "engine": "If it is paused: signoff resume --all. Otherwise wait until the start or the stop ends.",
    "database": "Check the disk or the server of the database. signoff audit verify names what is altered.",
    "keys": "Put the key back from your copy before the next start.",
    "steps": "Cancel the runs of the steps that are named, or raise SIGNOFF_PARALLEL.",
    "outbox": "Check the disk or the server of the database.",
    "callbacks": "Check the disk or the server of the database.",
    "ci": "Check the token of the target, and its settings in the file of SIGNOFF_CI.",
    "outside": "Check SIGNOFF_SMTP_URL and SIGNOFF_NOTIFY_HOSTS, and the address in may_notify.",
    "relay": "Check the network between the processes.",
    "overruns": "Let the steps stop at ctx.cancelled, or start Signoff again.",
    "loop": "Replace the blocking call by an async one, or execute the step in a process.",
    "crash": "Correct the step that is named; a step in a process cannot end Signoff.",
    "processes": "End the processes that must not continue.",
    "code": "Put the code back into the workflow files.",
    "workflows": "signoff check prints the mistakes.",
    "canaries": "signoff canary show prints each candidate.",
    "messages": _MESSAGES,
    "events": "Report the event with the log of the process. People read the run with /workflow show.",
    "records": "signoff audit verify names each row. Restore a backup, or signoff audit accept.",
    "checkpoint": "signoff audit verify says what differs.",
    "full_text": "Decide the requests on the console or on the command line.",
    "checkpoints": "Check the folder or the address in SIGNOFF_CHECKPOINT_TO.",
    "heartbeat": "Check the address in SIGNOFF_HEARTBEAT_URL.",
    "event targets": "signoff events targets prints each target. signoff events skip drops a stuck event.",
    "otlp": "Check the collector at OTEL_EXPORTER_OTLP_ENDPOINT.",
    "otlp metrics": "Check the collector at OTEL_EXPORTER_OTLP_ENDPOINT.",
    "clock": "Let one service set the clock of this machine.",
    "command line": "Remove what is in the place of the socket, and start Signoff again.",
    "triggers": "signoff triggers list prints each trigger with its problem.",
    "secrets": "Set the variable or the file, and start Signoff again.",
}
"""Remedies by the names of `/readyz`."""


async def serving_findings(settings: Settings) -> list[Finding]:
    """Return what the serving process reports. Without one, that is said, and nothing failed."""
    place = settings.database.place
    try:
        is_there = is_served(place, _TIMEOUT_SECONDS)
    except (SignoffError, ValueError, OSError):
        is_there = True  # it does not answer as it should, which the rest of this tells
    if not is_there:
        text = "No process serves, so nothing is read from /readyz."
        return [Finding("readyz", "ok", text)]
    if not settings.port:  # any free port, which only the process knows
        return await findings_from(place)
    host = _ANYWHERE.get(settings.host, settings.host)
    return await findings_at(f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/readyz")


async def findings_from(place: Path, seconds: float = _TIMEOUT_SECONDS) -> list[Finding]:
    """Return what the process that serves this database reports over its control socket."""
    try:
        body = await asyncio.to_thread(call, place, "readyz", {}, seconds)
        return list(_found(body, "The process that serves", "Set SIGNOFF_PORT, and read /readyz."))
    except TimeoutError:
        return [_busy("The process that serves", seconds)]
    except (SignoffError, ValueError) as error:
        text = f"The process that serves does not report its health ({cut_line(error, 200)})."
        remedy = "Start Signoff again, so that it and signoff doctor are of the same release."
        return [Finding("readyz", "warning", text, remedy)]


async def findings_at(url: str, seconds: float = _TIMEOUT_SECONDS) -> list[Finding]:
    """Return what `/readyz` at this address reports. `seconds`: until the answer has to be complete."""
    try:
        return list(_found(await _read(url, seconds), url, f"Read {url}."))
    except TimeoutError:
        return [_busy(url, seconds)]
    except (aiohttp.ClientError, OSError, ValueError) as error:
        text = f"{url} cannot be read ({cut_line(error or type(error).__name__, 200)})."
        remedy = "Give signoff doctor the settings of the process: SIGNOFF_HOST and SIGNOFF_PORT."
        return [Finding("readyz", "warning", text, remedy)]


def _busy(source: str, seconds: float) -> Finding:
    text = f"{source} gave no answer in {seconds:g} s: the process is busy, or code blocks its loop."
    remedy = "Its log names code that blocks the loop. If it lasts, start Signoff again."
    return Finding("readyz", "problem", text, remedy)


async def _read(url: str, seconds: float) -> Any:
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with (
        aiohttp.ClientSession(timeout=timeout) as http,
        http.get(url, allow_redirects=False) as answer,
    ):
        content = bytearray()
        async for part in answer.content.iter_chunked(65_536):
            content += part
            if len(content) > _MAX_BYTES:
                raise ValueError(f"the answer has more than {_MAX_BYTES:,} bytes")
        return json.loads(content)


def _found(body: Any, source: str, read_all: str) -> Iterator[Finding]:
    """Yield the problems and warnings of an answer. Raises `ValueError` for an answer of something else."""
    if not isinstance(body, dict) or not isinstance(body.get("problems"), dict):
        raise ValueError("this is not an answer of Signoff")
    warnings = body.get("warnings") or {}
    if not isinstance(warnings, dict) or body.get("ok") is not (not body["problems"]):
        raise ValueError("this is not an answer of Signoff")
    told = [*_findings(body["problems"], "problem"), *_findings(warnings, "warning")]
    yield from told[:_MAX_NAMES]
    if (left := len(told) - _MAX_NAMES) > 0:
        yield Finding("readyz", "warning", f"{source} reports {left:,} more.", read_all)
    if not told:
        yield Finding("readyz", "ok", "The process that serves reports no problem.")


def _findings(named: Mapping[str, Any], level: Level) -> Iterator[Finding]:
    for name, text in named.items():
        shown = f"{cut_line(name, 80)}: {cut_line(text, _MAX_TEXT)}"
        yield Finding("readyz", level, shown, REMEDIES.get(name, _PAGE))
