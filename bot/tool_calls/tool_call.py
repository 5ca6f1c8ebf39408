"""Pure: a call of a tool, as people approve it and as the server gets it.

Both come from one canonical text.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.terminal import printed
from engine.exact_json import AmbiguousJson, canonical

TOOL_NAME = re.compile(r"[A-Za-z0-9_./-]{1,128}")
"""Names that the protocol allows. Another one could look like that of another tool."""
MAX_DETAILS = 3000
"""Characters that a gate takes. What cannot be shown in full cannot be approved."""


@dataclass(frozen=True, slots=True)
class Server:
    """The server behind the proxy. `name`: as people read it; `command`: how it was started.

    `url`: of a remote server, which has no command.
    """

    name: str
    command: tuple[str, ...] = ()
    url: str = ""

    @property
    def identity(self) -> str:
        """Return the name by which permits name it: the address of a remote server, else its name."""
        return self.url or self.name


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call after validation. `arguments`: canonical JSON, which is what the server gets.

    `reason`: why people are asked, in the words of the rule.
    """

    server: Server
    tool: str
    arguments: str
    reason: str = ""

    @property
    def description(self) -> dict[str, Any]:
        """The call as Signoff takes it for a permit."""
        return {
            "server": self.server.name,
            "command": list(self.server.command),
            "url": self.server.url,
            "tool": self.tool,
            "arguments": self.arguments,
            "reason": self.reason,
        }

    @property
    def digest(self) -> str:
        """SHA-256 over server, command or address, tool and arguments."""
        parts = {
            "arguments": json.loads(self.arguments),
            "command": list(self.server.command),
            "server": self.server.name,
            "tool": self.tool,
            **({"url": self.server.url} if self.server.url else {}),
        }
        return hashlib.sha256(canonical(parts).encode()).hexdigest()


def key_of(question: Mapping[str, str], call: ToolCall, session: str, number: int) -> str:
    """Return the idempotency key of a request: the same after the proxy died, and for no other call.

    `number`: of the request for this call, from 0.
    """
    text = json.dumps([dict(question), call.digest, session, number], sort_keys=True)
    return f"mcp-{hashlib.sha256(text.encode()).hexdigest()}"


def question_of(call: ToolCall, gate: str) -> dict[str, str]:
    """Return what people are asked, with the arguments in full. Raises `AmbiguousJson` if they do not fit."""
    lines = [f"Server: {printed(call.server.name)}"]
    if call.server.url:
        lines.append(f"Address: {printed(call.server.url)}")
    lines.append(f"Tool: {call.tool}")
    if call.reason:
        lines.append(f"Rule: {printed(call.reason)}")
    lines += ["Arguments:", _shown(json.loads(call.arguments)), f"SHA-256: {call.digest}"]
    details = "\n".join(lines)
    if len(details) > MAX_DETAILS:
        raise AmbiguousJson(
            f"The arguments take {len(details):,} characters, and people can be shown {MAX_DETAILS:,}. What "
            "they cannot read in full cannot be approved. Send less, or let a rule allow or deny the call."
        )
    return {
        "gate": gate,
        "question": f"Call {call.tool} of {printed(call.server.name)[:100]}?",
        "details": details,
    }


def _shown(arguments: Any) -> str:
    """JSON on several lines, with an escape for each character that cannot be seen or told from another."""
    text = json.dumps(arguments, ensure_ascii=False, indent=2, sort_keys=True)
    return "".join(character if _is_plain(character) else json.dumps(character)[1:-1] for character in text)


def _is_plain(character: str) -> bool:
    if character.isascii():
        return character.isprintable() or character == "\n"
    return unicodedata.category(character) in (
        "Ll",
        "Lu",
        "Lo",
        "Nd",
        "So",
        "Po",
        "Sc",
        "Sm",
        "Pd",
        "Ps",
        "Pe",
    )
