"""Checks of the targets of SIGNOFF_CI: their tokens, their hosts and their gates. No target is called."""

import asyncio
import socket
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from bot.ci.specs import CiTarget
from bot.cli.doctor.finding import Finding
from bot.settings.config import Settings
from engine import SignoffError
from engine.addresses import is_public

_AREA = "ci"
_IN_FILE = "in the file of SIGNOFF_CI"


async def ci_findings(settings: Settings, gates: Collection[str]) -> list[Finding]:
    """Return what is wrong with each target. `gates`: the names of those that are loaded."""
    found: list[Finding] = []
    for target in settings.ci.targets:
        problems = [
            *await asyncio.to_thread(_token, target, settings.vault.find),
            *await _host(target),
            *_gates(target, gates),
        ]
        ok = f"The target {target.name} has a token, and {_name(target)} can be found."
        found += problems or [Finding(_AREA, "ok", ok)]
    return found


def _token(target: CiTarget, find: Callable[[str], str]) -> list[Finding]:
    try:
        if find(target.token):
            return []
        why = f"the secret {target.token} is not set"
    except SignoffError as error:
        why = str(error).rstrip(".")
    remedy = f"Set the secret, or correct token {_IN_FILE}."
    return [Finding(_AREA, "problem", f"The target {target.name} has no token: {why}.", remedy)]


def _name(target: CiTarget) -> str:
    return urlsplit(target.address).hostname or ""


async def _host(target: CiTarget) -> list[Finding]:
    host, remedy = _name(target), f"Correct api {_IN_FILE}, or the name service of this machine."
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        text = f"The host {host} of the target {target.name} cannot be found ({error.strerror or error})."
        return [Finding(_AREA, "problem", text, remedy)]
    inside = [str(address[0]) for *_, address in found if not is_public(str(address[0]))]
    if not inside or target.private:
        return []
    text = f"The host {host} of the target {target.name} is inside this machine's networks ({inside[0]})."
    return [Finding(_AREA, "problem", text, f"Write private: true {_IN_FILE} to call it there.")]


def _gates(target: CiTarget, gates: Collection[str]) -> list[Finding]:
    return [
        Finding(
            _AREA,
            "warning",
            f"The target {target.name} names the gate {gate!r}, which is not loaded.",
            f"Correct gates {_IN_FILE}, or load the gate.",
        )
        for gate in target.gates
        if gate not in gates
    ]
