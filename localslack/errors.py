"""The errors of the local Slack: of the Web API, of the control interface, and those that stop a start."""

from typing import Any


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}` of the Web API, with what Slack adds to it.

    code: Slack's own error code; extra: further keys of the answer; status and headers: of the HTTP answer.
    """

    def __init__(
        self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.extra}


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's answer to arguments that are missing or malformed."""
    texts = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": texts})


class ControlError(Exception):
    """A refusal of the control interface: code, one sentence, HTTP status."""

    def __init__(self, code: str, message: str, *, status: int = 400, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.extra = extra

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, "message": self.message, **self.extra}


class StartError(Exception):
    """The local Slack can't start; the text names the file, the field, the value and the remedy."""
