"""Links from messages to the page of a run on the web console, and back to the run from a link."""

from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from bot.views.message import Block, Message
from bot.views.wording.text import escape

_PATH = "/console/runs/"
_REQUESTS = "/console/approvals/"
_POLICIES = "/console/policies"
_MAX_UNITS = 2_900
_MAX_ID = 200


@dataclass(frozen=True, slots=True)
class RunPages:
    """Addresses of the pages of runs. `url`: of the web application; empty where there is no console."""

    url: str = ""

    def of(self, run_id: str) -> str:
        return f"{self.url}{_PATH}{quote(run_id, safe='')}"

    def of_request(self, request_id: str) -> str:
        """Return the address of the page of a request; empty where there is no console."""
        return f"{self.url}{_REQUESTS}{quote(request_id, safe='')}" if self.url else ""

    def of_policies(self) -> str:
        """Return the address of the page of policies; empty where there is no console."""
        return f"{self.url}{_POLICIES}" if self.url else ""

    def run_in(self, link: str) -> str:
        """Return the id of the run that a link names; empty for any other link."""
        start = f"{self.url}{_PATH}"
        if not self.url or not link.startswith(start):
            return ""
        name = link.removeprefix(start).partition("?")[0].partition("#")[0]
        run_id = unquote(name)
        return run_id if "/" not in name and 0 < len(run_id) <= _MAX_ID else ""

    def linked(self, shown: Message, run_id: str) -> Message:
        """Return the message with a link to the page of the run in its last gray line."""
        if not self.url or not shown.blocks or not (last := self._with_link(shown.blocks[-1], run_id)):
            return shown
        return replace(shown, blocks=(*shown.blocks[:-1], last))

    def _with_link(self, block: Block, run_id: str) -> Block | None:
        """Return a context block with the link behind its text; None for a block without room."""
        elements = block.get("elements") if block["type"] == "context" else None
        if not elements or elements[-1].get("type") != "mrkdwn":
            return None
        text = f"{elements[-1]['text']} · <{escape(self.of(run_id))}|Open in the console>"
        if len(text) > _MAX_UNITS:
            return None
        return {**block, "elements": [*elements[:-1], {**elements[-1], "text": text}]}
